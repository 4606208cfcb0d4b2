using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>Hands an order over to be placed, and follows it.</summary>
/// <exception cref="StoreUnavailableException">Thrown by every question when the portal's store is not to be had.</exception>
public sealed class PlaceOrder(IPlaceOrders orders)
{
    /// <param name="seen">The quote on the buyer's screen; null when there was none to see.</param>
    /// <exception cref="StoreUnavailableException">Whether it was stored is not known: submit it again under the same id.</exception>
    public Task<SubmitResult> Submit(PortalSession session, QuoteRequest request, CheckoutForm form, Quote? seen, CancellationToken cancel = default) =>
        orders.Submit(session.Scope, Submission(session, request, form, seen), cancel);

    /// <summary>Takes back what only the browser remembers.</summary>
    public Task<Placing?> Withdraw(PortalSession session, QuoteRequest request, CheckoutForm form, CancellationToken cancel = default) =>
        orders.Withdraw(session.Scope, Submission(session, request, form, seen: null), cancel);

    public Task<Placing?> Find(Scope scope, SubmissionId id, CancellationToken cancel = default) => orders.Find(scope, id, cancel);

    /// <summary>Null when it is not in the scope any more.</summary>
    public Task<Placing?> Accept(Scope scope, SubmissionId id, int offer, CancellationToken cancel = default) => orders.Accept(scope, id, offer, cancel);

    public Task<Placing?> Withdraw(Scope scope, SubmissionId id, CancellationToken cancel = default) => orders.Withdraw(scope, id, cancel);

    public IDisposable Watch(Scope scope, SubmissionId id, Action<Placing> changed) => orders.Watch(scope, id, changed);

    private static Submission Submission(PortalSession session, QuoteRequest request, CheckoutForm form, Quote? seen) => new()
    {
        Id = request.Submission,
        Request = request,
        OrderedBy = new OrderedBy(session.Person, session.Name, session.IsRep ? session.Acting?.Name : null),
        Note = CheckoutForm.Trimmed(form.Note),
        Policy = form.Policy,
        Seen = seen,
    };
}
