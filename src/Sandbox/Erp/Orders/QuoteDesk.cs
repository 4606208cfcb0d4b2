using PortalIntegration.Sandbox.Erp.Catalogue;
using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Erp.Pricing;

namespace PortalIntegration.Sandbox.Erp.Orders;

internal sealed record LineWanted(string LineId, string Sku, decimal Quantity, string? Unit, DateOnly? RequestedDate = null, string? Note = null);

internal sealed record Wanted(
    Customer Customer,
    Address BillTo,
    Address ShipTo,
    string DeliveryMethod,
    DateOnly? RequestedDate,
    IReadOnlyList<LineWanted> Lines,
    bool? PartialDelivery = null);

/// <summary>A line worked out; a problem leaves the amounts empty.</summary>
internal sealed record LineQuoted(LineWanted Wanted, Item? Item, SalesUnit? Unit, LineProblem? Problem)
{
    public PriceFound? Price { get; init; }

    public decimal DiscountPercent { get; init; }

    public decimal DiscountAmount { get; init; }

    public decimal ExtendedAmount { get; init; }

    public decimal TaxAmount { get; init; }

    public DateOnly? PromisedOn { get; init; }

    public decimal AvailableNow { get; init; }

    public decimal Backordered { get; init; }
}

internal enum CreditVerdict
{
    Approved,
    Held,
    Refused,
}

internal sealed record CreditDecision(CreditVerdict Decision, string? Reason, decimal? Available, string Currency);

internal sealed record Quoted(
    Wanted Wanted,
    string Currency,
    IReadOnlyList<LineQuoted> Lines,
    decimal Subtotal,
    decimal DiscountTotal,
    decimal Freight,
    IReadOnlyList<Tax> Taxes,
    decimal TaxTotal,
    decimal Total,
    CreditDecision Credit);

/// <summary>Works out what an order costs and when it comes. Placing an order goes through here too.</summary>
internal sealed class QuoteDesk(PriceBook prices, CreditDesk credit, Func<string, Item?> find, Func<DateTimeOffset, DateOnly> dispatch)
{
    private static readonly (decimal FromEuro, decimal Percent)[] OrderDiscounts = [(10_000, 3), (2_500, 2)];

