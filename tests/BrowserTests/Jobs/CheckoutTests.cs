using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>What differs is shown as a difference, with one decision; whatever becomes of an order is told in words, in its place.</summary>
public sealed class CheckoutTests(Theatre theatre) : IAsyncDisposable
{
    private const float Patience = 60_000;

    [Fact]
    public async Task PriceChangedSinceThePad_IsShownOldBesideNewAndMustBeAccepted()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        var po = Buyer.NewPo();
        await page.FillPad(erp.Lines);
        await erp.AgreePrice(0, 7.37m);
        try
        {
            await page.GotoAsync("/checkout");
            await page.Locator("#po-number").FillAsync(po, new() { Timeout = Patience });
            await Expect(page.Locator(".checkout-decision")).ToContainTextAsync("7.37 EUR", new() { Timeout = Patience });
            await Expect(page.Locator(".checkout-decision s").First).ToBeVisibleAsync();
            await Expect(page.Locator("#place-why")).ToContainTextAsync("accept them first");
            await page.Picture("state-differences-1440");
            await page.Locator("#po-number").PressAsync("Control+Enter");
            await Expect(page.GetByLabel("I accept the ERP’s quote")).ToBeFocusedAsync(new() { Timeout = Patience });
            await ShouldKeepNoticesOff(page);
            await page.PlaceButton().ClickAsync(new() { Force = true });
            await Expect(page.Locator(".journey")).ToHaveCountAsync(0);

            await page.GetByLabel("I accept the ERP’s quote").CheckAsync();
            await page.PlaceButton().ClickAsync();
            var number = await page.ConfirmedNumber();
            (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number.ShouldBe(number);
            buyer.ShouldHaveNoComplaints();
        }
        finally
        {
            await erp.AgreePrice(0, null);
        }
    }

    /// <summary>That an order has moved is told at the edge of the page, and on a phone not over the button that stands there.</summary>
    private static async Task ShouldKeepNoticesOff(IPage page)
    {
        var (width, height) = (page.ViewportSize!.Width, page.ViewportSize.Height);
        await page.SetViewportSizeAsync(390, 844);
        var covers = await page.EvaluateAsync<bool>("""
            () => {
              const notice = document.getElementById('order-moved');
              const hidden = notice.hidden;
              notice.hidden = false;
              const [over, under] = [notice, document.querySelector('[data-go-on]')].map(element => element.getBoundingClientRect());
              notice.hidden = hidden;
              return over.height > 0 && over.left < under.right && over.right > under.left && over.top < under.bottom && over.bottom > under.top;
            }
            """);
        covers.ShouldBeFalse("a notice lies over the button that places the order");
        await page.SetViewportSizeAsync(width, height);
    }

    [Fact]
    public async Task PriceChangedSinceTheQuote_TheBuyerDecides()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        var po = Buyer.NewPo();
        await page.FillPad(erp.Lines);
        var place = await page.OpenCheckout(po);
        await erp.AgreePrice(0, 7.38m);
        try
        {
            await place.ClickAsync();
            await Expect(page.Locator(".journey-now")).ToContainTextAsync("Nothing is ordered until you decide", new() { Timeout = Patience });
            await Expect(page.Locator(".journey")).ToContainTextAsync("7.38 EUR");
            await page.Picture("state-decision-1440");
            (await erp.OrdersUnder(po)).ShouldBeEmpty();
            await page.KeepsLines(erp.Lines.Count);

            await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Accept and place for") }).ClickAsync();
            var number = await page.ConfirmedNumber();
            (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number.ShouldBe(number);
        }
        finally
        {
            await erp.AgreePrice(0, null);
        }
    }

    [Fact]
    public async Task PriceChangedSinceTheQuote_TakenBack_LinesAreInThePadAgainAndTheNextOrderIsAnother()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        var po = Buyer.NewPo();
        await page.FillPad(erp.Lines);
        var place = await page.OpenCheckout(po);
        await erp.AgreePrice(0, 7.39m);
        try
        {
            await place.ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync(new() { Timeout = Patience });
            await Expect(page.Locator(".journey-now")).ToContainTextAsync("Taken back", new() { Timeout = Patience });
            (await erp.OrdersUnder(po)).ShouldBeEmpty();
        }
        finally
        {
            await erp.AgreePrice(0, null);
        }

