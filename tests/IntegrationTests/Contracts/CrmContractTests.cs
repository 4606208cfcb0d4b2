using System.Net;
using System.Text.Json.Nodes;
using PortalIntegration.Sandbox.Faults;

namespace PortalIntegration.IntegrationTests.Contracts;

public sealed class CrmContractTests
{
    [Fact]
    public async Task Sandbox_EveryOperationThroughPrism_KeepsToTheContract()
    {
        await using var walk = await ContractWalk.StartAsync("crm");
        await ServiceAsync(walk);
        await AccountAsync(walk);
        await PeopleAsync(walk);
        await OpportunityAsync(walk);
        await TimelineAsync(walk);
        await ProductAsync(walk);

        await walk.ShouldHaveCoveredAsync("crm");
    }

    [Fact]
    public async Task Sandbox_Refusals_KeepToTheContract()
    {
        await using var walk = await ContractWalk.StartAsync("crm");

        await walk.GetAsync("accounts/nobody", HttpStatusCode.NotFound);
        await walk.SendAsync(HttpMethod.Get, "users", null, HttpStatusCode.Unauthorized, ("Authorization", "Bearer wrong"));
        await walk.SendAsync(HttpMethod.Patch, "accounts/acc-00001", new { name = "X" }, HttpStatusCode.PreconditionFailed, ("If-Match", "\"999\""));
        await walk.SendAsync(HttpMethod.Patch, "accounts/acc-00001", new { customFields = new { noSuchField = 1 } }, HttpStatusCode.UnprocessableEntity, ("If-Match", "*"));
        await walk.SendAsync(HttpMethod.Patch, "accounts/acc-00001", new { customFields = new { creditCurrency = "EURO" } }, HttpStatusCode.UnprocessableEntity, ("If-Match", "*"));
        await walk.Control.SetFaultAsync(new FaultRule { Kind = FaultKind.RateLimit, RetryAfterSeconds = 1, Count = 1 });
        await walk.GetAsync("users", HttpStatusCode.TooManyRequests);

        (await walk.Prism.ViolationsAsync()).ShouldBeEmpty();
    }

    /// <summary>The control of the tests above: what is broken is noticed.</summary>
    [Fact]
    public async Task Prism_AnswerIsBroken_IsNoticed()
    {
        await using var walk = await ContractWalk.StartAsync("crm");
        await walk.GetAsync("accounts/acc-00001");
        (await walk.Prism.ViolationsAsync()).ShouldBeEmpty();

        foreach (var (mode, field) in ((string, string)[])[("null", "version"), ("unknownEnum", "kind")])
        {
            await walk.Control.SetFaultAsync(new FaultRule { Kind = FaultKind.Nonsense, Mode = mode, Field = field, Count = 1 });
            await walk.GetAsync("accounts/acc-00001", HttpStatusCode.InternalServerError);
        }

        (await walk.Prism.ViolationsAsync()).Count.ShouldBe(2);
    }

