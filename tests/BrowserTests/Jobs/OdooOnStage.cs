using PortalIntegration.BrowserTests.Stage;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>A real Odoo that answers as both, the ERP and the CRM.</summary>
public sealed class OdooOnStage : IKeepingErpOnStage
{
    private readonly OdooBehind _odoo;

    private OdooOnStage(OdooBehind odoo, PortalProcess portal)
    {
        _odoo = odoo;
        Portal = portal;
    }

    public PortalProcess Portal { get; }

    public (string Id, string Name) Buyer => _odoo.Buyer;

    public (string Id, string Name) Rep => _odoo.Rep;

    public string Word => "Ratchet";

    public IReadOnlyList<(string Sku, decimal Quantity)> Lines { get; } = [("TOO-011", 4), ("CUT-002", 10), ("FAS-002", 2)];

    /// <summary>Skips the test where Odoo cannot be installed; fails it where <c>CI</c> is set.</summary>
    public static async Task<OdooOnStage> Start()
    {
        var odoo = await OdooBehind.Start();
        return new OdooOnStage(odoo, await PortalProcess.StartAsync(new Dictionary<string, string?>([.. odoo.Settings("erp"), .. odoo.Settings("crm")], StringComparer.Ordinal)
        {
            ["Sync:Polling:Interval"] = "00:00:01",
        }));
    }

    public async Task<IReadOnlyList<StandingOrder>> OrdersUnder(string poNumber)
    {
        var standing = new List<StandingOrder>();
        var orders = await _odoo.Desk.Call("sale.order.search_read", $$"""[["client_order_ref", "=", "{{poNumber}}"]]""", """ "fields": ["name", "origin", "state"], "order": "id" """);
        foreach (var order in orders.EnumerateArray())
        {
            var lines = await _odoo.Desk.Call(
                "sale.order.line.search_read",
                $$"""[["order_id", "=", {{order.GetProperty("id")}}], ["is_delivery", "=", false]]""",
                """ "fields": ["product_id", "product_uom_qty"], "order": "id" """);
            var held = new List<(string, decimal)>();
            foreach (var line in lines.EnumerateArray())
            {
                var product = await _odoo.Desk.Only("product.product", $$"""["id", "=", {{line.GetProperty("product_id")[0]}}]""", "default_code");
                held.Add((product.GetProperty("default_code").GetString()!, line.GetProperty("product_uom_qty").GetDecimal()));
            }

            standing.Add(new StandingOrder(
                order.GetProperty("name").GetString()!, order.GetProperty("origin").GetString(), Confirmed: order.GetProperty("state").GetString() is "sale" or "done", held));
        }

        return standing;
    }

    public string OpenQuote => "sent";

    public string ClosedQuote => "cancel";

    public async Task<IReadOnlyList<(string Number, string State)>> KeptAs(string name)
    {
        var found = await _odoo.Desk.Call(
            "sale.order.search_read", $$"""[["origin", "=like", "PI-% kept as %"], ["note", "=like", "Name: {{name}}%"]]""", """ "fields": ["name", "state"], "order": "id" """);
        return [.. found.EnumerateArray().Select(sale => (sale.GetProperty("name").GetString()!, sale.GetProperty("state").GetString()!))];
    }

    public async Task<bool> IsConfirmed(string number) =>
        (await _odoo.Desk.Only("sale.order", $$"""["name", "=", "{{number}}"]""", "state")).GetProperty("state").GetString() is "sale" or "done";

    public Task ShipFirstPart(string number) => _odoo.Desk.Ship(number, 0.5m, "PX-FIRST");

    public Task ShipTheRest(string number) => _odoo.Desk.Ship(number, 1, "PX-REST");

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        await _odoo.DisposeAsync();
    }
}
