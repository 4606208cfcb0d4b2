using System.Globalization;
using System.Text.Json;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.LiveTests.Placing;

/// <summary>
/// One submission, one quotation, and of one quotation one order, on a real ERP that knows neither: whatever befalls the calls, and whoever else is at it. How many stand is asked of
/// Tryton itself.
/// </summary>
[Collection(SharedTryton.Name)]
public sealed class TrytonKeepingTests(TrytonFixture tryton)
{
    private static readonly TimeSpan Impatient = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(60);
    private static readonly string[] Writes = ["sale.sale.create", "sale.sale.quote", "sale.sale.draft", "sale.sale.write"];
    private static readonly Scope Portal = Scope.ForPortal("keeping-tests", Lane.Order);

    [Theory]
    [InlineData("Fault01", nameof(Fate.AnswerLost))]
    [InlineData("Fault04", nameof(Fate.ArrivesLate))]
    public Task Fault01_AnyWriteOfKeepingStruck_KeptOnce(string row, string fate) => Task.WhenAll(Writes.Select(async (write, i) =>
    {
        await using var proxy = await CuttingProxy.Start(tryton.Address);
        proxy.Arrange(write, Enum.Parse<Fate>(fate));
        var quotation = Quotation(i);

        var number = await AsTheFlowDoes(Port<IQuotations>(proxy.Address, Impatient), quotation);
        await proxy.AllArrived();

        proxy.Seen.Count(method => method.EndsWith(write, StringComparison.Ordinal)).ShouldBeGreaterThan(0, $"{row}: {write} is no write of keeping");
        (await Kept(quotation.Submission)).ShouldHaveSingleItem($"{row}: {write}").ShouldBe(number);
    }));

    [Fact]
    public async Task Fault05_CutOffAfterEachThirdCall_KeptOnce()
    {
        var died = await Task.WhenAll(Enumerable.Range(0, 5).Select(async i =>
        {
            await using var proxy = await CuttingProxy.Start(tryton.Address);
            proxy.DieAfter(3 * i);
            var quotation = Quotation(i);
            var killed = await tryton.Connect(proxy.Address, Patient, 0).Find<IQuotations>()!.Create(Portal, quotation, TrytonFixture.Deadline);

            var number = killed.Succeeded ? killed.Value.Number.Value : await AsTheFlowDoes(tryton.Port<IQuotations>(), quotation);

            (await Kept(quotation.Submission)).ShouldHaveSingleItem($"after {3 * i} calls").ShouldBe(number);
            return !killed.Succeeded;
        }));

        died.Count(dead => dead).ShouldBeGreaterThanOrEqualTo(Writes.Length);
    }

    [Fact]
    public Task Fault32_PausedBeforeEachWriteOfKeeping_OtherKeepsAndOnce() => Task.WhenAll(Writes.Select(async (write, i) =>
    {
        await using var proxy = await CuttingProxy.Start(tryton.Address);
        proxy.Arrange(write, Fate.Paused);
        var quotation = Quotation(i);
        var paused = Port<IQuotations>(proxy.Address, Patient).Create(Portal, quotation, TrytonFixture.Deadline);
        await proxy.Paused.Task.WaitAsync(Patient);

        var other = await AsTheFlowDoes(tryton.Port<IQuotations>(), quotation);
        proxy.Resume();
        var late = await paused;

        if (late.Succeeded)
        {
            late.Value.Number.Value.ShouldBe(other, write);
        }

        (await Kept(quotation.Submission)).ShouldHaveSingleItem(write).ShouldBe(other);
    }));