        await page.KeepsSent(0);
        var again = await page.OpenCheckout(po);
        await again.ClickAsync();
        var number = await page.ConfirmedNumber();
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number.ShouldBe(number);
    }

    [Fact]
    public async Task PriceOfTheDay_TakesWhatTheErpSays()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        var po = Buyer.NewPo();
        await page.FillPad(erp.Lines);
        var place = await page.OpenCheckout(po);
        await page.GetByLabel("price of the day").CheckAsync();
        await erp.AgreePrice(0, 7.4m);
        try
        {
            await place.ClickAsync();
            await page.ConfirmedNumber();
            (await erp.OrdersUnder(po)).ShouldHaveSingleItem();
        }
        finally
        {
            await erp.AgreePrice(0, null);
        }
    }

    [Fact]
    public async Task ErpRefuses_TheReasonIsToldAndTheLinesAreBack()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        var po = Buyer.NewPo();
        await page.FillPad(erp.Lines);
        var place = await page.OpenCheckout(po);
        await page.GetByLabel("price of the day").CheckAsync();
        var product = $"control/erp/products/{Uri.EscapeDataString(erp.Lines[2].Sku)}";
        await theatre.Sandbox.Erp.Put(product, new { status = "blocked" });
        try
        {
            await place.ClickAsync();
            await Expect(page.Locator(".journey.bad .journey-now")).ToContainTextAsync("The ERP did not take the order", new() { Timeout = Patience });
            await page.Picture("state-refused-1440");
            (await erp.OrdersUnder(po)).ShouldBeEmpty();
            await page.KeepsLines(erp.Lines.Count);
            await page.KeepsSent(0);
        }
        finally
        {
            await theatre.Sandbox.Erp.Put(product, new { status = "active" });
        }
    }

    [Fact]
    public async Task SeveralOrders_OneIsRefused_TheOtherStands_AndTheRefusedOneIsMendedAndPlaced()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        var po = Buyer.NewPo();
        await page.FillPad(erp.Lines);
        await page.OpenCheckout(po);
        await page.SendPartElsewhere(erp.Lines[0].Quantity / 2);
        await page.GetByLabel("price of the day").CheckAsync();
        var product = $"control/erp/products/{Uri.EscapeDataString(erp.Lines[2].Sku)}";
        await theatre.Sandbox.Erp.Put(product, new { status = "blocked" });
        try
        {
            await page.PlaceButton().ClickAsync();

            // Which one was refused and why, and which one stands under what number.
            var refused = page.Locator(".journey.bad");
            await Expect(refused.Locator(".journey-now")).ToContainTextAsync("The ERP did not take the order", new() { Timeout = Patience });
            await Expect(refused).ToContainTextAsync(erp.Lines[2].Sku);
            await Expect(refused).ToContainTextAsync("1 of 2");
            var number = await page.ConfirmedNumber();
            await Expect(page.Locator(".journey.good")).ToContainTextAsync("2 of 2");
            var standing = (await erp.OrdersUnder(po)).ShouldHaveSingleItem();
            standing.Number.ShouldBe(number);
            standing.Lines.ShouldBe([(erp.Lines[0].Sku, erp.Lines[0].Quantity / 2)]);
            await page.KeepsLines(erp.Lines.Count);
            await page.Picture("state-one-of-two-refused-1440");
        }
        finally
        {
            await theatre.Sandbox.Erp.Put(product, new { status = "active" });
        }

        await (await page.OpenCheckout(po)).ClickAsync();
        await Expect(page.Locator(".journey.good")).ToContainTextAsync("Confirmed: the ERP’s number is", new() { Timeout = Patience });
        await page.KeepsNothing();
        (await erp.OrdersUnder(po)).SelectMany(order => order.Lines).GroupBy(line => line.Sku, line => line.Quantity).ToDictionary(sku => sku.Key, sku => sku.Sum())
            .ShouldBe(erp.Lines.ToDictionary(line => line.Sku, line => line.Quantity), ignoreOrder: true);
        buyer.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task ErpDown_OrderIsHandedInWithoutAQuoteAndTheBuyerDecidesOnItLater()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = buyer.Page;
        var po = Buyer.NewPo();
        await page.FillPad(erp.Lines);
        await theatre.Sandbox.Erp.Fault(new { kind = "error", operation = "*", status = 503 });
        await page.GotoAsync("/checkout");
        await page.Locator("#po-number").FillAsync(po, new() { Timeout = Patience });
        await Expect(page.PlaceButton()).ToHaveTextAsync("Hand in without a quote", new() { Timeout = Patience });
        await page.Picture("state-no-quote-1440");
        await page.PlaceButton().ClickAsync();
        await Expect(page.Locator(".journey.warning .journey-now")).ToContainTextAsync("Your order is safe here", new() { Timeout = Patience });
        await page.Picture("state-waiting-1440");
        await page.GotoAsync("/orders");
        await Expect(page.Locator(".on-their-way .journey")).ToContainTextAsync(po, new() { Timeout = Patience });
        await page.Picture("state-orders-on-their-way-1440");

        await theatre.Sandbox.Erp.ClearFaults();
        await page.GotoAsync("/checkout");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Accept and place for") }).ClickAsync(new() { Timeout = 90_000 });
        var number = await page.ConfirmedNumber();
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number.ShouldBe(number);
    }

    [Fact]
    public async Task Viewer_IsToldThatHeMayNotOrder()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var viewer = await theatre.Visit(await theatre.Sandbox.Viewer());
        var page = viewer.Page;
        await page.FillPad(erp.Lines);
        await page.GotoAsync("/checkout");

        await Expect(page.Locator("#place-why")).ToContainTextAsync("may look at prices and stock but not place orders", new() { Timeout = Patience });
        await page.Picture("state-viewer-1440");
        await Expect(page.PlaceButton()).ToHaveAttributeAsync("aria-disabled", "true");
        await page.PlaceButton().ClickAsync(new() { Force = true });
        await Expect(page.Locator(".journey")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task OverTheCreditLimit_IsToldInWordsBeforeAnythingIsOrdered()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal, People.BuyerOverLimit);
        await using var buyer = await theatre.Visit(People.BuyerOverLimit);
        await buyer.Page.FillPad(erp.Lines);
        await buyer.Page.GotoAsync("/checkout");

        await Expect(buyer.Page.Locator(".checkout-summary .notice")).ToContainTextAsync("credit", new() { Timeout = Patience });
        await buyer.Page.Picture("state-credit-1440");
    }

    [Fact]
    public async Task NotLinkedAccount_IsToldWhatIsMissing()
    {
        await using var buyer = await theatre.Visit(People.BuyerNotLinked);

        await buyer.Page.GotoAsync("/order-pad");
        await Expect(buyer.Page.Locator("main .failure")).ToBeVisibleAsync(new() { Timeout = Patience });
        await buyer.Page.Picture("state-not-linked-1440");
        await buyer.Page.GotoAsync("/checkout");
        await Expect(buyer.Page.Locator("main .failure")).ToBeVisibleAsync(new() { Timeout = Patience });
    }

    [Fact]
    public async Task ForeignOrder_IsTheSamePageAsOneThatDoesNotExist()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var other = await theatre.Visit("con-00002");
        var foreign = await other.Page.GotoAsync($"/orders/{await erp.PartlyShippedOrder()}");
        var words = await other.Page.Locator("main").InnerTextAsync();
        var unknown = await other.Page.GotoAsync("/orders/SO-999999");

        foreign!.Status.ShouldBe(404);
        unknown!.Status.ShouldBe(404);
        (await other.Page.Locator("main").InnerTextAsync()).ShouldBe(words);
        words.ShouldNotContain("SO-1");
    }

    [Fact]
    public async Task HalfFilledForm_SurvivesALoadAndStandsInTheOtherTab()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        await buyer.Page.FillPad(erp.Lines);
        await buyer.Page.OpenCheckout("PO-HALF");
        var other = await buyer.NewTab();
        await other.OpenCheckout("PO-HALF");

        await buyer.Page.Locator("#order-note").FillAsync("Ring at gate 3");

        await Expect(other.Locator("#order-note")).ToHaveValueAsync("Ring at gate 3");
        await buyer.Page.ReloadAsync();
        await Expect(buyer.Page.Locator("#order-note")).ToHaveValueAsync("Ring at gate 3", new() { Timeout = Patience });
        await Expect(buyer.Page.Locator("#po-number")).ToHaveValueAsync("PO-HALF");
        buyer.ShouldHaveNoComplaints();
    }

    public async ValueTask DisposeAsync() => await theatre.Sandbox.Erp.ClearFaults();
}
