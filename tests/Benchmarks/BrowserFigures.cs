using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;

namespace PortalIntegration.Benchmarks;

/// <summary>
/// What a person at a browser waits for, by the browser's own counters: first and largest paint, everything shown, shift of the layout, how long the page could not answer
/// keys, and what went over the wire; with systems that answer in 20 ms, in a second and not at all. Nothing is in the browser's cache the first time; everything is the second.
/// </summary>
internal static class BrowserFigures
{
    private const int Runs = 3;
    private const float Patience = 60_000;

    /// <summary>Runs before anything of the page. What still fills, a panel or one figure, shows it, and so the last look that saw one is when everything stood.</summary>
    private const string Watch =
        """
        window.figures = { full: 0, lcp: 0, cls: 0, blocked: 0 };
        new PerformanceObserver(list => { for (const one of list.getEntries()) figures.lcp = one.startTime; }).observe({ type: 'largest-contentful-paint', buffered: true });
        new PerformanceObserver(list => { for (const one of list.getEntries()) if (!one.hadRecentInput) figures.cls += one.value; }).observe({ type: 'layout-shift', buffered: true });
        new PerformanceObserver(list => { for (const one of list.getEntries()) figures.blocked += Math.max(0, one.duration - 50); }).observe({ type: 'longtask', buffered: true });
        const look = () => {
          const main = document.querySelector('main');
          const filling = !main || [...main.querySelectorAll('.skeleton, .fill-waits, [aria-busy=true]')].some(one => one.offsetParent !== null);
          if (filling) figures.full = performance.now();
          requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
        """;

