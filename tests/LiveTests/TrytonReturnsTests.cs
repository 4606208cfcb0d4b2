using System.Globalization;
using System.Text.Json;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Returns;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests;

[Collection(SharedTryton.Name)]
public sealed class TrytonReturnsTests(TrytonFixture tryton)
{
    private static readonly CustomerNumber Elbe = new("C1001");

    [Fact]
    public async Task Return_OfALineAsTheClerksGoOn_IsRequestedApprovedReceivedAndCredited()
    {
        using var clerk = await tryton.Desk();
        using var admin = await TrytonDesk.SignIn(tryton.Address, "admin", "admin-Key8");
        var (sale, number, line) = await SoldLine(clerk, "EM-4500017", "FAS-001");
        var type = await clerk.Call("sale.complaint.type.search", """[["name", "=", "Return of a line"]]""");
        var complaint = (await clerk.Call("sale.complaint.create", $$"""
            [{"customer": {{await Id(clerk, "party.party", "code", "C1001")}}, "type": {{type[0]}}, "origin": "sale.line,{{line}}", "description": "Too long",
              "actions": [["create", [{"action": "sale_return", "quantity": 3.0}]]]}]
            """))[0].GetInt64();

        await Press(clerk, "sale.complaint", "wait", complaint);
        var requested = await Newest();
        await Press(clerk, "sale.complaint", "approve", complaint);
        var approved = await Newest();
        var made = (await clerk.Call("sale.complaint.read", $$"""[{{complaint}}], ["actions.result"]"""))[0]
            .GetProperty("actions.")[0].GetProperty("result").GetString()!.Split(',')[1];
        await Press(clerk, "sale.sale", "quote", made);
        await Press(clerk, "sale.sale", "confirm", made);
        await Receive(clerk, made);
        var received = await Newest();
        await Credit(admin, made);
        var credited = await Newest();

        requested.Lines.ShouldHaveSingleItem().ShouldBe(new ReturnLine(new Sku("FAS-001"), new Quantity(3, "bx"), Reason: null));
        (requested.Status, requested.Order, requested.Reason).ShouldBe((ReturnStatus.Requested, new OrderNumber(number), "Too long"));
        new[] { approved, received, credited }.Select(entry => entry.Status).ShouldBe([ReturnStatus.Approved, ReturnStatus.Received, ReturnStatus.Credited]);
        var orders = tryton.Port<IOrders>();
        Value(await orders.Get(TrytonFixture.Scope, new OrderNumber(number))).Returns.ShouldContain(requested.Number);
        Value(await orders.Search(TrytonFixture.Scope, new OrderQuery { Customer = Elbe, Limit = 100 })).Items
            .ShouldNotContain(order => order.Total!.Value.Amount < 0, "the sale that a return is made by is no order");
        sale.ShouldBePositive();
    }

    [Theory]
    [InlineData("reject", ReturnStatus.Rejected)]
    [InlineData("cancel", ReturnStatus.Cancelled)]
    public async Task Return_OfAWholeSaleThatIsNotTaken_SaysSo(string button, ReturnStatus status)
    {
        using var clerk = await tryton.Desk();
        var (sale, number, _) = await SoldLine(clerk, "EM-4500017", "FAS-001");
        var type = await clerk.Call("sale.complaint.type.search", """[["name", "=", "Return of an order"]]""");
        var complaint = (await clerk.Call("sale.complaint.create", $$"""
            [{"customer": {{await Id(clerk, "party.party", "code", "C1001")}}, "type": {{type[0]}}, "origin": "sale.sale,{{sale}}",
              "actions": [["create", [{"action": "sale_return"}]]]}]
            """))[0].GetInt64();
        await Press(clerk, "sale.complaint", "wait", complaint);
        await Press(clerk, "sale.complaint", button, complaint);

        var told = await Newest();

        (told.Status, told.Order).ShouldBe((status, new OrderNumber(number)));
        told.Lines.Select(line => (line.Sku.Value, line.Quantity.Value)).ShouldBe([("TOO-001", 20m), ("FAS-001", 15m), ("ELE-003", 40m)]); // and no freight
    }

    [Fact]
    public async Task Return_WithoutAnAction_IsAComplaintAndNoReturn()
    {
        using var clerk = await tryton.Desk();
        var (sale, _, _) = await SoldLine(clerk, "EM-4500017", "FAS-001");
        var type = await clerk.Call("sale.complaint.type.search", """[["name", "=", "Return of an order"]]""");
        var created = await clerk.Call("sale.complaint.create", $$"""
            [{"customer": {{await Id(clerk, "party.party", "code", "C1001")}}, "type": {{type[0]}}, "origin": "sale.sale,{{sale}}", "description": "Late"}]
            """);
        var number = (await clerk.Call("sale.complaint.read", $$"""{{created}}, ["number"]"""))[0].GetProperty("number").GetString()!;

        (await tryton.Port<IReturns>().Get(TrytonFixture.Scope, number)).Failure!.Cause.ShouldBe(Cause.NotFound);
    }

    private async Task<Return> Newest() => Value(await tryton.Port<IReturns>().List(TrytonFixture.Scope, Elbe)).Items[0];

    private static async Task<(long Sale, string Number, long Line)> SoldLine(TrytonDesk desk, string reference, string sku)
    {
        var sale = (await desk.Call("sale.sale.search_read", $$"""[["reference", "=", "{{reference}}"]], 0, 1, [["id", "ASC"]], ["number", "lines.product.code"]"""))[0];
        var line = sale.GetProperty("lines.").EnumerateArray()
            .First(candidate => candidate.GetProperty("product.").ValueKind is JsonValueKind.Object && candidate.GetProperty("product.").GetProperty("code").GetString() == sku);
        return (sale.GetProperty("id").GetInt64(), sale.GetProperty("number").GetString()!, line.GetProperty("id").GetInt64());
    }

    private static async Task<long> Id(TrytonDesk desk, string model, string field, string value) =>
        (await desk.Call($"{model}.search", $$"""[["{{field}}", "=", "{{value}}"]]"""))[0].GetInt64();

    private static Task<JsonElement> Press(TrytonDesk desk, string model, string button, object id) =>
        desk.Call($"{model}.{button}", string.Create(CultureInfo.InvariantCulture, $"[{id}]"));

    private static async Task Receive(TrytonDesk desk, string sale)
    {
        var shipment = (await desk.Call("stock.shipment.out.return.search", $$"""[["moves.sale.id", "=", {{sale}}]]"""))[0].GetInt64();
        await Press(desk, "stock.shipment.out.return", "receive", shipment);
        await Press(desk, "stock.shipment.out.return", "done", shipment);
    }

    private static async Task Credit(TrytonDesk desk, string sale)
    {
        var note = (await desk.Call("sale.sale.read", $$"""[{{sale}}], ["invoices"]"""))[0].GetProperty("invoices")[0].GetInt64();
        await Press(desk, "account.invoice", "post", note);
    }

    private static T Value<T>(Outcome<T> outcome) => outcome.Try(out var value) ? value : throw new InvalidOperationException(outcome.ToString());
}
