using System.Collections.Concurrent;
using System.Net;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.UnitTests.Connectors.Http;

public sealed class LaneTests
{
    [Fact]
    public async Task Quota_OfTwoNodes_IsHalfForEach()
    {
        var nodes = 2;
        using var bench = new Bench(Bench.Plain with { Quota = 10, QuotaWindow = TimeSpan.FromMinutes(1) }, nodes: () => nodes);
        bench.Transport.ThenOk();

        for (var i = 0; i < 5; i++)
        {
            (await bench.Ask(Bench.Prices)).Failure.ShouldBeNull();
        }

        (await bench.Ask(Bench.Prices)).Failure.ShouldNotBeNull().Cause.ShouldBe(Cause.Throttled);
        bench.Pipeline.Status.Quota.ShouldNotBeNull().Limit.ShouldBe(5);

        nodes = 1; // the other one went
        (await bench.Ask(Bench.Prices)).Failure.ShouldBeNull();
        bench.Transport.Calls.ShouldBe(6);
    }

    [Fact]
    public async Task Concurrency_Full_TheMostUrgentGoesFirst()
    {
        using var bench = new Bench(Bench.Plain with { Concurrency = 1, TotalTimeout = TimeSpan.FromSeconds(300), AttemptTimeout = TimeSpan.FromSeconds(60) });
        var doors = new ConcurrentQueue<TaskCompletionSource>();
        bench.Transport.Then(async (_, cancel) =>
        {
            var door = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            doors.Enqueue(door);
            await door.Task.WaitAsync(cancel);
            return StubTransport.Answer(HttpStatusCode.OK, """{"value":"ok"}""");
        });

        var finished = new ConcurrentQueue<Lane>();
        var asked = new List<Task> { Ask(Lane.Interactive) };
        await Bench.Until(() => doors.Count == 1, "the first is out");
        foreach (var lane in new[] { Lane.Batch, Lane.Sync, Lane.Order, Lane.Interactive })
        {
            asked.Add(Ask(lane));
        }

        for (var turn = 1; turn <= 5; turn++)
        {
            await Bench.Until(() => doors.Count == turn, $"call {turn} is out");
            await Task.Delay(5);
            doors.Count.ShouldBe(turn, "one at a time");
            doors.Last().SetResult();
            await Bench.Until(() => finished.Count == turn, $"call {turn} is done");
        }

        await Task.WhenAll(asked);
        finished.ShouldBe([Lane.Interactive, Lane.Interactive, Lane.Order, Lane.Sync, Lane.Batch]);

        async Task Ask(Lane lane)
        {
            (await bench.Ask(Bench.Prices, lane)).Succeeded.ShouldBeTrue();
            finished.Enqueue(lane);
        }
    }

