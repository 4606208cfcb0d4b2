using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>Hands an order over to be placed, and follows it.</summary>
public sealed class PlaceOrder(IPlaceOrders orders)
{
    /// <param name="seen">The quote on the buyer's screen; null when there was none to see.</param>
    public Task<SubmitResult> Submit(Scope scope, QuoteRequest request, CheckoutForm form, OrderedBy by, Quote? seen, CancellationToken cancel = default) =>
        orders.Submit(
            scope,
            new Submission
            {
                Id = request.Submission,
                Request = request,
                OrderedBy = by,
                Note = CheckoutForm.Trimmed(form.Note),
                Policy = form.Policy,
                Seen = seen,
            },
            cancel);

    public Task<Placing?> Find(Scope scope, SubmissionId id, CancellationToken cancel = default) => orders.Find(scope, id, cancel);

    /// <summary>Null when it is not in the scope any more.</summary>
    public Task<Placing?> Accept(Scope scope, SubmissionId id, int offer, CancellationToken cancel = default) => orders.Accept(scope, id, offer, cancel);

    public Task<Placing?> Withdraw(Scope scope, SubmissionId id, CancellationToken cancel = default) => orders.Withdraw(scope, id, cancel);

    public IDisposable Watch(Scope scope, SubmissionId id, Action<Placing> changed) => orders.Watch(scope, id, changed);
}
