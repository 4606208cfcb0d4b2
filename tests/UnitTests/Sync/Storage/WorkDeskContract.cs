using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Storage.Sql;

namespace PortalIntegration.UnitTests.Sync.Storage;

/// <summary>What an admin sees of the queue, on every store.</summary>
public abstract class WorkDeskContract(IStoreGround ground) : StoreBench(ground)
{
    private static readonly string[] Flows = ["a", "b"];

    [Fact]
    public async Task Loads_OfEveryKind_AreCountedPerFlow()
    {
        var start = Clock.Now;
        await Leave("a", "dead", new WorkChange { State = WorkState.Dead, Cause = "Forbidden", Result = RunResult.Failed });
        await Leave("a", "held", new WorkChange { State = WorkState.Held, Cause = "NeedsDecision" });
        await Leave("a", "on-hold", new WorkChange { State = WorkState.Held, Note = "asked the vendor" });
        await Leave("a", "failing", new WorkChange { State = WorkState.Ready, Due = start.AddHours(1), Cause = "Unreachable", Waits = 1, Result = RunResult.Failed });
        await Leave("b", "done", new WorkChange { State = WorkState.Done, Result = RunResult.Done });
        await Work.Trigger(new WorkTrigger(new WorkKey("a", "running"), 2));
        await Work.Claim(["a"], "n", TimeSpan.FromMinutes(10));
        Clock.Advance(TimeSpan.FromSeconds(10));
        await Work.Trigger(new WorkTrigger(new WorkKey("a", "due"), 2));
        await Work.Trigger(new WorkTrigger(new WorkKey("a", "later"), 2, start.AddHours(2)));
        Clock.Advance(TimeSpan.FromSeconds(5));

        var loads = await Desk.Loads();

        loads.Select(load => load.Flow).ShouldBe(["a", "b"]);
        loads[0].ShouldBe(new FlowLoad
        {
            Flow = "a",
            Ready = 2,
            Due = 1,
            OldestDue = start.AddSeconds(10),
            WantedSince = start,
            Running = 1,
            Failing = 1,
            Held = 1,
            OnHold = 1,
            Dead = 1,
            LastFailed = start,
        });
        loads[1].ShouldBe(new FlowLoad { Flow = "b", LastDone = start });
    }

    [Fact]
    public async Task Groups_SameCauseAndDetail_AreOneWithFirstAndLast()
    {
        var start = Clock.Now;
        await Leave("a", "1", new WorkChange { State = WorkState.Dead, Cause = "Rejected", Detail = "erp createOrder: credit" });
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Leave("a", "2", new WorkChange { State = WorkState.Ready, Due = Clock.Now.AddHours(9), Waits = 1, Cause = "Rejected", Detail = "erp createOrder: credit" });
        await Leave("a", "3", new WorkChange { State = WorkState.Dead, Cause = "Rejected", Detail = "erp createOrder: unknownSku" });
        await Leave("b", "4", new WorkChange { State = WorkState.Held, Cause = "NeedsDecision" });
        await Leave("b", "5", new WorkChange { State = WorkState.Ready, Due = Clock.Now.AddHours(9) });

        var groups = await Desk.Groups(new WorkFilter(), 10);

        groups.ShouldBe([
            new FailureGroup("a", "Rejected", "erp createOrder: credit", Failing: 1, Held: 0, OnHold: 0, Dead: 1, start, Clock.Now),
            new FailureGroup("a", "Rejected", "erp createOrder: unknownSku", 0, 0, 0, 1, Clock.Now, Clock.Now),
            new FailureGroup("b", "NeedsDecision", null, 0, 1, 0, 0, Clock.Now, Clock.Now),
        ]);
        (await Keys(WorkFilter.Of(groups[0]))).ShouldBe(["2", "1"]);
        (await Keys(WorkFilter.Of(groups[2]))).ShouldBe(["4"]);
        (await Desk.Groups(new WorkFilter { Statuses = [WorkStatus.Dead, WorkStatus.Done], Flows = ["a"] }, 1)).Single().Dead.ShouldBe(1);
    }

