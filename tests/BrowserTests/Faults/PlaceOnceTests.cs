using Microsoft.Playwright;
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
        await buyer.Page.KeepsLines(0);
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
    public async Task Fault29_OldTabPressedWhenTheOrderStandsAlready_ShowsThatOrderAndMakesNoOther()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var po = Buyer.NewPo();
        await buyer.Page.FillPad(erp.Lines);
        var place = await buyer.Page.OpenCheckout(po);
        var tab = await buyer.NewTab();
        await tab.AddInitScriptAsync("addEventListener('storage', event => event.stopImmediatePropagation(), true);");
        var other = await tab.OpenCheckout(po);
        await place.ClickAsync();
        var number = await buyer.Page.ConfirmedNumber();
        await buyer.Page.KeepsNothing();

        await other.ClickAsync();

        (await tab.ConfirmedNumber()).ShouldBe(number);
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number.ShouldBe(number);
        await buyer.Page.KeepsNothing();
        buyer.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task Fault29_BasketMovesOnWhileTheOrderGoesOut_ItsLinesDoNotGoOutAgainUnderTheNextId()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var late = (await Goods.InStock(theatre.Sandbox, 4)).Last();
        var po = Buyer.NewPo();
        await buyer.Page.FillPad(erp.Lines);
        var place = await buyer.Page.OpenCheckout(po);
        // Another tab added a line, and this one has not heard of it yet. The catalogue takes its time about it.
        await buyer.Page.EvaluateAsync(
            """
            sku => {
              const key = Object.keys(localStorage).find(name => name.startsWith('portal/basket/'));
              const kept = JSON.parse(localStorage.getItem(key));
              kept.lines.push({ id: 'late', code: sku, sku, qty: '100', unit: null });
              localStorage.setItem(key, JSON.stringify(kept));
            }
            """,
            late.Sku);
        await theatre.Sandbox.Erp.Fault(new { kind = "latency", operation = "productsQuery", milliseconds = 1200 });

        await place.ClickAsync();
        await Expect(buyer.Page.Locator(".journey")).ToBeVisibleAsync();
        await buyer.Page.EvaluateAsync("async () => { for (let at = 0; at < 15; at++) { document.querySelector('button[data-go-on]')?.click(); await new Promise(done => setTimeout(done, 100)); } }");

        await buyer.Page.ConfirmedNumber();
        await Expect(buyer.Page.Locator(".checkout-form")).ToContainTextAsync(late.Sku, new() { Timeout = 60_000 });
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Lines.Count.ShouldBe(erp.Lines.Count);
        await buyer.Page.KeepsLines(1);
    }

    [Fact]
    public async Task Fault29_SendOfAnOldLook_IsRefusedByTheBrowser()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        await buyer.Page.FillPad(erp.Lines);

        var answers = await buyer.Page.EvaluateAsync<string[]>(
            """
            async () => {
              const { openBasket, newId } = await import('/js/basket.js');
              const basket = openBasket('test/send');
              basket.add('A', 1);
              basket.add('B', 1);
              const order = (id, lines) => ({ id, lines: lines.map(line => ({ lineId: line.id })) });
              const lines = basket.lines();
              const first = basket.submission();
              const answers = [basket.send(order(first, lines)), basket.send(order(first, lines))];
              basket.add('C', 1);
              const second = basket.submission();
              answers.push(basket.send(order(second, lines)));
              answers.push(basket.send(order(newId(), basket.lines())));
              answers.push(basket.send(order(second, [...basket.lines(), { id: 'gone' }])));
              answers.push(basket.send(order(second, basket.lines())));
              // Of two orders of one checkout the first was not handed over: with its lines waiting, the second is not the last.
              const many = openBasket('test/many');
              many.add('A', 1);
              many.add('A', 1);
              const [here, there] = many.lines();
              many.mark({ [there.id]: { to: 'S2' } });
              const ids = many.submissions(['', 'S2|']);
              const ofMany = (part, line) => ({ ...order(ids[part], [line]), part, checkout: ids[''] });
              answers.push(...many.sendAll([ofMany('', here), ofMany('S2|', there)]));
              many.unsend(ids['']);
              answers.push(many.isLastOf(ids['S2|']) ? 'last' : 'one waits', many.submission() === ids[''] ? 'same id' : 'other id');
              // What was divided on purpose is no mistake of the pad's.
              const { find } = await import('/js/twins.js');
              const divided = ['on', 'to', 'wave'].map((name, at) => ({ id: `d${at}`, sku: 'A', qty: '4', [name]: '2026-03-04' }));
              answers.push(...find([{ id: 'first', sku: 'A', qty: '6' }, ...divided, { id: 'again', sku: 'A', qty: '1', to: null }]).keys());
              return answers;
            }
            """);

        answers.ShouldBe(["kept", "known", "refused", "refused", "refused", "kept", "kept", "kept", "one waits", "same id", "again"]);
    }

    [Fact]
    public async Task Fault30_ConfirmedWhileTheLineIsDown_IsSeenOnReconnectAndTheBasketIsEmpty()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        await theatre.Sandbox.Erp.Fault(new { kind = "error", operation = "createOrder", status = 503 }); // until the line is cut
        var po = Buyer.NewPo();
        await buyer.Page.FillPad(erp.Lines);
        var place = await buyer.Page.OpenCheckout(po);
        await place.ClickAsync();
        await Expect(buyer.Page.Locator(".journey")).ToBeVisibleAsync();

        await buyer.CutLine();
        await buyer.Page.EvaluateAsync("() => { window.sameLoad = true; }");
        await theatre.Sandbox.Erp.ClearFaults();
        for (var look = 0; look < 600 && await StateHere() != "Confirmed"; look++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        (await StateHere()).ShouldBe("Confirmed");
        await buyer.Page.KeepsSent(1);
        await buyer.MendLine();

        var number = await buyer.Page.ConfirmedNumber(60_000);
        (await buyer.Page.EvaluateAsync<bool>("() => window.sameLoad === true")).ShouldBeTrue("the page was loaded again, which is not what this is about");
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number.ShouldBe(number);
        await buyer.Page.KeepsNothing();

        Task<string?> StateHere() => buyer.Page.EvaluateAsync<string?>(
            """
            async () => {
              const key = Object.keys(localStorage).find(name => name.startsWith('portal/basket/'));
              const [order] = JSON.parse(localStorage.getItem(key)).sent;
              const answer = await fetch(`/orders/in-flight?ids=${order.id}`);
              return (await answer.json())[0]?.state ?? null;
            }
            """);
    }

    [Fact]
    public async Task Fault30_LineLostBeforeTheBrowserSaysThatItKeepsTheOrder_NothingGoesOutUntilItOffersItUnderItsId()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        var po = Buyer.NewPo();
        await buyer.Page.FillPad(erp.Lines);
        var place = await buyer.Page.OpenCheckout(po);
        await buyer.Page.EvaluateAsync(
            """
            () => {
              const set = Storage.prototype.setItem;
              Storage.prototype.setItem = function (key, value) {
                set.call(this, key, value);
                if (key.startsWith('portal/basket/') && value.includes('"sent":[{')) {
                  Storage.prototype.setItem = set;
                  window.openSockets.forEach(socket => socket.close());
                }
              };
            }
            """);

        await place.ClickAsync();

        var again = buyer.Page.GetByRole(AriaRole.Button, new() { Name = "Check and place again" });
        await Expect(again).ToBeVisibleAsync(new() { Timeout = 60_000 });
        (await buyer.Page.OrderState()).ShouldBeNull("without the browser's word nothing is handed over");
        (await erp.OrdersUnder(po)).ShouldBeEmpty();
        await again.ClickAsync();
        var number = await buyer.Page.ConfirmedNumber(60_000);
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number.ShouldBe(number);
        await buyer.Page.KeepsNothing();
    }

    [Fact]
    public async Task Fault30_LineLostWhileThePadOpens_PadAnswersWhenItIsBack()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        await buyer.Page.AddInitScriptAsync(
            """
            {
              const get = Storage.prototype.getItem;
              Storage.prototype.getItem = function (key) {
                if (key.startsWith('portal/basket/') && document.querySelector('[data-lines]') && window.openSockets?.some(socket => socket.readyState === 1)) {
                  Storage.prototype.getItem = get;
                  window.linesLost = (window.linesLost ?? 0) + 1;
                  window.openSockets.forEach(socket => socket.close());
                }
                return get.call(this, key);
              };
            }
            """);

        await buyer.Page.FillPad(erp.Lines.Take(1));

        (await buyer.Page.EvaluateAsync<int>("window.linesLost")).ShouldBe(1);
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
        await buyer.Page.KeepsLines(0);
    }

    [Fact]
    public async Task Place_ThenLeftAtOnce_NoticeOnTheNextPageNamesTheNumber()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.Visit(People.Buyer);
        await theatre.Sandbox.Erp.Fault(new { kind = "error", operation = "createOrder", status = 503 }); // until the notice was seen
        var po = Buyer.NewPo();
        await buyer.Page.FillPad(erp.Lines);
        await (await buyer.Page.OpenCheckout(po)).ClickAsync();
        await Expect(buyer.Page.Locator(".journey")).ToBeVisibleAsync();

        await buyer.Page.GotoAsync("/catalog");

        var notice = buyer.Page.Locator("#on-their-way-notice");
        await Expect(notice).ToContainTextAsync("An order of yours is on its way.");
        await buyer.Page.KeepsLines(erp.Lines.Count);
        await theatre.Sandbox.Erp.ClearFaults();
        await Expect(notice).ToContainTextAsync("Your order is confirmed:", new() { Timeout = 120_000 });
        await Expect(notice).ToContainTextAsync((await erp.OrdersUnder(po)).ShouldHaveSingleItem().Number);
        await buyer.Page.KeepsLines(0);
    }

    public async ValueTask DisposeAsync() => await theatre.Sandbox.Erp.ClearFaults();
}
