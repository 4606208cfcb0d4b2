using System.Text.Json;
using PortalIntegration.BrowserTests.Stage;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>A real Tryton as the ERP, with the sandbox's CRM beside it: one of its accounts is linked to a customer of Tryton's.</summary>
public sealed class TrytonOnStage : IErpOnStage
{
    private const string Customer = "C1001";

    private readonly TrytonServer _tryton;
    private readonly TrytonDesk _desk;
    private readonly SandboxProcess _sandbox;

    private TrytonOnStage(TrytonServer tryton, TrytonDesk desk, SandboxProcess sandbox, PortalProcess portal)
    {
        _tryton = tryton;
        _desk = desk;
        _sandbox = sandbox;
        Portal = portal;
    }

    public PortalProcess Portal { get; }

    public (string Id, string Name) Buyer { get; private init; }

    public (string Id, string Name) Rep { get; private init; }

    public string Word => "Ratchet";

    public IReadOnlyList<(string Sku, decimal Quantity)> Lines { get; } = [("TOO-011", 4), ("CUT-002", 10), ("FAS-002", 2)];

    /// <summary>Skips the test where Tryton cannot be installed; fails it where <c>CI</c> is set.</summary>
    public static async Task<TrytonOnStage> Start()
    {
        TrytonServer tryton;
        try
        {
            tryton = await TrytonServer.Start();
        }
        catch (ServerMissingException missing) when (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            await Console.Error.WriteLineAsync($"\nTHE JOB ON TRYTON IS SKIPPED: {missing.Message}\n");
            Assert.Skip(missing.Message);
            throw;
        }

        var sandbox = await SandboxProcess.StartAsync();
        var contact = await sandbox.Crm.Get($"crm/v1/contacts/{People.Buyer}");
        var account = contact.GetProperty("accountIds")[0].GetString();
        await sandbox.Crm.Put($"control/crm/accounts/{account}", new { erpCustomerNumber = Customer });
        var owner = (await sandbox.Crm.Get($"crm/v1/accounts/{account}")).GetProperty("owner");
        var portal = await PortalProcess.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Systems:erp:Connector"] = "tryton",
            ["Systems:erp:Address"] = tryton.Address.ToString(),
            ["Systems:erp:Credentials:Database"] = TrytonServer.Database,
            ["Systems:erp:Credentials:User"] = TrytonServer.PortalUser,
            ["Systems:erp:Credentials:Password"] = TrytonServer.PortalPassword,
            ["Systems:crm:Connector"] = "reference-crm",
            ["Systems:crm:Address"] = sandbox.Crm.Api.ToString(),
            ["Systems:crm:Credentials:Token"] = SandboxProcess.CrmToken,
            ["Systems:crm:WebhookSecrets:0"] = "whsec_YnJvd3Nlci10ZXN0cy1zaGFyZWQtc2VjcmV0LTAwMQ==",
            ["Ownership:Entities:Returns:Owner"] = "none",
            ["Sync:OrderPolling:Interval"] = "00:00:01",
        });
        return new TrytonOnStage(tryton, await TrytonDesk.SignIn(tryton.Address), sandbox, portal)
        {
            Buyer = (People.Buyer, contact.GetProperty("name").GetString()!),
            Rep = (owner.GetProperty("id").GetString()!, owner.GetProperty("name").GetString()!),
        };
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

    public Task ShipFirstPart(string number) => _desk.Ship(number, 0.5, "PX-FIRST");

    public Task ShipTheRest(string number) => _desk.Ship(number, 1, "PX-REST");

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        await _sandbox.DisposeAsync();
        _desk.Dispose();
        await _tryton.DisposeAsync();
    }
}