    [Fact]
    public async Task Groups_OnHold_AreToldApartFromWhatWaitsForADecision()
    {
        await Leave("a", "given-up", new WorkChange { State = WorkState.Dead, Cause = "Forbidden", Detail = "erp getOrder" });
        await Leave("a", "on-hold", new WorkChange { State = WorkState.Held, Cause = "Forbidden", Detail = "erp getOrder", Note = "asked the vendor" });
        await Leave("a", "undecided", new WorkChange { State = WorkState.Held, Cause = "Forbidden", Detail = "erp getOrder" });
        await Leave("a", "just-held", new WorkChange { State = WorkState.Held, Note = "not today" });

        var groups = await Desk.Groups(new WorkFilter(), 10);

        groups.Select(group => (group.Cause, group.Held, group.OnHold, group.Dead, group.Count)).ShouldBe([("Forbidden", 1, 1, 1, 3), (null, 0, 1, 0, 1)]);
        (await Keys(WorkFilter.Of(groups[0]))).ShouldBe(["undecided", "on-hold", "given-up"]);
        (await Keys(WorkFilter.Of(groups[1]))).ShouldBe(["just-held"], "without a cause is not with any cause");
    }

    [Fact]
    public async Task Loads_WhatFailsAndIsDue_IsCountedOnceAmongWhatIsBehind()
    {
        await Leave("a", "failing", new WorkChange { State = WorkState.Ready, Due = Clock.Now.AddSeconds(1), Cause = "Unreachable", Waits = 1, Result = RunResult.Failed });
        await Work.Trigger(new WorkTrigger(new WorkKey("a", "due"), 2));
        Clock.Advance(TimeSpan.FromSeconds(5));

        var load = (await Desk.Loads()).Single();

        (load.Due, load.Failing, load.FailingDue).ShouldBe((2, 1, 1));
        PortalIntegration.Sync.Alerts.FlowStanding.Wanted(load).ShouldBe(2);
    }

    [Fact]
    public async Task Failure_SeenAgain_KeepsWhenItWasFirstUntilItIsOver()
    {
        var start = Clock.Now;
        await Leave("a", "1", new WorkChange { State = WorkState.Ready, Cause = "Unreachable", Detail = "erp get", Waits = 1, Due = Clock.Now.AddSeconds(1) });
        Clock.Advance(TimeSpan.FromSeconds(1));
        var item = (await Work.Claim(Flows, "n", TimeSpan.FromMinutes(1))).ShouldNotBeNull();
        await Work.Save(item.Key, item.Fence, new WorkChange { State = WorkState.Ready, Cause = "TimedOut", Detail = "erp get", Waits = 2, Due = Clock.Now.AddSeconds(1) }, []);

        var failing = (await Work.Find(item.Key)).ShouldNotBeNull();
        (failing.FirstFailedAt, failing.FailedAt, failing.Cause, failing.Detail).ShouldBe((start, start.AddSeconds(1), "TimedOut", "erp get"));

        Clock.Advance(TimeSpan.FromSeconds(1));
        var again = (await Work.Claim(Flows, "n", TimeSpan.FromMinutes(1))).ShouldNotBeNull();
        await Work.Save(again.Key, again.Fence, new WorkChange { State = WorkState.Ready, Due = Clock.Now.AddHours(1), Result = RunResult.Done }, []);
        var fine = (await Work.Find(item.Key)).ShouldNotBeNull();
        (fine.FirstFailedAt, fine.FailedAt, fine.Cause, fine.Detail).ShouldBe((null, null, null, null));
    }

    [Theory]
    [InlineData(WorkStatus.Ready, "ready")]
    [InlineData(WorkStatus.Running, "running")]
    [InlineData(WorkStatus.Failing, "failing")]
    [InlineData(WorkStatus.Held, "held")]
    [InlineData(WorkStatus.OnHold, "on-hold")]
    [InlineData(WorkStatus.Dead, "dead")]
    [InlineData(WorkStatus.Done, "done")]
    public async Task Search_ByStatus_FindsThoseAlone(WorkStatus status, string key)
    {
        await OfEveryStatus();

        (await Keys(new WorkFilter { Statuses = [status] })).ShouldBe([key]);
        (await Desk.Search(new WorkFilter { Statuses = [status] }, null, 10)).Items.Single().StatusAt(Clock.Now).ShouldBe(status);
        (await Desk.Count(new WorkFilter { Statuses = [status] })).ShouldBe(1);
    }

    [Fact]
    public async Task Search_NoStatusAsked_FindsNone()
    {
        await OfEveryStatus();

        (await Keys(new WorkFilter { Statuses = [] })).ShouldBeEmpty();
        (await Desk.Count(new WorkFilter())).ShouldBe(7);
    }

