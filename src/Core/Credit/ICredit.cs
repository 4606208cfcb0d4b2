using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Credit;

public interface ICredit
{
    Task<Outcome<CreditStanding>> Get(Scope scope, CustomerNumber customer, CancellationToken cancel = default);

    /// <summary>
    /// Who of many customers is held and who is over his limit, for a list: one question for all. Whoever is not known is left out.
    /// </summary>
    /// <param name="customers">Each once.</param>
    Task<Outcome<IReadOnlyList<CreditSignal>>> Signals(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel = default);

    /// <summary>
    /// Numbers of customers whose standing may have changed since the cursor (null: from now on), for systems polled for changes. The portal's own work only.
    /// </summary>
    Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel = default);
}

public sealed record CreditStanding
{
    public required CustomerNumber Customer { get; init; }

    /// <summary>Null is no limit; 0 is no credit.</summary>
    public Money? Limit { get; init; }

    /// <summary>Invoiced and not paid.</summary>
    public required Money Balance { get; init; }

    /// <summary>Ordered and not yet invoiced; null where the system counts it into <see cref="Balance"/>.</summary>
    public Money? OpenOrders { get; init; }

    /// <summary>What can still be ordered, as the owner states it; null without a limit, or where it states none.</summary>
    public Money? Available { get; init; }

    public required bool OnHold { get; init; }

    public string? HoldReason { get; init; }
}

/// <param name="HoldReason">The owner's own words; null where it is not held, or the owner gives none.</param>
/// <param name="OverLimit">As the owner says, who alone knows what counts towards the limit.</param>
public sealed record CreditSignal(CustomerNumber Customer, bool OnHold, string? HoldReason, bool OverLimit);
