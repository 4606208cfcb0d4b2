using System.Net;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NSubstitute;
using PortalIntegration.Core;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Portal.SignIn.Providers;
using PortalIntegration.Sync.Nodes;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Tests;
using PortalIntegration.UnitTests.Sync;

namespace PortalIntegration.UnitTests.Portal.SigningIn;

/// <summary>Whether a sign-in holds by its provider's word, and what the provider is told of its end. The clock stands: an answer is waited for until a test moves it.</summary>
public sealed class ProviderSignInsTests : IDisposable
{
    private const string Email = "ana@halden.example";
    private const string Told = """{"sub":"s-1","email":"ana@halden.example","email_verified":true,"groups":["sales"]}""";

    private readonly ManualTimeProvider _clock = ManualClock.Start();
    private readonly FakeProvider _there = new();
    private readonly Marks _marks = new();
    private readonly SignInOptions _options = new() { Kind = SignInKind.Providers };
    private readonly EphemeralDataProtectionProvider _keys = new();
    private readonly EndedSignIns _ended;
    private readonly OpenIdProviders _providers;
    private readonly ProviderSignIns _signIns;

    public ProviderSignInsTests()
    {
        var provider = new ProviderOptions { Authority = FakeProvider.Issuer, ClientId = "portal", ClientSecret = "secret", RoleClaim = "groups" };
        provider.Roles.Add("rep");
        provider.RepValues.Add("sales");
        provider.EmailDomains.Add("halden.example");
        _options.Providers["staff"] = provider;
        var environment = Substitute.For<IHostEnvironment>();
        environment.EnvironmentName.Returns("Production");
        var options = Options.Create(_options);
        _ended = new EndedSignIns(_marks, new SingleNode(), options, _clock, NullLogger<EndedSignIns>.Instance);
        _providers = new OpenIdProviders(options, environment, _clock, new HttpClient(_there) { Timeout = Timeout.InfiniteTimeSpan });
        _signIns = Node();
    }

    public void Dispose()
    {
        _signIns.Dispose();
        _providers.Dispose();
        _ended.Dispose();
    }

    [Fact]
    public async Task Holds_TheProviderAcceptsAndNeverAnswers_APageWaitsForItsPatienceOnceAlone()
    {
        var user = await SignIn();
        Due();
        _there.Hangs();

        var asked = _signIns.Holds(user);
        asked.IsCompleted.ShouldBeFalse();
        _clock.Advance(_options.Patience);

        (await asked.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).ShouldBeTrue();
        _signIns.Holds(user).IsCompletedSuccessfully.ShouldBeTrue("the next pages do not wait anew");
        await FakeProvider.Until(() => _there.AskedAt(FakeProvider.Discovery).Count == 1);
    }

    [Fact]
    public async Task Holds_TheProviderRefusesAfterThePatience_TakesTheSignInBackAllTheSame()
    {
        var user = await SignIn();
        Due();
        _there.Answers(FakeProvider.Token, """{"error":"invalid_grant"}""", HttpStatusCode.BadRequest);
        var hangs = _there.Hangs();
        var asked = _signIns.Holds(user);
        _clock.Advance(_options.Patience);
        (await asked.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).ShouldBeTrue();

        _there.HangsNoMore();
        hangs.SetResult();

        await FakeProvider.Until(() => _ended.WasTakenBack(user));
    }