    public static async Task MeasureAsync()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        foreach (var (title, fault) in new (string, object)[]
        {
            ("Both systems answer in 20 ms", new { kind = "latency", milliseconds = 20 }),
            ("Both systems answer in 1 s", new { kind = "latency", milliseconds = 1000 }),
            ("The ERP does not answer", new { kind = "hang" }),
        })
        {
            await using var arranged = await Arrangement.StartAsync(TimeSpan.FromMilliseconds(1), ["--skus", "5000"]);
            var (person, customer) = await Arrangement.FindBuyer(arranged.Control, arranged.Crm);
            var products = (await arranged.ReadErp("products?limit=20")).GetProperty("items").EnumerateArray().Select(product => product.GetProperty("sku").GetString()!).ToList();
            var order = (await arranged.ReadErp($"orders?customerNumber={customer}&limit=1")).GetProperty("items")[0].GetProperty("number").GetString()!;
            var signedIn = await SignIn(chromium, arranged, person);
            var hangs = title.EndsWith("not answer", StringComparison.Ordinal);
            await Set(arranged.Control, arranged.Erp, fault);
            await Set(arranged.Control, arranged.Crm, hangs ? new { kind = "latency", milliseconds = 20 } : fault);

            var runs = hangs ? 1 : Runs; // each waits until the portal gives up
            Console.WriteLine($"\n{title}; {(runs == 1 ? "one load" : $"median of {runs} loads")}\n");
            Console.WriteLine(Statistics.Row("Page", "first paint ms", "largest paint ms", "everything stands ms", "layout shift", "blocked ms", "KB first time", "KB again", "requests first time", "again"));
            Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
            foreach (var (name, path) in new[] { ("home", "/"), ("catalogue search", "/catalog?q=bearing"), ("product", $"/products/{products[0]}"), ("order pad", "/order-pad"), ("orders", "/orders"), ("order", $"/orders/{order}"), ("invoices", "/invoices") })
            {
                List<Load> cold = [], warm = [];
                for (var run = 0; run < runs; run++)
                {
                    await using var context = await chromium.NewContextAsync(new() { BaseURL = arranged.Portal.Address.ToString(), StorageState = signedIn, ViewportSize = new() { Width = 1440, Height = 900 } });
                    await context.AddInitScriptAsync(Watch);
                    var page = await context.NewPageAsync();
                    cold.Add(await Open(page, path));
                    warm.Add(await Open(page, path));
                }

                Console.WriteLine(Statistics.Row(
                    name, Median(cold, load => load.FirstPaint), Median(cold, load => load.LargestPaint), Median(cold, load => load.Full),
                    Median(cold, load => load.Shift).ToString("0.000", CultureInfo.InvariantCulture), Median(cold, load => load.Blocked),
                    Median(cold, load => load.Bytes / 1024), Median(warm, load => load.Bytes / 1024), (int)Median(cold, load => load.Requests), (int)Median(warm, load => load.Requests)));
            }

            if (!hangs)
            {
                foreach (var lines in new[] { 100, 500 })
                {
                    await Upload(chromium, arranged, signedIn, lines);
                }
            }
        }
    }

    /// <summary>A file of so many lines, of different products, until the last of them stands there with its name, the customer's price and the stock.</summary>
    private static async Task Upload(IBrowser chromium, Arrangement arranged, string signedIn, int lines)
    {
        List<double> took = [], first = [], keys = [];
        var elements = 0;
        List<IReadOnlyList<UpstreamCall>> made = [];
        var skus = await PadFigures.Skus(arranged, lines * Runs);
        for (var run = 0; run < Runs; run++)
        {
            await using var context = await chromium.NewContextAsync(new() { BaseURL = arranged.Portal.Address.ToString(), StorageState = signedIn, ViewportSize = new() { Width = 1440, Height = 900 } });
            var page = await context.NewPageAsync();
            page.SetDefaultTimeout(Patience);
            await page.GotoAsync("/order-pad");
            await page.Locator("[data-lines] [data-field=code]").First.WaitForAsync();
            await page.WaitForTimeoutAsync(2000);
            var text = "SKU;Quantity\n" + string.Join('\n', skus.Skip(run * lines).Take(lines).Select(sku => $"{sku};100"));
            await arranged.ForgetCalls();
            await page.EvaluateAsync(
                """
                lines => {
                  window.began = performance.now();
                  const look = () => {
                    const answered = [...document.querySelectorAll('[data-lines] [data-cell=price]')].filter(cell => !['none', 'waiting'].includes(cell.dataset.state ?? 'none')).length;
                    if (answered > 0) window.first ??= performance.now() - window.began;
                    if (answered >= lines) window.all = performance.now() - window.began; else requestAnimationFrame(look);
                  };
                  requestAnimationFrame(look);
                }
                """,
                lines);
            await page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "lines.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(text) });
            await page.WaitForFunctionAsync("() => window.all > 0");
            took.Add(await page.EvaluateAsync<double>("() => window.all"));
            first.Add(await page.EvaluateAsync<double>("() => window.first"));
            made.Add(await arranged.Calls());
            elements = await page.EvaluateAsync<int>("() => document.querySelectorAll('*').length");
            keys.AddRange(await Keys(page, lines / 2));
        }

        Console.WriteLine($"\nA file of {lines} lines, uploaded to the order pad; {Runs} times, each with other products\n");
        Console.WriteLine(Statistics.Row("Lines", "first line answered p50 ms", "all p50 ms", "all, slowest ms", "elements on the page", "key to paint p50 ms", "p95 ms", "upstream calls"));
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        Console.WriteLine(Statistics.Row(
            lines, Statistics.Quantile(first, 0.5), Statistics.Quantile(took, 0.5), took.Max(), elements, Statistics.Quantile(keys, 0.5), Statistics.Quantile(keys, 0.95),
            $"{made[^1].Count} ({string.Join(", ", made[^1].GroupBy(call => call.Operation).Select(group => $"{group.Count()} {group.Key}").Order(StringComparer.Ordinal))})"));
    }

    /// <summary>From a key in a quantity until what it did is painted, in milliseconds; in the middle of all lines.</summary>
    private static async Task<double[]> Keys(IPage page, int line)
    {
        await page.Locator("[data-lines] [data-id]").Nth(line).Locator("[data-field=qty]").FocusAsync();
        await page.EvaluateAsync(
            """
            () => {
              window.painted = [];
              document.addEventListener('keydown', event => requestAnimationFrame(() => {
                const after = new MessageChannel();
                after.port1.onmessage = () => window.painted.push(performance.now() - event.timeStamp);
                after.port2.postMessage(0);
              }), true);
            }
            """);
        for (var press = 0; press < 20; press++)
        {
            await page.Keyboard.PressAsync(press % 2 == 0 ? "5" : "Backspace");
            await page.WaitForTimeoutAsync(120);
        }

        return await page.EvaluateAsync<double[]>("() => window.painted");
    }

    private static double Median(IEnumerable<Load> loads, Func<Load, double> of) => Statistics.Quantile(loads.Select(of), 0.5);

    private static async Task Set(HttpClient control, Uri system, object fault)
    {
        (await control.DeleteAsync(new Uri(system, "/control/faults"))).EnsureSuccessStatusCode();
        (await control.PostAsJsonAsync(new Uri(system, "/control/faults"), fault)).EnsureSuccessStatusCode();
    }

    private static async Task<string> SignIn(IBrowser chromium, Arrangement arranged, string person)
    {
        var name = (await arranged.ReadCrm($"contacts/{person}")).GetProperty("name").GetString()!;
        await using var context = await chromium.NewContextAsync(new() { BaseURL = arranged.Portal.Address.ToString() });
        var page = await context.NewPageAsync();
        await page.GotoAsync($"/sign-in?q={Uri.EscapeDataString(name)}");
        await page.Locator($"button[name=person][value='{person}']").ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
        return await context.StorageStateAsync();
    }

    private static async Task<Load> Open(IPage page, string path)
    {
        var bytes = 0d;
        var requests = 0;
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("Network.enable");
        session.Event("Network.loadingFinished").OnEvent += (_, told) => bytes += told?.GetProperty("encodedDataLength").GetDouble() ?? 0;
        session.Event("Network.requestWillBeSent").OnEvent += (_, _) => requests++;
        session.Event("Network.webSocketFrameReceived").OnEvent += (_, told) => bytes += told?.GetProperty("response").GetProperty("payloadData").GetString()!.Length * 3 / 4 ?? 0;
        await page.GotoAsync(path, new() { Timeout = Patience });
        // Stands, and has stood for a second: a panel that shows up later would start it anew.
        await page.WaitForFunctionAsync("() => document.readyState === 'complete' && performance.now() - figures.full > 1000", null, new() { Timeout = Patience });
        var seen = await page.EvaluateAsync<JsonElement>(
            "() => ({ first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0, lcp: figures.lcp, full: figures.full, cls: figures.cls, blocked: figures.blocked })");
        await session.DetachAsync();
        return new(
            seen.GetProperty("first").GetDouble(), seen.GetProperty("lcp").GetDouble(), Math.Max(seen.GetProperty("full").GetDouble(), seen.GetProperty("first").GetDouble()),
            seen.GetProperty("cls").GetDouble(), seen.GetProperty("blocked").GetDouble(), bytes, requests);
    }

    /// <param name="FirstPaint">Milliseconds, like <paramref name="LargestPaint"/> and <paramref name="Full"/>, from the press of the key.</param>
    /// <param name="Shift">Of the layout, without unit; above 0.1 people notice.</param>
    /// <param name="Blocked">Milliseconds in which a key would not have been answered, beyond 50 at a time.</param>
    /// <param name="Bytes">As they went over the wire, compressed.</param>
    private sealed record Load(double FirstPaint, double LargestPaint, double Full, double Shift, double Blocked, double Bytes, int Requests);
}
