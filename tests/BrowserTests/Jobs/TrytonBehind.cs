using System.Text.Json;
using PortalIntegration.Demo.RealSystems;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>A real Tryton as the ERP, with somebody at its desk.</summary>
public sealed class TrytonBehind : IAsyncDisposable
{
    private readonly TrytonServer _server;
    private readonly TrytonDesk _desk;

    private TrytonBehind(TrytonServer server, TrytonDesk desk)
    {
        _server = server;
        _desk = desk;
    }

    /// <summary>Who buys in the whole job.</summary>
    public const string Customer = "C1001";

    public string Word => "Ratchet";

    public IReadOnlyList<(string Sku, decimal Quantity)> Lines { get; } = [("TOO-011", 4), ("CUT-002", 10), ("FAS-002", 2)];

    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Systems:erp:Connector"] = "tryton",
        ["Systems:erp:Address"] = _server.Address.ToString(),
        ["Systems:erp:Credentials:Database"] = TrytonServer.Database,
        ["Systems:erp:Credentials:User"] = TrytonServer.PortalUser,
        ["Systems:erp:Credentials:Password"] = TrytonServer.PortalPassword,
        ["Sync:Polling:Interval"] = "00:00:01",
    };

    /// <summary>Skips the test where Tryton cannot be installed; fails it where <c>CI</c> is set.</summary>
    public static async Task<TrytonBehind> Start()
    {
        var server = await RealServer.Start("TRYTON", () => TrytonServer.Start());
        return new TrytonBehind(server, await TrytonDesk.SignIn(server.Address));
    }

    public async Task<IReadOnlyList<StandingOrder>> OrdersUnder(string poNumber)
    {
        var found = await _desk.Call(
            "sale.sale.search_read",
            $$"""
            [["reference", "=", "{{poNumber}}"]], 0, null, [["id", "ASC"]],
            ["number", "description", "state", "lines.product.code", "lines.quantity", "lines.shipment_cost"]
            """);
        return
        [
            .. found.EnumerateArray().Select(sale => new StandingOrder(
                sale.GetProperty("number").GetString()!,
                sale.GetProperty("description").GetString(),
                Confirmed: sale.GetProperty("state").GetString() is "confirmed" or "processing" or "done",
                [
                    .. sale.GetProperty("lines.").EnumerateArray()
                        .Where(line => line.GetProperty("shipment_cost").ValueKind is JsonValueKind.Null)
                        .Select(line => (line.GetProperty("product.").GetProperty("code").GetString()!, line.GetProperty("quantity").GetDecimal())),
                ])),
        ];
    }

    /// <summary>The sales that are kept under this name, and Tryton's own states of them.</summary>
    public async Task<IReadOnlyList<(string Number, string State)>> KeptAs(string name)
    {
        var found = await _desk.Call(
            "sale.sale.search_read", $$"""[["description", "like", "PI-% kept as %"], ["comment", "like", "Name: {{name}}%"]], 0, null, [["id", "ASC"]], ["number", "state"]""");
        return [.. found.EnumerateArray().Select(sale => (sale.GetProperty("number").GetString()!, sale.GetProperty("state").GetString()!))];
    }

    /// <summary>The states of the complaints about a sale.</summary>
    public async Task<IReadOnlyList<string>> ComplaintsOf(string number)
    {
        var found = await _desk.Call("sale.complaint.search_read", $$"""[["origin.number", "=", "{{number}}", "sale.sale"]], 0, null, null, ["state"]""");
        return [.. found.EnumerateArray().Select(complaint => complaint.GetProperty("state").GetString()!)];
    }

    /// <summary>Whether Tryton has this sale as confirmed.</summary>
    public async Task<bool> IsConfirmed(string number)
    {
        var found = await _desk.Call("sale.sale.search_read", $$"""[["number", "=", "{{number}}"]], 0, null, null, ["state"]""");
        return found.EnumerateArray().Single().GetProperty("state").GetString() is "confirmed" or "processing" or "done";
    }

    public Task ShipFirstPart(string number) => _desk.Ship(number, 0.5, "PX-FIRST");

    public Task ShipTheRest(string number) => _desk.Ship(number, 1, "PX-REST");

    public async ValueTask DisposeAsync()
    {
        _desk.Dispose();
        await _server.DisposeAsync();
    }
}

internal static class RealServer
{
    /// <summary>Skips the test where the server cannot be installed; fails it where <c>CI</c> is set.</summary>
    public static async Task<T> Start<T>(string name, Func<Task<T>> start)
    {
        try
        {
            return await start();
        }
        catch (ServerMissingException missing) when (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            await Console.Error.WriteLineAsync($"\nTHE JOB ON {name} IS SKIPPED: {missing.Message}\n");
            Assert.Skip(missing.Message);
            throw;
        }
    }
}
