using PortalIntegration.BrowserTests.Stage;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>A real Tryton as the ERP and a real Odoo as the CRM, linked by the customer's number in Odoo's field <c>ref</c>.</summary>
public sealed class TrytonAndOdooOnStage : IErpOnStage
{
    private readonly TrytonBehind _tryton;
    private readonly OdooBehind _odoo;

    private TrytonAndOdooOnStage(TrytonBehind tryton, OdooBehind odoo, PortalProcess portal)
    {
        _tryton = tryton;
        _odoo = odoo;
        Portal = portal;
    }

    public PortalProcess Portal { get; }

    public (string Id, string Name) Buyer => _odoo.Buyer;

    public (string Id, string Name) Rep => _odoo.Rep;

    public (string Id, string Name) Admin => _odoo.Admin;

    public string Word => _tryton.Word;

    public IReadOnlyList<(string Sku, decimal Quantity)> Lines => _tryton.Lines;

    /// <summary>Skips the test where one of the two cannot be installed; fails it where <c>CI</c> is set.</summary>
    public static async Task<TrytonAndOdooOnStage> Start()
    {
        var tryton = await TrytonBehind.Start();
        var odoo = await OdooBehind.Start();
        return new TrytonAndOdooOnStage(tryton, odoo, await PortalProcess.StartAsync(new Dictionary<string, string?>([.. tryton.Settings, .. odoo.Settings("crm")], StringComparer.Ordinal)));
    }

    public Task<IReadOnlyList<StandingOrder>> OrdersUnder(string poNumber) => _tryton.OrdersUnder(poNumber);

    public Task ShipFirstPart(string number) => _tryton.ShipFirstPart(number);

    public Task ShipTheRest(string number) => _tryton.ShipTheRest(number);

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        await _odoo.DisposeAsync();
        await _tryton.DisposeAsync();
    }
}
