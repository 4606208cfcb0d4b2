using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync.Work;

public sealed class DeadLettersTests : IAsyncLifetime
{
    private static readonly Scope Admin = Scope.ForPerson(new PersonId("adm-1"), Role.Admin, []);

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTimeProvider _clock = ManualClock.Start();
    private readonly FakeErp _erp;
    private readonly Node _node;

    public DeadLettersTests()
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
    public async Task TryAgain_DeadOrder_IsLookedUpFirstAndPlacedOnce()
    {
        var submission = await Dead();
        var told = new List<PlacingState>();
        using var watch = _node.Orders.Watch(Samples.Buyer(), submission.Id, placing => told.Add(placing.State));
        _erp.Calls.Clear();

        (await _node.Get<IDeadLetters>().TryAgain(Admin, Key(submission))).ShouldBeTrue();
        await _node.RunDue();

        _erp.Calls.Select(call => call.Operation).ShouldBe(["lookup", "create"]);
        _erp.Standing(submission.Id).Count.ShouldBe(1);
        told.ShouldBe([PlacingState.Checking, PlacingState.Checking, PlacingState.Confirmed]);
        (await _node.Journal.Read(Key(submission), 100)).ShouldContain(
            entry => entry.Asked == "tryAgain" && entry.By == "adm-1" && entry.Read == "Forbidden" && entry.Changed == "queued again");
    }

    [Fact]
    public async Task TryAgain_FailsAgain_IsDeadAgain()
    {
        var submission = await Dead();
        _erp.Then(CreateFault.Forbidden);

        (await _node.Get<IDeadLetters>().TryAgain(Admin, Key(submission))).ShouldBeTrue();
        await _node.RunDue();

        (await _node.Store.Find(Key(submission)))!.State.ShouldBe(WorkState.Dead);
        (await _node.Get<IDeadLetters>().TryAgain(Admin, Key(submission))).ShouldBeTrue();
    }

    [Fact]
    public async Task Fault37_TwoAdminsAtOnce_OneEffect()
    {
        var submission = await Dead();
        await using var second = new Node(_directory.Path, _clock, _erp);

        var done = await Task.WhenAll(Enumerable.Range(0, 10).Select(click => (click % 2 == 0 ? _node : second).Get<IDeadLetters>().TryAgain(Admin, Key(submission))));

        done.Count(did => did).ShouldBe(1);
        await Task.WhenAll(_node.RunDue(), second.RunDue());
        _erp.Standing(submission.Id).Count.ShouldBe(1);
        (await _node.Journal.Read(Key(submission), 100)).Count(entry => entry.Asked == "tryAgain").ShouldBe(1);
    }

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Buyer)]
    [InlineData(Role.Approver)]
    [InlineData(Role.Rep)]
    public async Task Fault39_NoAdmin_ChangesNothing(Role role)
    {
        var submission = await Dead();

        (await _node.Get<IDeadLetters>().TryAgain(Samples.Buyer(role: role), Key(submission))).ShouldBeFalse();

        (await _node.Store.Find(Key(submission)))!.State.ShouldBe(WorkState.Dead);
    }

    [Fact]
    public async Task TryAgain_NotGivenUp_ChangesNothing()
    {
        var submission = Samples.Submission();
        await _node.Orders.Submit(Samples.Buyer(), submission);
        var before = await _node.Store.Find(Key(submission));

        (await _node.Get<IDeadLetters>().TryAgain(Admin, Key(submission))).ShouldBeFalse();
        (await _node.Get<IDeadLetters>().TryAgain(Admin, new WorkKey("place-order", "none"))).ShouldBeFalse();

        (await _node.Store.Find(Key(submission)))!.Revision.ShouldBe(before!.Revision);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _directory.Dispose();
    }

    private static WorkKey Key(Submission submission) => new("place-order", submission.Id.ToString());

    private async Task<Submission> Dead()
    {
        _erp.Then(CreateFault.Forbidden);
        var submission = Samples.Submission();
        await _node.Orders.Submit(Samples.Buyer(), submission);
        await _node.RunDue();
        var dead = (await _node.Store.Find(Key(submission))).ShouldNotBeNull();
        (dead.State, dead.Cause).ShouldBe((WorkState.Dead, nameof(Cause.Forbidden)));
        return submission;
    }
}
