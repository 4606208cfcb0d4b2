using System.Globalization;
using System.Text.Json;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Reference.Erp;

internal sealed class ErpQuotations(SystemPipeline pipeline, Func<Call, IErpApi> api) : IQuotations
{
    private const string Capability = "Quotations";

    private static readonly Operation _create = Operation.Write("createQuotation", Capability);
    private static readonly Operation _list = Operation.Read("listQuotations", Capability);
    private static readonly Operation _get = Operation.Read("getQuotation", Capability);
    private static readonly Operation _change = Operation.Write("changeQuotation", Capability);

    public PlacingCapabilities Keeping { get; } = new(
        IdempotencyKey: true, UniqueReference: true, CommitHorizon: TimeSpan.Zero, LateCommit: TimeSpan.FromSeconds(30)); // as the contract demands

    public async Task<Outcome<Quotation>> Create(Scope scope, NewQuotation quotation, DateTimeOffset deadline, CancellationToken cancel = default)
    {
        var reference = quotation.Submission.ExternalReference;
        var request = quotation.Request;
        var created = await pipeline.Send(
            scope,
            _create,
            (call, token) => api(call).CreateQuotation(reference,
                new NewQuotationWire
                {
                    ExternalReference = reference,
                    CustomerNumber = request.Customer.Value,
                    Kind = Wire(quotation.Kind),
                    Label = quotation.Label,
                    Reason = quotation.Reason,
                    ShipToId = request.ShipTo,
                    BillToId = request.BillTo,
                    DeliveryMethod = request.DeliveryMethod,
                    RequestedDate = request.RequestedOn,
                    PartialDelivery = request.PartialDelivery,
                    PoNumber = request.PoNumber,
                    Note = quotation.Note,
                    RequestedBy = Lines.Person(quotation.RequestedBy),
                    Lines = ErpQuoting.LinesOf(request),
                },
                token),
            answer => Kept(answer, request.Customer, reference),
            deadline: deadline,
            cancel: cancel);
        if (created.Failure is not { Code: "external_reference_exists" or "idempotency_key_reused" } taken)
        {
            return created;
        }

        // It stands already, under another key or with other content: that one is the answer. Or it is still being made: then this is no refusal.
        var standing = await FindByReference(scope, request.Customer, quotation.Submission, cancel);
        return standing is { Succeeded: true, Value: not null }
            ? standing.Select(found => found!)
            : Outcome.Failed<Quotation>(taken with { Cause = Cause.Conflict });
    }

    public Task<Outcome<Quotation?>> FindByReference(Scope scope, CustomerNumber customer, SubmissionId submission, CancellationToken cancel = default) => pipeline.Send(
        scope,
        _list,
        (call, token) => api(call).ListQuotations(customer.Value, submission.ExternalReference, null, null, null, 2, token),
        page => page.Items.Count switch
        {
            0 => null,
            1 => Strict.Each(page.Items, "items", (found, _) => Kept(found, customer, submission.ExternalReference))[0],
            _ => throw new MalformedAnswerException("items has several quotations under one external reference"),
        },
        page => page.AsOf,
        cancel: cancel);

    public Task<Outcome<Quotation>> Get(Scope scope, QuotationNumber number, CancellationToken cancel = default) => Ask.ByKey(pipeline, _get, number.Value, key =>
        pipeline.Send(scope, _get, (call, token) => api(call).GetQuotation(key, token), found => Map(found, ""), cancel: cancel));

    public Task<Outcome<Page<Quotation>>> List(Scope scope, QuotationQuery query, CancellationToken cancel = default) => pipeline.Send(
        scope,
        _list,
        (call, token) => api(call).ListQuotations(
            query.Customer.Value, null, query.Kind is { } kind ? Code(kind) : null, query.State is { } state ? Code(state) : null, query.Cursor, query.Limit, token),
        page => new Page<Quotation>(Strict.Each(page.Items, "items", (found, at) => Map(found, $"{at}.")), page.NextCursor, page.Total),
        page => page.AsOf,
        cancel: cancel);

    public Task<Outcome<Quotation>> Change(Scope scope, QuotationNumber number, QuotationChange change, string version, CancellationToken cancel = default) =>
        Ask.ByKey(pipeline, _change, number.Value, key => pipeline.Send(
            scope,
            _change,
            (call, token) => api(call).ChangeQuotation(
                key,
                Ask.IfMatch(version),
                new QuotationChangeWire(
                    change.Label,
                    change.State switch
                    {
                        null => null,
                        QuotationState.SentBack => QuotationStatusWire.SentBack,
                        QuotationState.Withdrawn => QuotationStatusWire.Withdrawn,
                        _ => throw new ArgumentOutOfRangeException(nameof(change)),
                    },
                    change.Reason,
                    Lines.Person(change.By)),
                token),
            found =>
            {
                Strict.Same(found.Number, number.Value, "number");
                return Map(found, "");
            },
            cancel: cancel));