    private static async Task ServiceAsync(ContractWalk walk)
    {
        await walk.GetAsync("health");
        await walk.PostAsync("oauth/token", new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", "portal"), new("client_secret", "sandbox-secret")]));
        var subscription = await walk.PostAsync("webhook-subscriptions", new { url = "http://127.0.0.1:9/hook", events = Contract.Events("crm"), secret = "whsec_c2VjcmV0" }, HttpStatusCode.Created);
        await walk.GetAsync("webhook-subscriptions");
        await walk.SendAsync(HttpMethod.Delete, $"webhook-subscriptions/{subscription["id"]}", null, HttpStatusCode.NoContent);
        await walk.GetAsync("custom-fields");
        await walk.GetAsync("custom-fields?entity=account");
    }

    private static async Task AccountAsync(ContractWalk walk)
    {
        var page = await walk.GetAsync("accounts?limit=5");
        await walk.GetAsync($"accounts?limit=5&cursor={page["nextCursor"]}");
        await walk.SendAsync(HttpMethod.Delete, new Uri(walk.Sandbox.CrmControlUrl, "crm/accounts/acc-00029").ToString(), null, HttpStatusCode.NoContent);
        var changed = await walk.GetAsync("accounts?changedSince=2020-01-01T00:00:00Z&limit=500");
        changed["tombstones"]!.AsArray().Count.ShouldBe(1);
        await walk.GetAsync("accounts?q=maskin&ownerId=usr-001");
        await walk.GetAsync("accounts?erpCustomerNumber=C-10001");
        var account = await walk.GetAsync("accounts/acc-00001");
        await walk.SendAsync(HttpMethod.Get, "accounts/acc-00001", null, HttpStatusCode.NotModified, ("If-None-Match", $"\"{account["version"]}\""));
        await walk.SendAsync(
            HttpMethod.Patch,
            "accounts/acc-00001",
            new { customFields = new { creditLimit = 60000, creditOnHold = false, creditAsOf = "2026-03-02T08:00:00Z", paymentTerms = (string?)null } },
            HttpStatusCode.OK,
            ("If-Match", $"\"{account["version"]}\""));

        var address = new { kind = "shipping", name = "Gate 3", line1 = "Hamngatan 1", line2 = (string?)null, postalCode = "411 05", city = "Göteborg", country = "SE", isDefault = false };
        var added = await walk.SendAsync(HttpMethod.Put, "accounts/acc-00001/addresses/K-00000001", address, HttpStatusCode.Created);
        var again = await walk.SendAsync(HttpMethod.Put, "accounts/acc-00001/addresses/K-00000001", address, HttpStatusCode.OK);
        again["version"]!.GetValue<int>().ShouldBe(added["version"]!.GetValue<int>());
        var made = await walk.SendAsync(
            HttpMethod.Put, "accounts/acc-00001/addresses/K-00000001", new { address.kind, address.name, address.line1, address.city, address.country, isDefault = true }, HttpStatusCode.OK,
            ("If-Match", $"\"{added["version"]}\""));
        made["addresses"]!.AsArray().Count(one => one!["kind"]!.GetValue<string>() == "shipping" && one["isDefault"]!.GetValue<bool>()).ShouldBe(1);
        await walk.SendAsync(HttpMethod.Delete, "accounts/acc-00001/addresses/K-00000001", null, HttpStatusCode.UnprocessableEntity, ("If-Match", $"\"{made["version"]}\""));
        var other = made["addresses"]!.AsArray().First(one => one!["kind"]!.GetValue<string>() == "shipping" && !one["isDefault"]!.GetValue<bool>())!;
        var back = await walk.SendAsync(
            HttpMethod.Put,
            $"accounts/acc-00001/addresses/{other["id"]}",
            new { kind = "shipping", name = other["name"], line1 = other["line1"], line2 = other["line2"], postalCode = other["postalCode"], city = other["city"], region = other["region"], country = other["country"], isDefault = true },
            HttpStatusCode.OK,
            ("If-Match", "*"));
        await walk.SendAsync(HttpMethod.Delete, "accounts/acc-00001/addresses/K-00000001", null, HttpStatusCode.PreconditionFailed, ("If-Match", $"\"{made["version"]}\""));
        await walk.SendAsync(HttpMethod.Delete, "accounts/acc-00001/addresses/K-00000001", null, HttpStatusCode.OK, ("If-Match", $"\"{back["version"]}\""));
    }

    private static async Task PeopleAsync(ContractWalk walk)
    {
        var contact = new { name = "Nils Nya", email = "nils.nya@lindqvist.example", phone = (string?)null, accountId = "acc-00001" };
        await walk.SendAsync(HttpMethod.Put, "contacts/K-00000002", contact, HttpStatusCode.Created);
        var standing = await walk.SendAsync(HttpMethod.Put, "contacts/K-00000002", contact, HttpStatusCode.OK);
        await walk.SendAsync(HttpMethod.Put, "contacts/K-00000002", contact with { phone = "+46 31 1" }, HttpStatusCode.PreconditionFailed);
        await walk.SendAsync(HttpMethod.Put, "contacts/K-00000002", contact with { phone = "+46 31 1" }, HttpStatusCode.OK, ("If-Match", $"\"{standing["version"]}\""));
        await walk.SendAsync(HttpMethod.Put, "contacts/K-00000002", contact with { accountId = "acc-00002" }, HttpStatusCode.NotFound, ("If-Match", "*"));
        await walk.GetAsync("contacts?accountId=acc-00001");
        await walk.GetAsync("contacts?role=buyer&q=ana&limit=10");
        await walk.GetAsync("contacts?changedSince=2020-01-01T00:00:00Z&limit=500");
        await walk.GetAsync("contacts/con-00001");
        await walk.GetAsync("users?role=rep");
        await walk.GetAsync("users/usr-001");
    }

    private static async Task OpportunityAsync(ContractWalk walk)
    {
        await walk.GetAsync("opportunities?stage=closedWon&stage=proposal&limit=50");
        await walk.GetAsync("opportunities?changedSince=2020-01-01T00:00:00Z&limit=500");
        var opportunity = await walk.GetAsync("opportunities/opp-00001");
        await walk.SendAsync(
            HttpMethod.Patch,
            "opportunities/opp-00001",
            new { erpOrderNumber = "SO-1", customFields = new { orderStatus = "open" } },
            HttpStatusCode.OK,
            ("If-Match", $"\"{opportunity["version"]}\""));
    }

    private static async Task TimelineAsync(ContractWalk walk)
    {
        const string Entry = "accounts/acc-00001/timeline/order:SO-1:shipped:1";
        var entry = new { kind = "shipment", at = "2026-03-04T15:10:00Z", title = "Order SO-1 shipped", text = (string?)null, orderNumber = "SO-1" };
        var created = await walk.SendAsync(HttpMethod.Put, Entry, entry, HttpStatusCode.Created);
        var again = await walk.SendAsync(HttpMethod.Put, Entry, entry, HttpStatusCode.OK);
        again["version"]!.GetValue<int>().ShouldBe(created["version"]!.GetValue<int>());
        await walk.GetAsync(Entry);
        (await walk.GetAsync("accounts/acc-00001/timeline?orderNumber=SO-1"))["items"]!.AsArray().Count.ShouldBe(1);
    }

    private static async Task ProductAsync(ContractWalk walk)
    {
        var page = await walk.GetAsync("products?limit=2");
        await walk.GetAsync($"products/{page["items"]![0]!["sku"]}");
        var product = new { name = "Bearing", description = (string?)null, active = true, listPrice = 5.45, currency = "EUR", available = 380 };
        await walk.SendAsync(HttpMethod.Put, "products/NEW-1", product, HttpStatusCode.Created);
        await walk.SendAsync(HttpMethod.Put, "products/NEW-1", product, HttpStatusCode.OK);
    }
}
