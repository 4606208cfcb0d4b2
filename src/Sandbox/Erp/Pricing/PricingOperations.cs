using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Erp.Pricing;

/// <summary>Prices on the wire.</summary>
internal sealed class PricingOperations(ErpState state)
{
    public IEnumerable<Operation> All => [Operation.Post("pricesQuery", "/prices/query", Query)];

    private Answer Query(Call call)
    {
        var query = call.Read<PricesQuery>();
        if (query.Lines.Count is 0 or > 500 || query.Lines.Any(l => l.Quantity <= 0))
        {
            throw Refusal.BadRequest("lines has 1 to 500 entries with quantities above 0");
        }

        lock (state.Gate)
        {
            var at = state.Now;
            var customer = state.Customers.Find(query.CustomerNumber)
                ?? throw Refusal.Unprocessable("unknown_customer", $"There is no customer {query.CustomerNumber}.");
            var currency = query.Currency ?? customer.Body.Currency;
            if (!Money.Knows(currency))
            {
                throw Refusal.Unprocessable("unknown_currency", $"There are no prices in {currency}.");
            }

            var items = query.Lines.Select(line =>
            {
                if (state.Items.Find(line.Sku) is not { } item)
                {
                    return Body(line, new LineProblem("unknown_sku", $"There is no article {line.Sku}."));
                }

                if (item.UnitOf(line.Unit) is not { } unit)
                {
                    return Body(line, new LineProblem("unit_not_sold", $"{line.Sku} is sold by {string.Join(", ", item.Product.Units.Select(u => u.Unit))}."));
                }

                var p = state.Prices.Price(customer, item, unit, line.Quantity, currency, WorkDays.DayOf(at));
                return new PriceBody(line.Sku, line.Quantity, unit.Unit, p.UnitPrice, p.PriceUnit, p.ListPrice, p.Source, p.Tiers, p.ExtendedAmount, p.ValidUntil, null);
            }).ToList();
            return Answer.Ok(new PricesBody(query.CustomerNumber, currency, at, items));
        }
    }

    private static PriceBody Body(PriceLine line, LineProblem problem) =>
        new(line.Sku, line.Quantity, line.Unit, null, 1, null, null, [], null, null, problem);

    private sealed record PriceLine
    {
        public required string Sku { get; init; }

        public required decimal Quantity { get; init; }

        public string? Unit { get; init; }
    }

    private sealed record PricesQuery
    {
        public required string CustomerNumber { get; init; }

        public string? Currency { get; init; }

        public required IReadOnlyList<PriceLine> Lines { get; init; }
    }

    private sealed record PriceBody(
        string Sku,
        decimal Quantity,
        string? Unit,
        decimal? UnitPrice,
        decimal PriceUnit,
        decimal? ListPrice,
        PriceSource? Source,
        IReadOnlyList<PriceTier> Tiers,
        decimal? ExtendedAmount,
        DateOnly? ValidUntil,
        LineProblem? Problem);

    private sealed record PricesBody(string CustomerNumber, string Currency, DateTimeOffset AsOf, IReadOnlyList<PriceBody> Items);
}
