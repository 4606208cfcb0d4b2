using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync.Placing;

/// <summary>What a browser hands over is believed no more than what anybody types, and what it alone remembers is taken back only after a lookup.</summary>
public sealed class ForgottenTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTimeProvider _clock = ManualClock.Start();
    private readonly FakeErp _erp;
    private readonly Node _node;

    public ForgottenTests()
    {
        _erp = new FakeErp(_clock);
        _node = new Node(_directory.Path, _clock, _erp);
    }

    public static TheoryData<string> Mistakes => [.. Wrong.Keys];

    private static Dictionary<string, Func<Submission, Submission>> Wrong { get; } = new()
    {
        ["no lines"] = one => With(one, []),
        ["too many lines"] = one => With(one, [.. Enumerable.Range(0, SubmissionLimits.Lines + 1).Select(at => new OrderLineRequest($"l{at}", new Sku("FAS-001"), 1))]),
        ["nothing of it"] = one => With(one, [new("a", new Sku("FAS-001"), 0)]),
        ["less than nothing"] = one => With(one, [new("a", new Sku("FAS-001"), -1)]),
        ["too fine"] = one => With(one, [new("a", new Sku("FAS-001"), 0.0000001m)]),
        ["too much"] = one => With(one, [new("a", new Sku("FAS-001"), 1_000_000_000m)]),
        ["no product"] = one => With(one, [new("a", new Sku(" "), 1)]),
        ["no line id"] = one => With(one, [new("", new Sku("FAS-001"), 1)]),
        ["one id twice"] = one => With(one, [new("a", new Sku("FAS-001"), 1), new("a", new Sku("FAS-002"), 1)]),
        ["another id"] = one => one with { Id = new SubmissionId(Guid.NewGuid()) },
        ["long PO number"] = one => one with { Request = one.Request with { PoNumber = new string('x', SubmissionLimits.PoNumber + 1) } },
        ["long note"] = one => one with { Note = new string('x', SubmissionLimits.Note + 1) },
        ["long address"] = one => one with { Request = one.Request with { ShipTo = new string('x', 201) } },
    };

    public async ValueTask InitializeAsync()
    {
        await _node.Store.Made();
        _clock.Advance(TimeSpan.FromHours(1));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Submit_BeyondTheLimits_IsInvalidAndNotStored(string mistake)
    {
        var good = Samples.Submission();
        var submission = Wrong[mistake](good);

        var result = await _node.Orders.Submit(Samples.Buyer(), submission);

        result.ShouldBe(new SubmitResult(SubmitVerdict.Invalid, null));
        (await _node.Orders.Find(Samples.Buyer(), submission.Id)).ShouldBeNull();
        (await _node.Orders.Submit(Samples.Buyer(), good)).Verdict.ShouldBe(SubmitVerdict.Accepted);
    }

    [Fact]
    public async Task Submit_AtTheLimits_IsAccepted()
    {
        var lines = Enumerable.Range(0, SubmissionLimits.Lines).Select(at => new OrderLineRequest($"l{at}", new Sku("FAS-001"), 999_999_999.999999m)).ToList();
        var submission = With(Samples.Submission(), lines) with { Note = new string('x', SubmissionLimits.Note) };

        (await _node.Orders.Submit(Samples.Buyer(), submission)).Verdict.ShouldBe(SubmitVerdict.Accepted);
    }

    [Fact]
    public async Task Withdraw_ForgottenAndNotInTheErp_IsWithdrawnAfterALookupAndNeverCreated()
    {
        var submission = Samples.Submission();

        var taken = await _node.Orders.Withdraw(Samples.Buyer(), submission);
        taken.ShouldNotBeNull().WithdrawWanted.ShouldBeTrue();
        await _node.RunDue();

        (await _node.Orders.Find(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.Withdrawn);
        _erp.Calls.Select(call => call.Operation).ShouldBe(["lookup"]);
    }

    [Fact]
    public async Task Withdraw_ForgottenWithContentThatIsInvalid_IsWithdrawnAllTheSame()
    {
        var submission = With(Samples.Submission(), []);

        await _node.Orders.Withdraw(Samples.Buyer(), submission);
        await _node.RunDue();

        (await _node.Orders.Find(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.Withdrawn);
    }

    [Fact]
    public async Task Withdraw_ForgottenButInTheErp_IsConfirmed()
    {
        var submission = Samples.Submission();
        await _node.Orders.Submit(Samples.Buyer(), submission);
        await _node.RunDue();
        using var elsewhere = new TemporaryDirectory();
        await using var forgetful = new Node(elsewhere.Path, _clock, _erp);

        await forgetful.Orders.Withdraw(Samples.Buyer(), submission);
        await forgetful.RunDue();

        var placing = (await forgetful.Orders.Find(Samples.Buyer(), submission.Id))!;
        placing.State.ShouldBe(PlacingState.Confirmed);
        placing.Number.ShouldBe(_erp.Standing(submission.Id).ShouldHaveSingleItem().Number);
    }

    [Fact]
    public async Task Withdraw_NotForgottenAfterAll_IsTheUsualWithdrawal()
    {
        var submission = Samples.Submission();
        await _node.Orders.Submit(Samples.Buyer(), submission);

        (await _node.Orders.Withdraw(Samples.Buyer(), submission)).ShouldNotBeNull().WithdrawWanted.ShouldBeTrue();
        await _node.RunDue();

        (await _node.Orders.Find(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.Withdrawn);
        _erp.Creates.ShouldBe(0);
    }

    [Fact]
    public async Task Withdraw_ForgottenOfAForeignCustomer_IsNotFoundAndNotStored()
    {
        var submission = Samples.Submission(customer: "C-2");

        (await _node.Orders.Withdraw(Samples.Buyer(), submission)).ShouldBeNull();

        (await _node.Orders.Find(Samples.Buyer("C-2"), submission.Id)).ShouldBeNull();
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _directory.Dispose();
    }

    private static Submission With(Submission submission, IReadOnlyList<OrderLineRequest> lines) => submission with { Request = submission.Request with { Lines = lines } };
}
