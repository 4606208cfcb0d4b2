using PortalIntegration.Portal.SignIn.Providers;
using PortalIntegration.Tests;
using PortalIntegration.UnitTests.Sync;

namespace PortalIntegration.UnitTests.Portal.SigningIn;

/// <summary>What a provider says of itself, and how often it is asked for that.</summary>
public sealed class OpenIdProviderTests : IDisposable
{
    private readonly ManualTimeProvider _clock = ManualClock.Start();
    private readonly FakeProvider _there = new();
    private readonly HttpClient _http;
    private readonly OpenIdProvider _provider;

    public OpenIdProviderTests()
    {
        _http = new HttpClient(_there) { Timeout = Timeout.InfiniteTimeSpan };
        _provider = new OpenIdProvider("staff", new ProviderOptions { Authority = FakeProvider.Issuer, ClientId = "portal", ClientSecret = "secret" }, _http, development: false, _clock);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private int Reads => _there.AskedAt(FakeProvider.Discovery).Count;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Metadata_TooOldAndTheProviderHangs_IsReadOnceForEverybody_AndNotAgainAtOnce()
    {
        await _provider.Metadata(Cancel);
        _clock.Advance(TimeSpan.FromMinutes(61));
        var hangs = _there.Hangs();

        var all = Enumerable.Range(0, 20).Select(_ => _provider.Metadata(Cancel)).ToList();
        await FakeProvider.Until(() => Reads == 2);
        _clock.Advance(TimeSpan.FromSeconds(10));
        hangs.SetException(new HttpRequestException("nothing came"));

        (await Task.WhenAll(all)).ShouldAllBe(one => one.Issuer == FakeProvider.Issuer);
        Reads.ShouldBe(2);
        _there.Hangs();
        (await _provider.Metadata(Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel)).Issuer.ShouldBe(FakeProvider.Issuer, "at once");
        Reads.ShouldBe(2);

        _there.HangsNoMore();
        _clock.Advance(TimeSpan.FromSeconds(5));
        await _provider.Metadata(Cancel);
        Reads.ShouldBe(3);
    }

    [Fact]
    public async Task Metadata_NothingKnownAndTheProviderIsDown_IsNotAskedForAtEveryRequest()
    {
        _there.Hangs().SetException(new HttpRequestException("nothing there"));
        for (var time = 0; time < 10; time++)
        {
            await Should.ThrowAsync<ProviderDownException>(() => _provider.Metadata(Cancel));
        }

        Reads.ShouldBe(1);
        _there.HangsNoMore();
        _clock.Advance(TimeSpan.FromSeconds(5));
        (await _provider.Metadata(Cancel)).Issuer.ShouldBe(FakeProvider.Issuer);
    }

    [Fact]
    public async Task Metadata_WhoFirstAskedGoesAway_TheOthersGetIt()
    {
        var hangs = _there.Hangs();
        using var gone = new CancellationTokenSource();
        var first = _provider.Metadata(gone.Token);
        var second = _provider.Metadata(Cancel);
        await FakeProvider.Until(() => Reads == 1);

        await gone.CancelAsync();
        _there.HangsNoMore();
        hangs.SetResult();

        await Should.ThrowAsync<OperationCanceledException>(() => first);
        (await second).Issuer.ShouldBe(FakeProvider.Issuer);
        Reads.ShouldBe(1);
    }

    [Fact]
    public async Task LoggedOut_ForgedWithKeysThatNobodyPublishes_ReadsKeysNoMoreOftenThanEveryFiveSeconds()
    {
        await _provider.Metadata(Cancel);
        _clock.Advance(TimeSpan.FromMinutes(1));
        for (var time = 0; time < 20; time++)
        {
            await Forged();
        }

        Reads.ShouldBe(2);

        // Nor while a read takes long, and fails.
        _clock.Advance(TimeSpan.FromSeconds(5));
        var hangs = _there.Hangs();
        var all = Enumerable.Range(0, 20).Select(_ => Forged()).ToList();
        await FakeProvider.Until(() => Reads == 3);
        _clock.Advance(TimeSpan.FromSeconds(10));
        hangs.SetException(new HttpRequestException("nothing came"));
        await Task.WhenAll(all);
        await Forged();

        Reads.ShouldBe(3);
        _there.HangsNoMore();
        _clock.Advance(TimeSpan.FromSeconds(5));
        await Forged();
        Reads.ShouldBe(4);
    }

    private Task Forged() => Should.ThrowAsync<UntrustedTokenException>(() => _provider.LoggedOut(_there.Signed("{}", "unheard-of"), Cancel));
}