    public Quoted Quote(Wanted wanted, DateTimeOffset at)
    {
        var currency = wanted.Customer.Body.Currency;
        var today = WorkDays.DayOf(at);
        var lines = wanted.Lines.Select(l => Check(l)).ToList();
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i] is { Problem: null, Item: { } item, Unit: { } unit } line)
            {
                lines[i] = line with { Price = prices.Price(wanted.Customer, item, unit, line.Wanted.Quantity, currency, today) };
            }
        }

        var gross = lines.Sum(l => l.Price?.ExtendedAmount ?? 0);
        var percent = OrderDiscounts.FirstOrDefault(d => Money.ToEuro(gross, currency) >= d.FromEuro).Percent;
        var (taxName, taxRate) = Taxation.For(wanted.ShipTo.Country, wanted.Customer.Body.TaxNumber);
        var spoken = new Dictionary<string, decimal>(StringComparer.Ordinal);
        decimal kilos = 0;
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i] is { Price: { } price, Item: { } item, Unit: { } unit } line)
            {
                var discount = Money.Round(price.ExtendedAmount * percent / 100);
                var extended = price.ExtendedAmount - discount;
                var pieces = line.Wanted.Quantity * unit.Factor;
                kilos += pieces * (item.Product.Weight ?? 0);
                lines[i] = Promise(line, item, unit, wanted, spoken, at) with
                {
                    DiscountPercent = percent,
                    DiscountAmount = discount,
                    ExtendedAmount = extended,
                    TaxAmount = Money.Round(extended * taxRate / 100),
                };
            }
        }

        if (wanted.PartialDelivery == false)
        {
            // all together: nothing is promised before the last of it
            var good = lines.Where(l => l.Price is not null).Select(l => l.PromisedOn).ToList();
            var last = good.Contains(null) ? null : good.Max();
            lines = lines.Select(l => l.Price is null ? l : l with { PromisedOn = last }).ToList();
        }

        var subtotal = lines.Sum(l => l.ExtendedAmount);
        var freight = subtotal == 0 ? 0 : Delivery.Freight(wanted.DeliveryMethod, kilos, subtotal, currency);
        var taxed = subtotal + freight;
        var tax = new Tax(taxName, taxRate, taxed, Money.Round(taxed * taxRate / 100));
        var total = taxed + tax.Amount;
        return new Quoted(
            wanted,
            currency,
            lines,
            subtotal,
            lines.Sum(l => l.DiscountAmount),
            freight,
            [tax],
            tax.Amount,
            total,
            credit.Decide(wanted.Customer, total));
    }

    private LineQuoted Check(LineWanted line)
    {
        var item = find(line.Sku);
        if (item is null)
        {
            return Bad("unknown_sku", $"There is no article {line.Sku}.");
        }

        if (item.Product.Status == ProductStatus.Blocked)
        {
            return Bad("product_blocked", $"{line.Sku} is blocked for sale.");
        }

        var unit = item.UnitOf(line.Unit);
        if (unit is null)
        {
            return Bad("unit_not_sold", $"{line.Sku} is sold by {string.Join(", ", item.Product.Units.Select(u => u.Unit))}.");
        }

        if (line.Quantity < unit.MinQuantity)
        {
            return Bad("quantity_below_minimum", $"The smallest quantity is {unit.MinQuantity:0.####} {unit.Unit}.");
        }

        if (line.Quantity % unit.Increment != 0)
        {
            return Bad("quantity_not_multiple", $"Sold in multiples of {unit.Increment:0.####} {unit.Unit}.");
        }

        if (item.Product.Status == ProductStatus.Discontinued && item.Stock.FreeTotal < line.Quantity * unit.Factor)
        {
            return Bad("product_discontinued", $"Only {Math.Floor(item.Stock.FreeTotal / unit.Factor):0.####} {unit.Unit} are left; no more will come.");
        }

        return new LineQuoted(line, item, unit, null);

        LineQuoted Bad(string code, string message) => new(line, item, null, new LineProblem(code, message));
    }

    private LineQuoted Promise(LineQuoted line, Item item, SalesUnit unit, Wanted wanted, Dictionary<string, decimal> spoken, DateTimeOffset at)
    {
        // two lines of one article must not both count the same pieces
        var before = spoken.GetValueOrDefault(item.Key);
        var pieces = line.Wanted.Quantity * unit.Factor;
        spoken[item.Key] = before + pieces;
        var free = Math.Max(0, item.Stock.Offer(before + pieces, unit.Factor, wanted.ShipTo.Country).Sum(o => o.Quantity) - before);
        var now = Math.Min(line.Wanted.Quantity, Math.Floor(free / unit.Factor));
        var missing = (line.Wanted.Quantity - now) * unit.Factor;
        var ready = missing == 0 ? dispatch(at) : WhenReady(item, missing, at);
        var requested = line.Wanted.RequestedDate ?? wanted.RequestedDate;
        return line with
        {
            AvailableNow = now,
            Backordered = line.Wanted.Quantity - now,
            PromisedOn = requested is { } wish && ready is { } day && wish > day ? WorkDays.OnOrAfter(wish) : ready,
        };
    }

    /// <summary>The day after enough has come in for those who wait already and for this line.</summary>
    public static DateOnly? WhenReady(Item item, decimal missing, DateTimeOffset at)
    {
        var needed = item.Stock.Backlog + missing;
        foreach (var inbound in item.Stock.Inbound.OrderBy(i => i.ExpectedOn))
        {
            needed -= inbound.Quantity;
            if (needed <= 0)
            {
                return WorkDays.OnOrAfter(inbound.ExpectedOn.AddDays(1));
            }
        }

        return item.Product is { Status: ProductStatus.Active, LeadTimeDays: { } days }
            ? WorkDays.Add(WorkDays.DayOf(at), days + 1)
            : null;
    }
}
