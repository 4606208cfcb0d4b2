using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests.Placing;

/// <summary>Exactly once on an ERP that takes each external identifier once.</summary>
public sealed class OdooOnceTests(OdooFixture odoo) : PlacingContract, IClassFixture<OdooFixture>
{
    private protected override Task<PlacingGround> Ground() => Task.FromResult(OdooGround.Of(odoo));
}

/// <summary>The same with processes, on the Odoo that all share; not beside those who sweep its drafts.</summary>
[Collection(OdooErpTurns.Name)]
public sealed class OdooProcessesTests(OdooFixture odoo) : ProcessesContract
{
    private protected override Task<PlacingGround> Ground() => Task.FromResult(OdooGround.Of(odoo));
}

/// <summary>What placing has to know of Odoo.</summary>
internal static class OdooGround
{
    public static PlacingGround Of(OdooFixture odoo) => new()
    {
        Address = odoo.Address,
        Settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Systems:erp:Connector"] = "odoo",
            ["Systems:erp:Credentials:Database"] = OdooServer.Database,
            ["Systems:erp:Credentials:User"] = OdooServer.PortalUser,
            ["Systems:erp:Credentials:Password"] = OdooServer.PortalPassword,
        },
        Connect = (address, attempt, retries) => odoo.Connect(address, attempt, retries),
        NameOf = OdooFixture.NameOf,
        Order = i => Order(PlacingGround.Customers[i % PlacingGround.Customers.Count], $"CUT-0{(i % 8) + 11}"),
        Writes =
        [
            "sale.order.load", "choose.delivery.carrier.create", "choose.delivery.carrier.update_price", "choose.delivery.carrier.button_confirm", "sale.order.action_confirm",
        ],
        Commits = "sale.order.action_confirm",
        Steps = PlacingGround.EverySecondStep(1),
        Placed = async order =>
        {
            using var desk = await OdooDesk.SignIn(odoo.Address);
            var orders = await desk.Call(
                "sale.order.search_read", $$"""[["origin", "=", "{{order.Submission.ExternalReference}}"], ["state", "in", ["sale", "done"]]]""", "\"fields\": [\"name\"]");
            return [.. orders.EnumerateArray().Select(found => found.GetProperty("name").GetString()!)];
        },
        PlaceOnceMore = async order =>
        {
            using var desk = await OdooDesk.SignIn(odoo.Address);
            var placed = await desk.Only("sale.order", $$"""["origin", "=", "{{order.Submission.ExternalReference}}"]""", "id");
            var copy = await desk.Call("sale.order.copy", placed.GetProperty("id").GetRawText(), $$"""
                "default": { "origin": "{{order.Submission.ExternalReference}}" }
                """);
            await desk.Call("sale.order.action_confirm", $"[{copy.GetRawText()}]");
        },
    };

    private static NewOrder Order(string customer, string sku)
    {
        var submission = new SubmissionId(Guid.NewGuid());
        return new NewOrder
        {
            Submission = submission,
            OrderedBy = new OrderedBy(new PersonId("p-1"), "Sanne Smit"),
            Request = new QuoteRequest
            {
                Submission = submission,
                Customer = new CustomerNumber(customer),
                PoNumber = $"PO-{submission.Value.ToString("N")[..8]}",
                Lines = [new OrderLineRequest("l1", new Sku(sku), 1)],
            },
        };
    }
}
