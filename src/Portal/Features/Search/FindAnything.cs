using System.Security.Claims;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.Limits;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Search;

/// <summary>
/// The one search box: a whole order, PO, invoice or tracking number goes to its order, a whole SKU or part number to its product, a rep's
/// account to his accounts, anything else to the catalogue. The owners are asked side by side; one that is slow or down only takes its own answers away.
/// </summary>
internal static class FindAnything
{
    /// <summary>How long the search waits for owners before it goes on to the catalogue with what it knows.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void MapSearch(this IEndpointRouteBuilder routes) => routes.MapGet("/search", Find).WithMetadata(new LimitedAttribute(Asked.Search));

    private static async Task<IResult> Find(HttpContext context, string? q, ClaimsPrincipal user, ScopeSessions sessions, IOwnershipMap map, TimeProvider clock)
    {
        var text = PlainText.Typed(q);
        if (text.Length is 0 or > 64)
        {
            return Results.LocalRedirect(PortalUrls.Catalog(text));
        }

        var answer = await sessions.SessionFor(user, context.RequestAborted);
        if (!answer.Try(out var session))
        {
            return Results.LocalRedirect(PortalUrls.Catalog(text));
        }

        if (session.IsRep && session.Scope.Accounts.Any(account => account.Name.Equals(text, StringComparison.OrdinalIgnoreCase)
            || account.Customer?.Value.Equals(text, StringComparison.OrdinalIgnoreCase) is true))
        {
            return Results.LocalRedirect(PortalUrls.FindSalesAccounts(text));
        }

        // One word can be a number or a SKU; several words only a PO number.
        var word = !text.Any(char.IsWhiteSpace);
        var questions = new[]
        {
            ByOrderNumber(map, session, text, word),
            ByPoNumber(map, session, text),
            ByProduct(map, session, text, word),
            ByInvoice(map, session, text, word),
            ByTracking(map, session, text),
        };
        var patience = Task.Delay(Patience, clock, context.RequestAborted);
        foreach (var question in questions)
        {
            if (await Task.WhenAny(question, patience) == question && await question is { } found)
            {
                return Results.LocalRedirect(found);
            }
        }

        return Results.LocalRedirect(PortalUrls.Catalog(text));
    }

    private static async Task<string?> ByOrderNumber(IOwnershipMap map, PortalSession session, string text, bool word)
    {
        if (!word)
        {
            return null;
        }

        var answer = await map.Owner<IOrders>().Search(session.Scope, new OrderQuery { Number = text, Limit = 2 });
        return answer.Try(out var page) && page.Items is [var only] ? PortalUrls.Order(only.Number) : null;
    }

    private static async Task<string?> ByPoNumber(IOwnershipMap map, PortalSession session, string text)
    {
        var answer = await map.Owner<IOrders>().Search(session.Scope, new OrderQuery { PoNumber = text, Limit = 2 });
        return answer.Try(out var page) ? page.Items switch
        {
            [] => null,
            [var only] => PortalUrls.Order(only.Number),
            _ => session.IsRep ? PortalUrls.FindSalesOrders(text) : PortalUrls.Orders(text),
        } : null;
    }

    /// <summary>Carriers print their numbers in groups, and people copy them so.</summary>
    internal static async Task<string?> ByTracking(IOwnershipMap map, PortalSession session, string text)
    {
        if (!text.Any(char.IsAsciiDigit))
        {
            return null;
        }

        foreach (var number in new[] { text, string.Concat(text.Where(sign => !char.IsWhiteSpace(sign))) }.Distinct())
        {
            var answer = await map.Owner<IOrders>().Search(session.Scope, new OrderQuery { TrackingNumber = number, Limit = 2 });
            if (answer.Try(out var page) && page.Items is { Count: > 0 } found)
            {
                // Orders that travel in one parcel have one number.
                return found.Count > 1 && session.IsRep ? PortalUrls.FindSalesOrders(number)
                    : found.Count > 1 && found.All(order => order.Customer == session.Customer) ? PortalUrls.Orders(number)
                    : PortalUrls.Order(found[0].Number);
            }
        }

        return null;
    }

    private static async Task<string?> ByProduct(IOwnershipMap map, PortalSession session, string text, bool word)
    {
        if (!word)
        {
            return null;
        }

        var answer = await map.Owner<ICatalog>().Resolve(session.ActingScope, session.Customer, [text]);
        return answer.Try(out var found) && found is [var only] ? PortalUrls.Product(only.Product.Sku) : null;
    }

    private static async Task<string?> ByInvoice(IOwnershipMap map, PortalSession session, string text, bool word)
    {
        if (!word)
        {
            return null;
        }

        var answer = await map.Owner<IInvoices>().Get(session.Scope, text);
        return answer.Try(out var invoice)
            ? invoice.Orders is [var order, ..] ? PortalUrls.Order(order) : PortalUrls.InvoiceDocument(invoice.Number)
            : null;
    }
}
