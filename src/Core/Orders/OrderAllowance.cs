using PortalIntegration.Core.Customers;

namespace PortalIntegration.Core.Orders;

/// <summary>What the owner still lets be done to an order, as of when it was asked.</summary>
public sealed record OrderAllowance
{
    public required OrderNumber Order { get; init; }

    public required CustomerNumber Customer { get; init; }

    /// <summary>Of the order that this is said of; a change names it.</summary>
    public required string Version { get; init; }

    /// <summary>When it ends for what is allowed now; null where the owner sets no time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Why nothing, or not more, is allowed: the owner's own words.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether all that is open can be cancelled.</summary>
    public required bool MayCancel { get; init; }

    public bool MayChangePoNumber { get; init; }

    public bool MayChangeNote { get; init; }

    public bool MayChangeRequestedOn { get; init; }

    /// <summary>What the delivery address may become; empty where it may not be changed.</summary>
    public IReadOnlyList<ErpAddress> ShipTos { get; init; } = [];

    /// <summary>Only lines to which something may be done.</summary>
    public IReadOnlyList<LineAllowance> Lines { get; init; } = [];

    /// <summary>Nothing at all.</summary>
    public bool IsNothing => !MayCancel && !MayChange && !Lines.Any(line => line.MayCancel);

    public bool MayChange => MayChangePoNumber || MayChangeNote || MayChangeRequestedOn || ShipTos.Count > 0 || Lines.Any(line => line.Quantity is not null);
}

/// <param name="Quantity">What it may become; null where it may not be changed.</param>
public sealed record LineAllowance(string LineNumber, bool MayCancel, QuantityAllowance? Quantity);

/// <param name="Least">More than 0, in the line's unit.</param>
/// <param name="Most">Null for no limit.</param>
/// <param name="Step">Sold in multiples of this; more than 0.</param>
public sealed record QuantityAllowance(decimal Least, decimal? Most, decimal Step);

/// <summary>One change of an order. What is null stays as it is.</summary>
public sealed record OrderChange
{
    /// <summary>The idempotency key: the same change under the same id takes effect once.</summary>
    public required Guid Id { get; init; }

    public required OrderNumber Order { get; init; }

    /// <summary>Of the order that the person saw; another than the present one is <see cref="Outcomes.Cause.Stale"/>.</summary>
    public required string Version { get; init; }

    /// <summary>Who asked for it, by name.</summary>
    public required string By { get; init; }

    /// <summary>Up to 35 characters.</summary>
    public string? PoNumber { get; init; }

    /// <summary>Up to 1,000 characters.</summary>
    public string? Note { get; init; }

    public DateOnly? RequestedOn { get; init; }

    /// <summary>Id of one of <see cref="OrderAllowance.ShipTos"/>.</summary>
    public string? ShipTo { get; init; }

    public IReadOnlyList<LineChange> Lines { get; init; } = [];
}

/// <param name="Quantity">What the line is to have, in its unit; more than 0.</param>
public sealed record LineChange(string LineNumber, decimal Quantity);

public sealed record OrderCancellation
{
    /// <summary>The idempotency key: the same cancellation under the same id takes effect once.</summary>
    public required Guid Id { get; init; }

    public required OrderNumber Order { get; init; }

    /// <summary>Of the order that the person saw; another than the present one is <see cref="Outcomes.Cause.Stale"/>.</summary>
    public required string Version { get; init; }

    /// <summary>Who asked for it, by name.</summary>
    public required string By { get; init; }

    /// <summary>1 to 500 characters.</summary>
    public required string Reason { get; init; }

    /// <summary>Numbers of the order's lines; empty for all that is open.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];
}
