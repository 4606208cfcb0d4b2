namespace PortalIntegration.Core.Orders;

/// <summary>A line of an order of which something is still to come and not in stock for the customer.</summary>
public sealed record Backorder
{
    public required OrderNumber Order { get; init; }

    public required CustomerNumber Customer { get; init; }

    public string? PoNumber { get; init; }

    public required DateTimeOffset OrderedAt { get; init; }

    /// <summary>Of the order's line.</summary>
    public required string LineNumber { get; init; }

    public required Sku Sku { get; init; }

    public string? Description { get; init; }

    /// <summary>The unit of every quantity in this record.</summary>
    public required string Unit { get; init; }

    public required decimal Ordered { get; init; }

    public required decimal Shipped { get; init; }

    /// <summary>Still to come, as the owner states it; more than 0.</summary>
    public required decimal Open { get; init; }

    public DateOnly? RequestedOn { get; init; }

    /// <summary>When the last of it is promised now; null where no date can be promised.</summary>
    public DateOnly? PromisedOn { get; init; }

    /// <summary>What was promised at confirmation; null where nothing was, or the system does not keep it.</summary>
    public DateOnly? FirstPromisedOn { get; init; }

    /// <summary>How <see cref="Open"/> is expected, in the order of days; empty where the system does not tell.</summary>
    public IReadOnlyList<ExpectedDelivery> Deliveries { get; init; } = [];
}

/// <param name="Quantity">In the unit of the line; more than 0.</param>
/// <param name="On">Null where no date can be promised.</param>
public sealed record ExpectedDelivery(decimal Quantity, DateOnly? On);
