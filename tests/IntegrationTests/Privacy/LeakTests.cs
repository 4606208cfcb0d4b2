using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Scopes;
using PortalIntegration.IntegrationTests.Portal;
using PortalIntegration.Portal.Features.CompanyDetails;
using PortalIntegration.Portal.Privacy;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sandbox;
using PortalIntegration.Sandbox.Faults;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.IntegrationTests.Privacy;

/// <summary>
/// One person, with a name, an address and numbers that nobody else has, goes through everything: signs in, searches, orders, is refused, changes the company, and is told of
/// by the systems. Nothing of it stands in a log, in a span, or readable in a file of the store.
/// </summary>
public sealed class LeakTests(LeakFixture portal) : IClassFixture<LeakFixture>
{
    private const string PersonName = "Zacharias Quillfeather";
    private const string Email = "zq.planted@leak-example.test";
    private const string Phone = "+46 70 555 01 99";
    private const string Street = "Plantedgatan 4711";
    private const string Note = "Ring at the side door, ask for Bartholomew";

    /// <summary>Parts, so that half of it is found as well.</summary>
    private static readonly string[] Planted = ["Quillfeather", "zq.planted", "leak-example", "555 01 99", "Plantedgatan", "Bartholomew", "Zacharias"];

    private static readonly Scope Everything = Scope.ForPortal("test", Lane.Interactive);

    [Fact]
    public async Task APersonThroughEverything_IsInNoLogNoSpanAndNoReadableColumn_IsExportedAndErased()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (person, account) = await Plant();
        var scope = await ScopeOf(person);
        using var erp = new SandboxControl(portal.Sandbox.ErpControlUrl);
        using var crm = new SandboxControl(portal.Sandbox.CrmControlUrl);

        await Browse(person, account);
        var ordered = await Order(scope, account, PlacingState.Confirmed);
        await erp.SetFaultAsync(new FaultRule { Kind = FaultKind.Error, Operation = "createOrder", Status = 422, Count = 1 });
        var refused = await Order(scope, account, PlacingState.Rejected);
        await ChangeTheCompany(scope, account, crm);
        await Deliver(account);
        await AnswersNonsense(scope, account, crm);
        await Until(async () => (await Journal().Search(new JournalFilter { Flow = "account-to-erp" }, null, 100, cancel)).Entries.Any(entry => entry.Changes.Any(change => change.Personal)), "a personal field in the journal");

        // While an order is in flight, nothing is erased.
        await erp.SetFaultAsync(new FaultRule { Kind = FaultKind.Error, Operation = "createOrder", Status = 503, Count = 1_000 });
        var flying = await Order(scope, account, PlacingState.Waiting);
        var (code, output, errors) = await Command("erase", Email, "--by", "con-admin", "--reason", $"{PersonName} asked for it");
        code.ShouldBe(1, errors);
        errors.ShouldContain($"place-order {flying}");
        (code, output, errors) = await Command("export", Email);
        code.ShouldBe(0, errors);
        foreach (var id in new[] { ordered, refused, flying })
        {
            output.ShouldContain(id.ToString());
        }

        output.ShouldContain(Note, Case.Sensitive, "of what is in flight the content is handed out");
        await erp.ClearFaultsAsync();
        await portal.Services.GetRequiredService<IPlaceOrders>().Withdraw(scope, flying, cancel);
        await Until(async () => (await portal.Services.GetRequiredService<IPlaceOrders>().Find(scope, flying, cancel))!.IsFinal, "the order in flight to end");

        // Before anything is erased.
        Files().ShouldContain(person.Value, Case.Sensitive, "ids are kept, and the search finds what is there");
        Clean("before");

