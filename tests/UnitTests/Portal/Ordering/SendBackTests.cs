using System.Text.Json;
using NSubstitute;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.Returns;
using PortalIntegration.Sync.Changes;

namespace PortalIntegration.UnitTests.Portal.Ordering;

/// <summary>One return, whatever becomes of the answers, and nobody is told what is not known.</summary>
public sealed class SendBackTests
{
    private static readonly Scope Ann = Scope.ForPerson(new PersonId("ann"), Role.Buyer, [new ScopedAccount(new AccountId("A1"), new CustomerNumber("C1"), "One")]);
    private static readonly Provenance Erp = new("erp", default);

    private readonly IReturns _returns = Substitute.For<IReturns>();
    private readonly SendBack _sending;

    public SendBackTests()
    {
        var map = Substitute.For<IOwnershipMap>();
        map.Owner<IReturns>().Returns(_returns);
        _sending = new SendBack(map, Substitute.For<IChangeBoard>(), new Immediately());
        Finds(null);
    }

    private static NewReturn Wanted { get; } = new()
    {
        Id = new SubmissionId(Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e")), Customer = new CustomerNumber("C1"), Order = new OrderNumber("SO-1"),
        RequestedBy = new OrderedBy(new PersonId("ann"), "Ann"), Lines = [new NewReturnLine("1", 2, "damaged", null)],
    };

    private static Return Registered { get; } = new() { Number = "RMA-1", Customer = new CustomerNumber("C1"), RequestedAt = default, Status = ReturnStatus.Requested };

    [Fact]
    public async Task Apply_FirstTry_IsNotLookedUp()
    {
        _returns.Create(default!, default!).ReturnsForAnyArgs(Ok(Registered));

        (await _sending.Apply(Ann, Wanted, again: false)).Return!.Number.ShouldBe("RMA-1");
        await _returns.DidNotReceiveWithAnyArgs().FindByReference(default!, default, default);
    }

    [Fact]
    public async Task Apply_AnswerLost_IsLookedUpBeforeItIsAskedForAgain()
    {
        _returns.Create(default!, default!).ReturnsForAnyArgs(Fails<Return>(Cause.TimedOut));
        Finds(Registered);

        (await _sending.Apply(Ann, Wanted, again: false)).Verdict.ShouldBe(SendBackVerdict.Done);
        await _returns.ReceivedWithAnyArgs(1).Create(default!, default!);
    }

    [Fact]
    public async Task Apply_TakenUpAgain_IsLookedUpFirst()
    {
        Finds(Registered);

        (await _sending.Apply(Ann, Wanted, again: true)).Verdict.ShouldBe(SendBackVerdict.Done);
        await _returns.DidNotReceiveWithAnyArgs().Create(default!, default!);
    }

    [Fact]
    public async Task Apply_LookupFails_NothingIsAskedForAndTheEndIsUnclear()
    {
        _returns.FindByReference(default!, default, default).ReturnsForAnyArgs(Fails<Return?>(Cause.Unreachable));

        (await _sending.Apply(Ann, Wanted, again: true)).Verdict.ShouldBe(SendBackVerdict.Unclear);
        await _returns.DidNotReceiveWithAnyArgs().Create(default!, default!);
    }

    [Fact]
    public async Task Apply_NeverAnswered_IsUnclearUnderOneId()
    {
        _returns.Create(default!, default!).ReturnsForAnyArgs(Fails<Return>(Cause.Interrupted));

        (await _sending.Apply(Ann, Wanted, again: false)).Verdict.ShouldBe(SendBackVerdict.Unclear);
        await _returns.Received(3).Create(Ann, Wanted);
    }

    [Theory]
    [InlineData(Cause.Rejected, false, SendBackVerdict.Refused)]
    [InlineData(Cause.Rejected, true, SendBackVerdict.Refused)]
    [InlineData(Cause.Unreachable, false, SendBackVerdict.NotReached)]
    [InlineData(Cause.Unreachable, true, SendBackVerdict.Unclear)]
    public async Task Apply_WithoutEffect_SaysNoMoreThanIsKnown(Cause cause, bool again, SendBackVerdict verdict)
    {
        _returns.Create(default!, default!).ReturnsForAnyArgs(Fails<Return>(cause));

        (await _sending.Apply(Ann, Wanted, again)).Verdict.ShouldBe(verdict);
    }

    [Fact]
    public void NewReturn_KeptByTheBrowser_ComesBackAsItWas() =>
        JsonSerializer.Serialize(JsonSerializer.Deserialize<NewReturn>(JsonSerializer.Serialize(Wanted))).ShouldBe(JsonSerializer.Serialize(Wanted));

    private void Finds(Return? found) => _returns.FindByReference(default!, default, default).ReturnsForAnyArgs(Ok(found));

    private static Task<Outcome<T>> Ok<T>(T value) => Task.FromResult(Outcome.Success(value, Erp));

    private static Task<Outcome<T>> Fails<T>(Cause cause) => Task.FromResult(Outcome.Failed<T>(new Failure(cause, "erp", "createReturn", default)));

    /// <summary>Every wait is over at once.</summary>
    private sealed class Immediately : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
