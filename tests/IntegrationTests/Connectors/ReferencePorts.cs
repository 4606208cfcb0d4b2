using System.Net.Http.Json;
using System.Text.Json;
using PortalIntegration.Core;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Sandbox;
using PortalIntegration.Tests.Ports;

namespace PortalIntegration.IntegrationTests.Connectors;

/// <summary>
/// What the sandbox holds, read from it in plain JSON: what the suites compare the connector with does not come out of the connector.
/// </summary>
internal static class SandboxFacts
{
    public static async Task<ErpFacts> Erp(SandboxHost host, ISystemConnection connection, IReadOnlyList<PortDeclaration> declared)
    {
        using var http = Client(host.ErpUrl, host.Options.ErpToken);
        var customers = await Items(http, "customers?limit=500");
        var held = Text(customers.First(customer => Text(customer, "status") == "onHold"), "number")!;
        var good = new List<string>();
        string? limited = null, partNumber = null, partSku = null;
        foreach (var number in customers.Where(customer => Text(customer, "status") == "active").Select(customer => Text(customer, "number")!))
        {
            var credit = await Read(http, $"customers/{number}/credit");
            var left = credit.GetProperty("available");
            if (credit.GetProperty("onHold").GetBoolean() || (left.ValueKind != JsonValueKind.Null && left.GetDecimal() < 5_000))
            {
                continue;
            }

            limited ??= left.ValueKind == JsonValueKind.Null ? null : number;
            if (good.Count == 0)
            {
                var names = await Items(http, $"customers/{number}/part-numbers?limit=5");
                if (names.Count == 0)
                {
                    continue;
                }

                (partNumber, partSku) = (Text(names[0], "partNumber"), Text(names[0], "sku"));
            }

            good.Add(number);
            if (good.Count >= 2 && limited is not null)
            {
                break;
            }
        }

        var active = (await Items(http, "products?limit=200")).Where(product => Text(product, "status") == "active").ToList();
        var products = active
            .Where(product => product.GetProperty("units")[0] is var unit
                && unit.GetProperty("minQuantity").GetDecimal() == 1 && unit.GetProperty("increment").GetDecimal() == 1)
            .Select(product => Text(product, "sku")!).ToList();
        var returned = (await Items(http, "returns?limit=1"))[0];
        var stepped = await Stepped(http, good[0], products);
        return new ErpFacts
        {
            Connection = connection,
            Declared = declared,
            Many = [.. active.Select(product => new Sku(Text(product, "sku")!))],
            Limited = new CustomerNumber(limited!),
            WithoutCredit = new CustomerNumber(held),
            Held = new CustomerNumber(held),
            Stepped = (new CustomerNumber(good[0]), stepped.Sku, stepped.Quantity),
            PartlyShipped = await OrderThatIs(http, "partlyShipped"),
            Unshipped = await OrderThatIs(http, "open"),
            Finished = await OrderThatIs(http, "invoiced"),
            Cancelled = await OrderThatIs(http, "cancelled"),
            Customer = new CustomerNumber(good[0]),
            OtherCustomer = new CustomerNumber(good[1]),
            Word = "bearing",
            Sku = new Sku(products[0]),
            OtherSku = new Sku(products[1]),
            PartNumber = (partNumber!, new Sku(partSku!)),
            Invoiced = new CustomerNumber(Text((await Items(http, "invoices?limit=1"))[0], "customerNumber")!),
            Waiting = new CustomerNumber(Text((await Items(http, "orders?status=backordered&limit=1"))[0], "customerNumber")!),
            Returnable = await OrderToSendBack(http),
            Returning = new CustomerNumber(Text(returned, "customerNumber")!),
        };
    }

    public static async Task<CrmFacts> Crm(SandboxHost host, ISystemConnection connection, IReadOnlyList<PortDeclaration> declared)
    {
        using var http = Client(host.CrmUrl, host.Options.CrmToken);
        var contact = (await Items(http, "contacts?role=buyer&limit=1"))[0];
        var account = await Read(http, $"accounts/{contact.GetProperty("accountIds")[0].GetString()}");
        Text(account, "erpCustomerNumber").ShouldNotBeNull("the suites ask for its customer");
        var owned = (await Items(http, "accounts?limit=50")).First(candidate => candidate.GetProperty("owner").ValueKind == JsonValueKind.Object);
        return new CrmFacts
        {
            Connection = connection,
            Declared = declared,
            Account = new AccountId(Text(account, "id")!),
            AccountWord = Text(account, "name")!.Split(' ').MaxBy(word => word.Length)!,
            Rep = new PersonId(Text(owned.GetProperty("owner"), "id")!),
            Contact = new PersonId(Text(contact, "id")!),
            Field = "paymentTerms",
            Dealing = new AccountId(Text((await Items(http, "opportunities?limit=1"))[0], "accountId")!),
        };
    }

    public static async Task<SandboxSamples> Samples(SandboxHost host)
    {
        using var http = Client(host.ErpUrl, host.Options.ErpToken);
        return new SandboxSamples(
            Text((await Items(http, "orders?limit=1"))[0], "number")!,
            Text((await Items(http, "invoices?limit=1"))[0], "number")!,
            Text((await Items(http, "returns?limit=1"))[0], "number")!,
            new Sku(Text((await Items(http, "products?limit=100")).First(product => product.GetProperty("images").GetArrayLength() > 0), "sku")!));
    }

    private static async Task<OrderNumber> OrderThatIs(HttpClient http, string status) =>
        new(Text((await Items(http, $"orders?status={status}&limit=1"))[0], "number")!);

