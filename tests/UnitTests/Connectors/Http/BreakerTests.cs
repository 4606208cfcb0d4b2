using System.Net;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.UnitTests.Connectors.Http;

public sealed class BreakerTests
{
    private static Bench Failing()
    {
        var bench = new Bench(Bench.Plain with { ReadRetries = 0 });
        bench.Transport.Then(HttpStatusCode.InternalServerError);
        return bench;
    }

    private static async Task Trip(Bench bench)
    {
        for (var i = 0; i < 5; i++)
        {
            (await bench.Ask(Bench.Lookup)).Failure!.Cause.ShouldBe(Cause.ServerError);
        }
    }

    [Fact]
    public async Task Breaker_FiveFailuresInARow_OpensAndAsksNoMore()
    {
        using var bench = Failing();
        await Trip(bench);

        var outcome = await bench.Ask(Bench.Lookup);

        outcome.Failure!.Cause.ShouldBe(Cause.CircuitOpen);
        outcome.Failure.RetryAfter.ShouldBe(TimeSpan.FromSeconds(5));
        outcome.Failure.CountsAsAttempt.ShouldBeFalse();
        outcome.Failure.Since.ShouldBe(Bench.Start);
        bench.Transport.Calls.ShouldBe(5);
        bench.Pipeline.Status.Breaker.ShouldBe(BreakerState.Open);
        bench.Pipeline.Status.RetriesAt.ShouldBe(Bench.Start.AddSeconds(5));
    }

    [Fact]
    public async Task Breaker_OneCapabilityDown_LeavesTheOthersAlone()
    {
        using var bench = Failing();
        await Trip(bench);
        bench.Transport.ThenOk().ThenOk();
        await bench.Ask(Bench.Lookup);

        (await bench.Ask(Bench.Stock)).Failure!.Cause.ShouldBe(Cause.ServerError); // the script's last failure, asked all the same
        (await bench.Ask(Bench.Stock)).Succeeded.ShouldBeTrue();

        var capabilities = bench.Pipeline.Status.Capabilities.ToDictionary(capability => capability.Capability);
        capabilities["Orders"].Breaker.ShouldBe(BreakerState.Open);
        capabilities["Orders"].FailingSince.ShouldBe(Bench.Start);
        capabilities["Inventory"].Breaker.ShouldBe(BreakerState.Closed);
        capabilities["Inventory"].FailingSince.ShouldBeNull();
    }

    [Fact]
    public async Task Breaker_MixedResults_StaysClosed()
    {
        using var bench = new Bench(Bench.Plain with { ReadRetries = 0 });
        for (var i = 0; i < 10; i++)
        {
            bench.Transport.Then(HttpStatusCode.InternalServerError).ThenOk().Then(HttpStatusCode.InternalServerError);
        }

        for (var i = 0; i < 30; i++)
        {
            (await bench.Ask(Bench.Prices)).Failure?.Cause.ShouldBe(Cause.ServerError);
        }

        bench.Transport.Calls.ShouldBe(30);
    }

    [Fact]
    public async Task Breaker_RefusalsAndThrottling_AreNoFailuresOfTheSystem()
    {
        using var bench = new Bench(Bench.Plain with { ReadRetries = 0 });
        bench.Transport.Then(HttpStatusCode.UnprocessableEntity);
        for (var i = 0; i < 10; i++)
        {
            (await bench.Ask(Bench.Create)).Failure!.Cause.ShouldBe(Cause.Rejected);
        }

        bench.Pipeline.Status.Breaker.ShouldBe(BreakerState.Closed);
        bench.Pipeline.Status.FailingSince.ShouldBeNull();
    }

