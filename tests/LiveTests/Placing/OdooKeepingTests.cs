using System.Text.Json;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests.Placing;

/// <summary>Kept once on an ERP that takes each external identifier once.</summary>
[Collection(OdooErpTurns.Name)]
public sealed class OdooKeepingTests(OdooFixture odoo) : KeepingContract
{
    private protected override KeepingGround Ground => new()
    {
        Placing = OdooGround.Of(odoo),
        Keeps = ["sale.order.load", "choose.delivery.carrier.create", "choose.delivery.carrier.update_price", "choose.delivery.carrier.button_confirm"],
        Kept = async submission =>
        {
            using var desk = await OdooDesk.SignIn(odoo.Address);
            var sales = await desk.Call("sale.order.search_read", $$"""[["origin", "=like", "{{submission.ExternalReference}} kept as %"]]""", "\"fields\": [\"name\"]");
            return [.. sales.EnumerateArray().Select(sale => sale.GetProperty("name").GetString()!)];
        },
        KeepOnceMore = async submission =>
        {
            using var desk = await OdooDesk.SignIn(odoo.Address);
            var (id, mark, _) = await Sale(submission);
            await desk.Call("sale.order.copy", FormattableString.Invariant($"{id}"), $$"""
                "default": { "origin": {{JsonSerializer.Serialize(mark)}} }
                """);
        },
    };

    [Fact]
    public async Task Quotation_CancelledOrConfirmedByAClerk_IsTakenBackOrOrdered()
    {
        using var desk = await OdooDesk.SignIn(odoo.Address);
        var cancelled = (await Quotations.Create(Portal, Quotation(0), Deadline)).Value;
        var confirmed = (await Quotations.Create(Portal, Quotation(1), Deadline)).Value;

        await desk.Call("sale.order.action_cancel", $"[{(await Sale(cancelled.Submission!.Value)).Id}]");
        await desk.Call("sale.order.action_confirm", $"[{(await Sale(confirmed.Submission!.Value)).Id}]");

        (await Quotations.Get(Portal, cancelled.Number)).Value.State.ShouldBe(QuotationState.Withdrawn);
        var ordered = (await Quotations.Get(Portal, confirmed.Number)).Value;
        (ordered.State, ordered.Order?.Value).ShouldBe((QuotationState.Ordered, confirmed.Number.Value));
        (await Orders.Create(Portal, Order(1) with { MadeOf = confirmed.Number }, Deadline)).Failure!.Code.ShouldBe("quotation_ordered");
        (await Orders.Create(Portal, Order(0) with { MadeOf = cancelled.Number }, Deadline)).Failure!.Code.ShouldBe("quotation_closed");
        (await Orders.Get(Portal, new OrderNumber(confirmed.Number.Value))).Succeeded.ShouldBeTrue("it is an order now");
        (await Orders.Get(Portal, new OrderNumber(cancelled.Number.Value))).Failure!.Cause.ShouldBe(Cause.NotFound, "it was never one");

        // As when a clerk confirms it while the portal puts it away.
        await desk.Call("sale.order.action_cancel", $"[{(await Sale(confirmed.Submission!.Value)).Id}]");

        (await Quotations.Get(Portal, confirmed.Number)).Value.State.ShouldBe(QuotationState.Ordered);
        (await Orders.Get(Portal, new OrderNumber(confirmed.Number.Value))).Value.Status.ShouldBe(OrderStatus.Cancelled);
    }

    [Fact]
    public async Task Quotation_PastItsLastDay_HasRunOutAndIsNotOrderedButPutAway()
    {
        using var desk = await OdooDesk.SignIn(odoo.Address);
        var kept = (await Quotations.Create(Portal, Quotation(4) with { Kind = QuotationKind.Approval }, Deadline)).Value;
        var basket = (await Quotations.Create(Portal, Quotation(4) with { Kind = QuotationKind.Basket }, Deadline)).Value;
        foreach (var one in new[] { kept, basket })
        {
            await desk.Call("sale.order.write", $$"""[{{(await Sale(one.Submission!.Value)).Id}}], {"validity_date": "2026-01-01"}""");
        }

        var expired = (await Quotations.Get(Portal, kept.Number)).Value;
        (expired.State, expired.ValidUntil?.Year).ShouldBe((QuotationState.Expired, 2026));
        (await Quotations.Get(Portal, basket.Number)).Value.State.ShouldBe(QuotationState.Open, "what is only put aside never runs out");
        (await Listed(QuotationState.Expired)).ShouldBe([kept.Number]);
        (await Listed(QuotationState.Open)).ShouldBe([basket.Number]);
        (await Orders.Create(Portal, Order(4) with { MadeOf = kept.Number }, Deadline)).Failure!.Code.ShouldBe("quotation_expired");

        var by = Order(4).OrderedBy;
        (await Quotations.Change(Portal, kept.Number, new QuotationChange(by, State: QuotationState.Withdrawn), expired.Version)).Value.State.ShouldBe(QuotationState.Withdrawn);
        (await Sale(kept.Submission!.Value)).State.ShouldBe("cancel", "no clerk works on it any more");

        async Task<IReadOnlyList<QuotationNumber>> Listed(QuotationState state)
        {
            var page = (await Quotations.List(Portal, new QuotationQuery { Customer = kept.Customer, State = state, Limit = 100 })).Value;
            return [.. page.Items.Select(item => item.Number).Where(number => number == kept.Number || number == basket.Number)];
        }
    }

    [Fact]
    public async Task Quotation_WhoseOrderWasNotSaidOnIt_IsOrderedAllTheSame()
    {
        using var desk = await OdooDesk.SignIn(odoo.Address);
        var kept = (await Quotations.Create(Portal, Quotation(6), Deadline)).Value;
        var (id, mark, _) = await Sale(kept.Submission!.Value);
        var order = Order(6) with { MadeOf = kept.Number };
        var placed = (await AsTheFlowDoes(order)).Value.Number;
        (await Sale(kept.Submission.Value)).State.ShouldBe("cancel", "no clerk works on it any more");

        // As if who placed it had died right after.
        await desk.Call("sale.order.action_draft", $"[{id}]");
        await desk.Call("sale.order.write", $$"""[{{id}}], {"origin": {{JsonSerializer.Serialize(mark)}}}""");

        var read = (await Quotations.Get(Portal, kept.Number)).Value;
        (read.State, read.Order).ShouldBe((QuotationState.Ordered, placed));
        var open = (await Quotations.List(Portal, new QuotationQuery { Customer = kept.Customer, State = QuotationState.Open, Limit = 100 })).Value;
        open.Items.ShouldNotContain(item => item.Number == kept.Number);
        (await Orders.Create(Portal, Order(6) with { MadeOf = kept.Number }, Deadline)).Failure!.Code.ShouldBe("quotation_ordered");

        (await Orders.FindByReference(Portal, order.Request.Customer, order.Submission)).Value!.Number.ShouldBe(placed);
        (await Sale(kept.Submission.Value)).State.ShouldBe("cancel", "whoever looks the order up says it");
    }

    private async Task<(long Id, string Mark, string State)> Sale(SubmissionId submission)
    {
        using var desk = await OdooDesk.SignIn(odoo.Address);
        var sale = (await desk.Call("sale.order.search_read", $$"""[["origin", "=like", "{{submission.ExternalReference}} kept as %"]]""", "\"fields\": [\"origin\", \"state\"]"))[0];
        return (sale.GetProperty("id").GetInt64(), sale.GetProperty("origin").GetString()!, sale.GetProperty("state").GetString()!);
    }
}
