using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Portal.Features.Sales;

/// <summary>Finds an order over all accounts in a rep's care: by its whole number, by the whole PO or tracking number, or by a part of the first two.</summary>
public sealed class FindInCare(IOwnershipMap map)
{
    public const int PageSize = 25;

    public async Task<Outcome<Page<OrderSummary>>> Find(Scope scope, string? text, string? cursor, CancellationToken cancel = default)
    {
        var orders = map.Owner<IOrders>();
        var typed = PlainText.Typed(text);
        if (typed.Length == 0)
        {
            return await orders.Search(scope, new OrderQuery { Cursor = cursor, Limit = PageSize }, cancel);
        }

        var part = orders.Search(scope, new OrderQuery { Text = typed, Cursor = cursor, Limit = PageSize }, cancel);
        if (cursor is not null)
        {
            return await part;
        }

        // An exact hit goes first, however many others merely contain the text.
        var number = orders.Search(scope, new OrderQuery { Number = typed, Limit = PageSize }, cancel);
        var po = orders.Search(scope, new OrderQuery { PoNumber = typed, Limit = PageSize }, cancel);
        var tracking = orders.Search(scope, new OrderQuery { TrackingNumber = typed, Limit = PageSize }, cancel);
        var answers = new[] { await number, await po, await part, await tracking };
        var found = answers.Where(answer => answer.Succeeded).SelectMany(answer => answer.Value.Items).DistinctBy(order => order.Number).ToList();
        return answers[2].Succeeded ? answers[2].Select(page => page with { Items = found, Total = null })
            : found.Count > 0 ? answers.First(answer => answer.Succeeded).Select(page => page with { Items = found, Next = null, Total = null })
            : answers[2];
    }
}