    private static string Code<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>Another's is no answer to ours.</summary>
    private static Quotation Kept(QuotationWire found, CustomerNumber customer, string reference)
    {
        Strict.Same(found.ExternalReference ?? "", reference, "externalReference");
        Strict.Same(found.CustomerNumber, customer.Value, "customerNumber");
        return Map(found, "");
    }

    private static Quotation Map(QuotationWire found, string at)
    {
        var currency = Strict.Currency(found.Currency, $"{at}currency");
        return new Quotation
        {
            Number = new QuotationNumber(Strict.Filled(found.Number, $"{at}number")),
            Customer = new CustomerNumber(Strict.Filled(found.CustomerNumber, $"{at}customerNumber")),
            Kind = found.Kind switch
            {
                QuotationKindWire.Quote => QuotationKind.Quote,
                QuotationKindWire.Basket => QuotationKind.Basket,
                QuotationKindWire.List => QuotationKind.List,
                QuotationKindWire.Approval => QuotationKind.Approval,
                _ => throw new MalformedAnswerException($"{at}kind is unknown"),
            },
            State = found.Status switch
            {
                QuotationStatusWire.Open => QuotationState.Open,
                QuotationStatusWire.Expired => QuotationState.Expired,
                QuotationStatusWire.Ordered => QuotationState.Ordered,
                QuotationStatusWire.SentBack => QuotationState.SentBack,
                QuotationStatusWire.Withdrawn => QuotationState.Withdrawn,
                _ => throw new MalformedAnswerException($"{at}status is unknown"),
            },
            Submission = found.ExternalReference is { } reference && reference.StartsWith(SubmissionId.Prefix, StringComparison.Ordinal)
                && SubmissionId.TryParse(reference, out var submission) ? submission : null,
            Label = found.Label,
            Reason = found.Reason,
            RequestedAt = found.RequestedAt,
            RequestedBy = found.RequestedBy?.ContactId is { Length: > 0 } person ? new PersonId(person) : null,
            RequesterName = found.RequestedBy?.Name,
            OnBehalfOf = found.RequestedBy?.OnBehalfOf,
            ValidUntil = found.ValidUntil,
            PoNumber = found.PoNumber,
            ShipTo = Lines.Address(found.ShipTo, $"{at}shipTo"),
            BillTo = Lines.Address(found.BillTo, $"{at}billTo"),
            DeliveryMethod = found.DeliveryMethod,
            RequestedOn = found.RequestedDate,
            PartialDelivery = found.PartialDelivery,
            Note = found.Note,
            Lines = Strict.Each(found.Lines, $"{at}lines", (line, lineAt) => Line(line, currency, lineAt)),
            Subtotal = Strict.Price(found.Subtotal, currency, $"{at}subtotal"),
            Freight = Strict.Price(found.Freight, currency, $"{at}freight"),
            TaxTotal = Strict.Price(found.TaxTotal, currency, $"{at}taxTotal"),
            Total = Strict.Price(found.Total, currency, $"{at}total"),
            Order = found.OrderNumber is { Length: > 0 } order ? new OrderNumber(order) : null,
            End = found.Closed is { } closed ? new QuotationEnd(closed.At, closed.By, closed.Reason) : null,
            Version = found.Version.ToString(CultureInfo.InvariantCulture),
        };
    }

    private static QuotationLine Line(QuotationLineWire line, string currency, string at)
    {
        var problem = Lines.Problem(line.Problem, line.LineId, $"{at}.problem");
        if (problem is null && (line.UnitPrice is null || line.ExtendedAmount is null || line.Unit is null))
        {
            throw new MalformedAnswerException($"{at} has neither its amounts nor a problem: unitPrice, extendedAmount or unit");
        }

        return new QuotationLine
        {
            LineId = Strict.Filled(line.LineId, $"{at}.lineId"),
            Sku = new Sku(Strict.Filled(line.Sku, $"{at}.sku")),
            Description = line.Description,
            Quantity = new Quantity(Strict.Positive(line.Quantity, $"{at}.quantity"), line.Unit ?? ""),
            UnitPrice = Strict.Price(line.UnitPrice, currency, $"{at}.unitPrice"),
            PricePer = Strict.Positive(line.PriceUnit, $"{at}.priceUnit"),
            ExtendedAmount = Strict.Price(line.ExtendedAmount, currency, $"{at}.extendedAmount"),
            PromisedOn = line.PromisedOn,
            RequestedOn = line.RequestedDate,
            Note = line.Note,
            Problem = problem,
        };
    }

    private static QuotationKindWire Wire(QuotationKind kind) => kind switch
    {
        QuotationKind.Quote => QuotationKindWire.Quote,
        QuotationKind.Basket => QuotationKindWire.Basket,
        QuotationKind.List => QuotationKindWire.List,
        QuotationKind.Approval => QuotationKindWire.Approval,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
