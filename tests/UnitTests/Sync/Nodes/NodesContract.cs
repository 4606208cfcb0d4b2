using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync;
using PortalIntegration.Sync.Nodes;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Receipts;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;
using PortalIntegration.Tests;
using PortalIntegration.UnitTests.Sync.Storage;

namespace PortalIntegration.UnitTests.Sync.Nodes;

/// <summary>Two portal nodes on one store, of every kind.</summary>
public abstract class NodesContract(IStoreGround ground) : IAsyncLifetime
{
    private static readonly Scope Admin = Scope.ForPerson(new PersonId("adm-1"), Role.Admin, []);

    private readonly ManualTimeProvider _clock = ManualClock.Start();
    private readonly ScriptedFlow _flow = new();
    private readonly List<Node> _nodes = [];
    private FakeErp _erp = null!;
    private Node _one = null!;
    private Node _two = null!;

    private protected IStoreGround Ground => ground;

    private protected ManualTimeProvider Clock => _clock;

    private protected FakeErp Erp => _erp;

    public async ValueTask InitializeAsync()
    {
        _erp = new FakeErp(_clock) { Systems = [new FakeSystem("erp", new EveryOrder())] };
        _one = await Start();
        _two = await Start();
        await _one.Store.Made();
        _clock.Advance(TimeSpan.FromHours(1));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        await ground.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Fault31_SameScheduleOnTwoNodes_OneRun()
    {
        await _one.Stand();
        await _two.Stand();
        for (var round = 1; round <= 5; round++)
        {
            await Task.WhenAll(_one.RunDue(), _two.RunDue());
            _erp.Cursors.Count.ShouldBe(round);
            _clock.Advance(TimeSpan.FromMinutes(2));
        }
    }

    [Fact]
    public async Task Fault32_PausedBeyondItsLease_ItsWriteIsRefusedAndTheOtherOneCounts()
    {
        var paused = new TaskCompletionSource();
        var runs = 0;
        _flow.Body = async (lease, _) =>
        {
            if (Interlocked.Increment(ref runs) == 1)
            {
                await paused.Task;
                lease.Note(Entry(lease, "late"));
                return new Next.Done(_clock.Now.AddDays(1)) { Payload = [1] };
            }

            lease.Note(Entry(lease, "in time"));
            return new Next.Done(_clock.Now.AddDays(1)) { Payload = [2] };
        };
        await _one.Store.Add(new NewWork(new WorkKey("scripted", "a"), null, 1, [0], HoldsUp: false));

        // Claimed and run without the renewal of a living process.
        var item = (await _one.Store.Claim(["scripted"], "asleep", TimeSpan.FromSeconds(15))).ShouldNotBeNull();
        var asleep = new Lease(_one.Store, item);
        var first = _flow.Run(asleep, CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(15));
        await _two.RunDue();
        paused.SetResult();
        await first;

        (await asleep.Checkpoint([1], _clock.Now.AddMinutes(1), holdsUp: false, CancellationToken.None)).ShouldBeFalse();
        (await _one.Store.Find(item.Key)).ShouldNotBeNull().Payload.ShouldBe([2]);
        (await _one.Journal.Read(item.Key, 10)).Select(entry => entry.Asked).ShouldBe(["in time"]);
    }

    [Fact]
    public async Task Fault05_OrdersOnTwoNodesThatDieAtEveryStep_EachStandsOnce()
    {
        var random = new Random(7);
        bool Dies(string _)
        {
            lock (random)
            {
                return random.Next(4) == 0;
            }
        }

        var submissions = Enumerable.Range(0, 12).Select(i => Samples.Submission(customer: $"C-{i % 4}")).ToList();
        foreach (var (submission, i) in submissions.Select((submission, i) => (submission, i)))
        {
            await (i % 2 == 0 ? _one : _two).Orders.Submit(Samples.Buyer(submission.Request.Customer.Value), submission);
        }

        _one.Steps.Dies = Dies;
        _two.Steps.Dies = Dies;
        for (var round = 0; round < 30; round++)
        {
            await Task.WhenAll(UntilItDies(_one), UntilItDies(_two));
            _clock.Advance(TimeSpan.FromSeconds(40));
        }

        _one.Steps.Dies = null;
        _two.Steps.Dies = null;
        await _two.RunToTheEnd(_clock);

        foreach (var submission in submissions)
        {
            _erp.Standing(submission.Id).Count.ShouldBe(1);
            (await _one.Orders.Find(Samples.Buyer(submission.Request.Customer.Value), submission.Id))!.State.ShouldBe(PlacingState.Confirmed);
        }
    }

    [Fact]
    public async Task Fault08_StoreNotToBeHad_DeliveryIsNotAcknowledgedAndTakenLater()
    {
        await _one.Store.Trigger(new WorkTrigger(new WorkKey("scripted", "warm"), 2));
        await using (await ground.Cut())
        {
            (await Deliver(_one, "d1")).ShouldBe(StatusCodes.Status503ServiceUnavailable);
        }

        (await Deliver(_two, "d1")).ShouldBe(StatusCodes.Status204NoContent, "the sender comes again, to whichever node");
        (await Deliver(_one, "d1")).ShouldBe(StatusCodes.Status204NoContent);
        (await _one.Store.Find(new WorkKey("order-changed", "SO-1"))).ShouldNotBeNull().Version.ShouldBe(1);
    }

    [Fact]
    public async Task Fault09_StoreLostUnderAWorker_LeaseRunsOutAndWorkResumes()
    {
        IAsyncDisposable? cut = null;
        var runs = 0;
        _flow.Body = async (lease, _) =>
        {
            lease.Note(Entry(lease, "ran"));
            if (Interlocked.Increment(ref runs) == 1)
            {
                cut = await ground.Cut();
            }

            return new Next.Done(_clock.Now.AddDays(1));
        };
        var key = new WorkKey("scripted", "a");
        await _one.Store.Trigger(new WorkTrigger(key, 2));

        await Should.ThrowAsync<StoreUnavailableException>(() => _one.RunDue());
        await cut!.DisposeAsync();
        (await _two.RunDue()).ShouldBe(0, "its lease still lasts");
        _clock.Advance(TimeSpan.FromSeconds(16));
        (await _two.RunDue()).ShouldBe(1);

        (await _one.Store.Find(key)).ShouldNotBeNull().State.ShouldBe(WorkState.Done);
        (await _one.Journal.Read(key, 10)).Count.ShouldBe(1, "what the first run found was never written");
    }

    [Fact]
    public async Task AdminJob_NodeDiesInTheMiddle_TheOtherGoesOnWhereItStood()
    {
        for (var i = 0; i < 450; i++)
        {
            await _one.Store.Trigger(new WorkTrigger(new WorkKey("scripted", $"{i:000}"), 2));
        }

        _flow.Body = (_, _) => Task.FromResult<Next>(new Next.Dead(new Core.Outcomes.Failure(Core.Outcomes.Cause.Forbidden, "erp", "put", _clock.Now)));
        await _one.RunDue();
        var filter = new WorkFilter { Statuses = [WorkStatus.Dead] };
        (await _one.Get<IWorkDesk>().Count(filter)).ShouldBe(450);
        _flow.Body = (_, _) => Task.FromResult<Next>(new Next.Later(_clock.Now.AddYears(1)));
        var job = (await _one.Get<IWorkAdmin>().Start(Admin, AdminAction.Retry, filter, null)).ShouldNotBeNull();
        _one.Steps.CrashAt(AdminJobFlow.Advanced);

        await Should.ThrowAsync<StoreUnavailableException>(() => _one.RunDue());
        (await _two.Get<IWorkAdmin>().Job(Admin, job.Id))!.Finished.ShouldBe(200);
        _clock.Advance(TimeSpan.FromSeconds(16));
        await _two.RunDue();

        var end = (await _two.Get<IWorkAdmin>().Job(Admin, job.Id)).ShouldNotBeNull();
        (end.Total, end.Applied, end.Finished).ShouldBe((450, 450, 450));
        end.FinishedAt.ShouldNotBeNull();
        (await _one.Get<IWorkDesk>().Count(filter)).ShouldBe(0);
    }

    [Fact]
    public async Task Heartbeat_TwoNodes_ShareTheQuotaUntilOneIsGone()
    {
        var one = _one.Get<Heartbeat>();
        var two = _two.Get<Heartbeat>();
        await one.Beat(CancellationToken.None);
        one.Nodes.ShouldBe(1);
        await two.Beat(CancellationToken.None);
        await one.Beat(CancellationToken.None);
        (one.Nodes, two.Nodes, _one.Get<IQuotaShare>().Nodes).ShouldBe((2, 2, 2));

        _clock.Advance(TimeSpan.FromSeconds(29));
        await one.Beat(CancellationToken.None);
        one.Nodes.ShouldBe(2, "three beats may be missed");
        _clock.Advance(TimeSpan.FromSeconds(2));
        await one.Beat(CancellationToken.None);
        one.Nodes.ShouldBe(1);
    }

    [Fact]
    public async Task Discard_OfAnOrderThatMayStand_IsRefusedUntilItWasLookedUp()
    {
        _erp.Then(CreateFault.CommitThenTimeout);
        var submission = Samples.Submission();
        await _one.Orders.Submit(Samples.Buyer(), submission);
        await _one.RunDue();
        var key = new WorkKey("place-order", submission.Id.ToString());
        (await _one.Get<IWorkAdmin>().Hold(Admin, key, "strange")).ShouldBe(AdminResult.Applied);

        (await _one.Get<IWorkAdmin>().Discard(Admin, key, "strange")).ShouldBe(AdminResult.Refused);

        (await _one.Get<IWorkAdmin>().Release(Admin, key)).ShouldBe(AdminResult.Applied);
        await _two.RunToTheEnd(_clock);
        _erp.Standing(submission.Id).Count.ShouldBe(1);
        (await _two.Orders.Find(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.Confirmed);
    }

    [Fact]
    public async Task Discard_OfAnOrderThatTheErpRefusedToTake_TellsTheBuyer()
    {
        _erp.Then(CreateFault.Forbidden);
        var submission = Samples.Submission();
        await _one.Orders.Submit(Samples.Buyer(), submission);
        await _one.RunDue();

        (await _one.Get<IWorkAdmin>().Discard(Admin, new WorkKey("place-order", submission.Id.ToString()), "customer closed")).ShouldBe(AdminResult.Applied);

        var placing = (await _two.Orders.Find(Samples.Buyer(), submission.Id)).ShouldNotBeNull();
        (placing.State, placing.Failure?.Code).ShouldBe((PlacingState.Rejected, "discarded"));
        await _two.RunToTheEnd(_clock);
        _erp.Standing(submission.Id).ShouldBeEmpty();
    }

    [Fact]
    public async Task Terms_OfAnOrder_FindIt()
    {
        var submission = Samples.Submission();
        await _one.Orders.Submit(Samples.Buyer(), submission);

        foreach (var term in new[] { "PO-4711", "FAS-001", "C-1", "acc-C-1", submission.Id.ToString() })
        {
            (await _two.Get<IWorkDesk>().Count(new WorkFilter { Term = term })).ShouldBe(1, term);
        }
    }

    private protected async Task<Node> Start(params (string Key, string Value)[] settings)
    {
        (string Key, string Value)[] all = [.. await ground.Settings(), .. settings];
        var directory = all.FirstOrDefault(setting => setting.Key == "State:Directory").Value ?? "unused";
        var node = new Node(directory, _clock, _erp, null, [_flow], [.. all.Where(setting => setting.Key != "State:Directory")]);
        _nodes.Add(node);
        return node;
    }

    private static async Task UntilItDies(Node node)
    {
        try
        {
            await node.RunDue();
        }
        catch (StoreUnavailableException)
        {
            // Crashed at a step.
        }
    }

    private static async Task<int> Deliver(Node node, string id)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(id));
        return await node.Get<WebhookReceiver>().Receive("erp", context.Request);
    }

