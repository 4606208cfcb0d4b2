using PortalIntegration.Benchmarks;

// Measures a portal and a sandbox in processes of their own, over the loopback, and prints tables for docs/performance.md.
//   dotnet run -c Release --project tests/Benchmarks            everything
//   dotnet run -c Release --project tests/Benchmarks -- pages   pages | browser | pad | orders | search | sync | store | hostile
//   dotnet run -c Release --project tests/Benchmarks -- live    each operation on the real servers, or on one of them: live tryton
if (args is ["fan-out", var address])
{
    await FanOut.ServeAsync(new Uri(address));
    return 0;
}

if (args is ["hostile-net", var portal])
{
    await HostileFigures.AttackAsync(new Uri(portal));
    return 0;
}

if (args is ["live", .. var system])
{
    await LiveFigures.MeasureAsync(system.FirstOrDefault());
    return 0;
}

var wanted = args.Length == 0 ? ["pages", "browser", "pad", "orders", "search", "sync", "store", "hostile"] : args;
foreach (var name in wanted)
{
    switch (name)
    {
        case "pages":
            await PageFigures.MeasureAsync();
            break;
        case "browser":
            await BrowserFigures.MeasureAsync();
            break;
        case "pad":
            await PadFigures.MeasureAsync();
            break;
        case "orders":
            await OrderFigures.MeasureAsync();
            break;
        case "search":
            await SearchFigures.MeasureAsync();
            break;
        case "sync":
            await SyncFigures.MeasureAsync();
            break;
        case "store":
            await StoreFigures.MeasureAsync();
            break;
        case "hostile":
            await HostileFigures.MeasureAsync();
            break;
        default:
            await Console.Error.WriteLineAsync($"There is no measurement '{name}'; there are pages, browser, pad, orders, search, sync, store, hostile.");
            return 2;
    }
}

return 0;
