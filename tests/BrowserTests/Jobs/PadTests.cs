using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>The pad is a spreadsheet that belongs to the browser: nothing typed is ever lost, and many lines cost few calls.</summary>
public sealed class PadTests(Theatre theatre) : IAsyncDisposable
{
    private const float Patience = 60_000;

    [Fact]
    public async Task Paste_OfHundredLinesAnywhere_CostsOneCallOfEachKind()
    {
        // A portal that waits: what a slow machine does not answer in time is asked a second time.
        await using var portal = await PortalProcess.StartAsync(
            theatre.Sandbox, new Dictionary<string, string?> { ["Systems:erp:AttemptTimeout"] = "00:00:40", ["Systems:erp:TotalTimeout"] = "00:00:50" });
        await using var buyer = await Visitor.SignIn(theatre.Chromium, portal.Address, People.Buyer, await theatre.Sandbox.NameOf(People.Buyer));
        var page = buyer.Page;
        await Open(page);
        var skus = (await theatre.Sandbox.Erp.Get("erp/v1/products?limit=100")).GetProperty("items").EnumerateArray().Select(product => product.GetProperty("sku").GetString()!).ToList();
        var before = (await theatre.Sandbox.Erp.Get("control/calls?limit=1")).GetProperty("last").GetInt64();

        await Paste(page, "SKU\tQty\n" + string.Join('\n', skus.Select(sku => $"{sku}\t100")));

        await Expect(page.Locator("[data-lines] .pad-name [data-name]:not([hidden])")).ToHaveCountAsync(skus.Count, new() { Timeout = Patience });
        await Expect(page.Locator("[data-lines] .is-asking")).ToHaveCountAsync(0, new() { Timeout = Patience });
        await Expect(page.Locator(".basket-count")).ToHaveTextAsync("100");
        await Expect(page.Locator("[data-say]")).ToContainTextAsync("100 lines pasted");
        var calls = await Calls(before);
        foreach (var operation in new[] { "productsQuery", "pricesQuery", "availabilityQuery" })
        {
            calls.GetValueOrDefault(operation).ShouldBe(1, operation);
        }

        buyer.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task LineInTheAddress_IsTakenOnce()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var (sku, quantity) = erp.Lines[0];

        // As a product's form sends it while the script is not there yet.
        await buyer.Page.GotoAsync($"/order-pad?sku={Uri.EscapeDataString(sku)}&quantity={quantity:0}");
        await Expect(buyer.Page.Locator("[data-lines] [data-field=code]").First).ToHaveValueAsync(sku, new() { Timeout = Patience });
        await Expect(buyer.Page.Locator("[data-lines] [data-field=qty]").First).ToHaveValueAsync($"{quantity:0}");
        await Expect(buyer.Page.Locator("[data-lines] [data-cell=price][data-state=ok]")).ToHaveCountAsync(1, new() { Timeout = Patience });

        await buyer.Page.ReloadAsync();
        await Expect(buyer.Page.Locator("[data-lines] [data-cell=price][data-state=ok]")).ToHaveCountAsync(1, new() { Timeout = Patience });
        await buyer.Page.KeepsLines(1);
        buyer.Page.Url.ShouldEndWith("/order-pad");
    }

    [Fact]
    public async Task BrowserThatStoresNothing_CanOrderAllTheSameAndIsTold()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        await page.FillPad(erp.Lines);
        var po = Buyer.NewPo();
        // Full from now on.
        await page.AddInitScriptAsync("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };");

        var place = await page.OpenCheckout(po);
        await Expect(page.Locator("#not-stored")).ToBeVisibleAsync();
        await place.ClickAsync();

