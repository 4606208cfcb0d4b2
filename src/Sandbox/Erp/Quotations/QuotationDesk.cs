using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Erp.Quotations;

/// <summary>What is kept beside what was quoted.</summary>
internal sealed record Keeping(QuotationKind Kind, string? ExternalReference, string? Label, string? Reason, Person RequestedBy, string? PoNumber, string? Note);

/// <summary>Baskets that are kept and are no orders. To be called under the ERP's lock.</summary>
internal sealed class QuotationDesk(ErpState state)
{
    private static readonly TimeSpan QuoteHolds = TimeSpan.FromDays(14);
    private static readonly TimeSpan ApprovalWaits = TimeSpan.FromDays(7);

    public Quotation Find(string number) => state.Quotations.Find(number) ?? throw Refusal.NotFound($"There is no quotation {number}.");

    public Quotation Keep(Quoted quoted, Keeping keeping, DateTimeOffset at)
    {
        var wanted = quoted.Wanted;
        var kept = new Quotation
        {
            Number = state.NextNumber("QU-", 20_000),
            ExternalReference = keeping.ExternalReference,
            CustomerNumber = wanted.Customer.Key,
            Kind = keeping.Kind,
            Status = QuotationStatus.Open,
            Label = keeping.Label,
            Reason = keeping.Reason,
            RequestedAt = at,
            RequestedBy = keeping.RequestedBy,
            ValidUntil = keeping.Kind switch
            {
                QuotationKind.Quote => at + QuoteHolds,
                QuotationKind.Approval => at + ApprovalWaits,
                _ => null,
            },
            PoNumber = keeping.PoNumber,
            BillTo = wanted.BillTo,
            ShipTo = wanted.ShipTo,
            DeliveryMethod = wanted.DeliveryMethod,
            RequestedDate = wanted.RequestedDate,
            PartialDelivery = wanted.PartialDelivery,
            Note = keeping.Note,
            Currency = quoted.Currency,
            Lines = quoted.Lines.Select(QuotationLine.Of).ToList(),
            Subtotal = quoted.Subtotal,
            Freight = quoted.Freight,
            TaxTotal = quoted.TaxTotal,
            Total = quoted.Total,
            Version = 0,
            UpdatedAt = at,
        };
        return Save(kept, at);
    }

    /// <summary>The quotation that an order may be made of.</summary>
    public Quotation Orderable(string number, string customer, DateTimeOffset at)
    {
        var found = state.Quotations.Find(number);
        if (found is null || found.CustomerNumber != customer)
        {
            throw Refusal.Unprocessable("unknown_quotation", $"The customer has no quotation {number}.");
        }

        RefuseUnlessOpen(found, at, 422);
        return found;
    }

    public void Order(Quotation quotation, Order order, DateTimeOffset at) =>
        Save(quotation with { Status = QuotationStatus.Ordered, OrderNumber = order.Number, Closed = new QuotationEnd(at, order.OrderedBy?.Name, null) }, at);

    public Quotation Change(Quotation quotation, string? label, QuotationStatus? end, string? reason, string? by, DateTimeOffset at)
    {
        if (end is { } wanted && wanted == quotation.Status)
        {
            return quotation;
        }

        RefuseUnlessOpen(quotation, at, 409, evenExpired: true);
        if (end == QuotationStatus.SentBack && quotation.Kind != QuotationKind.Approval)
        {
            throw Refusal.Unprocessable("not_for_approval", "Only what waits for an approval can be sent back.");
        }

        return Save(
            quotation with
            {
                Label = label ?? quotation.Label,
                Status = end ?? quotation.Status,
                Closed = end is null ? null : new QuotationEnd(at, by, reason),
            },
            at);
    }

    public void Expire(Quotation quotation, DateTimeOffset at) => Save(quotation with { ValidUntil = at }, at);

    private static void RefuseUnlessOpen(Quotation quotation, DateTimeOffset at, int status, bool evenExpired = false)
    {
        var (code, words) = quotation.AsOf(at).Status switch
        {
            QuotationStatus.Open => (null, ""),
            QuotationStatus.Expired when evenExpired => (null, ""),
            QuotationStatus.Expired => ("quotation_expired", $"{quotation.Number} has run out."),
            QuotationStatus.Ordered => ("quotation_ordered", $"{quotation.Number} became {quotation.OrderNumber}."),
            _ => ("quotation_closed", $"{quotation.Number} is closed."),
        };
        if (code is not null)
        {
            throw Refusal.Of(status, code, words);
        }
    }

    private Quotation Save(Quotation changed, DateTimeOffset at)
    {
        var saved = changed with { Version = changed.Version + 1, UpdatedAt = at };
        state.Quotations.Put(saved);
        if (!state.QuotationsOfCustomer.TryGetValue(saved.CustomerNumber, out var own))
        {
            state.QuotationsOfCustomer[saved.CustomerNumber] = own = [];
        }

        own.RemoveAll(other => other.Number == saved.Number);
        own.Add(saved);
        state.Publish("quotation.changed", "quotation", saved.Number);
        return saved;
    }
}
