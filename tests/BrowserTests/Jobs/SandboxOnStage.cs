using System.Text.Json;
using System.Text.Json.Nodes;
using PortalIntegration.BrowserTests.Stage;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>The sandbox's ERP, told by its control API what people in a warehouse would do.</summary>
public sealed class SandboxOnStage : IErpOnStage
{
    private readonly SandboxProcess _sandbox;

    private SandboxOnStage(SandboxProcess sandbox, PortalProcess portal)
    {
        _sandbox = sandbox;
        Portal = portal;
    }

    public PortalProcess Portal { get; }

    public (string Id, string Name) Buyer { get; private init; }

    public (string Id, string Name) Rep { get; private init; }

    public string Word { get; private init; } = string.Empty;

    public IReadOnlyList<(string Sku, decimal Quantity)> Lines { get; private init; } = [];

    /// <summary>The buyer's customer number.</summary>
    public string Customer { get; private init; } = string.Empty;

    private IReadOnlyList<string> Units { get; init; } = [];

    public static async Task<SandboxOnStage> Over(SandboxProcess sandbox, PortalProcess portal, string buyer = People.Buyer)
    {
        var products = (await Goods.InStock(sandbox, 3)).ToList();
        var contact = await sandbox.Crm.Get($"crm/v1/contacts/{buyer}");
        var account = await sandbox.Crm.Get($"crm/v1/accounts/{contact.GetProperty("accountIds")[0].GetString()}");
        var owner = account.GetProperty("owner");
        return new(sandbox, portal)
        {
            Buyer = (buyer, contact.GetProperty("name").GetString()!),
            Rep = (owner.GetProperty("id").GetString()!, owner.GetProperty("name").GetString()!),
            Word = products[0].Name.Split(' ', StringSplitOptions.RemoveEmptyEntries).MaxBy(word => word.Length)!,
            Customer = account.GetProperty("erpCustomerNumber").GetString()!,
            Units = [.. products.Select(product => product.Unit)],
            Lines = [.. products.Select((product, at) => (product.Sku, at == 0 ? product.Least * 2 : product.Least))],
        };
    }

    public async Task<IReadOnlyList<StandingOrder>> OrdersUnder(string poNumber)
    {
        var found = await _sandbox.Erp.Get($"erp/v1/orders?poNumber={Uri.EscapeDataString(poNumber)}");
        return
        [
            .. found.GetProperty("items").EnumerateArray().Select(order => new StandingOrder(
                order.GetProperty("number").GetString()!,
                order.GetProperty("externalReference").GetString(),
                Confirmed: order.GetProperty("status").GetString() != "cancelled",
                [.. order.GetProperty("lines").EnumerateArray().Select(line => (line.GetProperty("sku").GetString()!, line.GetProperty("ordered").GetDecimal()))])),
        ];
    }

    /// <summary>The price of one of <see cref="Lines"/> for this customer from now on; null for the usual one again.</summary>
    public Task AgreePrice(int line, decimal? price) => _sandbox.Erp.Put($"control/erp/prices/{Uri.EscapeDataString(Lines[line].Sku)}", new { customerNumber = Customer, price });

    public async Task ShipFirstPart(string number)
    {
        await Accept(number);
        await _sandbox.Erp.Post($"control/erp/orders/{number}/ship", new { lines = new[] { new { lineNumber = 1, quantity = Lines[0].Quantity / 2 } } });
    }

    public Task ShipTheRest(string number) => _sandbox.Erp.Post($"control/erp/orders/{number}/ship");

    /// <summary>An order of the buyer's account with something in every part of its page: a shipment, an invoice, a rest to come.</summary>
    public async Task<string> PartlyShippedOrder()
    {
        const string Po = "PO-LOOKS-1";
        if (await OrdersUnder(Po) is [var there, ..])
        {
            return there.Number;
        }

        var number = await OrderUnder($"test-{Guid.NewGuid():N}", Po);
        await ShipFirstPart(number);
        await _sandbox.Erp.Post($"control/erp/orders/{number}/invoice");
        return number;
    }

