using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Returns;

public interface IReturns
{
    /// <summary>The customer's returns, newest first.</summary>
    Task<Outcome<Page<Return>>> List(Scope scope, CustomerNumber customer, string? cursor = null, CancellationToken cancel = default);

    Task<Outcome<Return>> Get(Scope scope, string number, CancellationToken cancel = default);
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
