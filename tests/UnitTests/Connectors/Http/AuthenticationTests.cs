using System.Net;
using System.Net.Http.Headers;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.UnitTests.Connectors.Http;

public sealed class AuthenticationTests
{
    /// <summary>A system whose login gives numbered tokens, of which only the newest is taken.</summary>
    private sealed class TokenSystem
    {
        private int _logins;
        private int _valid;

        public int Logins => _logins;

        public void Expire() => Interlocked.Exchange(ref _valid, -1);

        public async Task<HttpResponseMessage> Answer(HttpRequestMessage request, CancellationToken cancel)
        {
            if (request.RequestUri!.Segments[^1] == "login")
            {
                await Task.Delay(20, cancel);
                var number = Interlocked.Increment(ref _logins);
                Volatile.Write(ref _valid, number);
                return StubTransport.Answer(HttpStatusCode.OK, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }

            return request.Headers.Authorization?.Parameter == Volatile.Read(ref _valid).ToString(System.Globalization.CultureInfo.InvariantCulture)
                ? StubTransport.Answer(HttpStatusCode.OK, """{"value":"ok"}""")
                : StubTransport.Answer(HttpStatusCode.Unauthorized);
        }
    }

    private static Bench With(TokenSystem system, out ObtainedAuthentication authentication)
    {
        var obtained = authentication = new ObtainedAuthentication(async (send, cancel) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "http://erp.test/api/login");
            using var response = await send(request, cancel);
            return new AuthenticationHeaderValue("Bearer", await response.Content.ReadAsStringAsync(cancel));
        });
        var bench = new Bench(Bench.Plain with { Concurrency = 100 }, options => options with { Authentication = obtained });
        bench.Transport.Then(system.Answer);
        return bench;
    }

    [Fact]
    public async Task Fault26_TokenExpiresUnderFiftyCalls_IsRenewedOnce()
    {
        var system = new TokenSystem();
        using var bench = With(system, out var authentication);
        using var owned = authentication;
        (await bench.Ask(Bench.Prices)).Succeeded.ShouldBeTrue();
        system.Logins.ShouldBe(1);
        system.Expire();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => bench.Ask(i % 2 == 0 ? Bench.Prices : Bench.Create)));

        outcomes.ShouldAllBe(outcome => outcome.Succeeded);
        system.Logins.ShouldBe(2);
    }

    [Fact]
    public async Task Unauthorized_AgainAfterRenewal_IsTheAnswer()
    {
        var system = new TokenSystem();
        using var bench = new Bench(options: options => options with { Authentication = new FixedAuthentication(new AuthenticationHeaderValue("Bearer", "old")) });
        bench.Transport.Then(system.Answer);

        (await bench.Ask(Bench.Prices)).Failure!.Cause.ShouldBe(Cause.Unauthorized);

        bench.Transport.Calls.ShouldBe(1);
        bench.Pipeline.Status.FailingSince.ShouldBe(Bench.Start);
    }

    [Fact]
    public async Task SignIn_Refused_TheWriteWasNeverSent()
    {
        using var authentication = new ObtainedAuthentication((_, _) => throw new SignInException(new Refusal(Cause.Unauthorized, "Wrong password.")));
        using var bench = new Bench(options: options => options with { Authentication = authentication });
        bench.Transport.ThenOk();

        var outcome = await bench.Ask(Bench.Create);

        outcome.Failure!.Cause.ShouldBe(Cause.Unauthorized);
        outcome.Failure.Detail.ShouldBe("Wrong password.");
        outcome.Failure.MayHaveTakenEffect.ShouldBeFalse();
        bench.Transport.Calls.ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SignIn_HangsOrBreaks_TheWriteWasNeverSent(bool hangs)
    {
        using var authentication = new ObtainedAuthentication(async (_, cancel) =>
        {
            if (hangs)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
            }

            throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut");
        });
        using var bench = new Bench(options: options => options with { Authentication = authentication });
        bench.Transport.ThenOk();

        var asking = bench.Ask(Bench.Create);
        await bench.MoveUntilDone(asking, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

        (await asking).Failure!.Cause.ShouldBe(Cause.Unreachable);
        (await asking).Failure!.MayHaveTakenEffect.ShouldBeFalse();
        bench.Transport.Calls.ShouldBe(0);
    }
}
