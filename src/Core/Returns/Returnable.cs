using PortalIntegration.Core.Orders;

namespace PortalIntegration.Core.Returns;

/// <summary>What its owner lets be sent back of an order.</summary>
public sealed record Returnable
{
    public required OrderNumber Order { get; init; }

    public required CustomerNumber Customer { get; init; }

    public required IReadOnlyList<ReturnReason> Reasons { get; init; }

    /// <summary>Lines of which something was sent.</summary>
    public required IReadOnlyList<ReturnableLine> Lines { get; init; }
}

/// <param name="Code">The owner's own.</param>
/// <param name="Name">For people, in the owner's language.</param>
public sealed record ReturnReason(string Code, string Name);

public sealed record ReturnableLine
{
    /// <summary>Of the order's line.</summary>
    public required string LineNumber { get; init; }

    public required Sku Sku { get; init; }

    public string? Description { get; init; }

    /// <summary>The unit of every quantity in this record.</summary>
    public required string Unit { get; init; }

    public required decimal Shipped { get; init; }

    /// <summary>What may still be sent back, as the owner states it; 0 for nothing.</summary>
    public required decimal Left { get; init; }

    /// <summary>The last day on which it may be asked for; null for no end.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>Why nothing is left: the owner's own words; null where it has none.</summary>
    public string? WhyNot { get; init; }

    /// <summary>Numbers of the shipments that it came with.</summary>
    public IReadOnlyList<string> Shipments { get; init; } = [];

    /// <summary>Numbers of the invoices that it stands on.</summary>
    public IReadOnlyList<string> Invoices { get; init; } = [];
}

/// <summary>A return to be registered.</summary>
public sealed record NewReturn
{
    /// <summary>Names the return in its owner, and is the idempotency key.</summary>
    public required SubmissionId Id { get; init; }

    public required CustomerNumber Customer { get; init; }

    public required OrderNumber Order { get; init; }

    public required OrderedBy RequestedBy { get; init; }

    /// <summary>Up to 1,000 characters.</summary>
    public string? Note { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<NewReturnLine> Lines { get; init; }
}

/// <param name="LineNumber">Of the order's line.</param>
/// <param name="Quantity">In the line's unit; more than 0.</param>
/// <param name="Reason">Code of one of <see cref="Returnable.Reasons"/>.</param>
/// <param name="Note">Up to 500 characters.</param>
public sealed record NewReturnLine(string LineNumber, decimal Quantity, string Reason, string? Note);
