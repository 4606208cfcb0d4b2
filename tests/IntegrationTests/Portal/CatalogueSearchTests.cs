using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.Catalog;
using PortalIntegration.Sandbox;
using PortalIntegration.Sandbox.Faults;
using PortalIntegration.Sync.Catalogue;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>The catalogue searched in memory, with what only its owner knows beside it.</summary>
[Collection(PortalCollection.Name)]
public sealed class CatalogueSearchTests(PortalFixture portal)
{
    private static readonly Scope _scope = Scope.ForPortal("test", Lane.Interactive);

    private SearchProducts Products => portal.Services.GetRequiredService<SearchProducts>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Search_AnswersFromMemory_AndFindsWhatTheErpFinds()
    {
        await Ready();
        foreach (var text in new[] { "", "bolt", "hex", "ste zinc", "m8" })
        {
            var asked = await portal.Map.Owner<ICatalog>().Search(_scope, new CatalogQuery(text, Limit: 200), Cancel);
            var held = await Products.Search(_scope, new CatalogQuery(text, Limit: 200), Cancel);

            held.Provenance!.Freshness.ShouldBe(Freshness.Snapshot, text);
            held.Value.Items.Select(product => product.Sku.Value).Order(StringComparer.Ordinal).ShouldBe(asked.Value.Items.Select(product => product.Sku.Value).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Search_CustomersOwnNumber_IsShownToHimAndFoundByHimAlone()
    {
        await Ready();
        var (customer, product) = await WithOwnNumber();
        var number = product.CustomerPartNumber!;

        var shown = await Products.Search(_scope, new CatalogQuery(product.Sku.Value, customer, Limit: 25), Cancel);
        shown.Value.Items.Single(found => found.Sku == product.Sku).CustomerPartNumber.ShouldBe(number);
        (await Products.Search(_scope, new CatalogQuery(number, customer, Limit: 25), Cancel)).Value.Items.ShouldContain(found => found.Sku == product.Sku);
        (await Products.Suggest(_scope, new CatalogQuery(number, customer, Limit: 8), Cancel)).Value.Items.ShouldContain(found => found.Sku == product.Sku);
        (await Products.Search(_scope, new CatalogQuery(product.Sku.Value), Cancel)).Value.Items.ShouldAllBe(found => found.CustomerPartNumber == null);
    }

    [Fact]
    public async Task Search_ErpDown_StillAnswersFromMemory()
    {
        await Ready();
        var (customer, _) = await WithOwnNumber();
        using var erp = new SandboxControl(portal.Sandbox.ErpControlUrl);
        var rule = await erp.SetFaultAsync(new FaultRule { Kind = FaultKind.Outage, Mode = "unavailable" });
        try
        {
            var answer = await Products.Search(_scope, new CatalogQuery("bolt", customer, Limit: 25), Cancel);
            answer.Value.Items.ShouldNotBeEmpty();
        }
        finally
        {
            await erp.ClearFaultsAsync(rule.Id);
            await portal.Map.Systems.Single(system => system.System == "erp").Monitor.Close(); // what failed here is nothing to the next test
        }
    }

    private async Task<(CustomerNumber Customer, Product Product)> WithOwnNumber()
    {
        using var erp = new SandboxControl(portal.Sandbox.ErpControlUrl);
        foreach (var customer in (await erp.OrdersAsync()).Items.Select(order => new CustomerNumber(order.CustomerNumber)).Distinct())
        {
            var page = await portal.Map.Owner<ICatalog>().Search(_scope, new CatalogQuery("", customer, Limit: 200), Cancel);
            if (page.Value.Items.FirstOrDefault(product => product.CustomerPartNumber is not null) is { } product)
            {
                return (customer, product);
            }
        }

        throw new InvalidOperationException("The sandbox has no customer with part numbers of his own.");
    }

    private async Task Ready()
    {
        var snapshot = portal.Services.GetRequiredService<ICatalogueSnapshot>();
        for (var tries = 0; snapshot.Status.State is not SnapshotState.Ready; tries++)
        {
            tries.ShouldBeLessThan(300, snapshot.Status.ToString());
            await Task.Delay(100, Cancel);
        }
    }
}
