using PortalIntegration.BrowserTests.Jobs;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Faults;

/// <summary>However often and from wherever the button is pressed: one order, and everybody sees it.</summary>
public sealed class PlaceOnceTests(Theatre theatre) : IAsyncDisposable
{
    [Fact]
    public async Task Fault28_DoubleClickOnPlace_OneOrder()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        await theatre.Sandbox.Erp.Fault(new { kind = "latency", operation = "createOrder", milliseconds = 700 });
        var po = Buyer.NewPo();
        await buyer.Page.FillPad(erp.Lines);
        var place = await buyer.Page.OpenCheckout(po);

        await place.DblClickAsync();
        // And as quick as a script can.
        await buyer.Page.EvaluateAsync("() => { const place = document.querySelector('button[data-go-on]'); place?.click(); place?.click(); }");

        var number = await buyer.Page.ConfirmedNumber();
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number.ShouldBe(number);
        (await buyer.Page.KeptBasket()).Lines.ShouldBe(0);
        buyer.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task Fault29_TwoTabsSameBasket_OneOrderShownInBoth()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        await theatre.Sandbox.Erp.Fault(new { kind = "latency", operation = "createOrder", milliseconds = 700 });
        var po = Buyer.NewPo();
        await buyer.Page.FillPad(erp.Lines);
        var one = await buyer.Page.OpenCheckout(po);
        var tab = await buyer.NewTab();
        // The worst of tabs: it hears nothing of the others, and still shows the form when the order is out.
        await tab.AddInitScriptAsync("addEventListener('storage', event => event.stopImmediatePropagation(), true);");
        var other = await tab.OpenCheckout(po);

        await one.ClickAsync();
        await other.ClickAsync();

        var number = await buyer.Page.ConfirmedNumber();
        (await tab.ConfirmedNumber()).ShouldBe(number);
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number.ShouldBe(number);
        buyer.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task Fault30_CircuitDropsInMidSubmit_OrderGoesOnAndIsSeenOnReconnect()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        await theatre.Sandbox.Erp.Fault(new { kind = "latency", operation = "createOrder", milliseconds = 1500 });
        var po = Buyer.NewPo();
        await buyer.Page.FillPad(erp.Lines);
        var place = await buyer.Page.OpenCheckout(po);

        await place.ClickAsync();
        await Expect(buyer.Page.Locator(".journey")).ToBeVisibleAsync();
        (await buyer.DropCircuits()).ShouldBeGreaterThan(0);

        var number = await buyer.Page.ConfirmedNumber(60_000);
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number.ShouldBe(number);
    }

    [Fact]
    public async Task Fault30_PageLoadedAgainInMidSubmit_JourneyGoesOnByItsId()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        await theatre.Sandbox.Erp.Fault(new { kind = "latency", operation = "createOrder", milliseconds = 1500 });
        var po = Buyer.NewPo();
        await buyer.Page.FillPad(erp.Lines);
        var place = await buyer.Page.OpenCheckout(po);

        await place.ClickAsync();
        await Expect(buyer.Page.Locator(".journey")).ToBeVisibleAsync();
        await buyer.Page.ReloadAsync();

        var number = await buyer.Page.ConfirmedNumber(60_000);
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number.ShouldBe(number);
        (await buyer.Page.KeptBasket()).Lines.ShouldBe(0);
    }

    [Fact]
    public async Task Place_ThenLeftAtOnce_NoticeOnTheNextPageNamesTheNumber()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        await theatre.Sandbox.Erp.Fault(new { kind = "latency", operation = "createOrder", milliseconds = 1500 });
        var po = Buyer.NewPo();
        await buyer.Page.FillPad(erp.Lines);
        await (await buyer.Page.OpenCheckout(po)).ClickAsync();
        await Expect(buyer.Page.Locator(".journey")).ToBeVisibleAsync();

        await buyer.Page.GotoAsync("/catalog");

        var notice = buyer.Page.Locator("#on-their-way-notice");
        await Expect(notice).ToContainTextAsync("An order of yours is on its way.");
        (await buyer.Page.KeptBasket()).Lines.ShouldBe(erp.Lines.Count);
        await Expect(notice).ToContainTextAsync("Your order is confirmed:", new() { Timeout = 40_000 });
        await Expect(notice).ToContainTextAsync((await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number);
        (await buyer.Page.KeptBasket()).Lines.ShouldBe(0);
    }

    public async ValueTask DisposeAsync() => await theatre.Sandbox.Erp.ClearFaults();
}