    /// <summary>An order of the buyer's whose first line waits: 40 are asked for, some come in a week, the rest three days later than was confirmed.</summary>
    public async Task<string> WaitingOrder()
    {
        const string Po = "PO-WAITS-1";
        if (await OrdersUnder(Po) is [var there, ..])
        {
            return there.Number;
        }

        var (sku, unit) = await Goods.Scarce(_sandbox, Lines.Select(line => line.Sku));
        var path = $"control/erp/stock/{Uri.EscapeDataString(sku)}";
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        await _sandbox.Erp.Put(path, new { available = 0, inbound = new[] { new { quantity = 4000, expectedOn = today.AddDays(20) } } });
        var number = await Order($"test-{Guid.NewGuid():N}", Po, [(sku, 400, unit)]);
        await Accept(number);
        await _sandbox.Erp.Post($"control/erp/orders/{number}/promise", new { lineNumber = 1, promisedOn = today.AddDays(30) });
        await _sandbox.Erp.Put(path, new { available = 0, inbound = new[] { new { quantity = 100, expectedOn = today.AddDays(7) }, new { quantity = 4000, expectedOn = today.AddDays(29) } } });
        return number;
    }

    /// <summary>All of <see cref="Lines"/>, placed past the portal; answers the number.</summary>
    public Task<string> OrderUnder(string reference, string? po = null) => Order(reference, po, [.. Lines.Select((line, at) => (line.Sku, line.Quantity, Units[at]))]);

    private Task<string> Order(string reference, string? po, IReadOnlyList<(string Sku, decimal Quantity, string Unit)> lines) =>
        _sandbox.Erp.Order(new
        {
            externalReference = reference,
            customerNumber = Customer,
            billToId = (string?)null,
            shipToId = (string?)null,
            deliveryMethod = "STD",
            requestedDate = (string?)null,
            poNumber = po,
            note = "Ring at gate 3",
            orderedBy = new { contactId = Buyer.Id, name = Buyer.Name, onBehalfOf = (string?)null },
            lines = lines.Select((line, at) => new { lineId = $"l{at}", sku = line.Sku, quantity = line.Quantity, unit = line.Unit }),
        });

    /// <summary>A quotation of the buyer's account, as the seed has it.</summary>
    public async Task<string> Quotation(string kind, string status) =>
        (await Quotations($"kind={kind}&status={status}"))[^1].GetProperty("number").GetString()!;

    /// <summary>What is kept for the buyer's account, newest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> Quotations(string filter) =>
        [.. (await _sandbox.Erp.Get($"erp/v1/quotations?customerNumber={Customer}&{filter}")).GetProperty("items").EnumerateArray()];

    public async Task<JsonElement> QuotationOf(string number) => await _sandbox.Erp.Get($"erp/v1/quotations/{number}");

    /// <summary>Somebody who approves for the buyer's account.</summary>
    public Task<string> Approver() => Colleague("approver");

    /// <summary>Somebody of the buyer's account whose orders above a small limit wait.</summary>
    public Task<string> Limited() => Colleague("buyer");

    private async Task<string> Colleague(string role)
    {
        var account = (await _sandbox.Crm.Get($"crm/v1/contacts/{Buyer.Id}")).GetProperty("accountIds")[0].GetString();
        var people = await _sandbox.Crm.Get($"crm/v1/contacts?accountId={account}&role={role}&limit=50");
        return people.GetProperty("items").EnumerateArray()
            .First(person => person.GetProperty("id").GetString() != Buyer.Id && (role != "buyer" || person.GetProperty("portal").GetProperty("orderLimit").ValueKind == JsonValueKind.Object))
            .GetProperty("id").GetString()!;
    }

