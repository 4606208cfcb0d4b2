using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Reference.Erp;

internal sealed class ErpQuoting(SystemPipeline pipeline, Func<Call, IErpApi> api) : IQuoting
{
    private static readonly Operation _quote = Operation.Read("quoteOrder", "Quoting");
    private static readonly Operation _methods = Operation.Read("listDeliveryMethods", "Quoting");

    public QuotingCapabilities Quoting { get; } = new(QuotingKind.Pure);

    public Task<Outcome<Quote>> Quote(Scope scope, QuoteRequest request, CancellationToken cancel = default) => pipeline.Send(
        scope,
        _quote,
        (call, token) => api(call).QuoteOrder(new QuoteRequestWire
            {
                CustomerNumber = request.Customer.Value,
                ShipToId = request.ShipTo,
                BillToId = request.BillTo,
                DeliveryMethod = request.DeliveryMethod,
                RequestedDate = request.RequestedOn,
                PartialDelivery = request.PartialDelivery,
                PoNumber = request.PoNumber,
                Lines = LinesOf(request),
            },
            token),
        quote => Map(quote, request),
        quote => quote.AsOf,
        cancel: cancel);

    public Task<Outcome<IReadOnlyList<DeliveryMethod>>> DeliveryMethods(Scope scope, CustomerNumber customer, CancellationToken cancel = default) => pipeline.Send(
        scope,
        _methods,
        (call, token) => api(call).ListDeliveryMethods(customer.Value, token),
        list => (IReadOnlyList<DeliveryMethod>)
        [
            .. Strict.Each(list.Items, "items", (method, at) => (
                    method.IsDefault,
                    Method: new DeliveryMethod(Strict.Filled(method.Code, $"{at}.code"), Strict.Filled(method.Name, $"{at}.name"), method.Description)))
                .OrderByDescending(entry => entry.IsDefault)
                .Select(entry => entry.Method),
        ],
        cancel: cancel);

    public Task<Outcome<int>> SweepDrafts(Scope scope, DateTimeOffset before, CancellationToken cancel = default) => Task.FromResult(Ask.Nothing(pipeline, 0));

    public static IReadOnlyList<OrderLineRequestWire> LinesOf(QuoteRequest request) =>
        [.. request.Lines.Select(line => new OrderLineRequestWire(line.LineId, line.Sku.Value, line.Quantity, line.Unit, line.RequestedOn, line.Note))];

    private static Quote Map(QuoteWire quote, QuoteRequest request)
    {
        Strict.Same(quote.CustomerNumber, request.Customer.Value, "customerNumber");
        Strict.Count(quote.Lines.Count, request.Lines.Count, "lines");
        var currency = Strict.Currency(quote.Currency, "currency");
        var asked = request.Lines.ToDictionary(line => line.LineId);
        var lines = Strict.Each(quote.Lines, "lines", (line, at) =>
        {
            if (!asked.Remove(line.LineId, out var mine))
            {
                throw new MalformedAnswerException($"{at}.lineId is none of those asked for");
            }

            Strict.Same(line.Sku, mine.Sku.Value, $"{at}.sku");
            return Map(line, mine, currency, at);
        });
        return new Quote
        {
            Lines = lines,
            Subtotal = Strict.Price(quote.Subtotal, currency, "subtotal"),
            Discount = Strict.Price(quote.DiscountTotal, currency, "discountTotal"),
            Freight = Strict.Price(quote.Freight, currency, "freight"),
            Taxes = Strict.Each(quote.Taxes, "taxes", (tax, at) =>
                new Tax(Strict.Filled(tax.Name, $"{at}.name"), tax.Rate, new Money(tax.Base, currency), new Money(tax.Amount, currency))),
            TaxTotal = Strict.Price(quote.TaxTotal, currency, "taxTotal"),
            Total = Strict.Price(quote.Total, currency, "total"),
            Credit = new CreditDecision(
                quote.Credit.Decision switch
                {
                    CreditVerdictWire.Approved => CreditVerdict.Approved,
                    CreditVerdictWire.Held => CreditVerdict.Held,
                    CreditVerdictWire.Refused => CreditVerdict.Refused,
                    _ => throw new MalformedAnswerException("credit.decision is unknown"),
                },
                quote.Credit.Reason,
                Strict.Money(quote.Credit.Available, Strict.Currency(quote.Credit.Currency, "credit.currency"))),
            ValidUntil = quote.ValidUntil,
        };
    }

    private static QuoteLine Map(QuoteLineWire line, OrderLineRequest asked, string currency, string at)
    {
        var problem = Lines.Problem(line.Problem, line.LineId, $"{at}.problem");
        if (problem is null && (line.UnitPrice is null || line.ExtendedAmount is null || line.Unit is null))
        {
            throw new MalformedAnswerException($"{at} has neither its amounts nor a problem");
        }

        if (line.DiscountPercent is < 0 or > 100)
        {
            throw new MalformedAnswerException($"{at}.discountPercent is out of range");
        }

        return new QuoteLine
        {
            LineId = line.LineId,
            Sku = asked.Sku,
            Quantity = new Quantity(Strict.Positive(line.Quantity, $"{at}.quantity"), line.Unit ?? asked.Unit ?? ""),
            UnitPrice = Strict.Price(line.UnitPrice, currency, $"{at}.unitPrice"),
            PricePer = Strict.Positive(line.PriceUnit, $"{at}.priceUnit"),
            DiscountPercent = line.DiscountPercent,
            ExtendedAmount = Strict.Price(line.ExtendedAmount, currency, $"{at}.extendedAmount"),
            PromisedOn = line.PromisedOn,
            AvailableNow = Strict.NotNegative(line.AvailableNow, $"{at}.availableNow"),
            Backordered = Strict.NotNegative(line.Backordered, $"{at}.backordered"),
            Problem = problem,
        };
    }
}
