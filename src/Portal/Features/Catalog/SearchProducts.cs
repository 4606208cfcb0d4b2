using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Catalogue;

namespace PortalIntegration.Portal.Features.Catalog;

/// <summary>
/// Searches the catalogue: in this node's snapshot where the ownership map lets it answer, else at the owner, and the answer says which. The
/// customer's own part numbers are in no snapshot; they are asked for beside it, and a text that nothing else has is the owner's to answer.
/// </summary>
public sealed class SearchProducts(IOwnershipMap map, ICatalogueSnapshot snapshot)
{
    private const int LongestCode = 64;

    /// <summary>A page of products of which none can be sold comes empty, with more behind it: so many of those are read over.</summary>
    private const int MostEmptyPages = 4;

    private ICatalog Owner => map.Owner<ICatalog>();

    private bool HasOwnNumbers => map.Lacking(Feature.CustomerPartNumbers) is null;

    /// <summary>A page of products with the customer's own part numbers.</summary>
    public async Task<Outcome<Page<Product>>> Search(Scope scope, CatalogQuery query, CancellationToken cancel = default)
    {
        if (snapshot.Search(query) is not { } held)
        {
            return await AskOwner(scope, query, cancel);
        }

        if (query.Customer is not { } customer || !HasOwnNumbers)
        {
            return held;
        }

        if (held.Value.Items.Count == 0 && query.Cursor is null && query.Text.Length > 0)
        {
            return await AskOwner(scope, query, cancel);
        }

        var exact = query.Cursor is null && IsCode(query.Text) ? Owner.Resolve(scope, customer, [query.Text], cancel) : null;
        var shown = await Owner.Get(scope, customer, [.. held.Value.Items.Select(product => product.Sku)], cancel);
        var named = exact is null ? null : await exact;
        return held.Select(page => page with { Items = Merged(page.Items, shown, named, query.Categories is { Count: > 0 }) });
    }

    /// <summary>While somebody types: nobody waits for the owner where the snapshot knows something.</summary>
    public async Task<Outcome<Page<Product>>> Suggest(Scope scope, CatalogQuery query, CancellationToken cancel = default) =>
        snapshot.Search(query) is { Value.Items.Count: > 0 } held ? held : await AskOwner(scope, query, cancel);

    /// <summary>Whether anybody can tell how many products of each category have the words.</summary>
    public bool MayCount => snapshot.Status.State is SnapshotState.Ready || map.Lacking(Feature.CategoryCounts) is null;

    /// <summary>
    /// How many products of each category have the words, by its code: from the snapshot, else from the owner, where the customer's own part numbers count too.
    /// </summary>
    public async Task<Outcome<IReadOnlyDictionary<string, int>>> Facets(Scope scope, CustomerNumber? customer, string text, CancellationToken cancel = default) =>
        snapshot.Facets(text) ?? await Owner.CategoryCounts(scope, HasOwnNumbers ? customer : null, text, cancel);

    private async Task<Outcome<Page<Product>>> AskOwner(Scope scope, CatalogQuery query, CancellationToken cancel)
    {
        // A page of the snapshot's is none of the owner's: there it begins anew.
        var answer = await Owner.Search(scope, CatalogueCursor.IsOfSnapshot(query.Cursor) ? query with { Cursor = null } : query, cancel);
        for (var empty = 0; empty < MostEmptyPages && answer is { Succeeded: true, Value: { Items.Count: 0, Next: { } next } }; empty++)
        {
            answer = await Owner.Search(scope, query with { Cursor = next }, cancel);
        }

        return !answer.Succeeded && answer.Failure!.RetryCanHelp && map.Owned.Any(owned => owned is { Entity: Entity.Catalogue, ShowLastKnown: true })
            ? snapshot.LastKnown(query, answer.Failure) ?? answer
            : answer;
    }

    private static List<Product> Merged(
        IReadOnlyList<Product> held, Outcome<IReadOnlyList<Product>> shown, Outcome<IReadOnlyList<ResolvedCode>>? named, bool narrowed)
    {
        var mine = shown.Succeeded ? shown.Value.ToDictionary(product => product.Sku) : [];
        var items = held.Select(product => mine.GetValueOrDefault(product.Sku, product)).ToList();
        if (!narrowed && named is { Succeeded: true, Value: [var only] })
        {
            items.RemoveAll(product => product.Sku == only.Product.Sku);
            items.Insert(0, only.Product);
        }

        return items;
    }

    private static bool IsCode(string text) => text.Length is > 0 and <= LongestCode && !text.Any(char.IsWhiteSpace);
}