    [Fact]
    public async Task Search_ByWhatItIsAbout_Finds()
    {
        await Work.Trigger(new WorkTrigger(new WorkKey("a", "SO-100%_x"), 2) { Kind = TriggerKind.Webhook });
        await Work.Trigger(new WorkTrigger(new WorkKey("b", "SO-1009-x"), 2) { Kind = TriggerKind.Resync });
        await Leave("b", "dead", new WorkChange { State = WorkState.Dead, Cause = "Rejected", Detail = "crm putAccount: nameTooLong" }, TimeSpan.FromMinutes(5));

        (await Keys(new WorkFilter { Key = "so-100%_" })).ShouldBe(["SO-100%_x"], "what is special to LIKE is not special here");
        (await Keys(new WorkFilter { Flows = ["b"] })).ShouldBe(["dead", "SO-1009-x"]);
        (await Keys(new WorkFilter { Origin = TriggerKind.Resync })).ShouldBe(["SO-1009-x"]);
        (await Keys(new WorkFilter { Cause = "Rejected" })).ShouldBe(["dead"]);
        (await Keys(new WorkFilter { Text = "NAMETOO" })).ShouldBe(["dead"]);
        (await Keys(new WorkFilter { Since = Clock.Now })).ShouldBe(["dead"]);
        (await Keys(new WorkFilter { Until = Clock.Now })).ShouldBe(["SO-1009-x", "SO-100%_x"]);
    }

    [Fact]
    public async Task Search_ByAnExactWord_FindsWhatCarriesIt()
    {
        await Work.Add(New("1", ["PO-4711", "FAS-001", "C-1"]));
        await Work.Add(New("2", ["PO-4712", "FAS-001", "C-1", ""]));

        (await Keys(new WorkFilter { Term = " po-4711 " })).ShouldBe(["1"]);
        (await Keys(new WorkFilter { Term = "FAS-001" })).ShouldBe(["2", "1"]);
        (await Keys(new WorkFilter { Term = "PO-47" })).ShouldBeEmpty("only the whole word");
        var elsewhere = new SqlWorkDesk(Other, Hashes(Other), Clock);
        (await elsewhere.Count(new WorkFilter { Term = "PO-4711" }, CancellationToken.None)).ShouldBe(1, "every node has the same key");
        (await Database.Read(session => session.All<string>("SELECT term FROM work_terms"))).ShouldAllBe(term => term.Length == 32 && term.All(char.IsAsciiHexDigitLower));
    }

