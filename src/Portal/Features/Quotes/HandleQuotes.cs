using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.Checkout;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.Portal.Features.Quotes;

/// <summary>Quotations as their owner keeps them, and what is made of them. Everything that writes an order or a new quotation goes through placing.</summary>
/// <exception cref="Sync.Storage.StoreUnavailableException">Thrown where placing is asked and the portal's store is not to be had.</exception>
public sealed class HandleQuotes(IOwnershipMap map, IPlaceOrders placing)
{
    public const int PageSize = 25;

    /// <summary>Nobody hands the same in more often, and has it refused each time.</summary>
    private const int MostRounds = 50;

    /// <summary>Whether the ERP can keep any.</summary>
    public bool CanKeep => map.OwnerOf(Entity.Quotations) is not null;

    public Task<Outcome<Page<Quotation>>> List(
        Scope scope, CustomerNumber customer, QuotationKind? kind, QuotationState? state, string? cursor, CancellationToken cancel = default) =>
        map.Owner<IQuotations>().List(
            scope,
            new QuotationQuery { Customer = customer, Kind = kind, State = state, Cursor = string.IsNullOrWhiteSpace(cursor) ? null : cursor.Trim(), Limit = PageSize },
            cancel);

    public Task<Outcome<Quotation>> Get(Scope scope, QuotationNumber number, CancellationToken cancel = default) =>
        map.Owner<IQuotations>().Get(scope, number, cancel);

    public Task<Outcome<Quotation>> Change(PortalSession session, Quotation quotation, QuotationChange change, CancellationToken cancel = default) =>
        map.Owner<IQuotations>().Change(session.Scope, quotation.Number, change, quotation.Version, cancel);

    /// <summary>What the ERP says of it now.</summary>
    public Task<Outcome<Quote>> QuoteNow(Scope scope, QuoteRequest request, CancellationToken cancel = default) => map.Owner<IQuoting>().Quote(scope, request, cancel);

    /// <summary>The submission that this quotation becomes next, and what became of it where it was handed in already.</summary>
    /// <param name="anew">What has run out is handed in as it stands, and is not made of the quotation.</param>
    public async Task<(SubmissionId Id, Placing? Running)> Next(Scope scope, Quotation quotation, bool anew, CancellationToken cancel = default)
    {
        for (var round = 0; ; round++)
        {
            var id = DerivedSubmission.Of(quotation.Number, anew ? "anew" : "order", round);
            var running = await placing.Find(scope, id, cancel);
            if (running is not { State: PlacingState.Rejected or PlacingState.Withdrawn } || round == MostRounds)
            {
                return (id, running);
            }
        }
    }

    public static QuoteRequest Request(Quotation quotation, SubmissionId id) => new()
    {
        Submission = id,
        Customer = quotation.Customer,
        ShipTo = quotation.ShipTo?.Id,
        BillTo = quotation.BillTo?.Id,
        DeliveryMethod = quotation.DeliveryMethod,
        RequestedOn = quotation.RequestedOn,
        PartialDelivery = quotation.PartialDelivery,
        PoNumber = quotation.PoNumber,
        Lines = [.. quotation.Lines.Select(line => new OrderLineRequest(
            line.LineId, line.Sku, line.Quantity.Value, line.Quantity.Unit.Length > 0 ? line.Quantity.Unit : null, line.RequestedOn, line.Note))],
    };

    /// <summary>Hands in what was kept: as an order made of it; as a new quote, where a quote has run out; as an order anew, where an approval has.</summary>
    /// <param name="seen">The ERP's quote on the person's screen: if it says anything else when it is placed, he is asked.</param>
    public Task<SubmitResult> HandIn(PortalSession session, Quotation quotation, SubmissionId id, Quote? seen, bool anew, CancellationToken cancel = default) => placing.Submit(
        session.Scope,
        new Submission
        {
            Id = id,
            Request = Request(quotation, id),
            OrderedBy = By(session, quotation.Customer),
            Note = quotation.Note,
            Policy = PricePolicy.AskIfDifferent,
            Seen = seen,
            MadeOf = anew ? null : quotation.Number,
            Keep = anew && quotation.Kind == QuotationKind.Quote ? new QuotationTerms(QuotationKind.Quote, quotation.Label) : null,
        },
        cancel);

    /// <summary>Has a basket kept.</summary>
    public Task<SubmitResult> Keep(PortalSession session, QuoteRequest request, string? note, QuotationTerms terms, CancellationToken cancel = default) => placing.Submit(
        session.Scope,
        new Submission
        {
            Id = request.Submission,
            Request = request,
            OrderedBy = By(session, request.Customer),
            Note = note,
            Policy = PricePolicy.PriceOfTheDay,
            Keep = terms,
        },
        cancel);

    public Task<Placing?> Find(Scope scope, SubmissionId id, CancellationToken cancel = default) => placing.Find(scope, id, cancel);

    public IDisposable Watch(Scope scope, SubmissionId id, Action<Placing> changed) => placing.Watch(scope, id, changed);

    public static OrderedBy By(PortalSession session, CustomerNumber customer) => new(
        session.Person, session.Name, session.IsRep ? session.Scope.Accounts.FirstOrDefault(account => account.Customer == customer)?.Name : null);

    /// <summary>What the ERP says now otherwise than the quotation. Compared for equality, nothing more.</summary>
    public static IReadOnlyList<Difference> Differences(Quotation quotation, Quote now)
    {
        var found = new List<Difference>();
        foreach (var line in quotation.Lines)
        {
            var current = now.Lines.FirstOrDefault(candidate => candidate.LineId == line.LineId);
            Compare(line, DifferenceKind.UnitPrice, Amount(line.UnitPrice), Amount(current?.UnitPrice));
            Compare(line, DifferenceKind.ExtendedAmount, Amount(line.ExtendedAmount), Amount(current?.ExtendedAmount));
            Compare(line, DifferenceKind.PromisedOn, Date(line.PromisedOn), Date(current?.PromisedOn));
            Compare(line, DifferenceKind.Problem, Words(line.Problem), Words(current?.Problem));
        }

        Compare(null, DifferenceKind.Subtotal, Amount(quotation.Subtotal), Amount(now.Subtotal));
        Compare(null, DifferenceKind.Freight, Amount(quotation.Freight), Amount(now.Freight));
        Compare(null, DifferenceKind.TaxTotal, Amount(quotation.TaxTotal), Amount(now.TaxTotal));
        Compare(null, DifferenceKind.Total, Amount(quotation.Total), Amount(now.Total));
        return found;

        void Compare(QuotationLine? line, DifferenceKind kind, DifferenceValue? before, DifferenceValue? current)
        {
            if (before != current)
            {
                found.Add(new(line?.LineId, line?.Sku, kind, before, current));
            }
        }
    }

    private static DifferenceValue? Amount(Money? money) => money is null ? null : new(Amount: money);

    private static DifferenceValue? Date(DateOnly? day) => day is null ? null : new(Date: day);

    private static DifferenceValue? Words(Problem? problem) => problem is null ? null : new(Text: problem.Message);
}
