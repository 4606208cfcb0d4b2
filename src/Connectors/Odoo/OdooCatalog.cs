using System.Globalization;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>The catalogue: variants that are sold. Odoo 14 keeps no part numbers of customers.</summary>
internal sealed class OdooCatalog(OdooRpc rpc, OdooProducts products) : ICatalog
{
    private static readonly Dictionary<string, object?> _sizesOnly = new(StringComparer.Ordinal) { ["bin_size"] = true };

    /// <summary>Variants and templates alike: the name and the unit stand on the template.</summary>
    private readonly ChangeFeed _changes = new(rpc,
    [
        new Feed<ProductStampRow>("product.product", condition: null, row => row.DefaultCode),
        new Feed<TemplateStampRow>("product.template", Condition: null, (call, rows) => Variants(rpc, call, rows)),
    ]);

    public async Task<Outcome<Page<Product>>> Search(Scope scope, CatalogQuery query, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Catalogue, "searchProducts", cancel);
        if (!int.TryParse(query.Cursor ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return Outcome.Failed<Page<Product>>(rpc.Failure(call, Cause.Rejected, "The cursor is not one of ours."));
        }

        var domain = Domain.All(
            Has(query.Text), query.Categories is { Count: > 0 } categories ? Domain.Any([.. categories.Select(InCategory)]) : null);
        var counting = rpc.Count(call, "product.product", domain);
        var reading = Read(call, domain, "default_code, id", offset, query.Limit);
        await Task.WhenAll(counting, reading);
        var (count, read) = (await counting, await reading);
        return !count.Try(out var total) ? count.As<Page<Product>>() : read.Select(items => new Page<Product>(
            [.. items.OfType<Product>()],
            offset + items.Count < total && items.Count > 0 ? (offset + items.Count).ToString(CultureInfo.InvariantCulture) : null,
            total));
    }