    /// <summary>Both under references of their own, so that nothing but the quotation stands between them.</summary>
    [Fact]
    public Task Fault32_PausedBeforeEachWriteOfOrderingAQuotation_OtherOrdersItAndOnce() =>
        Task.WhenAll(new[] { "sale.sale.create", "sale.sale.write", "sale.sale.quote", "sale.sale.confirm" }.Select(async (write, i) =>
        {
            var quotation = (await tryton.Port<IQuotations>().Create(Portal, Quotation(i), TrytonFixture.Deadline)).Value;
            await using var proxy = await CuttingProxy.Start(tryton.Address);
            proxy.Arrange(write, Fate.Paused);
            var (one, two) = (Order(i) with { MadeOf = quotation.Number }, Order(i) with { MadeOf = quotation.Number });
            var paused = Port<IOrders>(proxy.Address, Patient).Create(Portal, one, TrytonFixture.Deadline);
            await proxy.Paused.Task.WaitAsync(Patient);

            var placed = await AsTheFlowDoes(two);
            proxy.Resume();
            var late = await paused;
            var again = late.Succeeded ? late : await AsTheFlowDoes(one);

            placed.Succeeded.ShouldBeTrue($"{write}: {placed}");
            late.Succeeded.ShouldBeFalse(write);
            again.Failure!.Cause.ShouldBe(Cause.Rejected, $"{write}: {again}");
            (await tryton.Ground.Placed(two)).ShouldHaveSingleItem(write).ShouldBe(placed.Value.Number!.Value.Value);
            (await tryton.Ground.Placed(one)).ShouldBeEmpty(write);
            (await tryton.Port<IQuotations>().Get(Portal, quotation.Number)).Value.Order.ShouldBe(placed.Value.Number, write);
        }));

