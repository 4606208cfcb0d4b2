using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Crm;

/// <summary>The CRM's copies of products on the wire.</summary>
internal sealed class ProductOperations(CrmState state)
{
    public IEnumerable<Operation> All =>
    [
        Operation.Get("listProducts", "/products", List),
        Operation.Get("getProduct", "/products/{sku}", Show),
        Operation.Put("putProduct", "/products/{sku}", Put),
    ];

    private Answer List(Call call)
    {
        var words = (call.Text("q") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        lock (state.Gate)
        {
            var since = call.ChangedSince;
            var slice = state.Products.ByChange(since, call.CursorText, call.Limit, p =>
                words.All(w => p.Sku.Contains(w, StringComparison.OrdinalIgnoreCase) || p.Name.Contains(w, StringComparison.OrdinalIgnoreCase)));
            return Answer.Ok(new ListPage<CrmProduct>(slice.Items, state.Products.DeletedSince(since), slice.NextCursor, state.Now, null));
        }
    }

    private Answer Show(Call call)
    {
        lock (state.Gate)
        {
            var product = state.Products.Find(call.Route("sku")) ?? throw Refusal.NotFound($"There is no product {call.Route("sku")}.");
            return call.Versioned(product, product.Version);
        }
    }

    private Answer Put(Call call)
    {
        var input = call.Read<ProductInput>();
        if (input.Name.Length is 0 or > 255 || input.Description?.Length > 4000 || input.Category?.Length > 120 || input.Unit?.Length > 8)
        {
            throw Refusal.BadRequest("a text is too long, or the name is empty");
        }

        lock (state.Gate)
        {
            var sku = call.Route("sku");
            var before = state.Products.Find(sku);
            if (before is not null)
            {
                call.CheckIfMatch(before.Version);
            }

            var product = new CrmProduct
            {
                Sku = sku,
                Name = input.Name,
                Description = input.Description,
                Category = input.Category,
                Unit = input.Unit,
                Active = input.Active,
                ListPrice = input.ListPrice,
                Currency = input.Currency,
                Available = input.Available,
                StockAsOf = input.StockAsOf,
                Version = before?.Version ?? 0,
                UpdatedAt = before?.UpdatedAt ?? default,
            };
            if (product != before)
            {
                product = product with { Version = product.Version + 1, UpdatedAt = state.Now };
                state.Products.Put(product);
            }

            return new Answer(before is null ? 201 : 200, product).WithVersion(product.Version);
        }
    }

    private sealed record ProductInput
    {
        public required string Name { get; init; }

        public string? Description { get; init; }

        public string? Category { get; init; }

        public string? Unit { get; init; }

        public required bool Active { get; init; }

        public decimal? ListPrice { get; init; }

        public string? Currency { get; init; }

        public decimal? Available { get; init; }

        public DateTimeOffset? StockAsOf { get; init; }
    }
}