        (code, output, errors) = await Command("erase", person.Value, "--by", "con-admin", "--reason", $"{PersonName} asked for it");
        code.ShouldBe(0, errors);
        (code, output, _) = await Command("export", person.Value);
        output.ShouldContain("\"kept\": []");
        await portal.StopPortal();
        Clean("after");
        Files().ShouldNotContain(person.Value, Case.Sensitive, "not even in what the database has freed");
    }

    private void Clean(string when)
    {
        var (logs, spans, files) = (portal.Logs, portal.Spans, Files());
        logs.Count.ShouldBeGreaterThan(10);
        spans.Count.ShouldBeGreaterThan(100);
        files.Length.ShouldBeGreaterThan(50_000);
        foreach (var word in Planted.SelectMany(word => new[] { word, Uri.EscapeDataString(word), word.Replace(' ', '+') }).Distinct())
        {
            logs.Where(entry => entry.Contains(word, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty($"{when}: {word} in a log");
            spans.Where(span => span.Contains(word, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty($"{when}: {word} in a span");
            files.Contains(word, StringComparison.OrdinalIgnoreCase).ShouldBeFalse($"{when}: {word} in a file of the store");
        }
    }

    /// <summary>Every byte that the store has written, its log and its keys as well.</summary>
    private string Files()
    {
        var all = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(portal.StateDirectory, "*", SearchOption.AllDirectories))
        {
            using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            open.CopyTo(bytes);
            all.Append(Encoding.Latin1.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
        }

        return all.ToString();
    }

    private async Task<(PersonId Person, AccountId Account)> Plant()
    {
        var people = await People.Of(portal);
        var id = people.ByRole[Role.Approver];
        var standing = (await portal.Map.Owner<IContacts>().Get(Everything, id)).Value;
        (await portal.Map.Owner<IContacts>().Change(Everything, new ContactChange
        {
            Id = id, Account = standing.Accounts[0], Seen = standing.Details, Wanted = new ContactDetails(PersonName, Email, Phone),
        })).Succeeded.ShouldBeTrue();
        return (id, standing.Accounts[0]);
    }

    private async Task<Scope> ScopeOf(PersonId person)
    {
        var sessions = portal.Services.GetRequiredService<ScopeSessions>();
        return (await sessions.ScopeFor(SessionTicket.Issue((await sessions.Ask(person)).Value, null))).Value;
    }

    private async Task Browse(PersonId person, AccountId account)
    {
        using var visitor = await portal.SignedIn(person.Value);
        foreach (var word in new[] { PersonName, Email, Phone, Street })
        {
            foreach (var url in new[] { "/catalog?q=", "/search?q=", "/orders?q=", "/account?q=", "/backorders?q=", "/sales/accounts?q=", "/returns/new?order=", "/company/contact?id=", "/orders/", "/products/", "/quotes/" })
            {
                using var answer = await visitor.Get(url + Uri.EscapeDataString(word));
                ((int)answer.StatusCode).ShouldBeLessThan(500, url);
            }
        }

        (await visitor.Read("/company")).ShouldContain(PersonName, Case.Sensitive, "what is planted comes this way");
        await visitor.Read("/");
        using var foreign = await visitor.Post("/account", "/account", ("account", account.Value + "-foreign"));
        foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var nobody = portal.Visitor();
        using var unknown = await nobody.Post("/sign-in", "/sign-in", ("person", "no-such-person"));
        using var out_ = await visitor.Post("/sign-out", "/account");
    }

    private async Task<SubmissionId> Order(Scope scope, AccountId account, PlacingState end)
    {
        var product = (await portal.Map.Owner<ICatalog>().Search(Everything, new CatalogQuery("", Limit: 50))).Value.Items.First(item => !item.Discontinued);
        var customer = scope.Accounts.First(candidate => candidate.Account == account).Customer!.Value;
        var id = new SubmissionId(Guid.NewGuid());
        var placing = portal.Services.GetRequiredService<IPlaceOrders>();
        (await placing.Submit(scope, new Submission
        {
            Id = id,
            Request = new QuoteRequest { Submission = id, Customer = customer, Lines = [new OrderLineRequest("1", product.Sku, Math.Max(product.MinimumQuantity ?? 1, product.PackSize ?? 1))] },
            OrderedBy = new OrderedBy(new PersonId(scope.Actor), PersonName),
            Note = $"{Note}, {Phone}, {Street}",
            Policy = PricePolicy.PriceOfTheDay,
        })).Verdict.ShouldBe(SubmitVerdict.Accepted);
        await Until(async () => (await placing.Find(scope, id))!.State == end, $"{end}");
        return id;
    }

    private async Task ChangeTheCompany(Scope scope, AccountId account, SandboxControl crm)
    {
        var company = portal.Services.GetRequiredService<ChangeCompany>();
        var address = new AccountAddress($"P-{Guid.NewGuid():N}", AddressKind.Shipping, [Street], "411 05", "Göteborg", "SE") { Name = PersonName };
        (await company.Apply(scope, PersonName, new CompanyChange(Guid.NewGuid(), account, new AddressChange { Id = address.Id, Wanted = address }, null), again: false)).Verdict.ShouldBe(ChangeVerdict.Done);
        var id = new PersonId($"P-{Guid.NewGuid():N}");
        var add = new CompanyChange(Guid.NewGuid(), account, null, new ContactChange { Id = id, Account = account, Wanted = new ContactDetails($"Second {PersonName}", $"2.{Email}", Phone) });
        await crm.SetFaultAsync(new FaultRule { Kind = FaultKind.Error, Operation = "putContact", Status = 422, Count = 1 });
        (await company.Apply(scope, PersonName, add, again: false)).Verdict.ShouldNotBe(ChangeVerdict.Done);
        (await company.Apply(scope, PersonName, add, again: false)).Verdict.ShouldBe(ChangeVerdict.Done);
        var bound = (await portal.Map.Owner<IAccounts>().Get(Everything, account)).Value;
        var linked = bound.Addresses.First(one => one.ErpAddress is not null);
        (await portal.Map.Owner<IAccounts>().ChangeAddress(Everything, account, new AddressChange { Id = linked.Id, Seen = linked, Wanted = linked with { Lines = [Street] } })).Succeeded.ShouldBeTrue();
    }

    /// <summary>Genuine ones with more in them than is read, one that cannot be read, and a forged one.</summary>
    private async Task Deliver(AccountId account)
    {
        using var sender = portal.Visitor();
        foreach (var (system, body, genuine) in new[]
        {
            ("crm", $$$"""{"type":"account.changed","data":{"entity":"account","key":"{{{account}}}","name":"{{{PersonName}}}","email":"{{{Email}}}"}}""", true),
            ("crm", $$$"""{ "name": "{{{PersonName}}}", "email": "{{{Email}}}", """, true),
            ("erp", $$$"""{"data":{"entity":"{{{Street}}}","key":"{{{Phone}}}"}}""", true),
            ("erp", $$$"""{"data":{"entity":"order","key":"{{{Email}}}"}}""", false),
        })
        {
            using var answer = await sender.Send(LeakFixture.Delivery(system, body, genuine));
            answer.StatusCode.ShouldBeOneOf(HttpStatusCode.NoContent, HttpStatusCode.Accepted, HttpStatusCode.Unauthorized);
        }
    }

    private async Task AnswersNonsense(Scope scope, AccountId account, SandboxControl crm)
    {
        foreach (var kind in new[] { FaultKind.Nonsense, FaultKind.Malformed, FaultKind.Truncate, FaultKind.Html })
        {
            await crm.SetFaultAsync(new FaultRule { Kind = kind, Operation = "listContacts", Mode = kind is FaultKind.Nonsense ? "null" : null, Count = 3 });
            await portal.Map.Owner<IContacts>().Search(scope, new PersonQuery(Email, account) { AlsoWithoutRole = true });
            await crm.ClearFaultsAsync();
        }
    }

    private IJournal Journal() => portal.Services.GetRequiredService<IJournal>();

    private async Task<(int Code, string Output, string Errors)> Command(params string[] args)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var code = await PersonCommand.RunAsync([.. args, .. portal.Settings], output, errors, TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }

    private static async Task Until(Func<Task<bool>> come, string what)
    {
        for (var tries = 0; !await come(); tries++)
        {
            tries.ShouldBeLessThan(600, what);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
