using System.Globalization;
using System.Text.Json.Serialization;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>The catalogue: variants that are sold, with the customer's own part numbers (module <c>sale_product_customer</c>).</summary>
internal sealed class TrytonCatalog(TrytonRpc rpc) : ICatalog
{
    /// <summary>Products and templates alike: the name and the unit stand on the template. What is no longer active is told too.</summary>
    private readonly ChangeFeed _changes = new(rpc,
    [
        new Feed<ProductStampRow>("product.product", ActiveOrNot, row => [row.Code]),
        new Feed<TemplateStampRow>("product.template", ActiveOrNot, row => row.Products.Select(product => product.Code)),
    ]);

    private static readonly object?[] ActiveOrNot = Domain.In("active", new[] { true, false });

    public async Task<Outcome<Page<Product>>> Search(Scope scope, CatalogQuery query, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Catalogue, "searchProducts", cancel);
        if (!int.TryParse(query.Cursor ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return Outcome.Failed<Page<Product>>(rpc.Failure(call, Cause.Rejected, "The cursor is not one of ours."));
        }

        var words = query.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var domain = Domain.All(
            TrytonProducts.Sold,
            query.Categories is { Count: > 0 } categories ? Domain.Any([.. categories.Select(InCategory)]) : null,
            Domain.All([.. words.Select(word => Matches(word, query.Customer))]));

        var counting = rpc.Read<int>(call, "model.product.product.search_count", [domain]);
        var finding = rpc.Search<ProductRow>(
            call, "product.product", domain, order: [new[] { "code", "ASC" }, new[] { "id", "ASC" }], offset: offset, limit: query.Limit);
        await Task.WhenAll(counting, finding);
        var (count, found) = (await counting, await finding);
        if (!count.Try(out var total))
        {
            return count.As<Page<Product>>();
        }

        if (!found.Try(out var rows))
        {
            return found.As<Page<Product>>();
        }

        var next = offset + rows.Count < total && rows.Count > 0 ? (offset + rows.Count).ToString(CultureInfo.InvariantCulture) : null;
        var numbers = await PartNumbers(call, query.Customer, rows);
        return numbers.Select(own => new Page<Product>([.. rows.Where(row => row.IsSold).Select(row => row.ToProduct(own))], next, total));
    }

    public Task<Outcome<IReadOnlyDictionary<string, int>>> CategoryCounts(Scope scope, CustomerNumber? customer, string text, CancellationToken cancel) =>
        Task.FromResult(Outcome.Failed<IReadOnlyDictionary<string, int>>(
            rpc.Failure(new PortCall(scope, Entity.Catalogue, "categoryCounts", cancel), Cause.NotSupported)));

    public async Task<Outcome<IReadOnlyList<Product>>> Get(Scope scope, CustomerNumber? customer, IReadOnlyList<Sku> skus, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Catalogue, "products", cancel);
        var found = await rpc.Search<ProductRow>(
            call, "product.product", Domain.All(TrytonProducts.Sold, Domain.In("code", skus.Select(sku => sku.Value))));
        if (!found.Try(out var rows))
        {
            return found.As<IReadOnlyList<Product>>();
        }