        var number = await page.ConfirmedNumber();
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number.ShouldBe(number);
        await Expect(page.Locator(".basket-count")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task FourHundredLines_ArePricedQuotedAndPlaced()
    {
        await using var buyer = await theatre.Visit(People.BuyerUnlimited);
        var page = buyer.Page;
        await Open(page);
        var goods = await Goods.All(theatre.Sandbox);

        await Paste(page, string.Join('\n', goods.Select(product => $"{product.Sku}\t{product.Least:0.######}")));
        await Expect(page.Locator("[data-lines] [data-cell=price][data-state=ok]")).ToHaveCountAsync(goods.Count, new() { Timeout = Patience });
        var po = Buyer.NewPo();
        await page.GotoAsync("/checkout");
        await page.Locator("#po-number").FillAsync(po, new() { Timeout = Patience });
        await Expect(page.PlaceButton()).ToHaveTextAsync(new Regex("Place order for"), new() { Timeout = Patience });
        // So much at once earns a discount: other amounts than the pad showed, line by line.
        await page.GetByLabel("I accept the ERP’s quote").CheckAsync();
        await page.PlaceButton().ClickAsync();

        var number = await page.ConfirmedNumber(60_000);
        var order = await theatre.Sandbox.Erp.Get($"erp/v1/orders/{number}");
        order.GetProperty("lines").GetArrayLength().ShouldBe(goods.Count);
        await page.GotoAsync($"/orders/{number}");
        await Expect(page.Locator("main tbody tr")).ToHaveCountAsync(goods.Count, new() { Timeout = Patience });
        buyer.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task Typed_AndThePortalKilled_IsStillThereAndIsAskedAboutAfterwards()
    {
        await using var portal = await PortalProcess.StartAsync(theatre.Sandbox);
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, portal);
        await using var buyer = await Visitor.SignIn(theatre.Chromium, portal.Address, erp.Buyer.Id, erp.Buyer.Name);
        var page = buyer.Page;
        await Open(page);

        await portal.Kill();
        await page.Keyboard.TypeAsync(erp.Lines[0].Sku);
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("7");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync(erp.Lines[1].Sku);
        (await page.KeptBasket()).Text.ShouldContain(erp.Lines[1].Sku);

        await portal.Start();
        await page.GotoAsync("/order-pad");
        await Expect(Field(page, 0, "qty")).ToHaveValueAsync("7", new() { Timeout = Patience });
        await Expect(Field(page, 1, "code")).ToHaveValueAsync(erp.Lines[1].Sku);
        await Expect(page.Locator("[data-lines] [data-cell=price][data-state=ok]")).ToHaveCountAsync(1, new() { Timeout = Patience });
    }

    [Fact]
    public async Task Typed_InOneTab_IsInTheOther()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        await Open(buyer.Page);
        var other = await buyer.NewTab();
        await Open(other);

        await Field(buyer.Page, 0, "code").FillAsync(erp.Lines[0].Sku);
        await Field(buyer.Page, 0, "qty").FillAsync("3");

        await Expect(Field(other, 0, "qty")).ToHaveValueAsync("3");
        await Expect(other.Locator("[data-lines] [data-cell=price][data-state=ok]")).ToHaveCountAsync(1, new() { Timeout = Patience });
        await Field(other, 1, "code").FillAsync(erp.Lines[1].Sku);
        await Expect(Field(buyer.Page, 1, "code")).ToHaveValueAsync(erp.Lines[1].Sku);
        await Expect(Field(buyer.Page, 0, "qty")).ToHaveValueAsync("3");
        buyer.ShouldHaveNoComplaints();
    }

    [Theory]
    [InlineData("a dozen", "is not a number")]
    [InlineData("1,000", "could be a thousand or a fraction")]
    [InlineData("-2", "must be more than 0")]
    public async Task BadQuantity_StaysAsTypedAndIsExplained(string typed, string words)
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        await Open(buyer.Page);

        await Field(buyer.Page, 0, "code").FillAsync(erp.Lines[0].Sku);
        await Field(buyer.Page, 0, "qty").FillAsync(typed);

