using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Looks;
using PortalIntegration.BrowserTests.Stage;
using PortalIntegration.Tests.Servers;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>A day with real OpenID Connect providers, in a browser: what only a browser shows of it. The rest stands in the integration tests.</summary>
public sealed class SignInWithProviderTests(Theatre theatre)
{
    private const string Customers = OpenIdServer.Customers;
    private const string Staff = OpenIdServer.Staff;
    private const float Patience = 60_000;

    [Fact]
    public async Task ADay_SignsIn_ChoosesAnAccount_LosesTheSessionInMidCheckout_IsRevoked_SignsOut()
    {
        var address = ServerProcess.FreeAddress();
        await using var providers = await OpenIdServer.StartAsync(address, accessTokenSeconds: 12);
        var settings = new Dictionary<string, string?>(providers.Settings()) { ["SignIn:Recheck"] = "00:00:01", ["SignIn:Confirm"] = "00:00:01" };
        await using var portal = await PortalProcess.StartAsync(theatre.Sandbox, settings, at: address);
        var lines = (await SandboxOnStage.Over(theatre.Sandbox, portal)).Lines;
        var (id, email, role, accounts) = await SomebodyWithTwoAccounts();
        await providers.Put(Customers, "cleo", email);
        await providers.Put(Staff, "sam", "sam@halden.example", name: "Sam Steward", groups: "portal-admins");
        await providers.Put(Customers, "stranger", "stranger@nowhere.example");
        await using var visitor = await Somebody(address);
        var page = visitor.Page;

        // Sign-in, by keyboard alone up to the provider; two accounts, one is chosen.
        await page.GotoAsync("/orders");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Halden staff" })).ToBeVisibleAsync(new() { Timeout = Patience });
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Halden ID" }).PressAsync("Enter");
        await LogIn(page, "cleo");
        await page.WaitForURLAsync("**/account?returnTo=*");
        await page.Locator($"main button[name=account][value='{accounts[1]}']").ClickAsync();
        await page.WaitForURLAsync("**/orders");
        await Expect(page.Locator($"#portal[data-person='{id}'][data-account='{accounts[1]}']")).ToHaveCountAsync(1, new() { Timeout = Patience });

        // Another person with the other provider, side by side.
        await using var steward = await Somebody(address);
        await steward.Page.GotoAsync("/admin/systems");
        await steward.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Halden staff" }).ClickAsync();
        await LogIn(steward.Page, "sam");
        await steward.Page.WaitForURLAsync("**/admin/systems");

        // The provider ends the session in mid checkout: nothing that was typed is lost.
        var po = Buyer.NewPo();
        await page.FillPad(lines);
        await page.OpenCheckout(po);
        await providers.Refuse(Customers, "cleo");
        await page.WaitForURLAsync("**/sign-in?*", new() { Timeout = Patience });
        await Expect(page.Locator("[data-problem]")).ToContainTextAsync("You were signed out", new() { Timeout = Patience });
        await page.ShouldLookRightEverywhere("sign-in-ended");
        await providers.Allow(Customers, "cleo");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Halden ID" }).ClickAsync(); // The provider knows who it is.
        await page.WaitForURLAsync("**/checkout");
        await Expect(page.Locator("#po-number")).ToHaveValueAsync(po, new() { Timeout = Patience });
        await Expect(page.PlaceButton()).ToHaveTextAsync(new Regex(@"Place order for [\d,.]+\s[A-Z]{3}"), new() { Timeout = Patience });
        await page.KeepsLines(lines.Count);

        // The CRM takes his access away: out, without a click.
        await theatre.Sandbox.Crm.Put($"control/crm/contacts/{id}", new { role = "none" });
        try
        {
            await page.WaitForURLAsync("**/sign-in?*", new() { Timeout = Patience });
            await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Halden ID" }).ClickAsync();
            await Expect(page.Locator("[data-problem]")).ToContainTextAsync("You have no access to the portal", new() { Timeout = Patience });
            await Expect(page.Locator("[data-problem]")).ToContainTextAsync(email, new() { Timeout = Patience });
        }
        finally
        {
            await theatre.Sandbox.Crm.Put($"control/crm/contacts/{id}", new { role });
        }

        // Somebody else, whom the CRM does not know; then himself again, and out at both ends.
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in as somebody else" }).ClickAsync();
        await LogIn(page, "stranger");
        await Expect(page.Locator("[data-problem]")).ToContainTextAsync("does not know this e-mail address yet", new() { Timeout = Patience });
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in as somebody else" }).ClickAsync();
        await LogIn(page, "cleo");
        await page.WaitForURLAsync("**/checkout");
        await page.Locator("#person-menu summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes, sign me out" }).ClickAsync(); // The provider's own page.
        await page.WaitForURLAsync("**/signed-out**");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "You are signed out" })).ToBeVisibleAsync(new() { Timeout = Patience });
        await page.ShouldLookRightEverywhere("signed-out");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in again" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Halden ID" }).ClickAsync();
        await Expect(page.Locator("input[name=login]")).ToBeVisibleAsync(new() { Timeout = Patience }); // He is asked again who he is.

        // The same in the other language, for a stranger.
        await using var german = await Somebody(address, "de-DE");
        await german.Page.GotoAsync("/sign-in");
        await german.Page.GetByRole(AriaRole.Link, new() { Name = "Anmelden mit Halden ID" }).ClickAsync();
        await LogIn(german.Page, "stranger");
        await Expect(german.Page.Locator("[data-problem]")).ToContainTextAsync("kennt diese E-Mail-Adresse noch nicht", new() { Timeout = Patience });
        await german.Page.ShouldLookRightInItsLanguage("sign-in-stranger-de", second: true);
        await german.Page.GotoAsync(german.Page.Url.Replace("problem=Unknown", "problem=TooOften", StringComparison.Ordinal)); // The longest of these pages.
        await Expect(german.Page.Locator("[data-problem=TooOften]")).ToContainTextAsync("stranger@nowhere.example", new() { Timeout = Patience });
        await german.Page.ShouldLookRightInItsLanguage("sign-in-too-often-de", second: true);

        foreach (var one in new[] { visitor, steward, german })
        {
            // What the providers' own pages complain of, and the font that they want from elsewhere, is not ours; what ours do is, wherever it leads to.
            string[] theirs = [$"({providers.Issuer(Customers)}", $"({providers.Issuer(Staff)}", "(https://fonts.googleapis.com"];
            one.Complaints.Where(complaint => !theirs.Any(address => complaint.Contains(address, StringComparison.Ordinal))).ShouldBeEmpty();
        }
    }

    /// <summary>The providers' pages want a font from elsewhere: no test waits for the internet.</summary>
    private async Task<Visitor> Somebody(Uri address, string language = Chromium.English)
    {
        var visitor = await Visitor.Unknown(theatre.Chromium, address, language: language);
        await visitor.Context.RouteAsync("https://fonts.googleapis.com/**", route => route.FulfillAsync(new() { ContentType = "text/css", Body = "" }));
        return visitor;
    }

    private static async Task LogIn(IPage page, string subject)
    {
        await page.Locator("input[name=login]").FillAsync(subject);
        await page.Locator("input[name=password]").FillAsync("any");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign-in" }).ClickAsync();
    }

    /// <summary>Somebody who orders for two linked accounts.</summary>
    private async Task<(string Id, string Email, string Role, IReadOnlyList<string> Accounts)> SomebodyWithTwoAccounts()
    {
        var contact = await theatre.Sandbox.Crm.Get($"crm/v1/contacts/{await theatre.Sandbox.WithTwoAccounts()}");
        var email = contact.GetProperty("email").GetString()!;
        return (
            contact.GetProperty("id").GetString()!,
            email,
            contact.GetProperty("portal").GetProperty("role").GetString()!,
            [.. contact.GetProperty("accountIds").EnumerateArray().Select(account => account.GetString()!)]);
    }
}
