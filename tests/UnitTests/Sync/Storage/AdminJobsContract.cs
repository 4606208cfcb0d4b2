using System.Diagnostics;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Storage.Sql;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.UnitTests.Sync.Storage;

/// <summary>What admins do to items, one and many, on every store.</summary>
public abstract class AdminJobsContract(IStoreGround ground) : StoreBench(ground)
{
    private static readonly Scope Admin = Scope.ForPerson(new PersonId("adm-1"), Role.Admin, []);
    private static readonly WorkFilter Dead = new() { Flows = ["flow"], Statuses = [WorkStatus.Dead] };

    private IWorkAdmin First => AdminOf(Database);

    private IWorkAdmin Second => AdminOf(Other);

    private IAudit Audit => new SqlAudit(Database);

    [Fact]
    public async Task Fault37_TwoAdminsAtOnceOnTwoNodes_OneEffect()
    {
        await GiveUp(1);
        var key = Key(0);

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? First : Second).Retry(Admin, key)));

        results.Count(result => result == AdminResult.Applied).ShouldBe(1);
        results.Count(result => result == AdminResult.NoLongerApplies).ShouldBe(9);
        (await Log.Read(key, 100)).Count(entry => entry.Asked == "tryAgain").ShouldBe(1);
        (await Audit.Read(new AuditFilter(), null, 10)).Entries.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            entry => entry.Action.ShouldBe("retry"), entry => entry.Who.ShouldBe("adm-1"), entry => entry.Subject.ShouldBe(key.ToString()));
    }

    [Fact]
    public async Task Fault37_TwoJobsOverTheSameItems_EachItemOnce()
    {
        await GiveUp(60);
        var one = (await First.Start(Admin, AdminAction.Retry, Dead, null)).ShouldNotBeNull();
        var two = (await Second.Start(Admin, AdminAction.Retry, Dead, null)).ShouldNotBeNull();

        var ends = await Task.WhenAll(Finish(Database, one.Id, 7), Finish(Other, two.Id, 7));

        (ends[0].Applied + ends[1].Applied).ShouldBe(60);
        (ends[0].NoLongerApplies + ends[1].NoLongerApplies).ShouldBe(60);
        for (var i = 0; i < 60; i++)
        {
            (await Log.Read(Key(i), 10)).Count.ShouldBe(1);
        }
    }

    [Fact]
    public async Task Fault37_OneJobRunTwiceAtOnce_EachItemOnce()
    {
        await GiveUp(60);
        var job = (await First.Start(Admin, AdminAction.Retry, Dead, null)).ShouldNotBeNull();

        await Task.WhenAll(Finish(Database, job.Id, 5), Finish(Other, job.Id, 5));

        var end = (await Jobs.Find(job.Id)).ShouldNotBeNull();
        (end.Total, end.Applied, end.Finished).ShouldBe((60, 60, 60));
    }

    [Fact]
    public async Task Start_OfASelection_SaysWhatBecameOfEach()
    {
        await GiveUp(3);
        await First.Retry(Admin, Key(1));

        var job = (await First.Start(Admin, AdminAction.Retry, [Key(0), Key(1), Key(2), new WorkKey("flow", "none")], null)).ShouldNotBeNull();
        (job.Total, job.Finished, job.FinishedAt).ShouldBe((4, 0, null));
        Clock.Advance(TimeSpan.FromSeconds(2));
        var end = await Finish(Database, job.Id, 2);

        end.ShouldBe(job with { Applied = 2, NoLongerApplies = 1, Gone = 1, FinishedAt = Clock.Now });
        var page = await First.Results(Admin, job.Id, null, null, 10);
        page.Items.ShouldBe([
            new AdminJobItem(Key(0), AdminResult.Applied),
            new AdminJobItem(Key(1), AdminResult.NoLongerApplies),
            new AdminJobItem(Key(2), AdminResult.Applied),
            new AdminJobItem(new WorkKey("flow", "none"), AdminResult.Gone),
        ]);
        (await First.Results(Admin, job.Id, AdminResult.Gone, null, 10)).Items.Single().Key.Key.ShouldBe("none");
        (await First.Jobs(Admin, 10)).ShouldBe([end]);
        (await Audit.Read(new AuditFilter { Action = "retry" }, null, 1)).Entries.Single().Count.ShouldBe(4);
    }

    [Theory]
    [InlineData(AdminAction.Retry, 3)]
    [InlineData(AdminAction.Hold, 4)]
    [InlineData(AdminAction.Release, 1)]
    [InlineData(AdminAction.Discard, 2)]
    public async Task Fitting_OfEveryAction_IsWhatItIsAppliedTo(AdminAction action, int fitting)
    {
        await End("on-hold", new WorkChange { State = WorkState.Held, Cause = "Forbidden", Note = "asked the vendor" });
        await End("unlinked", new WorkChange { State = WorkState.Held, Cause = "unlinked" });
        await End("undecided", new WorkChange { State = WorkState.Held, Cause = "NeedsDecision", Payload = [1] });
        await End("failing", new WorkChange { State = WorkState.Ready, Due = Clock.Now.AddHours(1), Cause = "Unreachable", Waits = 1 });
        await End("dead", new WorkChange { State = WorkState.Dead, Cause = "Forbidden" });
        await End("done", new WorkChange { State = WorkState.Done, KeepUntil = Clock.Now.AddDays(1) });
        await Work.Trigger(new WorkTrigger(new WorkKey("flow", "running"), 0));
        await Work.Claim(["flow"], "n", TimeSpan.FromMinutes(10));
        await Work.Trigger(new WorkTrigger(new WorkKey("flow", "ready"), 2));
        var all = (await Desk.Search(new WorkFilter(), null, 100)).Items;

        var counts = await Desk.Fitting(new WorkFilter());
        (counts.All, counts.Of(action)).ShouldBe((8, fitting));
        (await Desk.Count(new WorkFilter { Fits = action, Sequences = [.. all.Select(item => item.Sequence)] })).ShouldBe(fitting);
        (await Desk.Fitting(new WorkFilter { Sequences = [all[0].Sequence] })).All.ShouldBe(1);
        var reason = action is AdminAction.Hold or AdminAction.Discard ? "why" : null;
        var keys = (await First.Start(Admin, action, [.. all.Select(item => item.Key)], reason)).ShouldNotBeNull();
        (await Finish(Database, keys.Id, 100)).Applied.ShouldBe(fitting);
    }

    [Fact]
    public async Task Start_ByFilter_LeavesOutWhatTheActionIsNotFor()
    {
        await GiveUp(2);
        await End("on-hold", new WorkChange { State = WorkState.Held, Cause = "Forbidden", Note = "asked the vendor" });

        var job = (await First.Start(Admin, AdminAction.Retry, new WorkFilter { Flows = ["flow"] }, null)).ShouldNotBeNull();

        var end = await Finish(Database, job.Id, 100);
        (end.Total, end.Applied, end.NoLongerApplies).ShouldBe((2, 2, 0));
    }

    [Fact]
    public async Task Start_ByFilter_TakesWhatWasThereAndNotWhatCameLater()
    {
        await GiveUp(5);
        var job = (await First.Start(Admin, AdminAction.Retry, Dead, null)).ShouldNotBeNull();
        await GiveUp(1, from: 5);

        var end = await Finish(Database, job.Id, 100);

        (end.Total, end.Applied).ShouldBe((5, 5));
        (await Desk.Count(Dead)).ShouldBe(1);
    }

    [Fact]
    public async Task Start_ByFilter_KeepsNoWordThatWasSearchedFor()
    {
        await Work.Add(new NewWork(Key(0), null, 1, [1], HoldsUp: false) { Terms = ["PO-4711"] });
        var item = (await Work.Claim(["flow"], "n", TimeSpan.FromMinutes(1))).ShouldNotBeNull();
        await Work.Save(item.Key, item.Fence, new WorkChange { State = WorkState.Dead, Cause = "Forbidden" }, []);

        var job = (await First.Start(Admin, AdminAction.Retry, new WorkFilter { Term = "PO-4711" }, null)).ShouldNotBeNull();

        job.Subject.ShouldNotContain("4711");
        (await Finish(Other, job.Id, 10)).Applied.ShouldBe(1);
    }

    [Fact]
    public async Task Retry_OfWhatBacksOff_RunsItNow()
    {
        await Work.Trigger(new WorkTrigger(Key(0), 2));
        var item = (await Work.Claim(["flow"], "n", TimeSpan.FromMinutes(1))).ShouldNotBeNull();
        await Work.Save(item.Key, item.Fence, new WorkChange { State = WorkState.Ready, Cause = "Unreachable", Waits = 5, Attempts = 5, Due = Clock.Now.AddHours(1) }, []);

        (await First.Retry(Admin, Key(0))).ShouldBe(AdminResult.Applied);

        (await Work.Claim(["flow"], "n", TimeSpan.FromMinutes(1))).ShouldNotBeNull().Attempts.ShouldBe(0);
    }

    [Fact]
    public async Task Hold_ThenTriggers_WaitsUntilItIsReleased()
    {
        await GiveUp(1);
        (await First.Hold(Admin, Key(0), "vendor works on it")).ShouldBe(AdminResult.Applied);
        (await Second.Hold(Admin, Key(0), "again")).ShouldBe(AdminResult.NoLongerApplies);
        await Work.Trigger(new WorkTrigger(Key(0), 2));

        var held = (await Work.Find(Key(0))).ShouldNotBeNull();
        (held.OnHold, held.Note, held.Cause, held.Detail).ShouldBe((true, "vendor works on it", "Forbidden", "erp create"));
        (await Work.Claim(["flow"], "n", TimeSpan.FromMinutes(1))).ShouldBeNull();
        (await First.Retry(Admin, Key(0))).ShouldBe(AdminResult.NoLongerApplies);

        (await First.Release(Admin, Key(0))).ShouldBe(AdminResult.Applied);
        (await First.Release(Admin, Key(0))).ShouldBe(AdminResult.NoLongerApplies);
        var released = (await Work.Claim(["flow"], "n", TimeSpan.FromMinutes(1))).ShouldNotBeNull();
        (released.Note, released.Cause).ShouldBe((null, null));
        (await Audit.Read(new AuditFilter(), null, 10)).Entries.Select(entry => (entry.Action, entry.Reason)).ShouldBe([("release", null), ("hold", "vendor works on it")]);
    }

    [Fact]
    public async Task Hold_OfWhatRuns_TakesItsLeaseAway()
    {
        await Work.Trigger(new WorkTrigger(Key(0), 2));
        var running = (await Work.Claim(["flow"], "n", TimeSpan.FromMinutes(1))).ShouldNotBeNull();

        (await First.Hold(Admin, Key(0), "stop")).ShouldBe(AdminResult.Applied);

        (await Work.Save(running.Key, running.Fence, new WorkChange { State = WorkState.Done }, [])).ShouldBeFalse();
        (await Work.Find(Key(0))).ShouldNotBeNull().OnHold.ShouldBeTrue();
    }

    [Fact]
    public async Task Discard_KeepsTheOriginalForAWhile()
    {
        await Work.Add(new NewWork(Key(0), null, 1, [1, 2, 3], HoldsUp: false));
        (await First.Discard(Admin, Key(0), "not wanted")).ShouldBe(AdminResult.NoLongerApplies, "it is not given up");
        var item = (await Work.Claim(["flow"], "n", TimeSpan.FromMinutes(1))).ShouldNotBeNull();
        await Work.Save(item.Key, item.Fence, new WorkChange { State = WorkState.Dead, Cause = "Forbidden" }, []);

        (await First.Discard(Admin, Key(0), "not wanted")).ShouldBe(AdminResult.Applied);

        var discarded = (await Work.Find(Key(0))).ShouldNotBeNull();
        (discarded.State, discarded.Cause, discarded.Note).ShouldBe((WorkState.Done, WorkAdmin.Discarded, "not wanted"));
        discarded.Payload.ShouldBe([1, 2, 3]);
        (await Work.Purge()).ShouldBe(0);
        Clock.Advance(TimeSpan.FromDays(30));
        (await Work.Purge()).ShouldBe(1);
    }

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Buyer)]
    [InlineData(Role.Approver)]
    [InlineData(Role.Rep)]
    public async Task Fault39_NoAdmin_ChangesAndSeesNothing(Role role)
    {
        await GiveUp(1);
        var job = (await First.Start(Admin, AdminAction.Retry, [new WorkKey("flow", "none")], null)).ShouldNotBeNull();
        var audited = (await Audit.Read(new AuditFilter(), null, 10)).Entries.Count;
        var before = (await Work.Find(Key(0))).ShouldNotBeNull().Revision;
        var other = Samples.Buyer(role: role);

        (await First.Retry(other, Key(0))).ShouldBe(AdminResult.NotAllowed);
        (await First.Hold(other, Key(0), "n")).ShouldBe(AdminResult.NotAllowed);
        (await First.Release(other, Key(0))).ShouldBe(AdminResult.NotAllowed);
        (await First.Discard(other, Key(0), "n")).ShouldBe(AdminResult.NotAllowed);
        (await First.Start(other, AdminAction.Retry, [Key(0)], null)).ShouldBeNull();
        (await First.Start(other, AdminAction.Retry, Dead, null)).ShouldBeNull();
        (await First.Job(other, job.Id)).ShouldBeNull();
        (await First.Jobs(other, 10)).ShouldBeEmpty();
        (await First.Results(other, job.Id, null, null, 10)).Items.ShouldBeEmpty();

        (await Work.Find(Key(0))).ShouldNotBeNull().Revision.ShouldBe(before);
        (await Audit.Read(new AuditFilter(), null, 10)).Entries.Count.ShouldBe(audited);
    }

    [Fact]
    public async Task Retry_TenThousandDeadLettersByFilter_OthersGetAtTheStoreMeanwhile()
    {
        const int Many = 10_001; // one more than are listed at once
        await GiveUpAtOnce(Many);
        var job = (await First.Start(Admin, AdminAction.Retry, Dead, null)).ShouldNotBeNull();
        job.Total.ShouldBe(Many);

        var running = Task.Run(() => Finish(Database, job.Id, 200));
        var longest = TimeSpan.Zero;
        for (var i = 0; !running.IsCompleted; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await Work.Trigger(new WorkTrigger(new WorkKey("other", $"{i}"), 0));
            longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
            await Task.Delay(5);
        }

        var end = await running;
        (end.Applied, end.Finished).ShouldBe((Many, Many));
        (await Desk.Count(Dead)).ShouldBe(0);
        TestContext.Current.TestOutputHelper?.WriteLine($"the longest wait of another was {longest.TotalMilliseconds:F0} ms");
        longest.ShouldBeLessThan(TimeSpan.FromSeconds(30), "a customer's order waits for it");
    }

    [Fact]
    public async Task Purge_OfFinishedJobs_TakesTheirItemsAlong()
    {
        await GiveUp(1);
        var job = (await First.Start(Admin, AdminAction.Retry, [Key(0)], null)).ShouldNotBeNull();
        (await Jobs.Purge(Clock.Now.AddDays(1))).ShouldBe(0, "it is not finished");
        await Finish(Database, job.Id, 10);

        (await Jobs.Purge(Clock.Now.AddDays(1))).ShouldBe(1);

        (await Jobs.Find(job.Id)).ShouldBeNull();
        (await Jobs.Results(job.Id, null, null, 10)).Items.ShouldBeEmpty();
    }

    private static WorkKey Key(int i) => new("flow", $"{i:00000}");

    private WorkAdmin AdminOf(StoreDatabase database) => new(JobsOf(database), [], new WorkSignal(), Options.Create(new StateOptions()), Clock);

    private async Task<AdminJob> Finish(StoreDatabase database, Guid id, int together)
    {
        var admin = AdminOf(database);
        var jobs = JobsOf(database);
        while (true)
        {
            var job = await jobs.Advance(id, together, (job, item) => admin.Decide(job.Action, item, job.Who, job.Reason), CancellationToken.None);
            if (job is null or { FinishedAt: not null })
            {
                return job.ShouldNotBeNull();
            }
        }
    }

    /// <summary>Runs an item to that end.</summary>
    private async Task End(string key, WorkChange change)
    {
        await Work.Trigger(new WorkTrigger(new WorkKey("flow", key), 0));
        var item = (await Work.Claim(["flow"], "n", TimeSpan.FromMinutes(1))).ShouldNotBeNull();
        item.Key.Key.ShouldBe(key);
        (await Work.Save(item.Key, item.Fence, change, [])).ShouldBeTrue();
    }

    private async Task GiveUp(int count, int from = 0)
    {
        for (var i = from; i < from + count; i++)
        {
            await Work.Trigger(new WorkTrigger(Key(i), 2));
            var item = (await Work.Claim(["flow"], "n", TimeSpan.FromMinutes(1))).ShouldNotBeNull();
            await Work.Save(item.Key, item.Fence, new WorkChange { State = WorkState.Dead, Cause = "Forbidden", Detail = "erp create" }, []);
        }
    }

    private Task GiveUpAtOnce(int count) => Database.Write(async session =>
    {
        await SqlWorkStore.TriggerWithin(session, [.. Enumerable.Range(0, count).Select(i => new WorkTrigger(Key(i), 2))], Clock.Now.ToUnixTimeMilliseconds());
        return await session.Execute("UPDATE work SET state = 2, cause = 'Forbidden', detail = 'erp create'");
    });
}

public sealed class SqliteAdminJobsTests() : AdminJobsContract(new SqliteGround());

public sealed class PostgresAdminJobsTests(PostgresFixture postgres) : AdminJobsContract(new PostgresGround(postgres));
