using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>What stands around every page: keys, basket count, account, theme, the lost line.</summary>
public sealed class FrameTests(Theatre theatre)
{
    [Fact]
    public async Task Keys_ReachSearchBasketAndTheirOwnList_FromAnywhereButAField()
    {
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        await page.GotoAsync("/catalog");

        await page.PressShortcut("/");
        await Expect(page.Locator("#search")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("b?a");
        await Expect(page.Locator("#search")).ToHaveValueAsync("b?a");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#search")).Not.ToBeFocusedAsync();

        await page.PressShortcut("?");
        await Expect(page.Locator("dialog#keys")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("dialog#keys")).ToBeHiddenAsync();

        await page.PressShortcut("b");
        await page.WaitForURLAsync("**/order-pad");
        buyer.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task AddedInTheCatalogue_IsCountedOnEveryPageAndInEveryTab_AndStandsInThePad()
    {
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        var other = await buyer.NewTab();
        await other.GotoAsync("/orders");
        await page.GotoAsync("/catalog");
        var form = page.Locator("form[data-basket-add]").First;
        var sku = await form.Locator("[name=sku]").InputValueAsync();

        await form.Locator("button").ClickAsync();

        await Expect(page.Locator("#basket-count")).ToHaveTextAsync("1");
        await Expect(page.Locator("#announce")).ToContainTextAsync(sku);
        await Expect(other.Locator("#basket-count")).ToHaveTextAsync("1");
        await page.Locator("nav.mainnav a[href='/orders']").ClickAsync();
        await page.WaitForURLAsync("**/orders");
        await Expect(page.Locator("#basket-count")).ToHaveTextAsync("1");
        await page.Locator("a.basket").ClickAsync();
        await Expect(page.Locator("[data-lines] [data-field=code]").First).ToHaveValueAsync(sku);
        buyer.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task QuantityThatIsNoMultiple_IsToldByTheFieldItself_AndNotAdded()
    {
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        await page.GotoAsync("/catalog");
        var form = page.Locator("form[data-basket-add]").First;

        await form.Locator("[name=quantity]").FillAsync("0");
        await form.Locator("button").ClickAsync();

        (await form.Locator("[name=quantity]").EvaluateAsync<bool>("field => field.validity.valid")).ShouldBeFalse();
        await Expect(page.Locator("#basket-count")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Account_IsSwitchedInTwoKeys_AndTheOtherTabIsToldSo()
    {
        await using var buyer = await theatre.Visit(await theatre.Sandbox.WithTwoAccounts());
        var page = buyer.Page;
        await page.GotoAsync("/orders");
        var other = await buyer.NewTab();
        await other.GotoAsync("/order-pad");
        var names = page.Locator("#account-menu .menu-words");
        var second = (await names.Nth(1).TextContentAsync())!;
        await Expect(page.Locator(".account-name")).Not.ToHaveTextAsync(second);

        await page.PressShortcut("a");
        await Expect(page.Locator("#account-menu .menu-sheet")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("2");

        await Expect(page.Locator(".account-name")).ToHaveTextAsync(second);
        page.Url.ShouldEndWith("/orders");
        await Expect(other.Locator("#account-moved")).ToBeVisibleAsync();
        await other.Locator("#account-moved [data-reload]").ClickAsync();
        await Expect(other.Locator(".account-name")).ToHaveTextAsync(second);
        await Expect(other.Locator("#account-moved")).ToBeHiddenAsync();
        buyer.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task Theme_ChosenIsKept_AndAutoFollowsTheMachine()
    {
        await using var buyer = await theatre.Visit(People.Buyer, scheme: ColorScheme.Light);
        var page = buyer.Page;
        await page.GotoAsync("/");

        await page.Locator("#person-menu > summary").ClickAsync();
        await page.Locator("#person-menu button[value=dark]").ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await page.GotoAsync("/orders");
        await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(20, 23, 27)");

        await page.Locator("#person-menu > summary").ClickAsync();
        await page.Locator("#person-menu button[value=auto]").ClickAsync();
        await Expect(page.Locator("html")).Not.ToHaveAttributeAsync("data-theme", "dark");
        await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(255, 255, 255)");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(20, 23, 27)");
    }

    [Fact]
    public async Task PortalStopsAndStartsAgain_ThePageSaysSo_AndComesBackWithWhatWasTyped()
    {
        await using var portal = await PortalProcess.StartAsync(theatre.Sandbox);
        await using var buyer = await Visitor.SignIn(theatre.Chromium, portal.Address, People.Buyer, await theatre.Sandbox.NameOf(People.Buyer));
        var page = buyer.Page;
        await page.GotoAsync("/order-pad");
        await page.Locator("[data-lines] [data-field=code]").First.FillAsync("TYPED-BEFORE");

        await portal.Kill();

        await Expect(page.Locator("#components-reconnect-modal .while-trying")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await page.Locator("[data-lines] [data-field=code]").First.FillAsync("TYPED-MEANWHILE");
        await portal.Start();
        await Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync(new() { Timeout = 40_000 });
        await Expect(page.Locator("[data-lines] [data-field=code]").First).ToHaveValueAsync("TYPED-MEANWHILE", new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task Admin_StopsAndOpensASystem_AndItShowsWithoutReload()
    {
        // On a portal of its own: nobody else is to be cut off. A patient one: of its few calls none is to be too late.
        await using var portal = await PortalProcess.StartAsync(
            theatre.Sandbox,
            new Dictionary<string, string?> { ["Systems:erp:AttemptTimeout"] = "00:00:30", ["Systems:erp:TotalTimeout"] = "00:00:40", ["Systems:crm:AttemptTimeout"] = "00:00:30", ["Systems:crm:TotalTimeout"] = "00:00:40" });
        var person = await theatre.Sandbox.Admin();
        await using var admin = await Visitor.SignIn(theatre.Chromium, portal.Address, person, await theatre.Sandbox.NameOf(person));
        var page = admin.Page;
        await page.GotoAsync("/admin/systems");
        var erp = page.Locator("section.system", new() { Has = page.Locator("#system-erp") });

        await erp.GetByRole(AriaRole.Button, new() { Name = "Stop asking the ERP" }).ClickAsync();
        await Expect(erp.Locator(".panel-head .badge-status")).ToContainTextAsync("Stopped by hand");
        await Expect(page.Locator(".page-head-below")).ToContainTextAsync("The ERP needs you");

        await erp.GetByRole(AriaRole.Button, new() { Name = "Let calls to the ERP pass again" }).ClickAsync();
        await erp.GetByRole(AriaRole.Button, new() { Name = "Ask it now" }).ClickAsync();
        await Expect(erp.Locator(".system-probe")).ToContainTextAsync("Answered");
        await Expect(page.Locator(".page-head-below")).ToContainTextAsync("All systems answer");
        admin.ShouldHaveNoComplaints();
    }
}
