using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.OrderPad;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>Has the owner quote the basket, and sets beside it what the order pad had shown.</summary>
public sealed class QuoteBasket(IOwnershipMap map, ShownOnPad shown)
{
    public Task<Outcome<Quote>> Quote(Scope scope, QuoteRequest request, CancellationToken cancel = default) =>
        map.Owner<IQuoting>().Quote(scope, request, cancel);

    /// <summary>The order that already stands under this id, if there is one: what a browser asks about an id that the portal has forgotten.</summary>
    public Task<Outcome<Order?>> FindPlaced(Scope scope, CustomerNumber customer, SubmissionId id, CancellationToken cancel = default) =>
        map.Owner<IOrders>().FindByReference(scope, customer, id, cancel);

    /// <summary>Amounts that the pad showed otherwise than the quote states them now. Compared for equality, nothing more.</summary>
    public IReadOnlyList<Difference> Differences(PersonId person, QuoteRequest request, Quote quote)
    {
        var found = new List<Difference>();
        foreach (var line in request.Lines)
        {
            var before = shown.Find(person, request.Customer, line.LineId);
            var now = quote.Lines.FirstOrDefault(candidate => candidate.LineId == line.LineId);
            if (before is null || now is null || before.Sku != line.Sku || before.Quantity != line.Quantity || before.Unit != line.Unit)
            {
                continue;
            }

            Compare(DifferenceKind.UnitPrice, before.UnitPrice, now.UnitPrice, before.PricePer == now.PricePer);
            Compare(DifferenceKind.ExtendedAmount, before.ExtendedAmount, now.ExtendedAmount, comparable: true);

            void Compare(DifferenceKind kind, Money? old, Money? current, bool comparable)
            {
                if (comparable && old is { } seen && current is { } stated && seen != stated)
                {
                    found.Add(new(line.LineId, line.Sku, kind, new(Amount: seen), new(Amount: stated)));
                }
            }
        }

        return found;
    }
}
