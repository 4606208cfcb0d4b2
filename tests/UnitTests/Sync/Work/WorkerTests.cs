using PortalIntegration.Core.Outcomes;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync.Work;

public sealed class WorkerTests : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task Signal_NewWork_DoesNotWaitForThePoll()
    {
        var flow = new ScriptedFlow();
        await using var node = Node(flow, TimeProvider.System, ("Sync:Worker:PollInterval", "00:01:00"));
        await node.Worker.StartAsync(CancellationToken.None);
        await Task.Delay(100);

        await node.Store.Trigger(Look("a"));
        node.Get<WorkSignal>().Raise();

        (await flow.Ran.Reader.ReadAsync().AsTask().WaitAsync(Soon)).ShouldBe("a");
        await node.Worker.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Poll_WorkOfAnotherNode_IsFoundWithoutASignal()
    {
        var flow = new ScriptedFlow();
        await using var node = Node(flow, TimeProvider.System, ("Sync:Worker:PollInterval", "00:00:00.1"));
        await node.Worker.StartAsync(CancellationToken.None);

        await node.Store.Trigger(Look("a"));

        (await flow.Ran.Reader.ReadAsync().AsTask().WaitAsync(Soon)).ShouldBe("a");
        await node.Worker.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Stop_WhileItemsRun_WaitsForThem()
    {
        var gate = new TaskCompletionSource();
        var flow = new ScriptedFlow { Body = async _ => { await gate.Task; return new Next.Done(); } };
        await using var node = Node(flow, TimeProvider.System);
        await node.Store.Trigger(Look("a"));
        await node.Store.Trigger(Look("b"));
        await node.Worker.StartAsync(CancellationToken.None);
        await flow.Ran.Reader.ReadAsync().AsTask().WaitAsync(Soon);
        await flow.Ran.Reader.ReadAsync().AsTask().WaitAsync(Soon);

        var stopping = node.Worker.StopAsync(CancellationToken.None);
        stopping.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        await stopping.WaitAsync(Soon);

        (await node.Store.Find(new WorkKey("scripted", "a"))).ShouldBeNull("it ended, and that was written");
        (await node.Store.Find(new WorkKey("scripted", "b"))).ShouldBeNull();
    }

    [Fact]
    public async Task Stop_ItemHangs_IsCutOffAndStaysInTheQueue()
    {
        var flow = new ScriptedFlow { Body = async cancel => { await Task.Delay(Timeout.Infinite, cancel); return new Next.Done(); } };
        await using var node = Node(flow, TimeProvider.System, ("Sync:Worker:StopTimeout", "00:00:00.2"));
        await node.Store.Trigger(Look("a"));
        await node.Worker.StartAsync(CancellationToken.None);
        await flow.Ran.Reader.ReadAsync().AsTask().WaitAsync(Soon);

        await node.Worker.StopAsync(CancellationToken.None).WaitAsync(Soon);

        (await node.Store.Find(new WorkKey("scripted", "a"))).ShouldNotBeNull().State.ShouldBe(WorkState.Ready);
        node.Logs.Entries.ShouldContain(entry => entry.Id.Id == 5012);
    }

    [Fact]
    public async Task Fault19_PoisonItem_IsADeadLetterAndOnlyItsOwnKeyWaits()
    {
        var clock = ManualClock.Start();
        var flow = new ScriptedFlow { Fails = key => key == "poison" ? Cause.ServerError : null };
        await using var node = Node(flow, clock);
        await node.Store.Trigger(Look("poison"));
        await node.Store.Trigger(Look("good"));

        await node.RunToTheEnd(clock);

        flow.Keys.Count(key => key == "poison").ShouldBe(10, "as many attempts as configured");
        flow.Keys.Count(key => key == "good").ShouldBe(1);
        var dead = (await node.Store.Find(new WorkKey("scripted", "poison"))).ShouldNotBeNull();
        dead.State.ShouldBe(WorkState.Dead);
        dead.Cause.ShouldBe("ServerError");
        node.Logs.Entries.Count(entry => entry.Id.Id == 5003).ShouldBe(1);
    }

    [Fact]
    public async Task Retry_WhatCannotHelp_IsADeadLetterAtOnce()
    {
        var flow = new ScriptedFlow { Fails = _ => Cause.Forbidden };
        await using var node = Node(flow, ManualClock.Start());
        await node.Store.Trigger(Look("a"));

        await node.RunDue();

        flow.Keys.Count.ShouldBe(1);
        (await node.Store.Find(new WorkKey("scripted", "a")))!.State.ShouldBe(WorkState.Dead);
    }

    [Fact]
    public async Task Fault22_Throttled_IsNotAnAttemptAndNotBeforeRetryAfter()
    {
        var clock = ManualClock.Start();
        var times = 0;
        var flow = new ScriptedFlow { Fails = _ => ++times <= 30 ? Cause.Throttled : null, RetryAfter = TimeSpan.FromSeconds(60) };
        await using var node = Node(flow, clock);
        await node.Store.Trigger(Look("a"));
        await node.RunDue();

        var waiting = (await node.Store.Find(new WorkKey("scripted", "a"))).ShouldNotBeNull();
        waiting.Due.ShouldBeInRange(clock.Now.AddSeconds(60), clock.Now.AddSeconds(65));
        await node.RunToTheEnd(clock, TimeSpan.FromHours(2));

        (await node.Store.Find(new WorkKey("scripted", "a"))).ShouldBeNull("done after thirty times, for being throttled costs no attempt");
    }

    [Fact]
    public async Task Backoff_DoublesUpToItsCapWithFullJitter()
    {
        var clock = ManualClock.Start();
        var flow = new ScriptedFlow { Fails = _ => Cause.Unreachable };
        await using var node = Node(flow, clock, ("Sync:Worker:MaxAttempts", "100"));
        var waits = new List<double>();
        for (var item = 0; item < 20; item++)
        {
            await node.Store.Trigger(Look($"k{item}"));
        }

        for (var attempt = 0; attempt < 8; attempt++)
        {
            await node.RunDue();
            waits.Clear();
            for (var item = 0; item < 20; item++)
            {
                waits.Add(((await node.Store.Find(new WorkKey("scripted", $"k{item}")))!.Due - clock.Now).TotalSeconds);
            }

            waits.Max().ShouldBeLessThanOrEqualTo(Math.Min(60, 2 * Math.Pow(2, attempt)) + 0.001);
            clock.Advance(TimeSpan.FromSeconds(60));
        }

        waits.Min().ShouldBeLessThan(30, "any share of the wait is taken");
        waits.Max().ShouldBeGreaterThan(30);
        waits.Distinct().Count().ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task Lease_OfARunningItem_IsRenewed()
    {
        var clock = ManualClock.Start();
        var gate = new TaskCompletionSource();
        var flow = new ScriptedFlow { Body = async _ => { await gate.Task; return new Next.Done(); } };
        await using var node = Node(flow, clock);
        await using var other = Node(new ScriptedFlow(), clock);
        await node.Store.Trigger(Look("slow"));
        var running = node.Processor.RunOne(CancellationToken.None);
        await flow.Ran.Reader.ReadAsync();

        for (var i = 0; i < 12; i++)
        {
            await Eventually(() => Task.FromResult(clock.Waiting > 0)); // it waits for the next time
            clock.Advance(TimeSpan.FromSeconds(5));
            var until = clock.Now.AddSeconds(15);
            await Eventually(async () => (await node.Store.Find(new WorkKey("scripted", "slow")))!.LeasedUntil >= until);
        }

        (await other.Processor.RunOne(CancellationToken.None)).ShouldBeFalse();
        gate.SetResult();
        await running;
    }

    [Fact]
    public async Task Lease_TakenAway_CancelsTheRun()
    {
        var clock = ManualClock.Start();
        var cancelled = false;
        var flow = new ScriptedFlow
        {
            Body = async cancel =>
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, cancel);
                }
                catch (OperationCanceledException)
                {
                    cancelled = true;
                    throw;
                }

                return new Next.Done();
            },
        };
        await using var node = Node(flow, clock);
        await node.Store.Trigger(Look("a"));
        var running = node.Processor.RunOne(CancellationToken.None);
        await flow.Ran.Reader.ReadAsync();
        var item = (await node.Store.Find(new WorkKey("scripted", "a"))).ShouldNotBeNull();
        await node.Store.Amend(item.Key, item.Revision, new WorkChange { State = WorkState.Held }, []);

        clock.Advance(TimeSpan.FromSeconds(5));
        await running.WaitAsync(Soon);

        cancelled.ShouldBeTrue();
        (await node.Store.Find(item.Key))!.State.ShouldBe(WorkState.Held);
    }

    [Fact]
    public async Task Run_ThatThrows_IsTriedAgainAndLogged()
    {
        var clock = ManualClock.Start();
        var times = 0;
        var flow = new ScriptedFlow { Body = _ => ++times == 1 ? throw new InvalidOperationException("a bug") : Task.FromResult<Next>(new Next.Done()) };
        await using var node = Node(flow, clock);
        await node.Store.Trigger(Look("a"));

        await node.RunToTheEnd(clock);

        times.ShouldBe(2);
        node.Logs.Entries.ShouldContain(entry => entry.Id.Id == 5001);
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    private static WorkTrigger Look(string key) => new(new WorkKey("scripted", key), 2);

    private static async Task Eventually(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 6_000; i++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(10);
        }

        throw new TimeoutException("It never held.");
    }

    private Node Node(IFlow flow, TimeProvider clock, params (string Key, string Value)[] settings) =>
        new(_directory.Path, clock, new FakeErp(clock), random: null, [flow], settings);

    private sealed class ScriptedFlow : IFlow
    {
        public string Name => "scripted";

        public List<string> Keys { get; } = [];

        public System.Threading.Channels.Channel<string> Ran { get; } = System.Threading.Channels.Channel.CreateUnbounded<string>();

        public Func<string, Cause?> Fails { get; init; } = _ => null;

        public TimeSpan? RetryAfter { get; init; }

        public Func<CancellationToken, Task<Next>>? Body { get; init; }

        public async Task<Next> Run(Lease lease, CancellationToken cancel)
        {
            lock (Keys)
            {
                Keys.Add(lease.Item.Key.Key);
            }

            await Ran.Writer.WriteAsync(lease.Item.Key.Key, CancellationToken.None);
            if (Body is { } body)
            {
                return await body(cancel);
            }

            return Fails(lease.Item.Key.Key) is { } cause
                ? new Next.Retry(new Failure(cause, "erp", "ask", At(lease)) { RetryAfter = RetryAfter })
                : new Next.Done();
        }

        private static DateTimeOffset At(Lease lease) => lease.Item.LeasedUntil!.Value.AddSeconds(-15);
    }
}
