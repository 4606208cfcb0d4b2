using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Invoices;

public interface IInvoices
{
    /// <summary>The customer's invoices, newest first.</summary>
    Task<Outcome<Page<Invoice>>> List(Scope scope, CustomerNumber customer, string? cursor = null, CancellationToken cancel = default);

    Task<Outcome<Invoice>> Get(Scope scope, string number, CancellationToken cancel = default);

    /// <summary>What the customer has still to pay, by age, and which of his orders are held.</summary>
    Task<Outcome<Statement>> Statement(Scope scope, CustomerNumber customer, CancellationToken cancel = default);

    /// <summary>What of many customers' debts is overdue, for a list: one question for all. Whoever is not known is left out.</summary>
    /// <param name="customers">Each once.</param>
    Task<Outcome<IReadOnlyList<OverdueSignal>>> Overdue(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel = default);

    /// <summary>The invoice as its owner prints it.</summary>
    Task<Outcome<InvoiceDocument>> Document(Scope scope, string number, CancellationToken cancel = default);
}

public sealed record Invoice
{
    public required string Number { get; init; }

    public InvoiceKind Kind { get; init; }

    public required CustomerNumber Customer { get; init; }

    public IReadOnlyList<OrderNumber> Orders { get; init; } = [];

    public required DateOnly IssuedOn { get; init; }

    public DateOnly? DueOn { get; init; }

    public required Money Total { get; init; }

    /// <summary>Still to pay, of a credit note still to be used; null where the system does not tell.</summary>
    public Money? Open { get; init; }

    public required InvoiceStatus Status { get; init; }
}

public enum InvoiceKind
{
    Invoice,

    /// <summary>Its amounts are positive and are owed to the customer.</summary>
    CreditNote,
}

public enum InvoiceStatus
{
    Open,
    PartlyPaid,
    Paid,
    Overdue,

    /// <summary>Made void by a credit note.</summary>
    Credited,

    Cancelled,
}

/// <param name="Customer">Whose it is: the guard compares it with the scope.</param>
public sealed record InvoiceDocument(CustomerNumber Customer, Document File);

/// <param name="Amount">As the owner adds it up; 0 where nothing is overdue.</param>
/// <param name="Since">When the oldest of it was due; null where nothing is overdue.</param>
public sealed record OverdueSignal(CustomerNumber Customer, Money Amount, DateOnly? Since);
