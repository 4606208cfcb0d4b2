using PortalIntegration.Core;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync.Placing;

public sealed class MendOrdersTests : IAsyncLifetime
{
    private static readonly Scope Admin = Scope.ForPerson(new PersonId("adm-1"), Role.Admin, []);
    private static readonly OrderMend Mend = new("PO-4712", "S2", "Ring at gate 4");

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTimeProvider _clock = ManualClock.Start();
    private readonly FakeErp _erp;
    private readonly Node _node;

    public MendOrdersTests()
    {
        _erp = new FakeErp(_clock);
        _node = new Node(_directory.Path, _clock, _erp);
    }

    public async ValueTask InitializeAsync()
    {
        await _node.Store.Made();
        _clock.Advance(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task MendAndRetry_GivenUpBeforeAnythingStood_GoesOutAsMended_OnceAndItsBuyerIsTold()
    {
        var submission = await Dead();
        (await Mending.Find(Admin, submission.Id)).ShouldBe(new MendableOrder(Samples.Customer, new OrderMend("PO-4711", "S1", "Ring at gate 3"), null, MayBeMended: true));

        (await Mending.MendAndRetry(Admin, submission.Id, Mend)).ShouldBe(AdminResult.Applied);
        await _node.RunDue();

        _erp.Standing(submission.Id).ShouldHaveSingleItem().PoNumber.ShouldBe("PO-4712");
        var placing = (await _node.Orders.Find(Samples.Buyer(), submission.Id)).ShouldNotBeNull();
        placing.State.ShouldBe(PlacingState.Confirmed);
        placing.Mended.ShouldNotBeNull().Original.ShouldBe(new OrderMend("PO-4711", "S1", "Ring at gate 3"));
        placing.Mended!.Now.ShouldBe(Mend);
        (await _node.Orders.Submit(Samples.Buyer(), submission)).Verdict.ShouldBe(SubmitVerdict.Attached, "the buyer's browser knows it by what he sent");
    }

    [Fact]
    public async Task MendAndRetry_ANewNumber_ItIsFoundByTheNewAndByTheOldOne()
    {
        var submission = await Dead();

        await Mending.MendAndRetry(Admin, submission.Id, Mend);
        await Mending.MendAndRetry(Admin, submission.Id, Mend); // no longer his to mend, and no second word

        var desk = _node.Get<IWorkDesk>();
        foreach (var number in new[] { "PO-4711", "PO-4712" })
        {
            (await desk.Search(new WorkFilter { Term = number }, null, 10)).Items.ShouldHaveSingleItem().Key.ShouldBe(Key(submission), number);
        }

        (await desk.Count(new WorkFilter { Term = "PO-4713" })).ShouldBe(0);
    }

    [Fact]
    public async Task MendAndRetry_IsInTheJournalWithItsDifferences_AndInTheAudit()
    {
        var submission = await Dead();

        await Mending.MendAndRetry(Admin, submission.Id, Mend);

        var entry = (await _node.Journal.Read(Key(submission), 100)).Single(one => one.Asked == "mendOrder");
        entry.By.ShouldBe("adm-1");
        entry.Changes.Select(change => change.Field).ShouldBe(["poNumber", "shipTo", "note"]);
        entry.Changes[0].From.ShouldBe("PO-4711");
        entry.Changes[2].To.ShouldNotBe("Ring at gate 4", "a note may name people");
        (await _node.Get<IAudit>().Read(new AuditFilter { Action = "mendOrder" }, null, 10)).Entries.ShouldHaveSingleItem().Who.ShouldBe("adm-1");
    }

    [Fact]
    public async Task MendAndRetry_Twice_KeepsWhatTheBuyerSent()
    {
        var submission = await Dead();
        _erp.Then(CreateFault.Forbidden);
        await Mending.MendAndRetry(Admin, submission.Id, Mend);
        await _node.RunDue();

        (await Mending.Find(Admin, submission.Id)).ShouldNotBeNull().Original.ShouldBe(new OrderMend("PO-4711", "S1", "Ring at gate 3"));
        (await Mending.MendAndRetry(Admin, submission.Id, Mend with { PoNumber = "PO-4713" })).ShouldBe(AdminResult.Applied);
        await _node.RunDue();

        _erp.Standing(submission.Id).ShouldHaveSingleItem().PoNumber.ShouldBe("PO-4713");
        (await _node.Orders.Find(Samples.Buyer(), submission.Id))!.Mended!.Original.PoNumber.ShouldBe("PO-4711");
    }

    [Fact]
    public async Task MendAndRetry_ItMayStandInTheErp_IsRefused()
    {
        _erp.Then(CreateFault.CommitThenTimeout);
        var submission = Samples.Submission();
        await _node.Orders.Submit(Samples.Buyer(), submission);
        await _node.RunDue();
        await _node.Get<PortalIntegration.Sync.Work.IWorkAdmin>().Hold(Admin, Key(submission), "looking into it");

        (await Mending.Find(Admin, submission.Id)).ShouldNotBeNull().MayBeMended.ShouldBeFalse();
        (await Mending.MendAndRetry(Admin, submission.Id, Mend)).ShouldBe(AdminResult.Refused);
        (await _node.Store.Find(Key(submission)))!.State.ShouldBe(WorkState.Held);
    }

    [Fact]
    public async Task MendAndRetry_TooLong_NotGivenUp_OrNobodysAdmin_ChangesNothing()
    {
        var submission = await Dead();
        var before = (await _node.Store.Find(Key(submission)))!.Revision;

        (await Mending.MendAndRetry(Admin, submission.Id, Mend with { PoNumber = new string('x', SubmissionLimits.PoNumber + 1) })).ShouldBe(AdminResult.Refused);
        (await Mending.MendAndRetry(Samples.Buyer(), submission.Id, Mend)).ShouldBe(AdminResult.NotAllowed);
        (await Mending.Find(Samples.Buyer(), submission.Id)).ShouldBeNull();
        (await _node.Store.Find(Key(submission)))!.Revision.ShouldBe(before);

        var running = Samples.Submission();
        await _node.Orders.Submit(Samples.Buyer(), running);
        (await Mending.MendAndRetry(Admin, running.Id, Mend)).ShouldBe(AdminResult.NoLongerApplies);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _directory.Dispose();
    }

    private IMendOrders Mending => _node.Get<IMendOrders>();

    private static WorkKey Key(Submission submission) => new("place-order", submission.Id.ToString());

    private async Task<Submission> Dead()
    {
        _erp.Then(CreateFault.Forbidden);
        var submission = Samples.Submission();
        await _node.Orders.Submit(Samples.Buyer(), submission);
        await _node.RunDue();
        (await _node.Store.Find(Key(submission)))!.State.ShouldBe(WorkState.Dead);
        return submission;
    }
}
