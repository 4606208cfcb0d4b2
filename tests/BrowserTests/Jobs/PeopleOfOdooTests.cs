using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>Who gets in, and where, when a real Odoo is the CRM.</summary>
public sealed class PeopleOfOdooTests(Theatre theatre)
{
    private const float Patience = 60_000;

    [Fact]
    public async Task SignIn_OnARealOdoo_ListsItsPeopleAndEachSeesWhatIsHis()
    {
        await using var odoo = await OdooBehind.Start();
        await using var portal = await PortalProcess.StartAsync(new Dictionary<string, string?>(odoo.Settings("crm"), StringComparer.Ordinal)
        {
            ["Systems:erp:Connector"] = "reference-erp",
            ["Systems:erp:Address"] = theatre.Sandbox.Erp.Api.ToString(),
            ["Systems:erp:Credentials:Token"] = SandboxProcess.ErpToken,
            ["Systems:erp:WebhookSecrets:0"] = "whsec_YnJvd3Nlci10ZXN0cy1zaGFyZWQtc2VjcmV0LTAwMQ==",
        });

        await using var visitor = await Visitor.Unknown(theatre.Chromium, portal.Address);
        var page = visitor.Page;
        await page.GotoAsync("/sign-in");
        foreach (var (id, name) in new[] { odoo.Buyer, odoo.Rep, odoo.Admin })
        {
            await Expect(page.Locator($"button[name=person][value='{id}']")).ToContainTextAsync(name, new() { Timeout = Patience });
        }

        // The user that the portal itself signs in with is nobody.
        await Expect(page.Locator("main")).Not.ToContainTextAsync("B2B Portal");

        await visitor.SignInAgain(odoo.Rep.Id, odoo.Rep.Name);
        await page.GotoAsync("/sales/accounts");
        var owned = await odoo.Desk.Call("res.partner.search_read", $$"""[["is_company", "=", true], ["user_id", "=", {{odoo.Rep.Id["user-".Length..]}}]]""", "\"fields\": [\"name\"]");
        await Expect(page.Locator("main tbody tr")).ToHaveCountAsync(owned.GetArrayLength(), new() { Timeout = Patience });
        foreach (var account in owned.EnumerateArray())
        {
            await Expect(page.Locator("main tbody")).ToContainTextAsync(account.GetProperty("name").GetString()!);
        }

        // One that has no customer's number yet.
        await Expect(page.Locator("main tbody tr").Filter(new() { HasText = "Oder Anlagenbau" })).ToContainTextAsync("action required");

        await visitor.SignInAgain(odoo.Admin.Id, odoo.Admin.Name);
        await page.GotoAsync("/admin/systems");
        await Expect(page.Locator("main")).ToContainTextAsync("odoo", new() { Timeout = Patience });
        visitor.ShouldHaveNoComplaints();
    }
}