    public async Task<Outcome<IReadOnlyList<Product>>> Get(Scope scope, CustomerNumber? customer, IReadOnlyList<Sku> skus, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Catalogue, "products", cancel);
        var read = await Read(call, Domain.All(OdooProducts.Sold, Domain.In("default_code", skus.Select(sku => sku.Value))));
        return read.Select<IReadOnlyList<Product>>(items => [.. items.OfType<Product>().DistinctBy(product => product.Sku)]);
    }

    public async Task<Outcome<IReadOnlyList<ResolvedCode>>> Resolve(
        Scope scope, CustomerNumber? customer, IReadOnlyList<string> codes, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Catalogue, "resolveCodes", cancel);
        var read = await Read(
            call, Domain.All(OdooProducts.Sold, Domain.Any([.. codes.Distinct(StringComparer.OrdinalIgnoreCase).Select(code => Domain.Same("default_code", code))])));
        return read.Select<IReadOnlyList<ResolvedCode>>(items =>
        [
            .. codes
                .Select(code => (Code: code, Means: items.OfType<Product>().Where(item => string.Equals(item.Sku.Value, code, StringComparison.OrdinalIgnoreCase)).ToList()))
                .Where(pair => pair.Means.Count == 1)
                .Select(pair => new ResolvedCode(pair.Code, pair.Means[0])),
        ]);
    }

    public async Task<Outcome<IReadOnlyList<Category>>> Categories(Scope scope, CancellationToken cancel)
    {
        var found = await rpc.Search<CategoryRow>(
            new PortCall(scope, Entity.Catalogue, "categories", cancel), "product.category", Domain.Everything, "complete_name, id");
        return found.Select<IReadOnlyList<Category>>(rows =>
            [.. rows.Select(row => new Category(IdCode(row.Id), row.Name, row.ParentId is { } parent ? IdCode(parent.Id) : null))]);
    }

    public async Task<Outcome<IReadOnlyDictionary<string, int>>> CategoryCounts(Scope scope, CustomerNumber? customer, string text, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Catalogue, "categoryCounts", cancel);
        var found = await rpc.Read<IReadOnlyList<CountRow>>(
            call,
            "product.product",
            "read_group",
            ids: null,
            new(StringComparer.Ordinal) { ["domain"] = Has(text), ["fields"] = new[] { "categ_id" }, ["groupby"] = new[] { "categ_id" } });
        return rpc.Map(call, found, rows => (IReadOnlyDictionary<string, int>)rows.OnceBy(row => IdCode(row.CategId.Id), row => row.CategIdCount));
    }

    public async Task<Outcome<Document>> Image(Scope scope, Sku sku, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Catalogue, "productImage", cancel);
        var found = await rpc.Search<ImageRow>(
            call, "product.product", Domain.All(OdooProducts.Sold, Domain.Is("default_code", sku.Value)), limit: 1);
        return !found.Try(out var rows) ? found.As<Document>()
            : rows is not [{ Image1024: { Length: > 0 } bytes }] ? Outcome.Failed<Document>(rpc.Failure(call, Cause.NotFound))
            : Kind(bytes) is not { } kind ? Outcome.Failed<Document>(rpc.Failure(call, Cause.Malformed, "The image is none that is known."))
            : found.Select(_ => new Document(bytes, kind.MediaType, $"{sku.Value}.{kind.Ending}"));
    }

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel) =>
        _changes.Since(new PortCall(scope, Entity.Catalogue, "productChanges", cancel), cursor);

    /// <summary>Odoo keeps no type beside the bytes.</summary>
    private static (string MediaType, string Ending)? Kind(ReadOnlySpan<byte> image) =>
        image.StartsWith<byte>([0x89, 0x50, 0x4E, 0x47]) ? ("image/png", "png")
        : image.StartsWith<byte>([0xFF, 0xD8, 0xFF]) ? ("image/jpeg", "jpg")
        : image.StartsWith("GIF8"u8) ? ("image/gif", "gif")
        : image.Length > 12 && image.StartsWith("RIFF"u8) && image[8..].StartsWith("WEBP"u8) ? ("image/webp", "webp")
        : null;

    private static object?[] InCategory(string code) =>
        long.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Domain.ChildOf("categ_id", id) : Domain.None;

    private static object?[] Has(string text) =>
        Domain.All([OdooProducts.Sold, .. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Matches)]);

    private static object?[] Matches(string word) => Domain.Any(
        Domain.Contains("default_code", word),
        Domain.Contains("name", word),
        Domain.Contains("description_sale", word),
        Domain.Contains("product_template_attribute_value_ids.product_attribute_value_id.name", word));

    /// <summary>Categories have no code of their own.</summary>
    private static string IdCode(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static async Task<Outcome<ILookup<long, string>>> Variants(OdooRpc rpc, PortCall call, IReadOnlyList<TemplateStampRow> templates)
    {
        var found = await rpc.Search<VariantRow>(
            call, "product.product", Domain.All(Domain.In("product_tmpl_id", templates.Select(row => row.Id)), Domain.IsSet("default_code")), archived: true);
        return found.Select(rows => rows.ToLookup(row => row.ProductTmplId.Id, row => row.DefaultCode));
    }

    /// <summary>In the order of Odoo's rows; null for a product whose unit was archived: nobody can sell in that.</summary>
    private async Task<Outcome<IReadOnlyList<Product?>>> Read(PortCall call, object?[] domain, string order = "id", int offset = 0, int? limit = null)
    {
        var listing = products.Units(call);
        var finding = rpc.Read<IReadOnlyList<ProductRow>>(
            call,
            "product.product",
            "search_read",
            ids: null,
            new(StringComparer.Ordinal) { ["domain"] = domain, ["fields"] = Fields<ProductRow>.Names, ["order"] = order, ["offset"] = offset, ["limit"] = limit },
            _sizesOnly);
        await Task.WhenAll(listing, finding);
        var (units, found) = (await listing, await finding);
        if (!units.Try(out var known))
        {
            return units.As<IReadOnlyList<Product?>>();
        }

        if (!found.Try(out var rows))
        {
            return found.As<IReadOnlyList<Product?>>();
        }

        var values = rpc.ReadIds<AttributeRow>(call, "product.template.attribute.value", rows.SelectMany(row => row.ProductTemplateAttributeValueIds));
        var packs = rpc.ReadIds<PackRow>(call, "product.packaging", rows.SelectMany(row => row.PackagingIds));
        await Task.WhenAll(values, packs);
        return !(await values).Try(out var attributes) ? (await values).As<IReadOnlyList<Product?>>()
            : !(await packs).Try(out var packagings) ? (await packs).As<IReadOnlyList<Product?>>()
            : rpc.Map<IReadOnlyList<ProductRow>, IReadOnlyList<Product?>>(call, found, all => [.. all.Select(row => row.ToProduct(known, attributes, packagings))]);
    }

    private sealed record ProductRow : OdooRow
    {
        public required string DefaultCode { get; init; }

        public required string Name { get; init; }

        public required string? DescriptionSale { get; init; }

        public required Ref CategId { get; init; }

        public required Ref UomId { get; init; }

        /// <summary>Its size, in words; null without an image.</summary>
        [System.Text.Json.Serialization.JsonPropertyName("image_128")]
        public required string? Image128 { get; init; }

        public required IReadOnlyList<long> ProductTemplateAttributeValueIds { get; init; }

        public required IReadOnlyList<long> PackagingIds { get; init; }

        public Product? ToProduct(
            UnitsOfOdoo units, IReadOnlyDictionary<long, AttributeRow> attributes, IReadOnlyDictionary<long, PackRow> packagings)
        {
            var sales = units.Sales(UomId);
            return sales is not [var own, ..] ? null : new Product
            {
                Sku = new Sku(DefaultCode),
                Name = Name,
                Description = DescriptionSale,
                CategoryCode = IdCode(CategId.Id),
                // Odoo displays a category with those above it.
                CategoryName = CategId.Name[(CategId.Name.LastIndexOf('/') + 1)..].Trim(),
                SalesUnit = own.Code,
                Units = sales,
                HasImage = Image128 is not null,
                Attributes =
                [
                    .. ProductTemplateAttributeValueIds.Select(id => attributes[id]).Select(value => KeyValuePair.Create(value.AttributeId.Name, value.Name)),
                    // For information: Odoo 14 does not hold a quantity to it.
                    .. PackagingIds.Select(id => packagings[id])
                        .Select(pack => KeyValuePair.Create(pack.Name, string.Create(CultureInfo.InvariantCulture, $"{pack.Qty:0.######} {own.Name}"))),
                ],
            };
        }
    }

    private sealed record AttributeRow : OdooRow
    {
        public required Ref AttributeId { get; init; }

        public required string Name { get; init; }
    }

    private sealed record PackRow : OdooRow
    {
        public required string Name { get; init; }

        public required decimal Qty { get; init; }
    }

    private sealed record CategoryRow : OdooRow
    {
        public required string Name { get; init; }

        public required Ref? ParentId { get; init; }
    }

    private sealed record ImageRow : OdooRow
    {
        [System.Text.Json.Serialization.JsonPropertyName("image_1024")]
        public required byte[]? Image1024 { get; init; }
    }

    private sealed record CountRow
    {
        public required Ref CategId { get; init; }

        public required int CategIdCount { get; init; }
    }

    private sealed record ProductStampRow : StampRow
    {
        public required string? DefaultCode { get; init; }
    }

    private sealed record TemplateStampRow : StampRow;

    private sealed record VariantRow : OdooRow
    {
        public required Ref ProductTmplId { get; init; }

        public required string DefaultCode { get; init; }
    }
}
