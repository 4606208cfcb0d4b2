namespace PortalIntegration.Core.Invoices;

/// <summary>A customer's open items, as the owner adds them up.</summary>
public sealed record Statement
{
    public required CustomerNumber Customer { get; init; }

    /// <summary>All that is open; below 0 when more is owed to the customer.</summary>
    public required Money Total { get; init; }

    public required Money Overdue { get; init; }

    /// <summary>The youngest first.</summary>
    public required IReadOnlyList<AgeingBucket> Buckets { get; init; }

    /// <summary>What has been due longest first.</summary>
    public required IReadOnlyList<StatementItem> Items { get; init; }

    public IReadOnlyList<HeldOrder> Held { get; init; } = [];
}

/// <param name="FromDays">Days over due, from; null for what is not due.</param>
/// <param name="ToDays">Days over due, to; null for no end.</param>
public sealed record AgeingBucket(int? FromDays, int? ToDays, Money Amount);

public sealed record StatementItem
{
    /// <summary>Of the invoice or credit note.</summary>
    public required string Number { get; init; }

    public required InvoiceKind Kind { get; init; }

    public IReadOnlyList<OrderNumber> Orders { get; init; } = [];

    public required DateOnly IssuedOn { get; init; }

    public DateOnly? DueOn { get; init; }

    public required Money Total { get; init; }

    /// <summary>What it adds to the total; below 0 for a credit note.</summary>
    public required Money Open { get; init; }

    /// <summary>0 for what is not due.</summary>
    public required int DaysOverdue { get; init; }
}

/// <param name="Reason">The owner's own words.</param>
public sealed record HeldOrder(OrderNumber Number, string Reason, DateTimeOffset Since);
