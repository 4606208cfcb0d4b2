using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Opportunities;

public interface IOpportunities
{
    /// <summary>The account's opportunities, newest first.</summary>
    Task<Outcome<Page<Opportunity>>> List(Scope scope, AccountId account, string? cursor = null, CancellationToken cancel = default);
}

public sealed record Opportunity
{
    public required string Id { get; init; }

    public required AccountId Account { get; init; }

    public required string Name { get; init; }

    public required OpportunityStage Stage { get; init; }

    public Money? Amount { get; init; }

    public DateOnly? ClosesOn { get; init; }

    public IReadOnlyList<OpportunityLine> Lines { get; init; } = [];

    /// <summary>The ERP's number, once the order stands there.</summary>
    public OrderNumber? Order { get; init; }
}

public enum OpportunityStage
{
    Open,
    Won,
    Lost,
}

public sealed record OpportunityLine(Sku Sku, Quantity Quantity);
