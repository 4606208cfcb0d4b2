using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Ownership.Guards;

internal sealed class GuardedQuotations(IQuotations port, Guard guard) : IQuotations
{
    public PlacingCapabilities Keeping => port.Keeping;

    public Task<Outcome<Quotation>> Create(Scope scope, NewQuotation quotation, DateTimeOffset deadline, CancellationToken cancel) =>
        guard.Hold(scope, scope.Covers(quotation.Request.Customer) && Guard.MayOrder(scope), nameof(Create), quotation.Request.Customer, () =>
            port.Create(scope, quotation, deadline, cancel));

    // Never answered from memory and never shared: what it finds decides whether a second create may go out.
    public async Task<Outcome<Quotation?>> FindByReference(Scope scope, CustomerNumber customer, SubmissionId submission, CancellationToken cancel) =>
        guard.Release(
            scope,
            await guard.Hold(scope, scope.Covers(customer), nameof(FindByReference), customer, () => port.FindByReference(scope, customer, submission, cancel)),
            found => found is null || found.Customer == customer,
            nameof(FindByReference),
            submission);

    public async Task<Outcome<Quotation>> Get(Scope scope, QuotationNumber number, CancellationToken cancel) =>
        guard.Release(
            scope,
            await guard.Read(scope, nameof(Get), Guard.Whose(scope), number, token => port.Get(scope, number, token), cancel),
            found => scope.Covers(found.Customer),
            nameof(Get),
            number);

    public async Task<Outcome<Page<Quotation>>> List(Scope scope, QuotationQuery query, CancellationToken cancel)
    {
        var found = await guard.Hold(scope, scope.Covers(query.Customer), nameof(List), query.Customer, () =>
            guard.Read(scope, nameof(List), query.Customer.Value, query, token => port.List(scope, query, token), cancel));
        return found.Select(page => page with { Items = [.. page.Items.Where(one => one.Customer == query.Customer)] });
    }

    public async Task<Outcome<Quotation>> Change(Scope scope, QuotationNumber number, QuotationChange change, string version, CancellationToken cancel)
    {
        var standing = guard.Release(scope, await port.Get(scope, number, cancel), found => scope.Covers(found.Customer) && May(scope, found, change), nameof(Change), number);
        return standing.Succeeded ? await port.Change(scope, number, change, version, cancel) : standing;
    }

    /// <summary>Who approves is never who asked; everything else is for those who may order.</summary>
    private static bool May(Scope scope, Quotation standing, QuotationChange change) =>
        Guard.MayOrder(scope) && (change.State != QuotationState.SentBack
            || (scope.Role == Role.Approver && standing.RequestedBy is { } requester && requester.Value != scope.Actor));
}
