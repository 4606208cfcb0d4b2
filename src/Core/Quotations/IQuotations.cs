using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Quotations;

/// <summary>
/// Baskets that the ERP keeps without their being orders: quotes asked for, baskets put aside, named lists, and orders that wait for somebody's approval.
/// <see cref="IQuoting"/> only asks and leaves nothing.
/// </summary>
public interface IQuotations
{
    /// <summary>How this system lets a quotation be kept exactly once.</summary>
    PlacingCapabilities Keeping { get; }

    /// <summary>
    /// Keeps it, or answers the one that already stands under the same external reference. The rules of <see cref="IOrders.Create"/> hold: after a failure that
    /// says <see cref="Failure.MayHaveTakenEffect"/> it is looked up first.
    /// </summary>
    /// <param name="deadline">After this moment the connector sends no further write for this call.</param>
    Task<Outcome<Quotation>> Create(Scope scope, NewQuotation quotation, DateTimeOffset deadline, CancellationToken cancel = default);

    /// <summary>The quotation kept under this external reference; a success with null when there is none.</summary>
    Task<Outcome<Quotation?>> FindByReference(Scope scope, CustomerNumber customer, SubmissionId submission, CancellationToken cancel = default);

    Task<Outcome<Quotation>> Get(Scope scope, QuotationNumber number, CancellationToken cancel = default);

    /// <summary>Newest first.</summary>
    Task<Outcome<Page<Quotation>>> List(Scope scope, QuotationQuery query, CancellationToken cancel = default);

    /// <summary>
    /// Renames it, takes it back, or sends it back to who asked for it. <see cref="Cause.Stale"/> when it was changed since it was read,
    /// <see cref="Cause.Rejected"/> when it is not open any more. Sending back is for an approver, and never for who asked.
    /// </summary>
    /// <param name="version">As it was read: <see cref="Quotation.Version"/>.</param>
    Task<Outcome<Quotation>> Change(Scope scope, QuotationNumber number, QuotationChange change, string version, CancellationToken cancel = default);
}

/// <summary>A quotation's number in the ERP.</summary>
public readonly record struct QuotationNumber(string Value)
{
    public override string ToString() => Value;
}

public enum QuotationKind
{
    /// <summary>Prices and dates that somebody asked for; runs out.</summary>
    Quote,

    /// <summary>Somebody's basket, put aside to go on elsewhere. Never runs out.</summary>
    Basket,

    /// <summary>A named list to order from again and again. Never runs out.</summary>
    List,

    /// <summary>An order above its buyer's limit, waiting for an approver; runs out.</summary>
    Approval,
}

public enum QuotationState
{
    Open,

    /// <summary>Its time has run out: it is to be asked for anew.</summary>
    Expired,

    /// <summary>It became an order.</summary>
    Ordered,

    /// <summary>An approver sent it back with a reason.</summary>
    SentBack,

    /// <summary>Taken back by the customer.</summary>
    Withdrawn,
}

/// <summary>A basket for the ERP to keep.</summary>
public sealed record NewQuotation
{
    /// <summary>Names it in the ERP, and is the idempotency key.</summary>
    public required SubmissionId Submission { get; init; }

    public required QuotationKind Kind { get; init; }

    /// <summary>What its people call it, up to 80 characters; null for none, never for a <see cref="QuotationKind.List"/>.</summary>
    public string? Label { get; init; }

    /// <summary>Why it waits for an approval, in a word that pages know; up to 40 characters.</summary>
    public string? Reason { get; init; }

    public required QuoteRequest Request { get; init; }

    public required OrderedBy RequestedBy { get; init; }

    public string? Note { get; init; }
}

public sealed record Quotation
{
    public required QuotationNumber Number { get; init; }

    public required CustomerNumber Customer { get; init; }

    public required QuotationKind Kind { get; init; }

    public required QuotationState State { get; init; }

    /// <summary>Set when it came through the portal.</summary>
    public SubmissionId? Submission { get; init; }

    public string? Label { get; init; }

    /// <inheritdoc cref="NewQuotation.Reason"/>
    public string? Reason { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>In the CRM; null where the ERP does not know.</summary>
    public PersonId? RequestedBy { get; init; }

    public string? RequesterName { get; init; }

    /// <summary>The account's name, where a sales representative asked for it.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>Null: does not run out; for a quote or an approval only where the system lacks <see cref="Ownership.Feature.QuotationExpiry"/>.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    public string? PoNumber { get; init; }

    public ErpAddress? ShipTo { get; init; }

    public ErpAddress? BillTo { get; init; }

    /// <summary>Code of a delivery method, as used in orders.</summary>
    public string? DeliveryMethod { get; init; }

    /// <summary>For people; null where the code is for them too.</summary>
    public string? DeliveryMethodName { get; init; }

    public DateOnly? RequestedOn { get; init; }

    /// <inheritdoc cref="QuoteRequest.PartialDelivery"/>
    public bool? PartialDelivery { get; init; }

    public string? Note { get; init; }

    public required IReadOnlyList<QuotationLine> Lines { get; init; }

    public Money? Subtotal { get; init; }

    public Money? Freight { get; init; }

    public Money? TaxTotal { get; init; }

    /// <summary>As the ERP stated it when it was asked for; null when a line keeps it from stating it.</summary>
    public Money? Total { get; init; }

    /// <summary>What it became.</summary>
    public OrderNumber? Order { get; init; }

    /// <summary>Who closed it, when and why; null while it is open.</summary>
    public QuotationEnd? End { get; init; }

    /// <summary>The version that a change must name.</summary>
    public required string Version { get; init; }
}

/// <param name="By">Null where the system does not tell.</param>
public sealed record QuotationEnd(DateTimeOffset At, string? By, string? Reason);

public sealed record QuotationLine
{
    public required string LineId { get; init; }

    public required Sku Sku { get; init; }

    public string? Description { get; init; }

    public required Quantity Quantity { get; init; }

    /// <summary>For <see cref="PricePer"/> of the quantity's unit; null beside a problem.</summary>
    public Money? UnitPrice { get; init; }

    /// <summary>How many units <see cref="UnitPrice"/> is for. More than 0.</summary>
    public decimal PricePer { get; init; } = 1;

    public Money? ExtendedAmount { get; init; }

    public DateOnly? PromisedOn { get; init; }

    public DateOnly? RequestedOn { get; init; }

    public string? Note { get; init; }

    public Problem? Problem { get; init; }
}

/// <summary>All given conditions must hold.</summary>
public sealed record QuotationQuery
{
    public required CustomerNumber Customer { get; init; }

    /// <summary>Null for every kind.</summary>
    public QuotationKind? Kind { get; init; }

    /// <summary>Null for every state.</summary>
    public QuotationState? State { get; init; }

    /// <summary>1 to 100.</summary>
    public int Limit { get; init; } = 50;

    public string? Cursor { get; init; }
}

/// <summary>Null leaves a thing as it is.</summary>
/// <param name="Label">A new name, 1 to 80 characters.</param>
/// <param name="State"><see cref="QuotationState.SentBack"/> or <see cref="QuotationState.Withdrawn"/>; null leaves it open.</param>
/// <param name="Reason">Of the end, for who asked; up to 500 characters.</param>
/// <param name="By">Who does it, as the ERP is to keep it.</param>
public sealed record QuotationChange(OrderedBy By, string? Label = null, QuotationState? State = null, string? Reason = null);
