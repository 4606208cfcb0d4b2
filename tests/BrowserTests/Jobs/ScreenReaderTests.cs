using System.Globalization;
using System.Text.RegularExpressions;
using PortalIntegration.BrowserTests.Looks;
using PortalIntegration.BrowserTests.Stage;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>
/// The work of a day without eyes and without a mouse: everything is found by the kind and name that the browser's accessibility tree gives it, reached by Tab, and what
/// came of it is what the page says by itself.
/// </summary>
public sealed class ScreenReaderTests(Theatre theatre)
{
    [Fact]
    public async Task Buyer_OrdersChangesCancelsAndSendsBack_ByWhatIsRead()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(erp.Buyer.Id);
        var page = buyer.Page;
        var reader = await ScreenReader.Of(page);
        await page.GotoAsync("/");
        await reader.Finds("heading", "^Hello");
        await reader.Press("link", "^Order pad$");

        // The pad says which line one is in.
        await page.WaitForURLAsync("**/order-pad");
        var at = 1;
        foreach (var (sku, quantity) in erp.Lines)
        {
            await reader.Type("combobox", $"line {at}$", sku);
            await page.Keyboard.PressAsync("Enter");
            (await reader.Focus()).Name.ShouldBe($"Quantity, line {at}");
            await page.Keyboard.TypeAsync(quantity.ToString("0.######", CultureInfo.InvariantCulture));
            await page.Keyboard.PressAsync("Enter");
            at++;
        }

        await reader.Hears($"All {erp.Lines.Count} lines are answered");
        await reader.Type("textbox", "^Name$", "Read aloud");
        await reader.Press("button", "^Ask for a quote$");
        await reader.Hears(@"Show \S+\d");
        ShouldReadWell(await reader.Page());

        // Checkout names what it places, and says by itself what the ERP made of it.
        await reader.TabTo("combobox", "line 1$", backwards: true);
        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForURLAsync("**/checkout");
        var po = Stage.Buyer.NewPo();
        await reader.Finds("button", @"^Place order for [\d,.]+ [A-Z]{3}");
        await reader.Type("textbox", "^Your order number", po);
        ShouldReadWell(await reader.Page());
        await reader.Press("button", @"^Place order for [\d,.]+ [A-Z]{3}");
        await reader.Hears("Confirmed: the ERP’s number is");
        var number = (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number;
        await reader.Press("link", $"^See order {number}$");

        await reader.Finds("heading", number);
        await reader.Press("link", "^Change or cancel$");
        await reader.Type("textbox", "^Your PO number$", po + "-B");
        ShouldReadWell(await reader.Page());
        await reader.Press("button", "^Change the order$");
        await reader.Hears("The ERP has changed the order");
        await reader.Type("textbox", "^Why$", "Read aloud");
        await reader.Press("button", "^Cancel (the whole order|all that is open)$");
        await reader.Hears("The ERP has cancelled");

        var shipped = await erp.OrderUnder($"test-{Guid.NewGuid():N}", Stage.Buyer.NewPo());
        await erp.ShipFirstPart(shipped);
        await page.GotoAsync($"/returns/new?order={shipped}");
        var sku1 = Regex.Escape(erp.Lines[0].Sku);
        await reader.Type("textbox", $"^How much of {sku1} goes back$", "1");
        await reader.TabTo("combobox", $"^Why {sku1} goes back$");
        await page.Keyboard.TypeAsync("Def");
        ShouldReadWell(await reader.Page());
        await reader.Press("button", "^Register the return$");
        await reader.Hears("Return .+ is registered");
        buyer.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task Rep_FindsAnAccountReadsItWholeAndWritesANote_ByWhatIsRead()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var rep = await theatre.Visit(erp.Rep.Id);
        var page = rep.Page;
        var reader = await ScreenReader.Of(page);
        var account = (await theatre.Sandbox.Crm.Get("crm/v1/accounts/acc-00001")).GetProperty("name").GetString()!;
        var number = await erp.OrderUnder($"test-{Guid.NewGuid():N}", Stage.Buyer.NewPo());
        await page.GotoAsync("/");
        await reader.Press("link", "^Accounts$");
        await page.WaitForURLAsync("**/sales/accounts");
        await reader.Finds("link", Regex.Escape(account));
        ShouldReadWell(await reader.Page());
        await reader.Press("link", $"^{Regex.Escape(account)}");

        await reader.Finds("heading", Regex.Escape(account));
        foreach (var panel in (string[])["In the CRM", "Credit", "Latest orders", "Waiting for stock", "Opportunities", "Timeline", "People"])
        {
            await reader.Finds("heading", $"^{panel}");
        }

        await reader.Finds("link", $"^{number}$");
        await reader.Type("textbox", "^What was agreed", "Asked by telephone");
        await reader.Press("button", "^Write it to the CRM$");
        await reader.Finds("StaticText", $"^Note by {Regex.Escape(erp.Rep.Name)}");
        await reader.Finds("StaticText", "^Asked by telephone$");
        ShouldReadWell(await reader.Page());

        // From anywhere, by the key that the page names.
        await reader.TabTo("link", "^Accounts$");
        await page.PressShortcut("/");
        (await reader.Focus()).Name.ShouldStartWith("Find an order");
        await page.Keyboard.TypeAsync(number);
        await page.Keyboard.PressAsync("Enter");
        await reader.Finds("heading", number);
        rep.ShouldHaveNoComplaints();
    }

    private static void ShouldReadWell(IReadOnlyList<ScreenReader.Heard> page) => Listening.Wrong(page).ShouldBeEmpty();
}
