using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Catalog;

/// <summary>Products as their owner describes them. Nothing here is personal but the customer's own part numbers.</summary>
public interface ICatalog
{
    /// <summary>Products that match all words of <see cref="CatalogQuery.Text"/> in SKU, name, description or the customer's own part number.</summary>
    Task<Outcome<Page<Product>>> Search(Scope scope, CatalogQuery query, CancellationToken cancel = default);

    /// <summary>Products by SKU, in one call. Unknown SKUs are left out of the answer.</summary>
    /// <param name="customer">Whose own part numbers to add; null for none.</param>
    /// <param name="skus">1 to 500.</param>
    Task<Outcome<IReadOnlyList<Product>>> Get(Scope scope, CustomerNumber? customer, IReadOnlyList<Sku> skus, CancellationToken cancel = default);

    /// <summary>
    /// Products by what a person typed, in one call: a SKU, or the customer's own part number, without regard to case; a SKU goes
    /// first. What means nothing, or more than one product, is left out of the answer.
    /// </summary>
    /// <param name="customer">Whose own part numbers to look at and to add; null for none.</param>
    /// <param name="codes">1 to 500, each up to 64 characters.</param>
    Task<Outcome<IReadOnlyList<ResolvedCode>>> Resolve(Scope scope, CustomerNumber? customer, IReadOnlyList<string> codes, CancellationToken cancel = default);

    Task<Outcome<IReadOnlyList<Category>>> Categories(Scope scope, CancellationToken cancel = default);

    /// <summary>
    /// How many products have all words, as <see cref="Search"/> finds them in all categories: by the code of the category that they stand in themselves, those
    /// above it not added up. Categories without any may be left out. <see cref="Cause.NotSupported"/> where the system cannot count them in one question.
    /// </summary>
    /// <param name="customer">Whose own part numbers to search too; null for none.</param>
    Task<Outcome<IReadOnlyDictionary<string, int>>> CategoryCounts(Scope scope, CustomerNumber? customer, string text, CancellationToken cancel = default);

    /// <summary>The product's image. <see cref="Cause.NotFound"/> when it has none.</summary>
    Task<Outcome<Document>> Image(Scope scope, Sku sku, CancellationToken cancel = default);

    /// <summary>SKUs changed since the cursor (null: from the beginning); deleted ones too where the system tells.</summary>
    Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel = default);
}

/// <param name="Text">Words to find; empty for all.</param>
/// <param name="Customer">Whose own part numbers to search too; null for none.</param>
/// <param name="Categories">Codes of categories, each with all below it: a product stands in one of them; null or empty for all.</param>
/// <param name="Cursor"><see cref="Page{T}.Next"/> of the page before.</param>
/// <param name="Limit">1 to 200.</param>
public sealed record CatalogQuery(string Text, CustomerNumber? Customer = null, IReadOnlyList<string>? Categories = null, string? Cursor = null, int Limit = 50);

/// <param name="Code">As it was asked.</param>
public sealed record ResolvedCode(string Code, Product Product);

public sealed record Category(string Code, string Name, string? ParentCode);

public sealed record Product
{
    public required Sku Sku { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public string? CategoryCode { get; init; }

    public string? CategoryName { get; init; }

    /// <summary>The unit in which it is sold unless another is asked for.</summary>
    public required string SalesUnit { get; init; }

    /// <summary>Every unit in which it can be ordered, <see cref="SalesUnit"/> among them.</summary>
    public IReadOnlyList<UnitOfMeasure> Units { get; init; } = [];

    /// <summary>Quantities must be a multiple of this, in <see cref="SalesUnit"/>; null where the ERP names none.</summary>
    public decimal? PackSize { get; init; }

    /// <summary>The least that can be ordered, in <see cref="SalesUnit"/>; null where the ERP names none.</summary>
    public decimal? MinimumQuantity { get; init; }

    /// <summary>The asking customer's own number for it.</summary>
    public string? CustomerPartNumber { get; init; }

    public bool HasImage { get; init; }

    /// <summary>No longer to be ordered.</summary>
    public bool Discontinued { get; init; }

    /// <summary>What to order instead.</summary>
    public Sku? Successor { get; init; }

    /// <summary>Properties for the product page, in the system's order, such as thread and material.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Attributes { get; init; } = [];
}

/// <param name="Code">As used in orders, such as <c>BX</c>.</param>
/// <param name="Name">As people say it, such as <c>Box of 100</c>.</param>
/// <param name="Factor">How many base units one of it holds, as the ERP states; for display only.</param>
/// <param name="Decimals">How many decimals a quantity in it may have, 0 to 6.</param>
public sealed record UnitOfMeasure(string Code, string Name, decimal Factor, int Decimals = 0)
{
    /// <summary>For people: code and name, or once where the system has but one word for both.</summary>
    public string Label => Code.Equals(Name, StringComparison.OrdinalIgnoreCase) ? Name : $"{Code} · {Name}";
}
