using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync.Placing;

/// <summary>Orders above a limit are kept for an approval, by whatever way they are handed in; and what is to be kept is kept once.</summary>
public sealed class ApprovalTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTimeProvider _clock = ManualClock.Start();
    private readonly FakeErp _erp;
    private readonly Node _node;

    public ApprovalTests()
    {
        _erp = new FakeErp(_clock) { Quotations = new FakeQuotations(_clock) };
        _node = new Node(_directory.Path, _clock, _erp);
    }

    public async ValueTask InitializeAsync()
    {
        await _node.Store.Made();
        _clock.Advance(TimeSpan.FromHours(1));
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _directory.Dispose();
    }

    private FakeQuotations Quotations => _erp.Quotations!;

    [Theory]
    [InlineData(PricePolicy.PriceOfTheDay)]
    [InlineData(PricePolicy.AskIfDifferent)]
    public async Task Submit_AboveTheLimit_IsKeptForAnApprovalAndNotOrdered(PricePolicy policy)
    {
        var placing = await Place(Limited(100), Samples.Submission(policy: policy, seen: Samples.Quote()));

        placing.State.ShouldBe(PlacingState.Kept);
        placing.Approval.ShouldBe(ApprovalReason.AboveLimit);
        placing.Quotation.ShouldBe(Quotations.Kept.ShouldHaveSingleItem().Number);
        Quotations.Kept[0].Kind.ShouldBe(QuotationKind.Approval);
        Quotations.Kept[0].Reason.ShouldBe("AboveLimit");
        _erp.Creates.ShouldBe(0);
    }

    [Fact]
    public async Task Submit_WithinTheLimit_IsOrderedForNotMoreThanWasChecked()
    {
        var placing = await Place(Limited(137.92m), Samples.Submission());

        placing.State.ShouldBe(PlacingState.Confirmed);
        _erp.Sent.ShouldHaveSingleItem().AcceptedTotal.ShouldBe(new Money(137.92m, "EUR"), "a total that rises between check and create is refused by the ERP");
        Quotations.Kept.ShouldBeEmpty();
    }

    [Fact]
    public async Task Submit_TotalRisesBetweenCheckAndCreate_IsKeptForAnApproval()
    {
        var totals = new Queue<decimal>([100, 200]);
        _erp.Quoter = _ => _erp.Ok(Samples.Quote(total: totals.Dequeue()));
        _erp.Then(CreateFault.TotalChanged);

        var placing = await Place(Limited(150), Samples.Submission());

        placing.State.ShouldBe(PlacingState.Kept);
        _erp.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Submit_LimitInAnotherCurrency_IsKeptAndSaysSo() =>
        (await Place(Limited(1_000_000, "SEK"), Samples.Submission())).Approval.ShouldBe(ApprovalReason.OtherCurrency);

    [Fact]
    public async Task Submit_ErpStatesNoTotal_IsKeptAndSaysSo()
    {
        _erp.Quoter = _ => _erp.Ok(Samples.Quote() with { Total = null });

        (await Place(Limited(1_000), Samples.Submission())).Approval.ShouldBe(ApprovalReason.NoTotal);
    }

    [Fact]
    public async Task Submit_ErpCanKeepNothing_IsRefusedAndNotOrdered()
    {
        _erp.Quotations = null;

        var placing = await Place(Limited(100), Samples.Submission(), untilSettled: true);

        placing.State.ShouldBe(PlacingState.Rejected);
        placing.Failure!.Code.ShouldBe("approvalNotPossible");
        _erp.Creates.ShouldBe(0);
    }

    [Fact]
    public async Task Submit_InSomebodyElsesName_IsHeldToTheLimitOfWhoHandedItIn()
    {
        var forged = Samples.Submission() with { OrderedBy = new OrderedBy(new PersonId("con-without-limit"), "The Boss") };

        var placing = await Place(Limited(100), forged);

        placing.State.ShouldBe(PlacingState.Kept);
        Quotations.Kept.ShouldHaveSingleItem().RequestedBy.ShouldBe(new PersonId("con-1"), "so he cannot approve it himself either");
    }

    [Fact]
    public async Task Submit_TwoTabsWithTheSame_AreKeptOnce()
    {
        var submission = Samples.Submission();

        var verdicts = await Task.WhenAll(_node.Orders.Submit(Limited(100), submission), _node.Orders.Submit(Limited(100), submission));
        await _node.RunToTheEnd(_clock);

        verdicts.Select(result => result.Verdict).ShouldBe([SubmitVerdict.Accepted, SubmitVerdict.Attached], ignoreOrder: true);
        Quotations.Kept.ShouldHaveSingleItem();
        _erp.Creates.ShouldBe(0);
    }

    [Fact]
    public async Task Submit_AnswerLostOnTheWay_IsFoundAndKeptOnce()
    {
        Quotations.Then(CreateFault.CommitThenTimeout);

        var placing = await Place(Limited(100), Samples.Submission(), untilSettled: true);

        placing.State.ShouldBe(PlacingState.Kept);
        Quotations.Kept.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Submit_StoreLostSinceItWasKept_IsFoundAndNotOrdered()
    {
        var submission = Samples.Submission();
        await Place(Limited(100), submission);
        using var directory = new TemporaryDirectory();
        await using var fresh = new Node(directory.Path, _clock, _erp);

        await fresh.Orders.Submit(Limited(100_000), submission);
        await fresh.RunToTheEnd(_clock);

        (await fresh.Orders.Find(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.Kept);
        _erp.Creates.ShouldBe(0);
    }

    [Theory]
    [InlineData(QuotationKind.Quote)]
    [InlineData(QuotationKind.Basket)]
    [InlineData(QuotationKind.List)]
    public async Task Keep_Wanted_IsKeptOnceWhateverItCosts(QuotationKind kind)
    {
        Quotations.Then(CreateFault.CommitThenTimeout);
        var submission = Samples.Submission() with { Keep = new QuotationTerms(kind, "Weekly") };

        var placing = await Place(Limited(1), submission, untilSettled: true);

        placing.ShouldSatisfyAllConditions(() => placing.State.ShouldBe(PlacingState.Kept), () => placing.Approval.ShouldBeNull(), () => placing.Keep.ShouldBe(kind));
        Quotations.Kept.ShouldHaveSingleItem().Label.ShouldBe("Weekly");
        _erp.Creates.ShouldBe(0);
    }

    [Theory]
    [InlineData(QuotationKind.Approval, "x")]
    [InlineData(QuotationKind.List, null)]
    public async Task Keep_WhatNobodyMayAskFor_IsInvalid(QuotationKind kind, string? label) =>
        (await _node.Orders.Submit(Samples.Buyer(), Samples.Submission() with { Keep = new QuotationTerms(kind, label) })).Verdict.ShouldBe(SubmitVerdict.Invalid);

    [Fact]
    public async Task Approve_ByAnApprover_IsOrderedInTheRequestersNameWithWhoApproved()
    {
        var waiting = Waiting();

        var placing = await Place(Approver("con-2"), Approval(waiting));

        placing.State.ShouldBe(PlacingState.Confirmed);
        _erp.Sent.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            order => order.MadeOf.ShouldBe(waiting.Number),
            order => order.OrderedBy.Person.ShouldBe(new PersonId("con-1")),
            order => order.ApprovedBy!.Person.ShouldBe(new PersonId("con-2")));
    }

    [Fact]
    public async Task Approve_TwiceInTwoTabsAndByTwoApprovers_IsOneOrder()
    {
        var waiting = Waiting();

        await _node.Orders.Submit(Approver("con-2"), Approval(waiting));
        await _node.Orders.Submit(Approver("con-2"), Approval(waiting));
        var third = await _node.Orders.Submit(Approver("con-3"), Approval(waiting));
        await _node.RunToTheEnd(_clock);

        third.Verdict.ShouldBe(SubmitVerdict.Conflict, "another approver's is running under the same id");
        _erp.All.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("con-1", Role.Approver, "approverIsRequester")]
    [InlineData("con-2", Role.Buyer, "notAnApprover")]
    [InlineData("rep-1", Role.Rep, "notAnApprover")]
    public async Task Approve_ByOneWhoMayNot_IsRefused(string person, Role role, string code)
    {
        var forged = Approval(Waiting()) with { OrderedBy = new OrderedBy(new PersonId("con-9"), "Somebody Else") };

        var placing = await Place(Person(person, role, null), forged, untilSettled: true);

        placing.State.ShouldBe(PlacingState.Rejected);
        placing.Failure!.Code.ShouldBe(code);
        _erp.Creates.ShouldBe(0);
    }

    [Fact]
    public async Task Approve_OtherLinesThanAskedFor_IsRefused()
    {
        var waiting = Waiting();
        var approval = Approval(waiting);
        var more = approval with { Request = approval.Request with { Lines = [.. approval.Request.Lines.Select(line => line with { Quantity = 11 })] } };

        var placing = await Place(Approver("con-2"), more, untilSettled: true);

        placing.Failure!.Code.ShouldBe("notWhatWasAskedFor");
        _erp.Creates.ShouldBe(0);
    }

    [Fact]
    public async Task Approve_AboveTheApproversOwnLimit_IsRefused()
    {
        var placing = await Place(Person("con-2", Role.Approver, new Money(100, "EUR")), Approval(Waiting()), untilSettled: true);

        placing.Failure!.Code.ShouldBe("aboveApproversLimit");
        _erp.Creates.ShouldBe(0);
    }

    [Fact]
    public async Task Order_OfAnUnknownOrForeignQuotation_IsRefused()
    {
        var foreign = Quotations.Keep(New("C-2"));
        foreach (var number in new[] { new QuotationNumber("QU-99"), foreign.Number })
        {
            var placing = await Place(Approver("con-2"), Samples.Submission() with { MadeOf = number }, untilSettled: true);

            placing.Failure!.Code.ShouldBe("unknownQuotation");
        }

        _erp.Creates.ShouldBe(0);
    }

    private static Scope Person(string person, Role role, Money? limit) =>
        Scope.ForPerson(new PersonId(person), role, [new ScopedAccount(new AccountId("acc-C-1"), Samples.Customer, "Elbe")], limit);

    private static Scope Limited(decimal limit, string currency = "EUR") => Person("con-1", Role.Buyer, new Money(limit, currency));

    private static Scope Approver(string person) => Person(person, Role.Approver, null);

    private Quotation Waiting() => Quotations.Keep(New("C-1"));

    private static NewQuotation New(string customer)
    {
        var submission = Samples.Submission(customer: customer);
        return new NewQuotation
        {
            Submission = submission.Id,
            Kind = QuotationKind.Approval,
            Reason = "AboveLimit",
            Request = submission.Request with { Lines = [.. submission.Request.Lines.Select(line => line with { Unit = "PCE" })] },
            RequestedBy = submission.OrderedBy,
        };
    }

    private static Submission Approval(Quotation waiting)
    {
        var submission = Samples.Submission(DerivedSubmission.Of(waiting.Number, "order", 0));
        return submission with { MadeOf = waiting.Number, Request = submission.Request with { Lines = [.. submission.Request.Lines.Select(line => line with { Unit = "PCE" })] } };
    }

    private async Task<PortalIntegration.Sync.Placing.Placing> Place(Scope scope, Submission submission, bool untilSettled = false)
    {
        (await _node.Orders.Submit(scope, submission)).Verdict.ShouldBe(SubmitVerdict.Accepted);
        await (untilSettled ? _node.RunToTheEnd(_clock) : _node.RunDue());
        return (await _node.Orders.Find(scope, submission.Id)).ShouldNotBeNull();
    }
}
