using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Reference.Erp;

internal sealed class ErpCatalog(SystemPipeline pipeline, Func<Call, IErpApi> api) : ICatalog
{
    private const string Capability = "Catalogue";
    private const int LongestCode = 64;

    private static readonly Operation _list = Operation.Read("listProducts", Capability);
    private static readonly Operation _query = Operation.Read("productsQuery", Capability);
    private static readonly Operation _categories = Operation.Read("listCategories", Capability);
    private static readonly Operation _get = Operation.Read("getProduct", "Images");
    private static readonly Operation _image = Operation.Read("getProductImage", "Images");

    public Task<Outcome<Page<Product>>> Search(Scope scope, CatalogQuery query, CancellationToken cancel = default) => pipeline.Send(
        scope,
        _list,
        (call, token) => api(call).ListProducts(
            query.Text.Length > 0 ? query.Text : null, query.Categories ?? [], query.Customer?.Value, null, null, query.Cursor, query.Limit, token),
        page => new Page<Product>(Strict.Each(page.Items, "items", Map), page.NextCursor, page.Total),
        page => page.AsOf,
        cancel: cancel);

    public async Task<Outcome<IReadOnlyList<Product>>> Get(Scope scope, CustomerNumber? customer, IReadOnlyList<Sku> skus, CancellationToken cancel = default)
    {
        var found = await Resolve(scope, customer, [.. skus.Select(sku => sku.Value)], cancel);

        // The system also looks at part numbers and not at case: what is no SKU as it stands was not asked for.
        return found.Select(products => (IReadOnlyList<Product>)[.. products.Where(entry => entry.Product.Sku.Value == entry.Code).Select(entry => entry.Product)]);
    }

    public Task<Outcome<IReadOnlyList<ResolvedCode>>> Resolve(Scope scope, CustomerNumber? customer, IReadOnlyList<string> codes, CancellationToken cancel = default)
    {
        var askable = codes.Where(code => code.Length is > 0 and <= LongestCode).ToList();
        return Batches.Ask(pipeline, askable, Ask.LargestBatch, batch => pipeline.Send(
            scope,
            _query,
            (call, token) => api(call).ProductsQuery(new ProductsQueryWire(customer?.Value, batch), token),
            answer => Map(answer, batch),
            answer => answer.AsOf,
            cancel: cancel));
    }

    public Task<Outcome<IReadOnlyList<Category>>> Categories(Scope scope, CancellationToken cancel = default) => pipeline.Send(
        scope,
        _categories,
        (call, token) => api(call).ListCategories(token),
        list => (IReadOnlyList<Category>)Strict.Each(list.Items, "items", (category, at) =>
            new Category(Strict.Filled(category.Id, $"{at}.id"), Strict.Filled(category.Name, $"{at}.name"), category.ParentId)),
        cancel: cancel);

    public Task<Outcome<IReadOnlyDictionary<string, int>>> CategoryCounts(Scope scope, CustomerNumber? customer, string text, CancellationToken cancel = default) => pipeline.Send(
        scope,
        _list,
        (call, token) => api(call).ListProducts(text.Length > 0 ? text : null, [], customer?.Value, "category", null, null, 1, token),
        page => (IReadOnlyDictionary<string, int>)Counts(page.CategoryCounts ?? throw new MalformedAnswerException("categoryCounts is missing")),
        page => page.AsOf,
        cancel: cancel);

