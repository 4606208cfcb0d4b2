using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Opportunities;

public interface IOpportunities
{
    /// <summary>The account's opportunities, newest first.</summary>
    Task<Outcome<Page<Opportunity>>> List(Scope scope, AccountId account, string? cursor = null, CancellationToken cancel = default);

    Task<Outcome<Opportunity>> Get(Scope scope, string opportunity, CancellationToken cancel = default);

    /// <summary>Every opportunity that is won. The portal's own work only.</summary>
    Task<Outcome<Page<Opportunity>>> Won(Scope scope, string? cursor = null, CancellationToken cancel = default);

    /// <summary>
    /// Writes the number of the order that came of it. <see cref="Cause.Stale"/> when it was changed since <paramref name="version"/> was read. The portal's
    /// own work only.
    /// </summary>
    /// <param name="version"><see cref="Opportunity.Version"/> as read; null where the system has none.</param>
    Task<Outcome<Opportunity>> SetOrder(Scope scope, string opportunity, OrderNumber order, string? version, CancellationToken cancel = default);

    /// <summary>Ids of opportunities changed since the cursor (null: from now on), for systems polled for changes. The portal's own work only.</summary>
    Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel = default);
}

public sealed record Opportunity
{
    public required string Id { get; init; }

    public required AccountId Account { get; init; }

    public required string Name { get; init; }

    public required OpportunityStage Stage { get; init; }

    public Money? Amount { get; init; }

    /// <summary>ISO 4217; null where the system names none.</summary>
    public string? Currency { get; init; }

    public DateOnly? ClosesOn { get; init; }

    /// <summary>The customer's purchase order number; null for none.</summary>
    public string? PoNumber { get; init; }

    /// <summary>Id of the account's address to ship to; null for the default.</summary>
    public string? ShipTo { get; init; }

    public IReadOnlyList<OpportunityLine> Lines { get; init; } = [];

    /// <summary>The ERP's number, once the order stands there.</summary>
    public OrderNumber? Order { get; init; }

    /// <summary>The version that a change must name (an ETag); null where the system has none.</summary>
    public string? Version { get; init; }
}

public enum OpportunityStage
{
    Open,
    Won,
    Lost,
}

public sealed record OpportunityLine(Sku Sku, Quantity Quantity);