    private JournalEntry Entry(Lease lease, string asked) => new() { At = _clock.Now, Key = lease.Item.Key, Asked = asked, By = "test" };

    /// <summary>Whatever is delivered is about one order.</summary>
    private sealed class EveryOrder : IWebhooks
    {
        public WebhookReading Read(WebhookDelivery delivery) =>
            new(WebhookVerdict.Accepted, Encoding.UTF8.GetString(delivery.Body.Span), [new ChangeNotice(Entity.Orders, "SO-1")], null);
    }

    private sealed class ScriptedFlow : IFlow
    {
        public string Name => "scripted";

        public Func<Lease, CancellationToken, Task<Next>> Body { get; set; } = (_, _) => Task.FromResult<Next>(new Next.Done());

        public Task<Next> Run(Lease lease, CancellationToken cancel) => Body(lease, cancel);
    }
}

public sealed class SqliteNodesTests() : NodesContract(new SqliteGround());

public sealed class PostgresNodesTests(PostgresFixture postgres) : NodesContract(new PostgresGround(postgres))
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Notices_ChangeOnOneNode_IsToldToThePagesOfTheOther()
    {
        var (one, two) = (await Start(), await Start());
        var told = new TaskCompletionSource();
        var echo = 0;
        using var watch = two.Board.Watch(Entity.Orders, "SO 1", () => told.TrySetResult());
        using var here = one.Board.Watch(Entity.Orders, "SO 1", () => echo++);
        await one.Listen();
        await two.Listen();

        await Until(() => told.Task.IsCompleted, () => one.Board.Tell(Entity.Orders, "SO 1"));

        var before = echo;
        await Task.Delay(200);
        echo.ShouldBe(before, "a node does not hear itself");
    }

    [Fact]
    public async Task Notices_OrderPlacedOnOneNode_IsToldToTheBuyerOnTheOther()
    {
        var (one, two) = (await Start(), await Start());
        await one.Listen();
        await two.Listen();
        var heard = false;
        using (two.Board.Watch(Entity.Orders, "ready", () => heard = true))
        {
            await Until(() => heard, () => one.Board.Tell(Entity.Orders, "ready"));
        }

        var submission = Samples.Submission();
        var confirmed = new TaskCompletionSource();
        await two.Orders.Submit(Samples.Buyer(), submission);
        using var watch = two.Orders.Watch(Samples.Buyer(), submission.Id, placing =>
        {
            if (placing.State == PlacingState.Confirmed)
            {
                confirmed.TrySetResult();
            }
        });

        await one.RunDue();

        await confirmed.Task.WaitAsync(Soon);
    }

    [Fact]
    public async Task Notices_SignalOnOneNode_WakesTheWorkerOfTheOther()
    {
        var (one, two) = (await Start(), await Start(("Sync:Worker:PollInterval", "00:01:00")));
        await one.Listen();
        await two.Listen();
        await two.Worker.StartAsync(CancellationToken.None);
        await Task.Delay(500);

        await one.Store.Trigger(new WorkTrigger(new WorkKey("scripted", "a"), 2));
        for (var i = 0; i < 300 && await one.Store.Find(new WorkKey("scripted", "a")) is not null; i++)
        {
            one.Get<WorkSignal>().Raise(); // what is raised before the other listens is told to nobody
            await Task.Delay(200);
        }

        (await one.Store.Find(new WorkKey("scripted", "a"))).ShouldBeNull("the other node ran it");
        await two.Worker.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Notices_LinesCut_AreTakenUpAgain()
    {
        var (one, two) = (await Start(), await Start());
        var told = false;
        using var watch = two.Board.Watch(Entity.Orders, "SO-1", () => told = true);
        await one.Listen();
        await two.Listen();
        await Until(() => told, () => one.Board.Tell(Entity.Orders, "SO-1"));

        await using (await Ground.Cut())
        {
            await Task.Delay(300);
        }

        told = false;
        await Until(() => told, () => one.Board.Tell(Entity.Orders, "SO-1"));
    }

    [Fact]
    public async Task Keys_OfTwoNodesThatStartTogether_AreTheSame()
    {
        var settings = await Ground.Settings();
        await using var one = Keys(settings);
        await using var two = Keys(settings);
        var protectors = await Task.WhenAll(
            Task.Run(() => new Payloads(one.GetRequiredService<IDataProtectionProvider>())), Task.Run(() => new Payloads(two.GetRequiredService<IDataProtectionProvider>())));

        var written = await Task.WhenAll(Task.Run(() => protectors[0].Protect([1])), Task.Run(() => protectors[1].Protect([2])));

        protectors[1].TryUnprotect(written[0]).ShouldBe([1]);
        protectors[0].TryUnprotect(written[1]).ShouldBe([2]);
        await using var later = Keys(settings);
        new Payloads(later.GetRequiredService<IDataProtectionProvider>()).TryUnprotect(written[0]).ShouldBe([1]);
    }

    [Fact]
    public async Task Keys_StoreNotToBeHad_IsUnavailableAndNotLost()
    {
        var settings = await Ground.Settings();
        await using var one = Keys(settings);
        var written = new Payloads(one.GetRequiredService<IDataProtectionProvider>()).Protect([1]);
        await using var two = Keys(settings);
        var payloads = new Payloads(two.GetRequiredService<IDataProtectionProvider>());
        await using (await Ground.Cut())
        {
            Should.Throw<StoreUnavailableException>(() => payloads.TryUnprotect(written));
        }

        payloads.TryUnprotect(written).ShouldBe([1]);
    }

    private static async Task Until(Func<bool> reached, Action again)
    {
        for (var i = 0; i < 600; i++)
        {
            again();
            if (reached())
            {
                return;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException("It never came to that.");
    }

    private ServiceProvider Keys((string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IOwnershipMap>(Erp);
        services.AddSync(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))).Build());
        return services.BuildServiceProvider();
    }
}