    /// <summary>An order of <see cref="Lines"/> that waits for an approval, asked for by somebody else than the buyer and the approver.</summary>
    public async Task<string> WaitingApproval()
    {
        var limited = await Limited();
        var standing = (await Quotations("kind=approval&status=open")).FirstOrDefault(one => one.GetProperty("externalReference").GetString()!.StartsWith("looks-", StringComparison.Ordinal));
        return standing.ValueKind == JsonValueKind.Object ? standing.GetProperty("number").GetString()! : await _sandbox.Erp.Keep(new
        {
            externalReference = $"looks-{Guid.NewGuid():N}",
            customerNumber = Customer,
            kind = "approval",
            reason = "AboveLimit",
            poNumber = "PO-APPROVE-1",
            requestedBy = new { contactId = limited, name = "Lena Limit", onBehalfOf = (string?)null },
            lines = Lines.Select((line, at) => new { lineId = $"l{at}", sku = line.Sku, quantity = line.Quantity, unit = Units[at] }),
        });
    }

    /// <summary>The buyer's account in the CRM.</summary>
    public async Task<string> Account() => (await _sandbox.Crm.Get($"crm/v1/contacts/{Buyer.Id}")).GetProperty("accountIds")[0].GetString()!;

    /// <summary>A new address of the buyer's account; answers its id.</summary>
    public async Task<string> AddAddress()
    {
        var id = $"T-{Guid.NewGuid():N}";
        await _sandbox.Crm.Write(HttpMethod.Put, $"crm/v1/accounts/{await Account()}/addresses/{id}", new
        {
            kind = "shipping",
            name = "Lindqvist Maskin AB",
            line1 = "Varvsgatan 12",
            line2 = (string?)null,
            postalCode = "417 11",
            city = "Göteborg",
            region = (string?)null,
            country = "SE",
            isDefault = false,
        });
        return id;
    }

    /// <summary>Somebody else changes a small thing of an address.</summary>
    public async Task ChangeRegion(string id, string region)
    {
        var account = $"crm/v1/accounts/{await Account()}";
        var standing = (await _sandbox.Crm.Get(account)).GetProperty("addresses").EnumerateArray().First(one => one.GetProperty("id").GetString() == id);
        var changed = JsonNode.Parse(standing.GetRawText())!;
        changed["region"] = region;
        changed.AsObject().Remove("id");
        changed.AsObject().Remove("erpAddressId");
        await _sandbox.Crm.Write(HttpMethod.Put, $"{account}/addresses/{id}", changed, over: account);
    }

    public async Task RemoveAddress(string id)
    {
        var account = $"crm/v1/accounts/{await Account()}";
        await _sandbox.Crm.Write(HttpMethod.Delete, $"{account}/addresses/{id}", over: account);
    }

    /// <summary>Another account in the rep's care, with more quotes than its page shows.</summary>
    public async Task<string> AccountWithManyQuotes()
    {
        var account = (await _sandbox.Crm.Get($"crm/v1/accounts?ownerId={Rep.Id}&limit=200")).GetProperty("items").EnumerateArray()
            .First(one => one.GetProperty("erpCustomerNumber").GetString() is { } number && number != Customer);
        var customer = account.GetProperty("erpCustomerNumber").GetString()!;
        for (var kept = (await _sandbox.Erp.Get($"erp/v1/quotations?customerNumber={customer}&kind=quote")).GetProperty("items").GetArrayLength(); kept < 12; kept++)
        {
            await Keep("quote", customer, $"Spring {kept + 1}");
        }

        return account.GetProperty("id").GetString()!;
    }

    /// <summary>A quote of the buyer's account that has run out.</summary>
    public async Task<string> ExpiredQuote()
    {
        if (await Quotations("kind=quote&status=expired") is [var standing, ..])
        {
            return standing.GetProperty("number").GetString()!;
        }

        var number = await Keep("quote", Customer, "Overhaul in spring");
        await _sandbox.Erp.Post($"control/erp/quotations/{number}/expire");
        return number;
    }