    [Fact]
    public async Task Terms_OfWhatIsGone_AreGone()
    {
        await Work.Add(New("1", ["PO-1"]));
        await Work.Add(New("2", ["PO-2"]));
        var first = (await Work.Claim(Flows, "n", TimeSpan.FromMinutes(1))).ShouldNotBeNull();
        await Work.Save(first.Key, first.Fence, new WorkChange { State = WorkState.Done }, []);
        var second = (await Work.Claim(Flows, "n", TimeSpan.FromMinutes(1))).ShouldNotBeNull();
        await Work.Save(second.Key, second.Fence, new WorkChange { State = WorkState.Done, KeepUntil = Clock.Now.AddDays(1) }, []);
        (await Keys(new WorkFilter { Term = "PO-2" })).ShouldBe(["2"], "it is kept for a while");

        Clock.Advance(TimeSpan.FromDays(1));
        await Work.Purge();

        (await Database.Read(session => session.All<string>("SELECT term FROM work_terms"))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Search_PageByPage_MissesNoneAndGivesNoneTwice()
    {
        for (var i = 0; i < 25; i++)
        {
            await Work.Trigger(new WorkTrigger(new WorkKey("a", $"{i:00}"), 2));
        }

        var found = new List<string>();
        long? next = null;
        do
        {
            var page = await Desk.Search(new WorkFilter(), next, 10);
            found.AddRange(page.Items.Select(item => item.Key.Key));
            next = page.Next;
            await Work.Trigger(new WorkTrigger(new WorkKey("a", $"new-{found.Count}"), 2));
        }
        while (next is not null);

        found.ShouldBe(Enumerable.Range(0, 25).Reverse().Select(i => $"{i:00}"));
    }

    [Fact]
    public async Task Trigger_SaysWhyAndIsTiedToIt()
    {
        using var source = new System.Diagnostics.ActivitySource("test");
        using var listener = new System.Diagnostics.ActivityListener
        {
            ShouldListenTo = candidate => candidate.Name == "test",
            Sample = (ref System.Diagnostics.ActivityCreationOptions<System.Diagnostics.ActivityContext> _) => System.Diagnostics.ActivitySamplingResult.AllData,
        };
        System.Diagnostics.ActivitySource.AddActivityListener(listener);
        using var activity = source.StartActivity("delivery").ShouldNotBeNull();
        await Work.Trigger(new WorkTrigger(new WorkKey("a", "1"), 2) { Kind = TriggerKind.Webhook });

        var item = (await Work.Claim(Flows, "n", TimeSpan.FromMinutes(1))).ShouldNotBeNull();

        (item.Origin, item.Correlation).ShouldBe((TriggerKind.Webhook, activity.Id));
    }

    [Fact]
    public async Task WantedAt_IsTheFirstTriggerThatNoRunHasAnswered()
    {
        var start = Clock.Now;
        var key = new WorkKey("a", "1");
        await Work.Trigger(new WorkTrigger(key, 2));
        Clock.Advance(TimeSpan.FromSeconds(3));
        await Work.Trigger(new WorkTrigger(key, 2));
        var item = (await Work.Claim(Flows, "n", TimeSpan.FromMinutes(1))).ShouldNotBeNull();
        item.WantedAt.ShouldBe(start);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Work.Trigger(new WorkTrigger(key, 2));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Work.Trigger(new WorkTrigger(key, 2));
        await Work.Save(key, item.Fence, new WorkChange { State = WorkState.Done, SeenVersion = item.Version, Result = RunResult.Done }, []);

        (await Work.Find(key)).ShouldNotBeNull().WantedAt.ShouldBe(start.AddSeconds(4), "the first one that came while it ran");
        var measure = (await new SqlMeasures(Database, Clock).Read("a", start, CancellationToken.None)).Single();
        (measure.Done, measure.LagMax).ShouldBe((1, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task Trigger_WhileAStandingItemRuns_RunsItOnceMore()
    {
        var key = new WorkKey("a", "standing");
        await Work.Trigger(new WorkTrigger(key, 2));
        var item = (await Work.Claim(Flows, "n", TimeSpan.FromMinutes(1))).ShouldNotBeNull();
        await Work.Trigger(new WorkTrigger(key, 2) { Kind = TriggerKind.Admin });

        await Work.Save(key, item.Fence, new WorkChange { State = WorkState.Ready, Due = Clock.Now.AddHours(1), SeenVersion = item.Version, Result = RunResult.Done }, []);

        (await Work.Claim(Flows, "n", TimeSpan.FromMinutes(1))).ShouldNotBeNull("somebody pressed 'run now'").Origin.ShouldBe(TriggerKind.Admin);
    }

    private async Task OfEveryStatus()
    {
        await Leave("a", "failing", new WorkChange { State = WorkState.Ready, Due = Clock.Now.AddHours(1), Cause = "Unreachable", Waits = 1 });
        await Leave("a", "held", new WorkChange { State = WorkState.Held, Cause = "NeedsDecision" });
        await Leave("a", "on-hold", new WorkChange { State = WorkState.Held, Note = "asked the vendor" });
        await Leave("a", "dead", new WorkChange { State = WorkState.Dead, Cause = "Forbidden" });
        await Leave("a", "done", new WorkChange { State = WorkState.Done, KeepUntil = Clock.Now.AddDays(1) });
        await Work.Trigger(new WorkTrigger(new WorkKey("a", "running"), 2));
        await Work.Claim(Flows, "n", TimeSpan.FromMinutes(10));
        await Work.Trigger(new WorkTrigger(new WorkKey("a", "ready"), 2));
    }

    private async Task<IReadOnlyList<string>> Keys(WorkFilter filter) => [.. (await Desk.Search(filter, null, 100)).Items.Select(item => item.Key.Key)];

    private static NewWork New(string key, string[] terms) => new(new WorkKey("a", key), null, 1, [1], HoldsUp: false) { Terms = terms };

    /// <summary>Runs an item to that end, in the lane that goes first.</summary>
    private async Task Leave(string flow, string key, WorkChange change, TimeSpan later = default)
    {
        Clock.Advance(later);
        await Work.Trigger(new WorkTrigger(new WorkKey(flow, key), 0));
        var item = (await Work.Claim([flow], "n", TimeSpan.FromMinutes(1))).ShouldNotBeNull();
        item.Key.Key.ShouldBe(key);
        (await Work.Save(item.Key, item.Fence, change, [])).ShouldBeTrue();
    }
}

public sealed class SqliteWorkDeskTests() : WorkDeskContract(new SqliteGround());

public sealed class PostgresWorkDeskTests(PostgresFixture postgres) : WorkDeskContract(new PostgresGround(postgres));