    [Fact]
    public async Task Holds_TheProviderAnswersWithinThePatience_IsItsWord()
    {
        var user = await SignIn();
        Due();
        _there.Answers(FakeProvider.Token, """{"error":"invalid_grant"}""", HttpStatusCode.BadRequest);

        (await _signIns.Holds(user)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"sub":"s-1","email":"ana@halden.example","email_verified":true,"groups":["sales"]}""", true)]
    [InlineData("""{"sub":"s-1","email":"ana@halden.example","email_verified":true,"groups":["kitchen"]}""", false)]
    [InlineData("""{"sub":"s-1","email":"ana@halden.example","email_verified":true}""", false)]
    [InlineData("""{"sub":"s-1","email":"ana@halden.example","email_verified":false,"groups":["sales"]}""", false)]
    [InlineData("""{"sub":"s-1","email":"bea@halden.example","email_verified":true,"groups":["sales"]}""", false)]
    [InlineData("""{"sub":"s-2","email":"ana@halden.example","email_verified":true,"groups":["sales"]}""", false)]
    public async Task Holds_RefreshedWithoutAnIdToken_UserInfoHasToSayTheSame(string userInfo, bool holds)
    {
        // Its id_token says the role too, which stands for nothing that userinfo said.
        var user = await SignIn(told: """{"sub":"s-1","email":"ana@halden.example","email_verified":true,"groups":["sales"]}""", claims: ",\"groups\":[\"sales\"]");
        Due();
        Refreshes();
        _there.Answers(FakeProvider.UserInfo, userInfo);

        (await _signIns.Holds(user)).ShouldBe(holds);
        _ended.WasTakenBack(user).ShouldBe(!holds);
    }

    [Fact]
    public async Task Holds_RefreshedWithoutAnIdToken_WhatTheIdTokenAloneSaidStands()
    {
        const string told = """{"sub":"s-1","email":"ana@halden.example","email_verified":true}""";
        var user = await SignIn(told, claims: ",\"groups\":[\"sales\"]");
        Due();
        Refreshes();
        _there.Answers(FakeProvider.UserInfo, told);

        (await _signIns.Holds(user)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, false)]
    [InlineData(HttpStatusCode.ServiceUnavailable, true)]
    public async Task Holds_RefreshedButUserInfoDoesNotAnswer_EndsWhatIsRefusedAlone(HttpStatusCode status, bool holds)
    {
        var user = await SignIn();
        Due();
        Refreshes();
        _there.Answers(FakeProvider.UserInfo, "", status);

        (await _signIns.Holds(user)).ShouldBe(holds);
    }

    [Fact]
    public async Task Holds_TwoNodesInTheSameInstant_OneAsksAndTheOtherTakesItsTokens()
    {
        using var other = await AnotherNode();
        var user = await SignIn(Told);
        (await other.Holds(user)).ShouldBeTrue();
        Due();
        Refreshes("refresh-2", seconds: 3_600);
        var hangs = _there.Hangs();

        Task<bool>[] both = [_signIns.Holds(user), other.Holds(user)];
        await FakeProvider.Until(() => _there.AskedAt(FakeProvider.Token).Count > 0);
        _there.HangsNoMore();
        hangs.SetResult();
        await Task.WhenAny(both);
        (await Moving(Task.WhenAll(both))).ShouldBe([true, true]);

        _there.AskedAt(FakeProvider.Token).ShouldHaveSingleItem().ShouldContain("refresh_token=refresh-1");
        _clock.Advance(TimeSpan.FromHours(1));
        (await other.Holds(user), await _signIns.Holds(user)).ShouldBe((true, true));
        _there.AskedAt(FakeProvider.Token)[1].ShouldContain("refresh_token=refresh-2");
    }

    [Fact]
    public async Task Holds_TheNodeThatAsksIsRefused_TheOtherEndsItToo()
    {
        using var other = await AnotherNode();
        var user = await SignIn(Told);
        (await other.Holds(user)).ShouldBeTrue();
        Due();
        _there.Answers(FakeProvider.Token, """{"error":"invalid_grant"}""", HttpStatusCode.BadRequest);
        var hangs = _there.Hangs();

        Task<bool>[] both = [_signIns.Holds(user), other.Holds(user)];
        await FakeProvider.Until(() => _there.AskedAt(FakeProvider.Token).Count > 0);
        _there.HangsNoMore();
        hangs.SetResult();
        await Task.WhenAny(both);

        (await Moving(Task.WhenAll(both))).ShouldBe([false, false]);
        _there.AskedAt(FakeProvider.Token).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Holds_TheNodeThatAsksDies_AnotherAsksAfterItsTurn()
    {
        using var other = await AnotherNode();
        var user = await SignIn(Told);
        (await other.Holds(user)).ShouldBeTrue();
        Due();
        Refreshes("refresh-2", seconds: 3_600);
        _there.Hangs();
        _ = _signIns.Holds(user);
        await FakeProvider.Until(() => _there.AskedAt(FakeProvider.Token).Count == 1);
        _there.HangsNoMore();
        var since = _clock.GetUtcNow();

        (await Moving(other.Holds(user))).ShouldBeTrue();

        (_clock.GetUtcNow() - since).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(30));
        _there.AskedAt(FakeProvider.Token).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Holds_TheProviderIsDown_NoNodeAsksBeforeTheNextTime()
    {
        using var other = await AnotherNode();
        var user = await SignIn(Told);
        (await other.Holds(user)).ShouldBeTrue();
        Due();
        _there.Answers(FakeProvider.Token, "", HttpStatusCode.ServiceUnavailable);

        (await _signIns.Holds(user), await other.Holds(user)).ShouldBe((true, true));

        _there.AskedAt(FakeProvider.Token).Count.ShouldBe(1);
    }

    /// <summary>A node looks now and then what another has got: time passes until it has an answer.</summary>
    private async Task<T> Moving<T>(Task<T> asked)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!asked.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20, patience.Token);
        }

        return await asked;
    }

    /// <summary>On the same store, with the same keys; both are patient, and know the provider.</summary>
    private async Task<ProviderSignIns> AnotherNode()
    {
        _options.Patience = TimeSpan.FromHours(1);
        await _providers.Find("staff")!.Metadata(TestContext.Current.CancellationToken);
        _there.Answers(FakeProvider.UserInfo, Told);
        return Node();
    }

    private ProviderSignIns Node() => new(_marks, _keys, _providers, _ended, Options.Create(_options), _clock, NullLogger<ProviderSignIns>.Instance);

    private void Refreshes(string token = "refresh-2", int seconds = 60) =>
        _there.Answers(FakeProvider.Token, $$"""{"access_token":"access-2","token_type":"Bearer","expires_in":{{seconds}},"refresh_token":"{{token}}"}""");

    [Fact]
    public async Task Replace_BySomebodyElse_EndsTheOneBefore_AtTheProviderToo()
    {
        var (before, by) = (await SignIn(), await SignIn(subject: "s-2"));

        await _signIns.Replace(before, SessionTicket.Admission(by)!);

        (_ended.Has(before), _ended.WasTakenBack(before), await _signIns.Holds(before)).ShouldBe((true, false, false));
        (_ended.Has(by), await _signIns.Holds(by)).ShouldBe((false, true));
        _there.AskedAt(FakeProvider.Revocation).ShouldHaveSingleItem().ShouldContain("token=refresh-1");
    }

    [Fact]
    public async Task Replace_ByWhoWasPicked_EndsTheOneBefore_AtTheProviderToo()
    {
        var before = await SignIn();

        await _signIns.Replace(before, by: null);

        (_ended.Has(before), await _signIns.Holds(before)).ShouldBe((true, false));
        _there.AskedAt(FakeProvider.Revocation).ShouldHaveSingleItem().ShouldContain("token=refresh-1");
    }

    [Fact]
    public async Task Replace_ByTheSamePerson_RevokesNothingThatTheNewOneMayLiveBy()
    {
        var (before, by) = (await SignIn(), await SignIn());

        await _signIns.Replace(before, SessionTicket.Admission(by)!);

        (_ended.Has(before), await _signIns.Holds(before)).ShouldBe((true, false));
        (await _signIns.Holds(by)).ShouldBeTrue();
        _there.AskedAt(FakeProvider.Revocation).ShouldBeEmpty();
    }

    [Fact]
    public async Task End_WhileARefreshIsUnderWay_ItsTokensAreRevokedAndNotKept()
    {
        var user = await SignIn();
        await _providers.Find("staff")!.Metadata(TestContext.Current.CancellationToken);
        Due();
        Refreshes("refresh-2");
        var hangs = _there.Hangs();
        var asked = _signIns.Holds(user);
        await FakeProvider.Until(() => _there.AskedAt(FakeProvider.Token).Count == 1);
        _there.HangsNoMore();
        await _signIns.End(user, new Uri("https://portal.example/signed-out"));

        hangs.SetResult();

        (await asked).ShouldBeFalse();
        _there.AskedAt(FakeProvider.Revocation).Select(one => one.Split('&')[0]).ShouldBe(["token=refresh-1", "token=refresh-2"]);
        (await _marks.Under("sign-in:", TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    /// <param name="told">By userinfo.</param>
    /// <param name="claims">Of the id_token, beyond the usual.</param>
    private async Task<ClaimsPrincipal> SignIn(string? told = null, string claims = "", string subject = "s-1")
    {
        var id = SessionTicket.NewSignIn();
        var claimed = new Claimed(AdmittedAs.Rep, subject, Email, "Ana", null);
        var admission = new Admission("staff", AdmittedAs.Rep, Email, ProviderSignIns.NameFor("staff", claimed, id));
        await _signIns.Keep(admission.Tokens, claimed, new ProviderTokens("access", IdToken(claims), "refresh-1", TimeSpan.FromMinutes(1)), told is null ? null : JsonDocument.Parse(told).RootElement);
        var scope = new ConfirmedScope(new PersonId("P1"), "Ana", Role.Rep, [], "crm", _clock.GetUtcNow(), null);
        return SessionTicket.Issue(scope, null, id, _clock.GetUtcNow(), admission);
    }

    /// <summary>The tokens run out.</summary>
    private void Due() => _clock.Advance(TimeSpan.FromMinutes(1));

    private string IdToken(string more = "") => _there.Signed(
        $$"""{"iss":"{{FakeProvider.Issuer}}","aud":"portal","sub":"s-1","iat":{{_clock.GetUtcNow().ToUnixTimeSeconds()}},"exp":{{_clock.GetUtcNow().ToUnixTimeSeconds() + 300}}{{more}}}""");

    /// <summary>In memory.</summary>
    private sealed class Marks : IMarks
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> _values = new();

        public Task<string?> Get(string name, CancellationToken cancel = default) => Task.FromResult(_values.GetValueOrDefault(name));

        public Task<IReadOnlyList<Mark>> Under(string prefix, CancellationToken cancel = default) =>
            Task.FromResult<IReadOnlyList<Mark>>([.. _values.Where(one => one.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(one => new Mark(one.Key, one.Value))]);

        public Task Set(Mark mark, CancellationToken cancel = default)
        {
            _values[mark.Name] = mark.Value;
            return Task.CompletedTask;
        }

        public Task<bool> Exchange(Mark mark, string before, CancellationToken cancel = default) => Task.FromResult(_values.TryUpdate(mark.Name, mark.Value, before));

        public Task Forget(string name, CancellationToken cancel = default)
        {
            _values.TryRemove(name, out _);
            return Task.CompletedTask;
        }
    }
}
