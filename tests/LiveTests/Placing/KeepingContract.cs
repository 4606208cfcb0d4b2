using System.Diagnostics;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.LiveTests.Placing;

/// <summary>
/// One submission, one quotation, and of one quotation one order, on a real ERP: whatever befalls the calls, and whoever else is at it. How many stand is asked of the ERP itself.
/// </summary>
public abstract class KeepingContract
{
    private static readonly TimeSpan Impatient = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(60);

    private ISystemConnection? _shared;

    private protected static Scope Portal { get; } = Scope.ForPortal("keeping-contract", Lane.Order);

    private protected static DateTimeOffset Deadline => TimeProvider.System.GetUtcNow().AddSeconds(60);

    private protected abstract KeepingGround Ground { get; }

    private protected IQuotations Quotations => Shared.Find<IQuotations>()!;

    private protected IOrders Orders => Shared.Find<IOrders>()!;

    private ISystemConnection Shared => _shared ??= Ground.Placing.Connect(Ground.Placing.Address, Patient, 2);

    [Fact]
    public Task Fault01_AnswerOfAnyWriteOfKeepingLost_KeptOnce() => KeptOnceThough(Fate.AnswerLost);

    [Fact]
    public Task Fault04_AnyWriteOfKeepingCommittedLate_KeptOnce() => KeptOnceThough(Fate.ArrivesLate);