    public Task<Outcome<Document>> Image(Scope scope, Sku sku, CancellationToken cancel = default) => Ask.ByKey(pipeline, _image, sku.Value, async key =>
    {
        var product = await pipeline.Send(scope, _get, (call, token) => api(call).GetProduct(key, token), product => Strict.Each(product.Images, "images", (image, _) => image), cancel: cancel);
        if (!product.Succeeded)
        {
            return product.As<Document>();
        }

        return (product.Value.Find(image => image.IsMain) ?? product.Value.FirstOrDefault()) is { } main
            ? await Ask.ByKey(pipeline, _image, main.Id, imageKey => pipeline.Send(
                scope,
                _image,
                async (call, token) => await Ask.File(await api(call).GetProductImage(key, imageKey, token), PlainText.FileName(sku.Value, ""), token),
                file => file,
                cancel: cancel))
            : pipeline.Fail<Document>(_image, Cause.NotFound);
    });

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel = default) =>
        ChangeFeed.Read(pipeline, _list, ChangeCursor.Beginning, cursor, position => pipeline.Send(
            scope,
            _list,
            (call, token) => api(call).ListProducts(null, [], null, null, position.ChangedSince(), position.Next, Ask.LargestBatch, token),
            page => position.After(
                [
                    .. Strict.Each(page.Items, "items", (product, at) => new Stamped(Strict.Filled(product.Sku, $"{at}.sku"), product.UpdatedAt)),
                    .. Strict.Each(page.Tombstones, "tombstones", (gone, at) => new Stamped(Strict.Filled(gone.Key, $"{at}.key"), gone.DeletedAt)),
                ],
                page.NextCursor,
                page.AsOf),
            page => page.AsOf,
            cancel: cancel));

    private static Dictionary<string, int> Counts(IReadOnlyList<CategoryCountWire> counts)
    {
        var read = Strict.Each(counts, "categoryCounts", (count, at) => (
            Code: Strict.Filled(count.CategoryId, $"{at}.categoryId"),
            Count: count.Count >= 0 ? count.Count : throw new MalformedAnswerException($"{at}.count is negative")));
        return read.DistinctBy(count => count.Code, StringComparer.Ordinal).Count() == read.Count
            ? read.ToDictionary(count => count.Code, count => count.Count, StringComparer.Ordinal)
            : throw new MalformedAnswerException("categoryCounts names a category twice");
    }

    private static IReadOnlyList<ResolvedCode> Map(ProductsWire answer, IReadOnlyList<string> codes)
    {
        Strict.Count(answer.Items.Count, codes.Count, "items");
        var resolved = Strict.Each(answer.Items, "items", (item, at) => (item.Code, Product: item.Product is { } product ? Map(product, $"{at}.product") : null));
        for (var i = 0; i < codes.Count; i++)
        {
            Strict.Same(resolved[i].Code, codes[i], $"items[{i}].code");
        }

        return [.. resolved.Where(entry => entry.Product is not null).Select(entry => new ResolvedCode(entry.Code, entry.Product!))];
    }

    private static Product Map(ProductWire product, string at)
    {
        var units = Strict.Each(product.Units, $"{at}.units", (unit, unitAt) => new UnitOfMeasure(
            Strict.Filled(unit.Unit, $"{unitAt}.unit"),
            Strict.Filled(unit.Name, $"{unitAt}.name"),
            Strict.Positive(unit.Factor, $"{unitAt}.factor"),
            unit.Decimals is >= 0 and <= 6 ? unit.Decimals : throw new MalformedAnswerException($"{unitAt}.decimals is out of range")));
        if (units.Count == 0)
        {
            throw new MalformedAnswerException($"{at}.units is empty");
        }

        return new Product
        {
            Sku = new Sku(Strict.Filled(product.Sku, $"{at}.sku")),
            Name = Strict.Filled(product.Name, $"{at}.name"),
            Description = product.Description.Length > 0 ? product.Description : null,
            CategoryCode = Strict.Filled(product.CategoryId, $"{at}.categoryId"),
            SalesUnit = units[0].Code,
            Units = units,
            PackSize = Strict.Positive(product.Units[0].Increment, $"{at}.units[0].increment"),
            MinimumQuantity = Strict.Positive(product.Units[0].MinQuantity, $"{at}.units[0].minQuantity"),
            CustomerPartNumber = Strict.Each(product.CustomerPartNumbers, $"{at}.customerPartNumbers", (number, _) => number).FirstOrDefault(),
            HasImage = product.Images.Count > 0,
            Discontinued = product.Status != ProductStatusWire.Active,
            Successor = product.ReplacedBy is { Length: > 0 } successor ? new Sku(successor) : null,
            Attributes = Strict.Each(product.Attributes, $"{at}.attributes", (attribute, attributeAt) => new KeyValuePair<string, string>(
                Strict.Filled(attribute.Name, $"{attributeAt}.name"),
                attribute.Unit is { Length: > 0 } unit ? $"{attribute.Value} {unit}" : attribute.Value)),
        };
    }
}
