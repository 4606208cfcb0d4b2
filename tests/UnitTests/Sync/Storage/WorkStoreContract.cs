using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync.Storage;

/// <summary>What every work store does. One subclass a store.</summary>
public abstract class WorkStoreContract(IStoreGround ground) : StoreBench(ground)
{
    private static readonly string[] Flows = ["flow"];
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    private IWorkStore Store => Work;

    private IJournal Journal => Log;

    /// <summary>The same store as another process sees it.</summary>
    private IWorkStore Second => Of(Other);

    [Fact]
    public async Task Trigger_NewKey_IsClaimedOnce()
    {
        await Store.Trigger(new WorkTrigger(Key("a"), 2));

        var item = await Claim();
        item.ShouldNotBeNull().Key.ShouldBe(Key("a"));
        item.Version.ShouldBe(1);
        (await Claim()).ShouldBeNull();
    }

    [Fact]
    public async Task Trigger_HundredTimes_IsOneItem()
    {
        for (var i = 0; i < 100; i++)
        {
            await Store.Trigger(new WorkTrigger(Key("a"), 2));
        }

        var item = (await Claim()).ShouldNotBeNull();
        item.Version.ShouldBe(100);
        (await Store.Save(item.Key, item.Fence, Done(item), [])).ShouldBeTrue();
        (await Claim()).ShouldBeNull();
    }

    [Fact]
    public async Task Trigger_WhileItRuns_RunsItOnceMore()
    {
        await Store.Trigger(new WorkTrigger(Key("a"), 2));
        var first = (await Claim()).ShouldNotBeNull();
        await Store.Trigger(new WorkTrigger(Key("a"), 2));
        (await Claim()).ShouldBeNull("it is running");

        (await Store.Save(first.Key, first.Fence, Done(first), [])).ShouldBeTrue();

        var second = (await Claim()).ShouldNotBeNull();
        second.Version.ShouldBe(2);
        (await Store.Save(second.Key, second.Fence, Done(second), [])).ShouldBeTrue();
        (await Claim()).ShouldBeNull();
    }

    [Fact]
    public async Task Trigger_OfOneThatBacksOff_DoesNotHastenIt()
    {
        await Store.Trigger(new WorkTrigger(Key("a"), 2));
        var item = (await Claim()).ShouldNotBeNull();
        await Store.Save(item.Key, item.Fence, new WorkChange { State = WorkState.Ready, Due = Clock.Now.AddSeconds(60), Waits = 1 }, []);

        await Store.Trigger(new WorkTrigger(Key("a"), 2));

        (await Claim()).ShouldBeNull();
        Clock.Advance(TimeSpan.FromSeconds(60));
        (await Claim()).ShouldNotBeNull();
    }

    [Fact]
    public async Task Trigger_OfADeadOne_RevivesIt()
    {
        await Store.Trigger(new WorkTrigger(Key("a"), 2));
        var item = (await Claim()).ShouldNotBeNull();
        await Store.Save(item.Key, item.Fence, new WorkChange { State = WorkState.Dead, Attempts = 9, Cause = "ServerError" }, []);
        (await Claim()).ShouldBeNull();

        await Store.Trigger(new WorkTrigger(Key("a"), 2));

        var revived = (await Claim()).ShouldNotBeNull();
        revived.Attempts.ShouldBe(0);
        revived.Cause.ShouldBeNull();
    }

    [Fact]
    public async Task Trigger_OfOneThatWaitsForADecision_LeavesItWaiting()
    {
        await Store.Add(New("a", payload: [1]));
        var item = (await Claim()).ShouldNotBeNull();
        await Store.Save(item.Key, item.Fence, new WorkChange { State = WorkState.Held, SeenVersion = item.Version }, []);

        await Store.Trigger(new WorkTrigger(Key("a"), 2));

        (await Claim()).ShouldBeNull();
    }

    [Fact]
    public async Task Trigger_DueLater_WaitsUntilThen()
    {
        await Store.Trigger(new WorkTrigger(Key("a"), 2, Clock.Now.AddSeconds(10)));

        (await Claim()).ShouldBeNull();
        (await Store.NextDue(Flows)).ShouldBe(Clock.Now.AddSeconds(10));
        Clock.Advance(TimeSpan.FromSeconds(10));
        (await Claim()).ShouldNotBeNull();
    }

