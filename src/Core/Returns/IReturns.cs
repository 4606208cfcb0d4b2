using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Returns;

public interface IReturns
{
    /// <summary>The customer's returns, newest first.</summary>
    Task<Outcome<Page<Return>>> List(Scope scope, CustomerNumber customer, string? cursor = null, CancellationToken cancel = default);

    Task<Outcome<Return>> Get(Scope scope, string number, CancellationToken cancel = default);

    /// <summary>What of an order may be sent back, until when and for which reasons.</summary>
    Task<Outcome<Returnable>> Returnable(Scope scope, OrderNumber order, CancellationToken cancel = default);

    /// <summary>
    /// Registers the return, or answers the one that stands under the same reference. Where the failure says <see cref="Failure.MayHaveTakenEffect"/>, the same return may be asked
    /// for again under the same id.
    /// </summary>
    Task<Outcome<Return>> Create(Scope scope, NewReturn sentBack, CancellationToken cancel = default);

    /// <summary>The return that was registered under this reference; a success with null when there is none.</summary>
    Task<Outcome<Return?>> FindByReference(Scope scope, CustomerNumber customer, SubmissionId id, CancellationToken cancel = default);
}

public sealed record Return
{
    public required string Number { get; init; }

    public required CustomerNumber Customer { get; init; }

    public OrderNumber? Order { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public required ReturnStatus Status { get; init; }

    public string? Reason { get; init; }

    public IReadOnlyList<ReturnLine> Lines { get; init; } = [];
}

public enum ReturnStatus
{
    Requested,
    Approved,
    Received,
    Credited,
    Rejected,
    Cancelled,
}

public sealed record ReturnLine(Sku Sku, Quantity Quantity, string? Reason);