    private static async Task<OrderNumber> OrderToSendBack(HttpClient http)
    {
        foreach (var number in (await Items(http, "orders?status=invoiced&limit=50")).Select(order => Text(order, "number")!))
        {
            if ((await Read(http, $"orders/{number}/returnable")).GetProperty("lines").EnumerateArray().Any(line => line.GetProperty("left").GetDecimal() > 0))
            {
                return new OrderNumber(number);
            }
        }

        throw new InvalidOperationException("The seed has nothing that can be sent back.");
    }

    private static async Task<(Sku Sku, decimal Quantity)> Stepped(HttpClient http, string customer, IEnumerable<string> skus)
    {
        using var answer = await http.PostAsJsonAsync(
            new Uri("prices/query", UriKind.Relative), new { customerNumber = customer, lines = skus.Take(100).Select(sku => new { sku, quantity = 1 }) });
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        using var prices = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
        return prices.RootElement.GetProperty("items").EnumerateArray()
            .SelectMany(price => price.GetProperty("tiers").EnumerateArray(), (price, tier) => (
                Sku: new Sku(Text(price, "sku")!),
                Quantity: tier.GetProperty("minQuantity").GetDecimal(),
                Less: tier.GetProperty("unitPrice").GetDecimal() < price.GetProperty("unitPrice").GetDecimal()))
            .Where(tier => tier.Less && tier.Quantity > 1).Select(tier => (tier.Sku, tier.Quantity)).First();
    }

    private static HttpClient Client(Uri address, string token) => new() { BaseAddress = address, DefaultRequestHeaders = { { "Authorization", $"Bearer {token}" } } };

    private static async Task<JsonElement> Read(HttpClient http, string path)
    {
        using var document = JsonDocument.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative)));
        return document.RootElement.Clone();
    }

    private static async Task<IReadOnlyList<JsonElement>> Items(HttpClient http, string path) => [.. (await Read(http, path)).GetProperty("items").EnumerateArray()];

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}

internal sealed record SandboxSamples(string Order, string Invoice, string Return, Sku Pictured);

/// <summary>The reference connector on the sandbox.</summary>
[CollectionDefinition(Name)]
public sealed class OnSandbox : ICollectionFixture<SandboxFixture>
{
    public const string Name = "Reference connector on the sandbox";
}

[Collection(OnSandbox.Name)]
public sealed class ReferenceCatalogTests(SandboxFixture sandbox) : CatalogContract
{
    protected override Task<ErpFacts> Facts() => sandbox.ErpFacts();
}

[Collection(OnSandbox.Name)]
public sealed class ReferencePricingTests(SandboxFixture sandbox) : PricingContract
{
    protected override Task<ErpFacts> Facts() => sandbox.ErpFacts();
}

[Collection(OnSandbox.Name)]
public sealed class ReferenceInventoryTests(SandboxFixture sandbox) : InventoryContract
{
    protected override Task<ErpFacts> Facts() => sandbox.ErpFacts();
}

[Collection(OnSandbox.Name)]
public sealed class ReferenceQuotingTests(SandboxFixture sandbox) : QuotingContract
{
    protected override Task<ErpFacts> Facts() => sandbox.ErpFacts();
}

[Collection(OnSandbox.Name)]
public sealed class ReferenceOrdersTests(SandboxFixture sandbox) : OrdersContract
{
    protected override Task<ErpFacts> Facts() => sandbox.ErpFacts();
}

[Collection(OnSandbox.Name)]
public sealed class ReferenceQuotationsTests(SandboxFixture sandbox) : QuotationsContract
{
    protected override Task<ErpFacts> Facts() => sandbox.ErpFacts();
}

[Collection(OnSandbox.Name)]
public sealed class ReferenceCustomersTests(SandboxFixture sandbox) : CustomersContract
{
    protected override Task<ErpFacts> Facts() => sandbox.ErpFacts();
}

[Collection(OnSandbox.Name)]
public sealed class ReferenceCreditTests(SandboxFixture sandbox) : CreditContract
{
    protected override Task<ErpFacts> Facts() => sandbox.ErpFacts();
}

[Collection(OnSandbox.Name)]
public sealed class ReferenceInvoicesTests(SandboxFixture sandbox) : InvoicesContract
{
    protected override Task<ErpFacts> Facts() => sandbox.ErpFacts();
}

[Collection(OnSandbox.Name)]
public sealed class ReferenceReturnsTests(SandboxFixture sandbox) : ReturnsContract
{
    protected override Task<ErpFacts> Facts() => sandbox.ErpFacts();
}

[Collection(OnSandbox.Name)]
public sealed class ReferenceAccountsTests(SandboxFixture sandbox) : AccountsContract
{
    protected override Task<CrmFacts> Facts() => sandbox.CrmFacts();
}

[Collection(OnSandbox.Name)]
public sealed class ReferenceTimelineTests(SandboxFixture sandbox) : TimelineContract
{
    protected override Task<CrmFacts> Facts() => sandbox.CrmFacts();
}

[Collection(OnSandbox.Name)]
public sealed class ReferenceContactsTests(SandboxFixture sandbox) : ContactsContract
{
    protected override Task<CrmFacts> Facts() => sandbox.CrmFacts();
}

[Collection(OnSandbox.Name)]
public sealed class ReferenceOpportunitiesTests(SandboxFixture sandbox) : OpportunitiesContract
{
    protected override Task<CrmFacts> Facts() => sandbox.CrmFacts();
}

[Collection(OnSandbox.Name)]
public sealed class ReferenceSalesProductsTests(SandboxFixture sandbox) : SalesProductsContract
{
    protected override Task<CrmFacts> Facts() => sandbox.CrmFacts();
}