    [Fact]
    public async Task Fault05_CutOffAfterEachThirdCall_KeptOnce()
    {
        var died = await Task.WhenAll(Enumerable.Range(0, 5).Select(async i =>
        {
            await using var proxy = await CuttingProxy.Start(Ground.Placing.Address, Ground.Placing.NameOf);
            proxy.DieAfter(3 * i);
            var quotation = Quotation(i);
            var killed = await Ground.Placing.Connect(proxy.Address, Patient, 0).Find<IQuotations>()!.Create(Portal, quotation, Deadline);

            var number = killed.Succeeded ? killed.Value.Number.Value : await AsTheFlowDoes(Quotations, quotation);

            (await Ground.Kept(quotation.Submission)).ShouldHaveSingleItem($"after {3 * i} calls").ShouldBe(number);
            return !killed.Succeeded;
        }));

        died.Count(dead => dead).ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public Task Fault32_PausedBeforeEachWriteOfKeeping_OtherKeepsAndOnce() => Task.WhenAll(Ground.Keeps.Select(async (write, i) =>
    {
        await using var proxy = await CuttingProxy.Start(Ground.Placing.Address, Ground.Placing.NameOf);
        proxy.Arrange(write, Fate.Paused);
        var quotation = Quotation(i);
        var paused = Port<IQuotations>(proxy.Address, Patient).Create(Portal, quotation, Deadline);
        await proxy.Paused.Task.WaitAsync(Patient);

        var other = await AsTheFlowDoes(Quotations, quotation);
        proxy.Resume();
        var late = await paused;

        if (late.Succeeded)
        {
            late.Value.Number.Value.ShouldBe(other, write);
        }

        (await Ground.Kept(quotation.Submission)).ShouldHaveSingleItem(write).ShouldBe(other);
    }));

    /// <summary>Both under references of their own, so that nothing but the quotation stands between them.</summary>
    [Fact]
    public Task Fault32_PausedBeforeEachWriteOfOrderingAQuotation_OtherOrdersItAndOnce() => Task.WhenAll(Ground.Placing.Writes.Select(async (write, i) =>
    {
        var quotation = (await Quotations.Create(Portal, Quotation(i), Deadline)).Value;
        await using var proxy = await CuttingProxy.Start(Ground.Placing.Address, Ground.Placing.NameOf);
        proxy.Arrange(write, Fate.Paused);
        var (one, two) = (Order(i) with { MadeOf = quotation.Number }, Order(i) with { MadeOf = quotation.Number });
        var paused = Port<IOrders>(proxy.Address, Patient).Create(Portal, one, Deadline);
        await proxy.Paused.Task.WaitAsync(Patient);

        var placed = await AsTheFlowDoes(two);
        proxy.Resume();
        var late = await paused;
        var again = late.Succeeded ? late : await AsTheFlowDoes(one);

        placed.Succeeded.ShouldBeTrue($"{write}: {placed}");
        late.Succeeded.ShouldBeFalse(write);
        again.Failure!.Cause.ShouldBe(Cause.Rejected, $"{write}: {again}");
        (await Ground.Placing.Placed(two)).ShouldHaveSingleItem(write).ShouldBe(placed.Value.Number!.Value.Value);
        (await Ground.Placing.Placed(one)).ShouldBeEmpty(write);
        (await Quotations.Get(Portal, quotation.Number)).Value.Order.ShouldBe(placed.Value.Number, write);
    }));

    [Fact]
    public async Task Fault32_ClosedWhilePausedBeforeTheConfirmation_IsNoOrder()
    {
        var quotation = (await Quotations.Create(Portal, Quotation(5), Deadline)).Value;
        await using var proxy = await CuttingProxy.Start(Ground.Placing.Address, Ground.Placing.NameOf);
        proxy.Arrange(Ground.Placing.Commits, Fate.Paused);
        var order = Order(5) with { MadeOf = quotation.Number };
        var paused = Port<IOrders>(proxy.Address, Patient).Create(Portal, order, Deadline);
        await proxy.Paused.Task.WaitAsync(Patient);

        var now = (await Quotations.Get(Portal, quotation.Number)).Value;
        var closed = await Quotations.Change(Portal, quotation.Number, new QuotationChange(order.OrderedBy, State: QuotationState.SentBack, Reason: "Too d\u200Bear"), now.Version);
        proxy.Resume();
        var late = await paused;

        closed.Succeeded.ShouldBeTrue(closed.ToString());
        late.Succeeded.ShouldBeFalse();
        (await AsTheFlowDoes(order)).Failure!.Cause.ShouldBe(Cause.Rejected);
        (await Ground.Placing.Placed(order)).ShouldBeEmpty();
        var standing = (await Quotations.Get(Portal, quotation.Number)).Value;
        (standing.State, standing.End?.Reason).ShouldBe((QuotationState.SentBack, "Too dear"));
    }

    [Fact]
    public async Task Order_MadeOfAQuotationFromFourAtOnce_IsOne()
    {
        var quotation = (await Quotations.Create(Portal, Quotation(28), Deadline)).Value;
        var orders = Enumerable.Range(0, 4).Select(_ => Order(28) with { MadeOf = quotation.Number }).ToList();

        await Task.WhenAll(orders.Select(async order =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20 * orders.IndexOf(order)));
            await AsTheFlowDoes(order);
        }));

        var placed = await Task.WhenAll(orders.Select(Ground.Placing.Placed));
        var number = placed.SelectMany(numbers => numbers).ShouldHaveSingleItem();
        (await Quotations.Get(Portal, quotation.Number)).Value.Order.ShouldBe(new OrderNumber(number));
    }

    [Fact]
    public async Task Order_MadeOfAQuotationAndRefused_LeavesItOpen()
    {
        var quotation = (await Quotations.Create(Portal, Quotation(0) with { Kind = QuotationKind.Basket }, Deadline)).Value;
        var order = Order(0) with { MadeOf = quotation.Number, AcceptedTotal = new Money(0.01m, "EUR") };

        (await AsTheFlowDoes(order)).Failure!.Code.ShouldBe("total_changed");

        (await Quotations.Get(Portal, quotation.Number)).Value.State.ShouldBe(QuotationState.Open);
        (await AsTheFlowDoes(Order(0) with { MadeOf = quotation.Number })).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task SweepDrafts_WhatIsKept_Stays()
    {
        var list = (await Quotations.Create(Portal, Quotation(2) with { Kind = QuotationKind.List, Label = "Weekly" }, Deadline)).Value;
        var quote = (await Quotations.Create(Portal, Quotation(2), Deadline)).Value;

        (await Shared.Find<IQuoting>()!.SweepDrafts(Portal, TimeProvider.System.GetUtcNow().AddMinutes(5))).Succeeded.ShouldBeTrue();

        (await Quotations.Get(Portal, list.Number)).Value.Label.ShouldBe("Weekly");
        (await Quotations.Get(Portal, quote.Number)).Value.State.ShouldBe(QuotationState.Open);
    }

    [Fact]
    public async Task Control_KeptASecondTimeByHand_IsCounted()
    {
        var quotation = Quotation(3);
        await AsTheFlowDoes(Quotations, quotation);

        await Ground.KeepOnceMore(quotation.Submission);

        (await Ground.Kept(quotation.Submission)).Count.ShouldBe(2);
    }

    private protected NewOrder Order(int i) => Ground.Placing.Order(i);

    private protected NewQuotation Quotation(int i)
    {
        var order = Order(i);
        return new NewQuotation { Submission = order.Submission, Kind = QuotationKind.Quote, Request = order.Request, RequestedBy = order.OrderedBy, Note = order.Note };
    }

    /// <summary>Until it stands or is refused. A create that stands already answers the order that stands.</summary>
    private protected async Task<Outcome<Order>> AsTheFlowDoes(NewOrder order)
    {
        var answer = await Orders.Create(Portal, order, Deadline);
        for (var tries = 0; tries < 10 && answer is { Succeeded: false, Failure: { RetryCanHelp: true } or { MayHaveTakenEffect: true } }; tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200 * (tries + 1)));
            answer = await Orders.Create(Portal, order, Deadline);
        }

        return answer;
    }

    private TPort Port<TPort>(Uri through, TimeSpan attempt)
        where TPort : class =>
        Ground.Placing.Connect(through, attempt, 2).Find<TPort>()!;

    private Task KeptOnceThough(Fate fate) => Task.WhenAll(Ground.Keeps.Select(async (write, i) =>
    {
        await using var proxy = await CuttingProxy.Start(Ground.Placing.Address, Ground.Placing.NameOf);
        proxy.Arrange(write, fate);
        var quotation = Quotation(i);

        var number = await AsTheFlowDoes(Port<IQuotations>(proxy.Address, Impatient), quotation);
        await proxy.AllArrived();

        proxy.Seen.Count(method => method.EndsWith(write, StringComparison.Ordinal)).ShouldBeGreaterThan(0, $"{write} is no write of keeping");
        (await Ground.Kept(quotation.Submission)).ShouldHaveSingleItem(write).ShouldBe(number);
    }));

    private static async Task<string> AsTheFlowDoes(IQuotations quotations, NewQuotation quotation)
    {
        var clock = Stopwatch.StartNew();
        Failure? last = null;
        for (var tries = 0; tries < 10 && clock.Elapsed < TimeSpan.FromSeconds(90);)
        {
            if (last is { MayHaveTakenEffect: true } && await quotations.FindByReference(Portal, quotation.Request.Customer, quotation.Submission) is { Succeeded: true, Value: { } standing })
            {
                return standing.Number.Value;
            }

            var answer = await quotations.Create(Portal, quotation, Deadline);
            if (answer.Succeeded)
            {
                return answer.Value.Number.Value;
            }

            answer.Failure!.RetryCanHelp.ShouldBeTrue(answer.ToString());
            if (answer.Failure.CountsAsAttempt)
            {
                (last, tries) = (answer.Failure, tries + 1);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }

        throw new InvalidOperationException($"Not kept: {last}");
    }
}

/// <summary>What keeping has to know of a real ERP, beside what placing has.</summary>
internal sealed record KeepingGround
{
    public required PlacingGround Placing { get; init; }

    /// <summary>Ends of the names of all calls that write while a quote is kept, in their order.</summary>
    public required IReadOnlyList<string> Keeps { get; init; }

    /// <summary>The numbers of what is kept under the reference, read past the connector.</summary>
    public required Func<SubmissionId, Task<IReadOnlyList<string>>> Kept { get; init; }

    /// <summary>What must never happen: keeps a second one under the reference, past the connector.</summary>
    public required Func<SubmissionId, Task> KeepOnceMore { get; init; }
}