    [Fact]
    public async Task Order_MadeOfAQuotationFromFourAtOnce_IsOne()
    {
        var quotation = (await tryton.Port<IQuotations>().Create(Portal, Quotation(28), TrytonFixture.Deadline)).Value;
        var orders = Enumerable.Range(0, 4).Select(_ => Order(28) with { MadeOf = quotation.Number }).ToList();

        await Task.WhenAll(orders.Select(async order =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20 * orders.IndexOf(order)));
            await AsTheFlowDoes(order);
        }));

        var placed = await Task.WhenAll(orders.Select(tryton.Ground.Placed));
        var number = placed.SelectMany(numbers => numbers).ShouldHaveSingleItem();
        (await tryton.Port<IQuotations>().Get(Portal, quotation.Number)).Value.Order.ShouldBe(new OrderNumber(number));
    }

    [Fact]
    public async Task Order_MadeOfAQuotationAndRefused_LeavesItOpen()
    {
        var quotation = (await tryton.Port<IQuotations>().Create(Portal, Quotation(0) with { Kind = QuotationKind.Basket }, TrytonFixture.Deadline)).Value;
        var order = Order(0) with { MadeOf = quotation.Number, AcceptedTotal = new Money(0.01m, "EUR") };

        (await AsTheFlowDoes(order)).Failure!.Code.ShouldBe("total_changed");

        (await tryton.Port<IQuotations>().Get(Portal, quotation.Number)).Value.State.ShouldBe(QuotationState.Open);
        (await AsTheFlowDoes(Order(0) with { MadeOf = quotation.Number })).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Quotation_CancelledOrConfirmedByAClerk_IsTakenBackOrOrdered()
    {
        using var desk = await tryton.Desk();
        var quotations = tryton.Port<IQuotations>();
        var cancelled = (await quotations.Create(Portal, Quotation(0), TrytonFixture.Deadline)).Value;
        var confirmed = (await quotations.Create(Portal, Quotation(1), TrytonFixture.Deadline)).Value;

        await desk.Call("sale.sale.cancel", $"[{(await Sale(cancelled.Submission!.Value)).Id}]");
        var sale = (await Sale(confirmed.Submission!.Value)).Id;
        await desk.Call("sale.sale.quote", $"[{sale}]");
        await desk.Call("sale.sale.confirm", $"[{sale}]");

        (await quotations.Get(Portal, cancelled.Number)).Value.State.ShouldBe(QuotationState.Withdrawn);
        var ordered = (await quotations.Get(Portal, confirmed.Number)).Value;
        (ordered.State, ordered.Order?.Value).ShouldBe((QuotationState.Ordered, confirmed.Number.Value));
        (await tryton.Port<IOrders>().Create(Portal, Order(1) with { MadeOf = confirmed.Number }, TrytonFixture.Deadline)).Failure!.Cause.ShouldBe(Cause.Rejected);
    }

    [Fact]
    public async Task Quotation_QuotedByAClerkOrClaimedForNoOrder_IsListedOpenAndCanEnd()
    {
        using var desk = await tryton.Desk();
        var quotations = tryton.Port<IQuotations>();
        var quoted = (await quotations.Create(Portal, Quotation(4) with { Kind = QuotationKind.Approval }, TrytonFixture.Deadline)).Value;
        var claimed = (await quotations.Create(Portal, Quotation(4) with { Kind = QuotationKind.Approval }, TrytonFixture.Deadline)).Value;
        var contested = (await quotations.Create(Portal, Quotation(4) with { Kind = QuotationKind.Approval }, TrytonFixture.Deadline)).Value;
        var ordered = (await quotations.Create(Portal, Quotation(4) with { Kind = QuotationKind.Approval }, TrytonFixture.Deadline)).Value;

        var sale = (await Sale(quoted.Submission!.Value)).Id;
        await desk.Call("sale.sale.quote", $"[{sale}]");
        await desk.Call("sale.sale.write", $$"""[{{sale}}], {"comment": "Petra wants it by Friday.\nNote: on pallets"}""");
        await Mark(claimed, $"ordered as {new SubmissionId(Guid.NewGuid()).ExternalReference}");
        await Mark(contested, $"contested, was {new SubmissionId(Guid.NewGuid()).ExternalReference}");
        (await AsTheFlowDoes(Order(4) with { MadeOf = ordered.Number })).Succeeded.ShouldBeTrue();

        var open = await Listed(QuotationState.Open);
        open.ShouldContain(quoted.Number);
        open.ShouldContain(claimed.Number);
        open.ShouldContain(contested.Number);
        open.ShouldNotContain(ordered.Number);
        (await Listed(QuotationState.Ordered)).ShouldBe([ordered.Number], ignoreOrder: true);

        var read = (await quotations.Get(Portal, quoted.Number)).Value;
        (await quotations.Change(Portal, quoted.Number, new QuotationChange(Order(4).OrderedBy, State: QuotationState.Withdrawn), read.Version)).Value.State.ShouldBe(QuotationState.Withdrawn);
        (await desk.Call("sale.sale.read", $"""[{sale}], ["comment"]"""))[0].GetProperty("comment").GetString()!.ShouldContain("Petra wants it by Friday.");

        async Task Mark(Quotation quotation, string state)
        {
            var (id, mark, _) = await Sale(quotation.Submission!.Value);
            await desk.Call("sale.sale.write", $$"""[{{id}}], {"description": {{JsonSerializer.Serialize(mark.Replace("open", state, StringComparison.Ordinal))}}}""");
        }

        async Task<IReadOnlyList<QuotationNumber>> Listed(QuotationState state)
        {
            var made = new[] { quoted.Number, claimed.Number, contested.Number, ordered.Number };
            var page = (await quotations.List(Portal, new QuotationQuery { Customer = quoted.Customer, Kind = QuotationKind.Approval, State = state })).Value;
            return [.. page.Items.Select(item => item.Number).Where(made.Contains)];
        }
    }

    [Fact]
    public async Task SweepDrafts_WhatIsKept_Stays()
    {
        var kept = (await tryton.Port<IQuotations>().Create(Portal, Quotation(2) with { Kind = QuotationKind.List, Label = "Weekly" }, TrytonFixture.Deadline)).Value;

        (await tryton.Port<IQuoting>().SweepDrafts(Portal, TimeProvider.System.GetUtcNow().AddMinutes(5))).Succeeded.ShouldBeTrue();

        (await tryton.Port<IQuotations>().Get(Portal, kept.Number)).Value.Label.ShouldBe("Weekly");
    }

    [Fact]
    public async Task Control_KeptASecondTimeByHand_IsCounted()
    {
        var quotation = Quotation(3);
        await AsTheFlowDoes(tryton.Port<IQuotations>(), quotation);
        using var desk = await tryton.Desk();
        var (id, mark, _) = await Sale(quotation.Submission);

        var copies = await desk.Call("sale.sale.copy", $"[{id}]");
        await desk.Call("sale.sale.write", $$"""{{copies}}, {"description": {{JsonSerializer.Serialize(mark)}}, "number": "COPY"}""");

        (await Kept(quotation.Submission)).Count.ShouldBe(2);
    }

    private static NewOrder Order(int i) => TrytonFixture.Order(PlacingGround.Customers[i % PlacingGround.Customers.Count], (string.Create(CultureInfo.InvariantCulture, $"CUT-0{(i % 8) + 11}"), 1));

    private static NewQuotation Quotation(int i)
    {
        var order = Order(i);
        return new NewQuotation { Submission = order.Submission, Kind = QuotationKind.Quote, Request = order.Request, RequestedBy = order.OrderedBy, Note = order.Note };
    }

    private TPort Port<TPort>(Uri through, TimeSpan attempt)
        where TPort : class => tryton.Connect(through, attempt).Find<TPort>()!;

    /// <summary>The numbers of what is marked as kept under the reference, read past the connector.</summary>
    private async Task<IReadOnlyList<string>> Kept(SubmissionId submission)
    {
        using var desk = await tryton.Desk();
        var sales = await desk.Call("sale.sale.search_read", $$"""[["description", "like", "{{submission.ExternalReference}} kept as %"]], 0, null, null, ["number"]""");
        return [.. sales.EnumerateArray().Select(sale => sale.GetProperty("number").GetString()!)];
    }

    private async Task<(long Id, string Mark, string State)> Sale(SubmissionId submission)
    {
        using var desk = await tryton.Desk();
        var sale = (await desk.Call("sale.sale.search_read", $$"""[["description", "like", "{{submission.ExternalReference}} kept as %"]], 0, null, null, ["description", "state"]"""))[0];
        return (sale.GetProperty("id").GetInt64(), sale.GetProperty("description").GetString()!, sale.GetProperty("state").GetString()!);
    }

    /// <summary>Until it stands or is refused. A create that stands already answers the order that stands.</summary>
    private async Task<Outcome<Order>> AsTheFlowDoes(NewOrder order)
    {
        var answer = await tryton.Port<IOrders>().Create(Portal, order, TrytonFixture.Deadline);
        for (var tries = 0; tries < 10 && answer is { Succeeded: false, Failure: { RetryCanHelp: true } or { MayHaveTakenEffect: true } }; tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200 * (tries + 1)));
            answer = await tryton.Port<IOrders>().Create(Portal, order, TrytonFixture.Deadline);
        }

        return answer;
    }

    private static async Task<string> AsTheFlowDoes(IQuotations quotations, NewQuotation quotation)
    {
        Failure? last = null;
        for (var tries = 0; tries < 10; tries++)
        {
            if (last is { MayHaveTakenEffect: true } && await quotations.FindByReference(Portal, quotation.Request.Customer, quotation.Submission) is { Succeeded: true, Value: { } standing })
            {
                return standing.Number.Value;
            }

            var answer = await quotations.Create(Portal, quotation, TrytonFixture.Deadline);
            if (answer.Succeeded)
            {
                return answer.Value.Number.Value;
            }

            last = answer.Failure!;
            last.RetryCanHelp.ShouldBeTrue(answer.ToString());
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }

        throw new InvalidOperationException($"Not kept: {last}");
    }
}
