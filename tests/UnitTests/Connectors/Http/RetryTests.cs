using System.Net;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.UnitTests.Connectors.Http;

public sealed class RetryTests
{
    [Fact]
    public async Task Read_ServerErrorThenAnswer_IsRepeatedAfterJitterAndSucceeds()
    {
        using var bench = new Bench { Jitter = 0.5 };
        bench.Transport.Then(HttpStatusCode.InternalServerError).ThenOk();

        var asking = bench.Ask(Bench.Prices);
        await Bench.Until(() => bench.Clock.Waiting == 2, "waiting for the second attempt");
        bench.Clock.Advance(TimeSpan.FromMilliseconds(99));
        bench.Transport.Calls.ShouldBe(1);
        bench.Clock.Advance(TimeSpan.FromMilliseconds(1));

        (await asking).Value.ShouldBe("ok");
        bench.Transport.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task Read_FailingAlways_StopsAfterItsRetriesWithTheLastCause()
    {
        using var bench = new Bench { Jitter = 0 };
        bench.Transport.Then(HttpStatusCode.InternalServerError).Then(HttpStatusCode.BadGateway).Then(HttpStatusCode.ServiceUnavailable);

        var outcome = await bench.Ask(Bench.Prices);

        outcome.Failure!.Cause.ShouldBe(Cause.Unavailable);
        bench.Transport.Calls.ShouldBe(3);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, Cause.ServerError)]
    [InlineData(HttpStatusCode.ServiceUnavailable, Cause.Unavailable)]
    [InlineData(HttpStatusCode.TooManyRequests, Cause.Throttled)]
    [InlineData(HttpStatusCode.Conflict, Cause.Conflict)]
    public async Task Write_Failing_IsNeverRepeated(HttpStatusCode status, Cause cause)
    {
        using var bench = new Bench { Jitter = 0 };
        bench.Transport.Then(status).ThenOk();

        var outcome = await bench.Ask(Bench.Create);

        outcome.Failure!.Cause.ShouldBe(cause);
        bench.Transport.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Write_ConnectionBroken_IsNotRepeatedAndSaysItMayHaveTakenEffect()
    {
        using var bench = new Bench();
        bench.Transport.Then((_, _) => throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut")).ThenOk();

        var outcome = await bench.Ask(Bench.Create);

        outcome.Failure!.Cause.ShouldBe(Cause.Interrupted);
        outcome.Failure.MayHaveTakenEffect.ShouldBeTrue();
        bench.Transport.Calls.ShouldBe(1);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.UnprocessableEntity)]
    public async Task Read_Refused_IsNotRepeated(HttpStatusCode status)
    {
        using var bench = new Bench { Jitter = 0 };
        bench.Transport.Then(status).ThenOk();

        (await bench.Ask(Bench.Prices)).Succeeded.ShouldBeFalse();

        bench.Transport.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Read_RetryAfterThatFits_IsWaitedForExactly()
    {
        using var bench = new Bench { Jitter = 0 };
        bench.Transport.Then(HttpStatusCode.TooManyRequests, retryAfter: TimeSpan.FromSeconds(3)).ThenOk();

        var asking = bench.Ask(Bench.Prices);
        await Bench.Until(() => bench.Clock.Waiting == 2, "waiting for the second attempt");
        bench.Clock.Advance(TimeSpan.FromMilliseconds(2_999));
        await Task.Delay(20);
        bench.Transport.Calls.ShouldBe(1);
        bench.Clock.Advance(TimeSpan.FromMilliseconds(1));

        (await asking).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Fault22_RetryAfterBeyondTheCallsTime_FailsAtOnceAndNobodyCallsBefore()
    {
        using var bench = new Bench();
        bench.Transport.Then(HttpStatusCode.TooManyRequests, retryAfter: TimeSpan.FromSeconds(60)).ThenOk();

        var first = await bench.Ask(Bench.Prices); // the clock stands still: at once
        first.Failure!.Cause.ShouldBe(Cause.Throttled);
        first.Failure.RetryAfter.ShouldBe(TimeSpan.FromSeconds(60));
        first.Failure.CountsAsAttempt.ShouldBeFalse();

        bench.Clock.Advance(TimeSpan.FromSeconds(45));
        var second = await bench.Ask(Bench.Create);
        second.Failure!.Cause.ShouldBe(Cause.Throttled);
        second.Failure.RetryAfter.ShouldBe(TimeSpan.FromSeconds(15));
        second.Failure.CountsAsAttempt.ShouldBeFalse();
        second.Failure.MayHaveTakenEffect.ShouldBeFalse();
        bench.Transport.Calls.ShouldBe(1);

        bench.Clock.Advance(TimeSpan.FromSeconds(15));
        (await bench.Ask(Bench.Create)).Succeeded.ShouldBeTrue();
        bench.Transport.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task RetryAfter_ForgottenByAnAdmin_LetsCallsPass()
    {
        using var bench = new Bench();
        bench.Transport.Then(HttpStatusCode.TooManyRequests, retryAfter: TimeSpan.FromDays(1)).ThenOk();
        await bench.Ask(Bench.Prices);
        (await bench.Ask(Bench.Prices)).Failure!.Cause.ShouldBe(Cause.Throttled);

        await bench.Pipeline.Close();

        (await bench.Ask(Bench.Prices)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Fault22_RetryAfterNearlyOver_IsWaitedForInTheLane()
    {
        using var bench = new Bench();
        bench.Transport.Then(HttpStatusCode.TooManyRequests, retryAfter: TimeSpan.FromSeconds(60)).ThenOk();
        await bench.Ask(Bench.Prices);
        bench.Clock.Advance(TimeSpan.FromSeconds(55));

        var asking = bench.Ask(Bench.Create);
        await Bench.Until(() => bench.Clock.Waiting == 2, "waiting in the lane");
        bench.Clock.Advance(TimeSpan.FromMilliseconds(4_990));
        await Task.Delay(20);
        bench.Transport.Calls.ShouldBe(1);
        bench.Clock.Advance(TimeSpan.FromMilliseconds(20));

        (await asking).Succeeded.ShouldBeTrue();
    }

    [Theory]
    [InlineData(0, 0.0, 0)]
    [InlineData(0, 0.999, 200)]
    [InlineData(1, 0.999, 400)]
    public async Task Read_Repeated_WaitsARandomSpanUpToALimitThatDoubles(int failuresBefore, double jitter, int atMostMilliseconds)
    {
        using var bench = new Bench { Jitter = 0 };
        bench.Transport.Then(HttpStatusCode.InternalServerError);
        if (failuresBefore == 1)
        {
            bench.Transport.Then((_, _) =>
            {
                bench.Jitter = jitter;
                return Task.FromResult(StubTransport.Answer(HttpStatusCode.InternalServerError));
            });
        }
        else
        {
            bench.Jitter = jitter;
        }

        bench.Transport.ThenOk();

        var asking = bench.Ask(Bench.Prices);
        var waited = await bench.MoveUntilDone(asking, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(1));

        waited.ShouldBeInRange(TimeSpan.FromMilliseconds(atMostMilliseconds * jitter - 10), TimeSpan.FromMilliseconds(atMostMilliseconds));
    }
}