    [Fact]
    public async Task Add_SameKeyTwice_AnswersTheFirst()
    {
        var (first, added) = await Store.Add(New("a", payload: [1]));
        var (second, again) = await Store.Add(New("a", payload: [2]));

        added.ShouldBeTrue();
        again.ShouldBeFalse();
        second.Sequence.ShouldBe(first.Sequence);
        second.Payload.ShouldBe([1]);
    }

    [Fact]
    public async Task Add_FiftyAtOnceFromTwoProcesses_OneIsAdded()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? Store : Second).Add(New("a", payload: [(byte)i]))));

        results.Count(result => result.Added).ShouldBe(1);
        results.Select(result => result.Item.Payload![0]).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Claim_TwoProcessesAtOnce_NeverTheSameItem()
    {
        for (var i = 0; i < 40; i++)
        {
            await Store.Trigger(new WorkTrigger(Key($"k{i}"), 2));
        }

        var claims = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? Store : Second).Claim(Flows, $"n{i % 2}", LeaseTime)));

        var claimed = claims.OfType<WorkItem>().ToList();
        claimed.Count.ShouldBe(40);
        claimed.Select(item => item.Key).Distinct().Count().ShouldBe(40);
        claimed.Select(item => item.Fence).Distinct().Count().ShouldBe(40);
    }

    [Fact]
    public async Task Claim_SeveralAtOnce_AreThoseThatOneByOneWouldBeToo()
    {
        await Store.Add(New("first", line: "C-1"));
        await Store.Add(New("second", line: "C-1"));
        await Store.Add(New("elsewhere", line: "C-2"));
        await Store.Trigger(new WorkTrigger(Key("batch"), (int)Lane.Batch));
        await Store.Trigger(new WorkTrigger(Key("later"), 0, Clock.Now.AddSeconds(1)));

        var claims = await Store.Claim(Flows, "node", LeaseTime, most: 2);
        var rest = await Second.Claim(Flows, "other", LeaseTime, most: 10);

        claims.Select(item => item.Key.Key).ShouldBe(["first", "elsewhere"]);
        rest.Select(item => item.Key.Key).ShouldBe(["batch"], "the second waits for the first of its line");
        claims.Concat(rest).Select(item => item.Fence).ShouldBeInOrder(SortDirection.Ascending);
        claims[0].Fence.ShouldNotBe(claims[1].Fence);
    }

    [Fact]
    public async Task Claim_SeveralAtOnceByTwoProcesses_NeverTheSameItem()
    {
        for (var i = 0; i < 60; i++)
        {
            await Store.Trigger(new WorkTrigger(Key($"k{i}"), 2));
        }

        var claims = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => (i % 2 == 0 ? Store : Second).Claim(Flows, $"n{i % 2}", LeaseTime, most: 7)));

        var claimed = claims.SelectMany(items => items).ToList();
        claimed.Count.ShouldBe(60);
        claimed.Select(item => item.Key).Distinct().Count().ShouldBe(60);
    }

    [Fact]
    public async Task Claim_LowerLaneFirst_ThenTheLongestDue()
    {
        await Store.Trigger(new WorkTrigger(Key("batch"), (int)Lane.Batch));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Store.Trigger(new WorkTrigger(Key("order-1"), (int)Lane.Order));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Store.Trigger(new WorkTrigger(Key("order-2"), (int)Lane.Order));
        await Store.Trigger(new WorkTrigger(Key("interactive"), (int)Lane.Interactive));

        var keys = new List<string>();
        while (await Claim() is { } item)
        {
            keys.Add(item.Key.Key);
        }

        keys.ShouldBe(["interactive", "order-1", "order-2", "batch"]);
    }

    [Fact]
    public async Task Claim_OtherFlows_AreLeftAlone()
    {
        await Store.Trigger(new WorkTrigger(new WorkKey("other", "a"), 2));

        (await Claim()).ShouldBeNull();
        (await Store.Claim(["flow", "other"], "n", LeaseTime)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Claim_OfOneLine_WaitsForTheEarlierThatHoldsUp()
    {
        await Store.Add(New("first", line: "C-1"));
        await Store.Add(New("second", line: "C-1"));
        await Store.Add(New("elsewhere", line: "C-2"));

        var first = (await Claim()).ShouldNotBeNull();
        first.Key.Key.ShouldBe("first");
        (await Claim()).ShouldNotBeNull().Key.Key.ShouldBe("elsewhere");
        (await Claim()).ShouldBeNull("the second waits for the first");

        await Store.Save(first.Key, first.Fence, new WorkChange { State = WorkState.Ready, Due = Clock.Now.AddMinutes(5), HoldsUp = true }, []);
        (await Claim()).ShouldBeNull("the first backs off and still holds up");
    }

    [Fact]
    public async Task Trigger_HeldWithoutAPayload_LooksAgainUnlessAnAdminHoldsIt()
    {
        await Store.Trigger(new WorkTrigger(Key("a"), 2));
        var item = (await Claim()).ShouldNotBeNull();
        await Store.Save(item.Key, item.Fence, new WorkChange { State = WorkState.Held, Cause = "unlinked", Detail = "Link the two.", SeenVersion = item.Version }, []);
        (await Claim()).ShouldBeNull();

        await Store.Trigger(new WorkTrigger(item.Key, 2));
        item = (await Claim()).ShouldNotBeNull();
        item.Cause.ShouldBeNull();

        await Store.Save(item.Key, item.Fence, new WorkChange { State = WorkState.Held, Cause = "onHold", Note = "wait for sales", SeenVersion = item.Version }, []);
        await Store.Trigger(new WorkTrigger(item.Key, 2));
        (await Claim()).ShouldBeNull("an admin holds it");
    }

    [Theory]
    [InlineData(WorkState.Held)]
    [InlineData(WorkState.Dead)]
    [InlineData(WorkState.Done)]
    public async Task Claim_OfOneLine_DoesNotWaitForOneThatIs(WorkState state)
    {
        await Store.Add(New("first", line: "C-1"));
        await Store.Add(New("second", line: "C-1"));
        var first = (await Claim()).ShouldNotBeNull();

        await Store.Save(first.Key, first.Fence, new WorkChange { State = state, KeepUntil = Clock.Now.AddDays(1), HoldsUp = true }, []);

        (await Claim()).ShouldNotBeNull().Key.Key.ShouldBe("second");
    }

    [Fact]
    public async Task Claim_OfOneLine_DoesNotWaitForOneThatLetsPass()
    {
        await Store.Add(New("first", line: "C-1"));
        await Store.Add(New("second", line: "C-1"));
        var first = (await Claim()).ShouldNotBeNull();

        await Store.Save(first.Key, first.Fence, new WorkChange { State = WorkState.Ready, Due = Clock.Now.AddMinutes(5), HoldsUp = false }, []);

        (await Claim()).ShouldNotBeNull().Key.Key.ShouldBe("second");
    }

    [Fact]
    public async Task Save_AfterATakeover_IsRefused()
    {
        await Store.Add(New("a", payload: [1]));
        var slow = (await Claim()).ShouldNotBeNull();
        Clock.Advance(LeaseTime);
        var other = (await Claim()).ShouldNotBeNull();
        other.Fence.ShouldBeGreaterThan(slow.Fence);

        (await Store.Save(slow.Key, slow.Fence, Done(slow) with { Payload = [2] }, [Entry(slow.Key)])).ShouldBeFalse();
        (await Store.Extend(slow.Key, slow.Fence, Clock.Now.AddHours(1))).ShouldBeFalse();

        (await Store.Find(slow.Key)).ShouldNotBeNull().Payload.ShouldBe([1]);
        (await Journal.Read(slow.Key, 10)).ShouldBeEmpty("what was refused is not journaled");
        (await Store.Save(other.Key, other.Fence, Done(other), [])).ShouldBeTrue();
    }

    [Fact]
    public async Task Save_AfterTheItemWasDoneAndCameAgain_IsRefused()
    {
        await Store.Trigger(new WorkTrigger(Key("a"), 2));
        var slow = (await Claim()).ShouldNotBeNull();
        Clock.Advance(LeaseTime);
        var other = (await Claim()).ShouldNotBeNull();
        await Store.Save(other.Key, other.Fence, Done(other), []);
        await Store.Trigger(new WorkTrigger(Key("a"), 2));
        var fresh = (await Claim()).ShouldNotBeNull();

        (await Store.Save(slow.Key, slow.Fence, Done(slow), [])).ShouldBeFalse("fence tokens are never used again");
        (await Store.Save(fresh.Key, fresh.Fence, Done(fresh), [])).ShouldBeTrue();
    }

    [Fact]
    public async Task Save_LateButNotTakenOver_IsTaken()
    {
        await Store.Add(New("a"));
        var item = (await Claim()).ShouldNotBeNull();
        Clock.Advance(LeaseTime * 2);

        (await Store.Save(item.Key, item.Fence, Done(item), [])).ShouldBeTrue();
    }

    [Fact]
    public async Task Save_WithoutRelease_KeepsAndLengthensTheLease()
    {
        await Store.Add(New("a"));
        var item = (await Claim()).ShouldNotBeNull();

        await Store.Save(item.Key, item.Fence, new WorkChange { State = WorkState.Ready, Release = false, LeaseUntil = Clock.Now.AddMinutes(2), Payload = [7] }, []);

        Clock.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromSeconds(1));
        (await Claim()).ShouldBeNull();
        Clock.Advance(TimeSpan.FromSeconds(1));
        (await Claim()).ShouldNotBeNull().Payload.ShouldBe([7]);
    }

    [Fact]
    public async Task Extend_ToLess_ShortensNothing()
    {
        await Store.Add(New("a"));
        var item = (await Claim()).ShouldNotBeNull();

        (await Store.Extend(item.Key, item.Fence, Clock.Now.AddSeconds(1))).ShouldBeTrue();

        Clock.Advance(LeaseTime - TimeSpan.FromSeconds(1));
        (await Claim()).ShouldBeNull();
    }

    [Fact]
    public async Task Amend_WhileItRuns_TakesTheLeaseAway()
    {
        await Store.Add(New("a", payload: [1]));
        var running = (await Claim()).ShouldNotBeNull();
        var seen = (await Store.Find(running.Key)).ShouldNotBeNull();

        (await Store.Amend(seen.Key, seen.Revision, new WorkChange { State = WorkState.Done, KeepUntil = Clock.Now.AddDays(1), Payload = [9] }, [])).ShouldBeTrue();

        (await Store.Save(running.Key, running.Fence, Done(running) with { Payload = [2] }, [])).ShouldBeFalse();
        (await Store.Find(running.Key)).ShouldNotBeNull().Payload.ShouldBe([9]);
    }

    [Fact]
    public async Task Amend_OfWhatMovedOn_ChangesNothing()
    {
        await Store.Add(New("a", payload: [1]));
        var running = (await Claim()).ShouldNotBeNull();
        var seen = (await Store.Find(running.Key)).ShouldNotBeNull();
        await Store.Save(running.Key, running.Fence, new WorkChange { State = WorkState.Ready, Release = false, Payload = [2] }, []);

        (await Store.Amend(seen.Key, seen.Revision, new WorkChange { State = WorkState.Done, Payload = [9] }, [])).ShouldBeFalse();

        (await Store.Find(running.Key)).ShouldNotBeNull().Payload.ShouldBe([2]);
    }

    [Fact]
    public async Task Save_WithJournal_IsReadBackNewestFirst()
    {
        await Store.Add(New("a"));
        var item = (await Claim()).ShouldNotBeNull();
        var entry = Entry(item.Key) with { System = "erp", Read = "r", Changed = "c", Answered = "SO-1", Took = TimeSpan.FromMilliseconds(12) };

        await Store.Save(item.Key, item.Fence, Done(item), [entry, entry with { Asked = "second" }]);

        (await Journal.Read(item.Key, 10)).ShouldBe([entry with { Asked = "second" }, entry]);
    }

    [Fact]
    public async Task Purge_RemovesOnlyWhatIsDoneAndOver()
    {
        await Store.Add(New("done"));
        await Store.Add(New("dead"));
        await Store.Add(New("open"));
        var done = (await Claim()).ShouldNotBeNull();
        await Store.Save(done.Key, done.Fence, new WorkChange { State = WorkState.Done, KeepUntil = Clock.Now.AddDays(30) }, []);
        var dead = (await Claim()).ShouldNotBeNull();
        await Store.Save(dead.Key, dead.Fence, new WorkChange { State = WorkState.Dead }, []);

        (await Store.Purge()).ShouldBe(0);
        Clock.Advance(TimeSpan.FromDays(3650));

        (await Store.Purge()).ShouldBe(1);
        (await Store.Find(Key("done"))).ShouldBeNull();
        (await Store.Find(Key("dead"))).ShouldNotBeNull();
        (await Store.Find(Key("open"))).ShouldNotBeNull();
    }

    [Fact]
    public async Task List_OpenAndRecentlyDone_OfTheseLines()
    {
        await Store.Add(New("old", line: "C-1"));
        await Finish();
        Clock.Advance(TimeSpan.FromDays(2));
        await Store.Add(New("new", line: "C-1"));
        await Finish();
        await Store.Add(New("open", line: "C-1"));
        await Store.Add(New("foreign", line: "C-2"));

        var listed = await Store.List("flow", ["C-1"], Clock.Now.AddDays(-1), 100);

        listed.Select(item => item.Key.Key).ShouldBe(["open", "new"]);
        (await Store.List("flow", [], Clock.Now.AddDays(-1), 100)).ShouldBeEmpty();
        (await Store.List("flow", null, Clock.Now.AddDays(-1), 100)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task List_MoreThanTheLimit_WhatIsNotDoneGoesFirst()
    {
        await Store.Add(New("held"));
        var held = (await Claim()).ShouldNotBeNull();
        await Store.Save(held.Key, held.Fence, new WorkChange { State = WorkState.Held }, []);
        for (var i = 0; i < 5; i++)
        {
            await Store.Add(New($"done-{i}"));
            await Finish();
        }

        var listed = await Store.List("flow", null, Clock.Now.AddDays(-1), limit: 3);

        listed.Select(item => item.Key.Key).ShouldBe(["held", "done-4", "done-3"]);
    }

    [Fact]
    public async Task Waiting_ManyOthers_GivenUpFirstThenHeldThenTriedAgain()
    {
        async Task Leave(string key, WorkChange change)
        {
            await Store.Add(New(key, payload: [1, 2, 3]));
            var item = (await Claim()).ShouldNotBeNull();
            await Store.Save(item.Key, item.Fence, change, []);
        }

        var later = Clock.Now.AddHours(1);
        await Leave("dead-1", new WorkChange { State = WorkState.Dead, Cause = "Forbidden" });
        await Leave("held", new WorkChange { State = WorkState.Held, Cause = "NeedsDecision" });
        for (var i = 0; i < 20; i++)
        {
            await Leave($"again-{i:00}", new WorkChange { State = WorkState.Ready, Due = later, Cause = "Unreachable" });
            await Leave($"standing-{i:00}", new WorkChange { State = WorkState.Ready, Due = later });
            await Leave($"done-{i:00}", new WorkChange { State = WorkState.Done, KeepUntil = later });
        }

        await Leave("dead-2", new WorkChange { State = WorkState.Dead, Cause = "ServerError", Attempts = 10 });

        var waiting = await Store.Waiting(Flows, limit: 5);

        waiting.Items.Select(item => item.Key.Key).ShouldBe(["dead-1", "dead-2", "held", "again-00", "again-01"]);
        waiting.Items[1].ShouldSatisfyAllConditions(item => item.Cause.ShouldBe("ServerError"), item => item.Attempts.ShouldBe(10));
        waiting.Items.ShouldAllBe(item => item.Payload == null && !item.PayloadLost);
        (waiting.Dead, waiting.Total).ShouldBe((2, 23));
        (await Store.Waiting(["another-flow"], limit: 5)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task Made_IsWhenTheStoreWasFirstUsed()
    {
        var first = Clock.Now;
        (await Store.Made()).ShouldBe(first);
        Clock.Advance(TimeSpan.FromDays(1));

        (await Store.Made()).ShouldBe(first);
        (await Second.Made()).ShouldBe(first);
    }

    private async Task Finish()
    {
        var item = (await Claim()).ShouldNotBeNull();
        await Store.Save(item.Key, item.Fence, new WorkChange { State = WorkState.Done, KeepUntil = Clock.Now.AddDays(30) }, []);
    }

    private Task<WorkItem?> Claim() => Store.Claim(Flows, "node", LeaseTime);

    private static WorkKey Key(string key) => new("flow", key);

    private static NewWork New(string key, string? line = null, byte[]? payload = null) => new(Key(key), line, 1, payload ?? [0], HoldsUp: true);

    private static WorkChange Done(WorkItem item) => new() { State = WorkState.Done, SeenVersion = item.Version };

    private JournalEntry Entry(WorkKey key) => new() { At = Clock.Now, Key = key, Asked = "asked", By = "test" };
}
