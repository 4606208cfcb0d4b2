using PortalIntegration.BrowserTests.Stage;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>A real Tryton as the ERP, with the sandbox's CRM beside it: one of its accounts is linked to a customer of Tryton's.</summary>
public sealed class TrytonOnStage : IKeepingErpOnStage
{
    private readonly TrytonBehind _tryton;
    private readonly SandboxProcess _sandbox;

    private TrytonOnStage(TrytonBehind tryton, SandboxProcess sandbox, PortalProcess portal)
    {
        _tryton = tryton;
        _sandbox = sandbox;
        Portal = portal;
    }

    public PortalProcess Portal { get; }

    public (string Id, string Name) Buyer { get; private init; }

    public (string Id, string Name) Rep { get; private init; }

    public string Word => _tryton.Word;

    public IReadOnlyList<(string Sku, decimal Quantity)> Lines => _tryton.Lines;

    /// <summary>Skips the test where Tryton cannot be installed; fails it where <c>CI</c> is set.</summary>
    public static async Task<TrytonOnStage> Start()
    {
        var tryton = await TrytonBehind.Start();
        var sandbox = await SandboxProcess.StartAsync();
        var contact = await sandbox.Crm.Get($"crm/v1/contacts/{People.Buyer}");
        var account = contact.GetProperty("accountIds")[0].GetString();
        await sandbox.Crm.Put($"control/crm/accounts/{account}", new { erpCustomerNumber = TrytonBehind.Customer });
        var owner = (await sandbox.Crm.Get($"crm/v1/accounts/{account}")).GetProperty("owner");
        var portal = await PortalProcess.StartAsync(new Dictionary<string, string?>(tryton.Settings, StringComparer.Ordinal)
        {
            ["Systems:crm:Connector"] = "reference-crm",
            ["Systems:crm:Address"] = sandbox.Crm.Api.ToString(),
            ["Systems:crm:Credentials:Token"] = SandboxProcess.CrmToken,
            ["Systems:crm:WebhookSecrets:0"] = "whsec_YnJvd3Nlci10ZXN0cy1zaGFyZWQtc2VjcmV0LTAwMQ==",
        });
        return new TrytonOnStage(tryton, sandbox, portal)
        {
            Buyer = (People.Buyer, contact.GetProperty("name").GetString()!),
            Rep = (owner.GetProperty("id").GetString()!, owner.GetProperty("name").GetString()!),
        };
    }

    public Task<IReadOnlyList<StandingOrder>> OrdersUnder(string poNumber) => _tryton.OrdersUnder(poNumber);

    public Task ShipFirstPart(string number) => _tryton.ShipFirstPart(number);

    public Task ShipTheRest(string number) => _tryton.ShipTheRest(number);

    /// <summary>As a draft a quotation keeps no goods from others.</summary>
    public string OpenQuote => "draft";

    public string ClosedQuote => "cancelled";

    /// <inheritdoc cref="TrytonBehind.KeptAs"/>
    public Task<IReadOnlyList<(string Number, string State)>> KeptAs(string name) => _tryton.KeptAs(name);

    /// <inheritdoc cref="TrytonBehind.ComplaintsOf"/>
    public Task<IReadOnlyList<string>> ComplaintsOf(string number) => _tryton.ComplaintsOf(number);

    /// <inheritdoc cref="TrytonBehind.IsConfirmed"/>
    public Task<bool> IsConfirmed(string number) => _tryton.IsConfirmed(number);

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        await _sandbox.DisposeAsync();
        await _tryton.DisposeAsync();
    }
}
