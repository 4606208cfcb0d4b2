using PortalIntegration.Core;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Orders;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests;

/// <summary>What Odoo forecasts and adds up, beside what it says of single records at its own desk.</summary>
[Collection(OdooErpTurns.Name)]
public sealed class OdooSignalsTests(OdooFixture odoo)
{
    [Fact]
    public async Task Backorders_OfOneWithGoodsInStockAndGoodsThatNobodyHas_AreTheLatter()
    {
        using var desk = await OdooDesk.SignIn(odoo.Address);
        var customer = await desk.Only("res.partner", """["ref", "=", "C1004"], ["parent_id", "=", false]""", "id");
        var (there, missing) = (await Product("TOO-004"), await Product("HYD-023"));
        var order = await desk.Call("sale.order.create", $$"""
            {"partner_id": {{customer.GetProperty("id")}}, "order_line": [
                [0, 0, {"product_id": {{there}}, "product_uom_qty": 1}], [0, 0, {"product_id": {{missing}}, "product_uom_qty": 99000}]]}
            """);
        await desk.Call("sale.order.action_confirm", $"[{order}]");
        var name = (await desk.Only("sale.order", $"""["id", "=", {order}]""", "name")).GetProperty("name").GetString()!;

        var lines = (await odoo.Port<IOrders>().Backorders(OdooFixture.Scope, new CustomerNumber("C1004"))).Value.Items.Where(line => line.Order.Value == name).ToList();

        var only = lines.ShouldHaveSingleItem();
        (only.Sku.Value, only.Ordered, only.Shipped, only.Open).ShouldBe(("HYD-023", 99000, 0, 99000));

        async Task<string> Product(string sku) => (await desk.Only("product.product", $"""["default_code", "=", "{sku}"]""", "id")).GetProperty("id").GetRawText();
    }

    [Fact]
    public async Task Overdue_OfOneWhoOwes_IsWhatHisInvoicesLeave()
    {
        using var desk = await OdooDesk.SignIn(odoo.Address);
        var today = Today();
        var owed = await Owed();
        var signals = (await odoo.Port<IInvoices>().Overdue(OdooFixture.Scope, [new CustomerNumber("C1009"), new CustomerNumber("C1008")])).Value;
        if (today != Today())
        {
            // Midnight came between the two.
            today = Today();
            owed = await Owed();
            signals = (await odoo.Port<IInvoices>().Overdue(OdooFixture.Scope, [new CustomerNumber("C1009"), new CustomerNumber("C1008")])).Value;
        }

        var signal = signals.Single(one => one.Customer.Value == "C1009");
        signal.Amount.ShouldBe(new Money(owed.EnumerateArray().Sum(invoice => invoice.GetProperty("amount_residual").GetDecimal()), "EUR"));
        signal.Amount.Amount.ShouldBeGreaterThan(0);
        signal.Since.ShouldBe(owed.EnumerateArray().Min(invoice => DateOnly.ParseExact(invoice.GetProperty("invoice_date_due").GetString()!, "yyyy-MM-dd")));
        signals.Single(one => one.Customer.Value == "C1008").ShouldBe(new OverdueSignal(new CustomerNumber("C1008"), new Money(0, "EUR"), Since: null));

        Task<System.Text.Json.JsonElement> Owed() => desk.Call(
            "account.move.search_read",
            FormattableString.Invariant(
                $"""[["move_type", "=", "out_invoice"], ["state", "=", "posted"], ["payment_state", "in", ["not_paid", "partial"]], ["invoice_date_due", "<", "{today:yyyy-MM-dd}"], ["commercial_partner_id.ref", "=", "C1009"]]"""),
            """ "fields": ["amount_residual", "invoice_date_due"] """);

        static DateOnly Today() => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
    }

    [Fact]
    public async Task Activity_OfOneWhoseDeliveryIsPastItsDay_SaysSinceWhen()
    {
        // One for whom nobody else orders: past midnight what others order would be late as well.
        using var desk = await OdooDesk.SignIn(odoo.Address);
        var customer = await desk.Only("res.partner", """["ref", "=", "C1005"], ["parent_id", "=", false]""", "id");
        var product = await desk.Only("product.product", """["default_code", "=", "HYD-023"]""", "id");
        var sale = await desk.Call("sale.order.create", $$"""
            {"partner_id": {{customer.GetProperty("id")}}, "order_line": [[0, 0, {"product_id": {{product.GetProperty("id")}}, "product_uom_qty": 1}]]}
            """);
        await desk.Call("sale.order.action_confirm", $"[{sale}]");
        var picking = (await desk.Call("stock.picking.search", $"""[["sale_id", "=", {sale}], ["state", "not in", ["done", "cancel"]]]"""))[0];
        var moves = await desk.Call("stock.move.search", $"""[["picking_id", "=", {picking}]]""");
        await desk.Call("stock.move.write", $$"""{{moves}}, {"date_deadline": "2026-01-05 12:00:00"}""");

        var late = (await odoo.Port<IOrders>().Activity(OdooFixture.Scope, [new CustomerNumber("C1005"), new CustomerNumber("C1002")])).Value;

        var his = late.Single(one => one.Customer.Value == "C1005");
        (his.Late, his.LateSince).ShouldBe((1, new DateOnly(2026, 1, 5)));
        var newest = (await odoo.Port<IOrders>().Search(OdooFixture.Scope, new OrderQuery { Customer = his.Customer, Limit = 1 })).Value.Items[0];
        his.LastOrderedAt.ShouldBe(newest.OrderedAt);
    }
}
