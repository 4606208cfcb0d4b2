using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Jobs;
using PortalIntegration.BrowserTests.Stage;
using PortalIntegration.Demo.RealSystems;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Faults;

/// <summary>Two nodes on one PostgreSQL behind a sticky proxy are one portal: to sign in to, to order at, to watch, and to lose a node of.</summary>
public sealed class TwoNodesTests(Theatre theatre) : IAsyncDisposable
{
    private const string ServerMissing = "PostgreSQL is not here and may not be installed: ";

    private readonly List<IAsyncDisposable> _opened = [];

    [Fact]
    public async Task TwoNodes_OrderAtOneWatchAtTheOther_KillTheFirstInMidSubmit_OrderedOnce()
    {
        var database = await Database();
        var settings = new Dictionary<string, string?>
        {
            ["State:Kind"] = "postgresql",
            ["State:ConnectionString"] = $"{database.Connection("postgres")};Maximum Pool Size=20",
            ["Sync:Placing:CreateTimeout"] = "00:00:10",
            ["Systems:erp:AttemptTimeout"] = "00:00:09",
            ["Systems:erp:TotalTimeout"] = "00:00:10",
            ["Sync:Placing:LeaseMargin"] = "00:00:01",
            ["Sync:Worker:Lease"] = "00:00:05",
        };
        var one = Opened(await PortalProcess.StartAsync(theatre.Sandbox, settings));
        var other = Opened(await PortalProcess.StartAsync(theatre.Sandbox, settings));
        var proxy = Opened(await StickyProxy.StartAsync(one.Address, other.Address));
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, one);
        var name = await theatre.Sandbox.NameOf(People.Buyer);

        // Signed in at the first node, and by that at the second.
        var buyer = Opened(await Visitor.SignIn(theatre.Chromium, proxy.Address, People.Buyer, name));
        proxy.Newcomers = 1;
        var watcher = Opened(await Visitor.Unknown(theatre.Chromium, proxy.Address));
        await watcher.Context.AddCookiesAsync((await buyer.Cookies()).Where(cookie => cookie.Name != "node"));
        await watcher.Page.GotoAsync("/orders");
        await Expect(watcher.Page.Locator("main h1")).ToBeVisibleAsync();
        watcher.Page.Url.ShouldNotContain("sign-in");
        (await StickyProxy.NodeOf(buyer), await StickyProxy.NodeOf(watcher)).ShouldBe((0, 1));

        // Placed at the first, watched at the second: its page moves without a reload.
        // The ERP takes none until the page has seen it on its way.
        await theatre.Sandbox.Erp.Fault(new { kind = "hang", operation = "createOrder" });
        var calm = Buyer.NewPo();
        await buyer.Page.FillPad(erp.Lines);
        var place = await buyer.Page.OpenCheckout(calm);
        await place.ClickAsync();
        await Expect(buyer.Page.Locator(".journey")).ToBeVisibleAsync();
        await buyer.Page.OrderReaches(state => state is not null);
        await watcher.Page.GotoAsync("/orders");
        var journey = watcher.Page.Locator(".on-their-way .journey").Filter(new() { HasText = calm });
        await Expect(journey).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await watcher.Page.EvaluateAsync("() => { window.sameLoad = true; }");
        await theatre.Sandbox.Erp.ClearFaults();
        var number = await buyer.Page.ConfirmedNumber();
        await Expect(journey).ToContainTextAsync(number, new() { Timeout = 60_000 });
        (await watcher.Page.EvaluateAsync<bool>("() => window.sameLoad === true")).ShouldBeTrue();
        watcher.ShouldHaveNoComplaints();
        await buyer.Page.KeepsNothing();

        // The first dies in mid submit: the second takes the order over, and the browser finds it there.
        // It takes the ERP long enough for a busy machine to look and to kill meanwhile, and less than the create's own limit.
        await theatre.Sandbox.Erp.Fault(new { kind = "latency", operation = "createOrder", milliseconds = 8000 });
        var po = Buyer.NewPo();
        await buyer.Page.FillPad(erp.Lines);
        place = await buyer.Page.OpenCheckout(po);
        await place.ClickAsync();
        await buyer.Page.OrderReaches(state => state is "Checking");
        await one.Kill();
        (await erp.OrdersUnder(po)).ShouldBeEmpty("the ERP has not answered yet, or this is not about mid submit");

        await Leave(buyer.Page, "/orders");
        await Expect(buyer.Page.Locator("main h1")).ToBeVisibleAsync();
        (await StickyProxy.NodeOf(buyer)).ShouldBe(1);
        buyer.Page.Url.ShouldNotContain("sign-in");
        IReadOnlyList<StandingOrder> standing = [];
        for (var look = 0; look < 600 && (standing = await erp.OrdersUnder(po)).Count == 0; look++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        await buyer.Page.GotoAsync($"/orders/{standing.ShouldHaveSingleItem().Number}");
        await Expect(buyer.Page.Locator("main")).ToContainTextAsync(po, new() { Timeout = 60_000 });
        await buyer.Page.KeepsNothing();

        // Long enough for a second attempt, had the taker made one.
        await Task.Delay(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Lines.Count.ShouldBe(erp.Lines.Count);
        (await erp.OrdersUnder(calm)).ShouldHaveSingleItem().Number.ShouldBe(number);
        using var http = new HttpClient();
        (await http.GetAsync(new Uri(proxy.Address, "/health/ready"), TestContext.Current.CancellationToken)).IsSuccessStatusCode.ShouldBeTrue();
    }

    /// <summary>A page that has just lost its node may load itself again at the same moment, which breaks the other load off.</summary>
    private static async Task Leave(IPage page, string to)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await page.GotoAsync(to);
                return;
            }
            catch (PlaywrightException broken) when (attempt < 3 && broken.Message.Contains("ERR_ABORTED", StringComparison.Ordinal))
            {
                await page.WaitForLoadStateAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await theatre.Sandbox.Erp.ClearFaults();
        for (var at = _opened.Count - 1; at >= 0; at--)
        {
            await _opened[at].DisposeAsync();
        }
    }

    private T Opened<T>(T opened)
        where T : IAsyncDisposable
    {
        _opened.Add(opened);
        return opened;
    }

    private async Task<PostgresServer> Database()
    {
        try
        {
            return Opened(await PostgresServer.Start(cancel: TestContext.Current.CancellationToken));
        }
        catch (ServerMissingException missing) when (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            Assert.Skip(ServerMissing + missing.Message);
            throw;
        }
    }
}
