using System.Text.Json.Serialization;
using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Http;
using PortalIntegration.Sandbox.Storage;

namespace PortalIntegration.Sandbox.Erp.Catalogue;

/// <summary>Units, categories, products and their pictures on the wire.</summary>
internal sealed class CatalogueOperations(ErpState state, PartNumbers partNumbers)
{
    public IEnumerable<Operation> All =>
    [
        Operation.Get("listUnits", "/units", _ => Answer.Ok(new { Items = state.Units })),
        Operation.Get("listCategories", "/categories", _ => Answer.Ok(new { Items = state.Categories })),
        Operation.Get("listProducts", "/products", List),
        Operation.Post("productsQuery", "/products/query", Query),
        Operation.Get("getProduct", "/products/{sku}", Show),
        Operation.Get("getProductImage", "/products/{sku}/images/{imageId}", Picture),
    ];

    private Answer List(Call call)
    {
        var words = (call.Text("q") ?? "").ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var categories = call.Texts("category");
        var counts = call.Text("counts");
        if (counts is not (null or "category"))
        {
            throw Refusal.BadRequest("counts is category");
        }

        var since = call.ChangedSince;
        lock (state.Gate)
        {
            var asOf = state.Now;
            var customer = CustomerOf(call);
            var inCategory = categories.Count == 0 ? null : WithChildren(categories);

            bool Matches(Item i) => (inCategory is null || inCategory.Contains(i.Product.CategoryId)) && HasWords(i);
            bool HasWords(Item i) =>
                words.All(w => i.Search.Contains(w, StringComparison.Ordinal) || partNumbers.Has(customer, i, w));

            var counted = counts is null ? null : state.Items.All.Where(HasWords).GroupBy(i => i.Product.CategoryId, StringComparer.Ordinal)
                .Select(group => new CategoryCount(group.Key, group.Count())).ToList();
            if (since is not null || (words.Length == 0 && inCategory is null))
            {
                var slice = state.Items.ByChange(since, call.CursorText, call.Limit, words.Length == 0 && inCategory is null ? null : Matches);
                return Answer.Ok(new ProductPage(
                    slice.Items.Select(i => Body(i, customer)).ToList(),
                    state.Items.DeletedSince(since),
                    slice.NextCursor,
                    asOf,
                    since is null ? state.Items.Count : null,
                    counted));
            }

            var found = state.Items.All.Where(Matches)
                .OrderBy(i => Rank(i, words, customer))
                .ThenBy(i => i.Key, StringComparer.Ordinal)
                .ToList();
            var page = Table<Item>.ByPosition(found, call.CursorText, call.Limit);
            return Answer.Ok(new ProductPage(page.Items.Select(i => Body(i, customer)).ToList(), [], page.NextCursor, asOf, found.Count, counted));
        }
    }

    private Answer Query(Call call)
    {
        var query = call.Read<ProductsQuery>();
        if (query.Codes.Count is 0 or > 500 || query.Codes.Any(c => c.Length is 0 or > 64))
        {
            throw Refusal.BadRequest("codes has 1 to 500 entries of 1 to 64 characters");
        }

        lock (state.Gate)
        {
            var customer = query.CustomerNumber is { } number ? state.Customers.Find(number) : null;
            var missing = new HashSet<string>(query.Codes.Where(c => BySku(c) is null), StringComparer.OrdinalIgnoreCase);
            var own = new Dictionary<string, List<Item>>(StringComparer.OrdinalIgnoreCase);
            if (customer is { PartNumberShare: > 0 } && missing.Count > 0)
            {
                foreach (var item in state.Items.All)
                {
                    foreach (var part in partNumbers.Of(customer, item).Where(missing.Contains))
                    {
                        (own.TryGetValue(part, out var list) ? list : own[part] = []).Add(item);
                    }
                }
            }

            return Answer.Ok(new ProductsBody(state.Now, query.Codes.Select(code =>
            {
                var item = BySku(code) ?? (own.GetValueOrDefault(code) is [var one] ? one : null);
                return new CodeBody(code, item is null ? null : Body(item, customer));
            }).ToList()));
        }
    }

    /// <summary>SKUs are upper case here.</summary>
    private Item? BySku(string code) => state.Items.Find(code.ToUpperInvariant());

    private Answer Show(Call call)
    {
        lock (state.Gate)
        {
            var item = Find(call);
            return call.Versioned(Body(item, CustomerOf(call)), item.Product.Version);
        }
    }

    private Answer Picture(Call call)
    {
        Product product;
        lock (state.Gate)
        {
            product = Find(call).Product;
        }

        var image = product.Images.FirstOrDefault(i => i.Id == call.Route("imageId"))
            ?? throw Refusal.NotFound("The article has no such picture.");
        var known = call.Header("If-None-Match");
        if (known?.Trim('"') == "1")
        {
            return new Answer(304).WithVersion(1);
        }

        return Answer.File(ProductPicture.Draw(product, image.ContentType), image.ContentType)
            .WithVersion(1)
            .WithHeader("Cache-Control", "private, max-age=86400");
    }

    private Product Body(Item item, Customer? customer) =>
        customer is null ? item.Product : item.Product with { CustomerPartNumbers = partNumbers.Of(customer, item) };

    private Customer? CustomerOf(Call call) => call.Text("customerNumber") is { } number ? state.Customers.Find(number) : null;

    private Item Find(Call call) =>
        state.Items.Find(call.Route("sku")) ?? throw Refusal.NotFound($"There is no article {call.Route("sku")}.");

    private HashSet<string> WithChildren(IEnumerable<string> categories)
    {
        var wanted = new HashSet<string>(categories, StringComparer.Ordinal);
        foreach (var child in state.Categories)
        {
            // parents come before their children
            if (child.ParentId is { } parent && wanted.Contains(parent))
            {
                wanted.Add(child.Id);
            }
        }

        return wanted;
    }

    /// <summary>The article asked for by its number first, then those named so, then those described so.</summary>
    private int Rank(Item item, string[] words, Customer? customer)
    {
        if (words.Length == 0)
        {
            return 0;
        }

        var sku = item.Key;
        return words.Length == 1 && sku.Equals(words[0], StringComparison.OrdinalIgnoreCase) ? 0
            : words.Length == 1 && partNumbers.Has(customer, item, words[0]) ? 1
            : sku.StartsWith(words[0], StringComparison.OrdinalIgnoreCase) ? 2
            : words.All(w => item.Product.Name.Contains(w, StringComparison.OrdinalIgnoreCase)) ? 3
            : 4;
    }

    private sealed record ProductsQuery
    {
        public required string? CustomerNumber { get; init; }

        public required IReadOnlyList<string> Codes { get; init; }
    }

    private sealed record CodeBody(string Code, Product? Product);

    private sealed record ProductsBody(DateTimeOffset AsOf, IReadOnlyList<CodeBody> Items);

    private sealed record ProductPage(
        IReadOnlyList<Product> Items,
        IReadOnlyList<Tombstone> Tombstones,
        string? NextCursor,
        DateTimeOffset AsOf,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Total,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<CategoryCount>? CategoryCounts);

    private sealed record CategoryCount(string CategoryId, int Count);
}
