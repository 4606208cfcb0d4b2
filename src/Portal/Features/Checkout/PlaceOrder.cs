using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>Hands an order over to be placed, and follows it.</summary>
public sealed class PlaceOrder(IPlaceOrders orders)
{
    /// <param name="seen">The quote on the buyer's screen; null when there was none to see.</param>
    /// <exception cref="InvalidOperationException">The role may not order: the page offers it no button.</exception>
    public Task<SubmitResult> Submit(Scope scope, SentOrder order, OrderedBy by, Quote? seen, CancellationToken cancel = default)
    {
        if (!MayOrder(scope))
        {
            throw new InvalidOperationException("A viewer places no orders.");
        }

        return orders.Submit(
            scope,
            new Submission
            {
                Id = order.Id,
                Request = order.Form.ToRequest(order.Id, order.Customer, order.Lines),
                OrderedBy = by,
                Note = CheckoutForm.Trimmed(order.Form.Note),
                Policy = order.Form.Policy,
                Seen = seen,
            },
            cancel);
    }

    public static bool MayOrder(Scope scope) => scope.Role is Role.Buyer or Role.Approver or Role.Rep;

    public Task<Placing?> Find(Scope scope, SubmissionId id, CancellationToken cancel = default) => orders.Find(scope, id, cancel);

    public Task<IReadOnlyList<Placing>> Recent(Scope scope, CancellationToken cancel = default) => orders.Recent(scope, cancel);

    public Task<Placing?> Accept(Scope scope, SubmissionId id, int offer, CancellationToken cancel = default) => orders.Accept(scope, id, offer, cancel);

    public Task<Placing?> Withdraw(Scope scope, SubmissionId id, CancellationToken cancel = default) => orders.Withdraw(scope, id, cancel);

    public IDisposable Watch(Scope scope, SubmissionId id, Action<Placing> changed) => orders.Watch(scope, id, changed);
}
