using System.Net;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.UnitTests.Connectors.Http;

public sealed class MonitorTests
{
    [Fact]
    public async Task Status_AfterCalls_TellsLatencyAndFailuresOfTheWindow()
    {
        using var bench = new Bench(Bench.Plain with { ReadRetries = 0 });
        for (var i = 1; i <= 20; i++)
        {
            var took = TimeSpan.FromMilliseconds(i * 10);
            bench.Transport.Then((_, _) =>
            {
                bench.Clock.Advance(took);
                return Task.FromResult(StubTransport.Answer(took.TotalMilliseconds > 190 ? HttpStatusCode.BadGateway : HttpStatusCode.OK, """{"value":"ok"}"""));
            });
        }

        for (var i = 0; i < 20; i++)
        {
            await bench.Ask(Bench.Prices);
        }

        var status = bench.Pipeline.Status;
        status.Calls.ShouldBe(20);
        status.Failures.ShouldBe(1);
        status.LatencyP50.ShouldBe(TimeSpan.FromMilliseconds(100));
        status.LatencyP95.ShouldBe(TimeSpan.FromMilliseconds(190));
        status.LastFailure!.Cause.ShouldBe(Cause.ServerError);
        status.System.ShouldBe("erp");
        status.Connector.ShouldBe("bench");
        status.Concurrency.ShouldBe(16);
        status.Quota.ShouldBeNull();

        bench.Clock.Advance(status.Window + TimeSpan.FromSeconds(1));
        bench.Pipeline.Status.Calls.ShouldBe(0);
        bench.Pipeline.Status.LatencyP50.ShouldBeNull();
    }

    [Fact]
    public async Task FailingSince_UntilASuccess_IsTheFirstFailureOfTheCapability()
    {
        using var bench = new Bench(Bench.Plain with { ReadRetries = 0 });
        bench.Transport.ThenOk().Then(HttpStatusCode.InternalServerError).Then(HttpStatusCode.InternalServerError).ThenOk().ThenOk();
        await bench.Ask(Bench.Prices);
        bench.Pipeline.Status.FailingSince.ShouldBeNull();
        bench.Pipeline.Status.LastSuccess.ShouldBe(Bench.Start);

        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        (await bench.Ask(Bench.Prices)).Failure!.Since.ShouldBe(Bench.Start.AddMinutes(1));
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        (await bench.Ask(Bench.Prices)).Failure!.Since.ShouldBe(Bench.Start.AddMinutes(1));
        bench.Pipeline.Status.FailingSince.ShouldBe(Bench.Start.AddMinutes(1));

        (await bench.Ask(Bench.Stock)).Succeeded.ShouldBeTrue();
        bench.Pipeline.Status.FailingSince.ShouldBeNull("the system answers");
        bench.Pipeline.Status.Capabilities.Single(capability => capability.Capability == "Pricing").FailingSince.ShouldBe(Bench.Start.AddMinutes(1));

        await bench.Ask(Bench.Prices);
        bench.Pipeline.Status.Capabilities.ShouldAllBe(capability => capability.FailingSince == null);
    }

    [Fact]
    public async Task Probe_Failing_SaysWhy()
    {
        using var bench = new Bench();
        bench.Transport.Then(HttpStatusCode.ServiceUnavailable);

        var outcome = await bench.Pipeline.Probe();

        outcome.Failure!.Cause.ShouldBe(Cause.Unavailable);
        bench.Transport.Paths.ShouldBe(["health"], "a probe is not repeated");
        bench.Pipeline.Status.Breaker.ShouldBe(BreakerState.Closed);
    }
}