    [Fact]
    public async Task Concurrency_TakenByBatch_LeavesAReserveForACustomer()
    {
        using var bench = new Bench(Bench.Plain with { Concurrency = 10 });
        bench.Transport.ThenHang();

        var batch = Enumerable.Range(0, 10).Select(_ => bench.Ask(Bench.Stock, Lane.Batch)).ToList();
        await Bench.Until(() => bench.Pipeline.Status.InFlight == 3, "batch has its part");
        await Task.Delay(20);
        bench.Transport.Calls.ShouldBe(3);

        var customer = bench.Ask(Bench.Prices);
        await Bench.Until(() => bench.Transport.Calls == 4, "the customer's call is out at once");

        await bench.MoveUntilDone(Task.WhenAll([.. batch, customer]), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Quota_SpentByBatch_StillServesTheOrderLane()
    {
        using var bench = new Bench(Bench.Plain with { Quota = 10, QuotaWindow = TimeSpan.FromMinutes(1) });
        bench.Transport.ThenOk();

        for (var i = 0; i < 3; i++)
        {
            (await bench.Ask(Bench.Stock, Lane.Batch)).Succeeded.ShouldBeTrue();
        }

        var starving = await bench.Ask(Bench.Stock, Lane.Batch);
        starving.Failure!.Cause.ShouldBe(Cause.Throttled);
        starving.Failure.RetryAfter.ShouldBe(TimeSpan.FromMinutes(1));
        starving.Failure.CountsAsAttempt.ShouldBeFalse();
        bench.Transport.Calls.ShouldBe(3);

        for (var i = 0; i < 6; i++)
        {
            (await bench.Ask(Bench.Create, Lane.Order)).Succeeded.ShouldBeTrue();
        }

        (await bench.Ask(Bench.Create, Lane.Order)).Failure!.Cause.ShouldBe(Cause.Throttled);
        (await bench.Ask(Bench.Prices)).Succeeded.ShouldBeTrue();
        (await bench.Ask(Bench.Prices)).Failure!.Cause.ShouldBe(Cause.Throttled);
        bench.Pipeline.Status.Quota.ShouldBe(new QuotaStatus(10, 10, TimeSpan.FromMinutes(1), Bench.Start.AddMinutes(1)));

        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        bench.Pipeline.Status.Quota!.Used.ShouldBe(0);
        (await bench.Ask(Bench.Stock, Lane.Batch)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Quota_FreeAgainSoon_IsWaitedFor()
    {
        using var bench = new Bench(Bench.Plain with { Quota = 2, QuotaWindow = TimeSpan.FromSeconds(4) });
        bench.Transport.ThenOk();
        await bench.Ask(Bench.Prices);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await bench.Ask(Bench.Prices);

        var third = bench.Ask(Bench.Prices);
        var waited = await bench.MoveUntilDone(third, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(9));

        (await third).Succeeded.ShouldBeTrue();
        waited.ShouldBeInRange(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3.2)); // when the first leaves the sliding window
    }

    [Fact]
    public async Task Quota_CallThatTheBreakerKeptBack_CostsNothing()
    {
        using var bench = new Bench(Bench.Plain with { Quota = 50, ReadRetries = 0 });
        bench.Transport.Then(HttpStatusCode.InternalServerError);
        for (var i = 0; i < 5; i++)
        {
            await bench.Ask(Bench.Prices);
        }

        (await bench.Ask(Bench.Prices)).Failure!.Cause.ShouldBe(Cause.CircuitOpen);

        bench.Pipeline.Status.Quota!.Used.ShouldBe(5);
    }

    [Fact]
    public async Task Fault23_QuotaToldBy403WithoutRetryAfter_BacksOffTheLowerLanesOnly()
    {
        using var bench = new Bench();
        bench.Transport.Then(HttpStatusCode.Forbidden, """{"title":"Forbidden","status":403,"code":"quota_exceeded"}""", "application/problem+json").ThenOk();

        (await bench.Ask(Bench.Create, Lane.Batch)).Failure!.Cause.ShouldBe(Cause.Throttled);

        var batch = bench.Ask(Bench.Stock, Lane.Batch);
        await Bench.Until(() => bench.Clock.Waiting == 2, "batch waits");
        (await bench.Ask(Bench.Create, Lane.Order)).Succeeded.ShouldBeTrue();
        batch.IsCompleted.ShouldBeFalse();

        await bench.MoveUntilDone(batch, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));
        (await batch).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Queue_Full_RefusesWithoutAsking()
    {
        using var bench = new Bench(Bench.Plain with { Concurrency = 1 });
        bench.Transport.ThenHang();
        var waiting = Enumerable.Range(0, 101).Select(_ => bench.Ask(Bench.Prices)).ToList();
        await Bench.Until(() => bench.Transport.Calls == 1, "one is out");

        var outcome = await bench.Ask(Bench.Prices);

        outcome.Failure!.Cause.ShouldBe(Cause.QueueFull);
        outcome.Failure.MayHaveTakenEffect.ShouldBeFalse();
        bench.Transport.Calls.ShouldBe(1);
        await bench.MoveUntilDone(Task.WhenAll(waiting), TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Queue_WaitedOutItsTime_WasNeverSent()
    {
        using var bench = new Bench(Bench.Plain with { Concurrency = 1, AttemptTimeout = TimeSpan.FromSeconds(10) });
        bench.Transport.ThenHang();
        var first = bench.Ask(Bench.Create);
        await Bench.Until(() => bench.Transport.Calls == 1, "the first is out");
        bench.Clock.Advance(TimeSpan.FromSeconds(1)); // so that the second's time is not over at the same moment

        var second = bench.Ask(Bench.Create, Lane.Batch, deadline: Bench.Start.AddSeconds(3));
        await bench.MoveUntilDone(Task.WhenAll(first, second), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30));

        (await first).Failure!.Cause.ShouldBe(Cause.TimedOut);
        (await second).Failure!.Cause.ShouldBe(Cause.QueueFull);
        (await second).Failure!.MayHaveTakenEffect.ShouldBeFalse();
        bench.Transport.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Queue_CallerLeaves_HisPlaceIsGone()
    {
        using var bench = new Bench(Bench.Plain with { Concurrency = 1 });
        using var leaving = new CancellationTokenSource();
        var door = new TaskCompletionSource();
        bench.Transport.Then(async (_, _) =>
        {
            await door.Task;
            return StubTransport.Answer(HttpStatusCode.OK, """{"value":"ok"}""");
        }).ThenOk();
        var first = bench.Ask(Bench.Prices);
        await Bench.Until(() => bench.Transport.Calls == 1, "the first is out");
        var second = bench.Ask(Bench.Prices, cancel: leaving.Token);
        var third = bench.Ask(Bench.Prices);

        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(second);
        door.SetResult();

        (await first).Succeeded.ShouldBeTrue();
        (await third).Succeeded.ShouldBeTrue();
        bench.Transport.Calls.ShouldBe(2);
        bench.Pipeline.Status.InFlight.ShouldBe(0);
    }
}
