using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.SalesProducts;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Flows.Map;

namespace PortalIntegration.Sync.Flows;

/// <summary>The catalogue with its stock, as the CRM's people pick from it. The key is the SKU; all of them are compared fifty at a time.</summary>
internal sealed class ProductToCrm(FlowContext context, IReadOnlyList<FieldRule> rules) : Reconciler(context, Definition, rules), IBatchFlow
{
    public static new FlowDefinition Definition { get; } = new()
    {
        Settings = new FlowSettings { Name = "product-to-crm", Schedule = "0 0 1 * * ?" },
        What = "Products and what can be promised of them go to the CRM's own list of products.",
        Follows = [Entity.Catalogue, Entity.Inventory],
        Owner = Entity.Catalogue,
        Target = Entity.SalesProducts,
        Needs = [],
        Pairs = [(Entity.Catalogue, Entity.SalesProducts), (Entity.Inventory, Entity.SalesProducts)],
        Map = map => map
            .Carry(Entity.Catalogue, "Name", Entity.SalesProducts, "Name", "shorten:255")
            .Carry(Entity.Catalogue, "Description", Entity.SalesProducts, "Description", "shorten:4000", mayClear: true)
            .Carry(Entity.Catalogue, "CategoryName", Entity.SalesProducts, "Category", "shorten:120")
            .Carry(Entity.Catalogue, "Orderable", Entity.SalesProducts, "IsActive", note: "No longer active when the ERP has it no more.")
            .Carry(Entity.Inventory, "Unit", Entity.SalesProducts, "Unit", "shorten:8", note: "The unit that the stock is told in.")
            .Carry(Entity.Inventory, "AvailableToPromise", Entity.SalesProducts, "Available"),
    };

    public int BatchSize => 50;

    public override async Task<Outcome<Page<string>>> Keys(Scope scope, string? cursor, CancellationToken cancel)
    {
        var page = await Map.Owner<ICatalog>().Search(scope, new CatalogQuery("", Cursor: cursor, Limit: BatchSize), cancel);
        return page.Select(products => new Page<string>([.. products.Items.Select(product => product.Sku.Value)], products.Next, products.Total));
    }

    public override async Task<Look> Compare(Scope scope, string key, CancellationToken cancel) => (await CompareAll(scope, [key], cancel))[0];

    public async Task<IReadOnlyList<Look>> CompareAll(Scope scope, IReadOnlyList<string> keys, CancellationToken cancel)
    {
        IReadOnlyList<Sku> skus = [.. keys.Select(key => new Sku(key))];
        var sales = Map.Owner<ISalesProducts>();
        var asking = Map.Owner<ICatalog>().Get(scope, null, skus, cancel);
        var counting = Map.Owner<IInventory>().Availability(scope, skus, cancel);
        var reading = sales.Get(scope, skus, cancel);
        await Task.WhenAll(asking, counting, reading);
        var (asked, counted, read) = (await asking, await counting, await reading);
        var uncounted = counted.Failure is { Cause: Cause.NotSupported } ? null : counted.Failure;
        if ((asked.Failure ?? uncounted ?? read.Failure) is { } failure)
        {
            return [.. keys.Select(_ => Look.Failed(failure))];
        }

        var products = asked.Value.ToDictionary(product => product.Sku);
        var stocks = counted.Succeeded ? counted.Value.ToDictionary(stock => stock.Sku) : [];
        var standing = read.Value.ToDictionary(product => product.Sku);
        return [.. skus.Select(sku => Compare(scope, sales, sku, products.GetValueOrDefault(sku), stocks.GetValueOrDefault(sku), standing.GetValueOrDefault(sku), counted.Provenance))];
    }

    private Look Compare(Scope scope, ISalesProducts sales, Sku sku, Product? product, Availability? stock, SalesProduct? standing, Provenance? counted)
    {
        if (product is null)
        {
            return standing is not { IsActive: true } ? Look.Nothing("no such product") : To(standing, Gone(standing));
        }

        if (standing is null && product.Discontinued)
        {
            return Look.Nothing("no longer sold", product.Name);
        }

        var blank = standing ?? new SalesProduct { Sku = sku, Name = "", IsActive = false };
        return To(blank, [.. Differ(product, blank, rule => rule.Owner.Entity == Entity.Catalogue), .. stock is null ? [] : Differ(stock, blank, rule => rule.Owner.Entity == Entity.Inventory)]);

        Look To(SalesProduct before, IReadOnlyList<Difference> differences)
        {
            var after = differences.Where(difference => difference.IsWritten).Aggregate(before, (changed, difference) => With(changed, difference, counted?.AsOf));
            return new Look
            {
                Name = product?.Name ?? before.Name,
                Differences = differences,
                Write = async (_, cancel) => (await sales.Put(scope, after, standing?.Version, cancel)).Select(put => put.Sku.Value),
            };
        }
    }

    private List<Difference> Gone(SalesProduct standing) =>
        [.. Rules.Where(rule => rule.Target.Field == "IsActive").Select(rule => new Difference(rule, FieldValue.Of(false), FieldValue.Of(standing.IsActive)))];

    private static SalesProduct With(SalesProduct product, Difference difference, DateTimeOffset? counted)
    {
        var text = difference.Wanted?.Text;
        return difference.Rule.Target.Field switch
        {
            "Name" => product with { Name = text ?? product.Name },
            "Description" => product with { Description = text },
            "Category" => product with { Category = text },
            "Unit" => product with { Unit = text },
            "IsActive" => product with { IsActive = text == "true" },
            "Available" => product with { Available = text is null ? null : decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture), StockAsOf = counted },
            var other => throw new InvalidOperationException($"No rule writes {other}."),
        };
    }
}