        await Expect(buyer.Page.Locator("[data-lines] .pad-note.bad")).ToContainTextAsync(words, new() { Timeout = Patience });
        await Expect(Field(buyer.Page, 0, "qty")).ToHaveAttributeAsync("aria-invalid", "true");
        await buyer.Page.ReloadAsync();
        await Expect(Field(buyer.Page, 0, "qty")).ToHaveValueAsync(typed, new() { Timeout = Patience });
    }

    [Fact]
    public async Task PackSize_NotKept_IsSaidInTheLineWithWhatWouldDo()
    {
        var (sku, unit, increment) = (await theatre.Sandbox.Erp.Get("erp/v1/products?limit=200")).GetProperty("items").EnumerateArray()
            .Select(product => (Sku: product.GetProperty("sku").GetString()!, Unit: product.GetProperty("units")[0]))
            .Select(product => (product.Sku, Unit: product.Unit.GetProperty("unit").GetString()!, Increment: product.Unit.GetProperty("increment").GetDecimal()))
            .First(product => product.Increment >= 5);
        await using var buyer = await theatre.Visit(People.Buyer);
        await Open(buyer.Page);

        await Field(buyer.Page, 0, "code").FillAsync(sku);
        await Field(buyer.Page, 0, "qty").FillAsync($"{(increment * 3) + 1:0}");

        await Expect(buyer.Page.Locator("[data-lines] .pad-note.bad").First).ToContainTextAsync(
            new Regex($"Sold in packs of {increment:0}.*{unit}: order {increment * 3:0} or {increment * 4:0}"), new() { Timeout = Patience });
    }

    [Fact]
    public async Task CustomersOwnNumber_BecomesTheProductAndStaysAsTyped()
    {
        var account = await theatre.Sandbox.Crm.Get("crm/v1/accounts/acc-00001");
        var own = (await theatre.Sandbox.Erp.Get($"erp/v1/customers/{account.GetProperty("erpCustomerNumber").GetString()}/part-numbers?limit=1")).GetProperty("items")[0];
        await using var buyer = await theatre.Visit(People.Buyer);
        await Open(buyer.Page);

        await Field(buyer.Page, 0, "code").FillAsync(own.GetProperty("partNumber").GetString()!);
        await Field(buyer.Page, 0, "qty").FillAsync("100");

        await Expect(buyer.Page.Locator("[data-lines] .pad-name [data-name]:not([hidden])")).ToHaveAttributeAsync("href", $"/products/{own.GetProperty("sku").GetString()}", new() { Timeout = Patience });
        await Expect(Field(buyer.Page, 0, "code")).ToHaveValueAsync(own.GetProperty("partNumber").GetString()!);
        (await buyer.Page.KeptBasket()).Text.ShouldContain($"\"sku\":\"{own.GetProperty("sku").GetString()}\"");
    }

    [Fact]
    public async Task Suggestions_ChosenByArrowsAndEnter_FillTheLine()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        await Open(page);

        await page.Keyboard.TypeAsync(erp.Word);
        await Expect(page.Locator("[role=option]").First).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(Field(page, 0, "code")).ToHaveAttributeAsync("aria-expanded", "true");
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Locator("[role=option]").First).ToHaveAttributeAsync("aria-selected", "true");
        (await Field(page, 0, "code").GetAttributeAsync("aria-activedescendant")).ShouldBe(await page.Locator("[role=option]").First.GetAttributeAsync("id"));
        var sku = await page.Locator("[role=option] .sku").First.TextContentAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(Field(page, 0, "code")).ToHaveValueAsync(sku!);
        await Expect(Field(page, 0, "qty")).ToBeFocusedAsync();
        await Expect(page.Locator("[data-popup]")).ToBeHiddenAsync();
        await Expect(page.Locator("[data-lines] .pad-name [data-name]:not([hidden])")).ToHaveCountAsync(1, new() { Timeout = Patience });
    }

    [Fact]
    public async Task Line_RemovedAndUndone_IsBackWhereItWas()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        await page.FillPad(erp.Lines);

        await Field(page, 1, "qty").FocusAsync();
        await page.Keyboard.PressAsync("Control+Delete");
        await Expect(Field(page, 1, "code")).ToHaveValueAsync(erp.Lines[2].Sku);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        await Expect(Field(page, 1, "code")).ToHaveValueAsync(erp.Lines[1].Sku);
        await page.KeepsLines(3);
    }

    [Fact]
    public async Task AddFrom_HistoryAnOrderAndAnUpload_StandAtTheEndAndWhatWasTypedStays()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        var number = await erp.OrderUnder($"test-{Guid.NewGuid():N}");
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        var lines = (await theatre.Sandbox.Erp.Get($"erp/v1/orders/{number}")).GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("sku").GetString()!).ToList();
        await Open(page);
        await page.Keyboard.TypeAsync("TYPED-1");

        // The other way is still asking when this one is opened: its answer is not waited for, and nobody is told that there is no order.
        await theatre.Sandbox.Erp.Fault(new { kind = "latency", operation = "listOrders", milliseconds = 2000, count = 1 });
        await page.GetByRole(AriaRole.Button, new() { Name = "A past order" }).ClickAsync(new() { Timeout = Patience });
        await Expect(page.Locator("#add-from-order-text")).ToBeVisibleAsync(new() { Timeout = Patience });

        // From the orders, by keyboard: the newest order's first line is the first choice.
        await page.GetByRole(AriaRole.Button, new() { Name = "Order history" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#add-from-filter").FillAsync(lines[0], new() { Timeout = Patience });
        await Expect(page.Locator("[data-choices] tr")).ToHaveCountAsync(1, new() { Timeout = Patience });
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Space");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add one line" }).ClickAsync(new() { Timeout = Patience });
        await Expect(Field(page, 1, "code")).ToHaveValueAsync(lines[0], new() { Timeout = Patience });

        // From one order, as its page leads to it: all of its lines.
        await page.GotoAsync($"/orders/{number}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Order again" }).ClickAsync(new() { Timeout = Patience });
        await page.Locator("[data-add-chosen]").ClickAsync(new() { Timeout = Patience });
        await Expect(page.Locator(".basket-count")).ToHaveTextAsync($"{2 + lines.Count}", new() { Timeout = Patience });
        await Expect(Field(page, 0, "code")).ToHaveValueAsync("TYPED-1");
        await Expect(page.Locator("[data-lines] [data-cell=price][data-state=ok]")).ToHaveCountAsync(1 + lines.Count, new() { Timeout = Patience });

        // The same product twice is told, and made one line only on demand.
        await page.Locator("[data-merge]:visible").First.ClickAsync(new() { Timeout = Patience });
        await Expect(page.Locator(".basket-count")).ToHaveTextAsync($"{1 + lines.Count}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator(".basket-count")).ToHaveTextAsync($"{2 + lines.Count}");

        // From a file that this browser remembers, over a new page.
        await page.Locator("[data-upload]").SetInputFilesAsync(new FilePayload { Name = "weekly.csv", MimeType = "text/csv", Buffer = "UP-1;4\nUP-2;5"u8.ToArray() });
        await Expect(page.Locator(".basket-count")).ToHaveTextAsync($"{4 + lines.Count}");
        await page.GotoAsync("/order-pad");
        await page.GetByRole(AriaRole.Button, new() { Name = "A past upload" }).ClickAsync(new() { Timeout = Patience });
        await page.GetByRole(AriaRole.Button, new() { Name = "Add weekly.csv" }).ClickAsync(new() { Timeout = Patience });
        await Expect(page.Locator(".basket-count")).ToHaveTextAsync($"{6 + lines.Count}");
        buyer.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task Arrows_MoveBetweenLinesAndFields()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        await page.FillPad(erp.Lines);

        await Field(page, 0, "qty").FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(Field(page, 1, "qty")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Home");
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(Field(page, 1, "code")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(Field(page, 0, "code")).ToBeFocusedAsync();
    }

    private static ILocator Field(IPage page, int line, string name) => page.Locator("[data-lines] [data-id]").Nth(line).Locator($"[data-field={name}]");

    private static async Task Open(IPage page)
    {
        await page.GotoAsync("/order-pad");
        await Expect(Field(page, 0, "code")).ToBeFocusedAsync(new() { Timeout = Patience });
    }

    private static async Task Paste(IPage page, string text) => await page.EvaluateAsync(
        """
        text => {
          const data = new DataTransfer();
          data.setData('text/plain', text);
          document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
        }
        """,
        text);

    /// <summary>What people's pages asked of the ERP since the call of this number; what the portal asks by itself is not among it.</summary>
    private async Task<Dictionary<string, int>> Calls(long after)
    {
        var calls = await theatre.Sandbox.Erp.Get($"control/calls?after={after}&limit=5000");
        return calls.GetProperty("items").EnumerateArray()
            .Where(call => call.TryGetProperty("lane", out var lane) && lane.GetString() == "interactive")
            .GroupBy(call => call.TryGetProperty("operation", out var operation) ? operation.GetString() ?? string.Empty : JsonSerializer.Serialize(call))
            .ToDictionary(group => group.Key, group => group.Count());
    }

    public async ValueTask DisposeAsync() => await theatre.Sandbox.Erp.ClearFaults();
}