        var numbers = await PartNumbers(call, customer, rows);
        return numbers.Select<IReadOnlyList<Product>>(own => [.. rows.Where(row => row.IsSold).DistinctBy(row => row.Code, StringComparer.Ordinal).Select(row => row.ToProduct(own))]);
    }

    public async Task<Outcome<IReadOnlyList<ResolvedCode>>> Resolve(
        Scope scope, CustomerNumber? customer, IReadOnlyList<string> codes, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Catalogue, "resolveCodes", cancel);
        IReadOnlyList<PartNumberRow> own = [];
        if (customer is { } number)
        {
            var numbers = await rpc.Search<PartNumberRow>(
                call, "sale.product_customer", Domain.All(Domain.Is("party.code", number.Value), OneOf(codes)));
            if (!numbers.Try(out own!))
            {
                return numbers.As<IReadOnlyList<ResolvedCode>>();
            }
        }

        var found = await rpc.Search<ProductRow>(call, "product.product", Domain.All(
            TrytonProducts.Sold,
            Domain.Any(
                OneOf(codes),
                Domain.In("id", own.Select(row => row.Product).OfType<long>()),
                Domain.In("template", own.Where(row => row.Product is null).Select(row => row.Template)))));
        if (!found.Try(out var rows))
        {
            return found.As<IReadOnlyList<ResolvedCode>>();
        }

        var added = await PartNumbers(call, customer, rows);
        return added.Select<IReadOnlyList<ResolvedCode>>(all => [.. codes
            .Select(code => (Code: code, Means: Meaning(code, [.. rows.Where(row => row.IsSold)], own)))
            .Where(pair => pair.Means is not null)
            .Select(pair => new ResolvedCode(pair.Code, pair.Means!.ToProduct(all)))]);
    }

    public async Task<Outcome<IReadOnlyList<Category>>> Categories(Scope scope, CancellationToken cancel)
    {
        var found = await rpc.Search<CategoryRow>(
            new PortCall(scope, Entity.Catalogue, "categories", cancel),
            "product.category",
            Domain.All(Domain.Is("accounting", value: false)),
            order: [new[] { "name", "ASC" }]);
        return found.Select<IReadOnlyList<Category>>(rows => [.. rows.Select(row => new Category(IdCode(row.Id), row.Name, row.Parent is { } parent ? IdCode(parent) : null))]);
    }

    /// <summary>Tryton 6.0 keeps no product images.</summary>
    public Task<Outcome<Document>> Image(Scope scope, Sku sku, CancellationToken cancel) =>
        Task.FromResult(Outcome.Failed<Document>(rpc.Failure(new PortCall(scope, Entity.Catalogue, "productImage", cancel), Cause.NotSupported)));

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel) =>
        _changes.Since(new PortCall(scope, Entity.Catalogue, "productChanges", cancel), cursor);

    private static object?[] OneOf(IEnumerable<string> codes) =>
        Domain.Any([.. codes.Distinct(StringComparer.OrdinalIgnoreCase).Select(code => Domain.Same("code", code))]);

    private static ProductRow? Meaning(string code, IReadOnlyList<ProductRow> products, IReadOnlyList<PartNumberRow> own)
    {
        var bySku = products.Where(product => Same(product.Code)).ToList();
        if (bySku.Count > 0)
        {
            return Only(bySku);
        }

        var rows = own.Where(row => Same(row.Code)).ToList();
        return Only([.. products.Where(product => rows.Any(row => row.Product is { } id ? id == product.Id : row.Template == product.Template.Id))]);

        bool Same(string? other) => string.Equals(code, other, StringComparison.OrdinalIgnoreCase);

        static ProductRow? Only(List<ProductRow> candidates) => candidates is [var one] ? one : null;
    }

    private static object?[] InCategory(string code) =>
        long.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? ["template.categories", "child_of", new[] { id }, "parent"]
            : Domain.Is("id", value: null);

    private static object?[] Matches(string word, CustomerNumber? customer) => Domain.Any(
        [
            Domain.Contains("code", word),
            Domain.Contains("template.name", word),
            Domain.Contains("description", word),
            .. customer is { } number ? [OwnNumberMatches(word, number)] : Array.Empty<object?[]>(),
        ]);

    private static object?[] OwnNumberMatches(string word, CustomerNumber customer) =>
        ["template.product_customers", "where", Domain.All(
            Domain.Is("party.code", customer.Value),
            Domain.Any(Domain.Contains("code", word), Domain.Contains("name", word)))];

    /// <summary>The customer's own numbers: of the variant, else of its template. Asked for him alone, so that nobody else's can slip in.</summary>
    private async Task<Outcome<PartNumbersOf>> PartNumbers(PortCall call, CustomerNumber? customer, IReadOnlyList<ProductRow> products)
    {
        if (customer is not { } number || products.Count == 0)
        {
            var nothing = await rpc.Session(call);
            return nothing.Select(_ => new PartNumbersOf([]));
        }

        var found = await rpc.Search<PartNumberRow>(call, "sale.product_customer", Domain.All(
            Domain.Is("party.code", number.Value),
            Domain.In("template", products.Select(product => product.Template.Id).Distinct())));
        return found.Select(rows => new PartNumbersOf(rows));
    }

    /// <summary>Categories have no code of their own.</summary>
    private static string IdCode(long id) => id.ToString(CultureInfo.InvariantCulture);

    private sealed record PartNumbersOf(IReadOnlyList<PartNumberRow> Rows)
    {
        public string? For(ProductRow product) =>
            (Rows.FirstOrDefault(row => row.Product == product.Id)
                ?? Rows.FirstOrDefault(row => row.Product is null && row.Template == product.Template.Id))?.Code;
    }

    private sealed record ProductRow : IdentifiedRow
    {
        public required string Code { get; init; }

        public required string Name { get; init; }

        public required string? Description { get; init; }

        [JsonPropertyName("template.")]
        public required TemplateRow Template { get; init; }

        [JsonPropertyName("sale_uom.")]
        public required SaleUnitRow SaleUom { get; init; }

        /// <summary>Not in a unit that is out of use; the domain of a search cannot say so.</summary>
        [JsonIgnore]
        public bool IsSold => SaleUom.Own is not null;

        public Product ToProduct(PartNumbersOf own)
        {
            // The sale unit comes first, then the others of its category, smallest first.
            var units = SaleUom.Category.Uoms.OrderBy(unit => unit.Id != SaleUom.Id).ThenBy(unit => unit.Factor).ToList();
            var category = Template.Categories.Count > 0 ? Template.Categories[0] : null;
            return new Product
            {
                Sku = new Sku(Code),
                Name = Name,
                Description = Description,
                CategoryCode = category is null ? null : IdCode(category.Id),
                CategoryName = category?.Name,
                SalesUnit = units[0].Symbol,
                Units = [.. units.Select(unit => new UnitOfMeasure(unit.Symbol, unit.Name, unit.Factor, unit.Digits))],
                CustomerPartNumber = own.For(this),
            };
        }
    }

    private sealed record TemplateRow
    {
        public required long Id { get; init; }

        [JsonPropertyName("categories.")]
        public required IReadOnlyList<TemplateCategoryRow> Categories { get; init; }
    }

    private sealed record TemplateCategoryRow(long Id, string Name);

    private sealed record CategoryRow : IdentifiedRow
    {
        public required string Name { get; init; }

        public required long? Parent { get; init; }
    }

    private sealed record PartNumberRow : IdentifiedRow
    {
        public required string? Code { get; init; }

        public required long Template { get; init; }

        public required long? Product { get; init; }
    }

    private sealed record ProductStampRow : StampRow
    {
        public required string? Code { get; init; }
    }

    private sealed record TemplateStampRow : StampRow
    {
        [JsonPropertyName("products.")]
        public required IReadOnlyList<CodeRow> Products { get; init; }
    }

    private sealed record CodeRow(string? Code);
}