    /// <summary>A list of the buyer's account.</summary>
    public async Task<string> NamedList() => await Quotations("kind=list&status=open") is [var standing, ..] ? standing.GetProperty("number").GetString()! : await Keep("list", Customer, "Every Monday");

    private Task<string> Keep(string kind, string customer, string label) => _sandbox.Erp.Keep(new
    {
        externalReference = $"test-{Guid.NewGuid():N}",
        customerNumber = customer,
        kind,
        label,
        requestedBy = new { contactId = Buyer.Id, name = Buyer.Name, onBehalfOf = (string?)null },
        lines = Lines.Select((line, at) => new { lineId = $"l{at}", sku = line.Sku, quantity = line.Quantity, unit = Units[at] }),
    });

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task Accept(string number)
    {
        var order = await _sandbox.Erp.Get($"erp/v1/orders/{number}");
        if (order.GetProperty("status").GetString() == "received")
        {
            await _sandbox.Erp.Post($"control/erp/orders/{number}/accept");
        }
    }
}

/// <summary>Products of the sandbox that a test can order.</summary>
public static class Goods
{
    /// <summary>Everything that can be ordered, in the smallest quantity.</summary>
    public static async Task<IReadOnlyList<(string Sku, decimal Least)>> All(SandboxProcess sandbox)
    {
        var all = new List<(string, decimal)>();
        string? cursor = null;
        do
        {
            var page = await sandbox.Erp.Get($"erp/v1/products?limit=200{(cursor is null ? null : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            all.AddRange(page.GetProperty("items").EnumerateArray().Where(product => product.GetProperty("status").GetString() == "active")
                .Select(product => (product.GetProperty("sku").GetString()!, Least(product))));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        return all;
    }

    public static async Task<IEnumerable<(string Sku, string Name, decimal Least, string Unit)>> InStock(SandboxProcess sandbox, int count)
    {
        var page = await sandbox.Erp.Get("erp/v1/products?limit=100");
        var candidates = page.GetProperty("items").EnumerateArray()
            .Where(product => product.GetProperty("status").GetString() == "active")
            .Select(product => (Sku: product.GetProperty("sku").GetString()!, Name: product.GetProperty("name").GetString()!, Least: Least(product), Unit: product.GetProperty("units")[0].GetProperty("unit").GetString()!))
            .ToList();
        foreach (var product in candidates.Take(count))
        {
            // Enough of everything, so that a test's outcome does not hang on the seed.
            await sandbox.Erp.Put($"control/erp/stock/{Uri.EscapeDataString(product.Sku)}", new { available = 5000 });
        }

        return candidates.Take(count);
    }

    /// <summary>A product that is sold one by one, and none of those named.</summary>
    public static async Task<(string Sku, string Unit)> Scarce(SandboxProcess sandbox, IEnumerable<string> but)
    {
        var page = await sandbox.Erp.Get("erp/v1/products?limit=200");
        var product = page.GetProperty("items").EnumerateArray().First(candidate => candidate.GetProperty("status").GetString() == "active"
            && candidate.GetProperty("units")[0] is var unit && unit.GetProperty("factor").GetDecimal() == 1 && Least(candidate) == 1
            && !but.Contains(candidate.GetProperty("sku").GetString()));
        return (product.GetProperty("sku").GetString()!, product.GetProperty("units")[0].GetProperty("unit").GetString()!);
    }

    /// <summary>The smallest quantity of the unit offered first that its increment allows.</summary>
    private static decimal Least(JsonElement product)
    {
        var unit = product.GetProperty("units")[0];
        var (least, step) = (unit.GetProperty("minQuantity").GetDecimal(), unit.GetProperty("increment").GetDecimal());
        return Math.Ceiling(least / step) * step;
    }
}