    [Fact]
    public async Task Fault25_HalfOpen_IsProbedWithAReadNeverWithAWrite()
    {
        using var bench = Failing();
        await Trip(bench);

        (await bench.Ask(Bench.Create)).Failure!.Cause.ShouldBe(Cause.CircuitOpen);
        bench.Transport.Calls.ShouldBe(5);

        // Time to try again, and a write comes first: the system's probe goes ahead of it, fails, and the write stays.
        bench.Clock.Advance(TimeSpan.FromSeconds(6));
        var kept = await bench.Ask(Bench.Create);
        kept.Failure!.Cause.ShouldBe(Cause.CircuitOpen);
        kept.Failure.MayHaveTakenEffect.ShouldBeFalse();
        bench.Transport.Paths.Skip(5).ShouldBe(["health"]);

        // The next break is longer.
        bench.Pipeline.Status.RetriesAt.ShouldBe(Bench.Start.AddSeconds(16));
        bench.Clock.Advance(TimeSpan.FromSeconds(11));
        bench.Transport.ThenOk().ThenOk();
        bench.Transport.Skip();

        (await bench.Ask(Bench.Create)).Succeeded.ShouldBeTrue();
        bench.Transport.Paths.Skip(6).ShouldBe(["health", "createOrder"]);
        bench.Pipeline.Status.Breaker.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public async Task Breaker_HalfOpen_AnsweredRead_Closes()
    {
        using var bench = Failing();
        await Trip(bench);
        bench.Transport.ThenOk();
        bench.Transport.Skip();
        bench.Clock.Advance(TimeSpan.FromSeconds(5));

        (await bench.Ask(Bench.Lookup)).Succeeded.ShouldBeTrue();

        bench.Pipeline.Status.Breaker.ShouldBe(BreakerState.Closed);
        bench.Pipeline.Status.RetriesAt.ShouldBeNull();
        bench.Pipeline.Status.FailingSince.ShouldBeNull();
    }

    [Fact]
    public async Task Breaker_HalfOpenAndTheCallerLeaves_IsNotTakenForSuccess()
    {
        using var bench = Failing();
        await Trip(bench);
        bench.Transport.ThenHang();
        bench.Transport.Skip();
        bench.Clock.Advance(TimeSpan.FromSeconds(5));
        using var leaving = new CancellationTokenSource();

        var probing = bench.Ask(Bench.Lookup, cancel: leaving.Token);
        await Bench.Until(() => bench.Transport.Calls == 6, "the probing read is out");
        bench.Pipeline.Status.Breaker.ShouldBe(BreakerState.HalfOpen);
        (await bench.Ask(Bench.Lookup)).Failure!.Cause.ShouldBe(Cause.CircuitOpen);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(probing);

        bench.Pipeline.Status.Breaker.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public async Task Isolated_ByAnAdmin_AsksNobodyUntilClosed()
    {
        using var bench = new Bench();
        bench.Transport.ThenOk();
        (await bench.Ask(Bench.Prices)).Succeeded.ShouldBeTrue();

        await bench.Pipeline.Isolate();
        (await bench.Ask(Bench.Prices)).Failure!.Cause.ShouldBe(Cause.CircuitOpen);
        (await bench.Ask(Bench.Stock)).Failure!.Cause.ShouldBe(Cause.CircuitOpen, "a capability first asked for while isolated");
        (await bench.Ask(Bench.Create)).Failure!.Cause.ShouldBe(Cause.CircuitOpen);
        bench.Clock.Advance(TimeSpan.FromHours(1));
        (await bench.Ask(Bench.Prices)).Failure!.Cause.ShouldBe(Cause.CircuitOpen);
        bench.Pipeline.Status.Breaker.ShouldBe(BreakerState.Isolated);
        bench.Transport.Calls.ShouldBe(1);

        (await bench.Pipeline.Probe()).Succeeded.ShouldBeTrue("the admin's probe goes past the breaker");
        bench.Transport.Calls.ShouldBe(2);

        await bench.Pipeline.Close();
        bench.Pipeline.Status.Breaker.ShouldBe(BreakerState.Closed);
        (await bench.Ask(Bench.Create)).Succeeded.ShouldBeTrue();
        (await bench.Ask(Bench.Stock)).Succeeded.ShouldBeTrue();
    }
}
