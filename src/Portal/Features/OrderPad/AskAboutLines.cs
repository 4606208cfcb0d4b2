using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Portal.Features.OrderPad;

/// <summary>
/// Asks the owners about many lines of an order pad: one call for the products, one for the prices, one for the stock. Lines whose SKU
/// is known from before are asked side by side with the catalogue; only what was newly typed waits for it. What one owner
/// does not answer leaves the rest as it is.
/// </summary>
public sealed class AskAboutLines(IOwnershipMap map)
{
    /// <summary>The most lines that one call of a port takes.</summary>
    private const int LinesPerCall = 500;

    public async Task<PadAnswer> Ask(Scope scope, CustomerNumber customer, IReadOnlyList<PadLine> lines, CancellationToken cancel = default)
    {
        var asked = lines.Select(line => new Line(line)).ToList();
        var known = asked.Where(line => line.Sku is not null).ToList();

        var products = Resolve(scope, customer, asked, cancel);
        var prices = Price(scope, customer, known.Where(line => line.Typed.Unit is not null), cancel);
        var stock = Stock(scope, known, cancel);
        var catalogue = await products;
        await Task.WhenAll(prices, stock);

        var late = asked.Where(line => line.Sku is not null && line is { PriceAsked: false, Quantity.Value: not null }).ToList();
        var lateStock = asked.Where(line => line is { Sku: not null, StockAsked: false }).ToList();
        var morePrices = Price(scope, customer, late, cancel);
        var moreStock = Stock(scope, lateStock, cancel);
        await Task.WhenAll(morePrices, moreStock);

        return new(
            [.. asked.Select(line => line.Answer())],
            catalogue,
            Together(await prices, await morePrices),
            Together(await stock, await moreStock));
    }

    private async Task<CapabilityAnswer> Resolve(Scope scope, CustomerNumber customer, IReadOnlyList<Line> lines, CancellationToken cancel)
    {
        var codes = lines.Select(line => line.Code).Where(code => code.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var answers = await Chunked(codes, chunk => map.Owner<ICatalog>().Resolve(scope, customer, chunk, cancel));
        var found = answers.SelectMany(answer => answer.Try(out var list) ? list : []).ToLookup(item => item.Code, item => item.Product, StringComparer.OrdinalIgnoreCase);
        var failed = answers.Any(answer => !answer.Succeeded);
        foreach (var line in lines.Where(line => line.Code.Length > 0))
        {
            line.Take(found[line.Code].FirstOrDefault(), failed);
        }

        return Summary(codes.Count, answers);
    }

    private async Task<CapabilityAnswer> Price(Scope scope, CustomerNumber customer, IEnumerable<Line> candidates, CancellationToken cancel)
    {
        var lines = candidates.Where(line => line.Quantity.Value is not null).ToList();
        lines.ForEach(line => line.PriceAsked = true);
        var answers = await Chunked(lines, async chunk =>
        {
            var query = chunk.Select(line => new PriceLine(line.Sku!.Value, line.Quantity.Value!.Value, line.Typed.Unit ?? line.Product?.SalesUnit)).ToList();
            var answer = await map.Owner<IPricing>().Prices(scope, customer, query, cancel);
            if (answer.Try(out var prices))
            {
                foreach (var (line, price) in chunk.Zip(prices).Where(pair => pair.First.Sku == pair.Second.Sku))
                {
                    line.Price = price;
                }
            }

            return answer;
        });
        return Summary(lines.Count, answers);
    }

    private async Task<CapabilityAnswer> Stock(Scope scope, IReadOnlyList<Line> lines, CancellationToken cancel)
    {
        foreach (var line in lines)
        {
            line.StockAsked = true;
        }

        var skus = lines.Select(line => line.Sku!.Value).Distinct().ToList();
        var answers = await Chunked(skus, chunk => map.Owner<IInventory>().Availability(scope, chunk, cancel));
        var found = answers.SelectMany(answer => answer.Try(out var list) ? list : []).ToLookup(item => item.Sku);
        foreach (var line in lines)
        {
            line.Availability = found[line.Sku!.Value].FirstOrDefault();
        }

        return Summary(lines.Count, answers);
    }

    private static async Task<Outcome<TAnswer>[]> Chunked<TItem, TAnswer>(IEnumerable<TItem> items, Func<IReadOnlyList<TItem>, Task<Outcome<TAnswer>>> ask) =>
        await Task.WhenAll(items.Chunk(LinesPerCall).Select(chunk => ask(chunk)));

    private static CapabilityAnswer Summary<T>(int count, Outcome<T>[] answers) => new(
        count,
        answers.Select(answer => answer.Provenance).FirstOrDefault(provenance => provenance is not null),
        answers.Select(answer => answer.Failure).FirstOrDefault(failure => failure is not null));

    private static CapabilityAnswer Together(CapabilityAnswer one, CapabilityAnswer other) =>
        new(one.Asked + other.Asked, other.Provenance ?? one.Provenance, one.Failure ?? other.Failure);

    private sealed class Line(PadLine typed)
    {
        private Recognised _recognised = Recognised.Empty;

        public PadLine Typed { get; } = typed;

        public string Code { get; } = (string.IsNullOrEmpty(typed.Sku) ? typed.Code : typed.Sku).Trim();

        public Sku? Sku { get; private set; } = string.IsNullOrEmpty(typed.Sku) ? null : new Sku(typed.Sku);

        public QuantityReading Quantity { get; } = QuantityText.Read(typed.Quantity);

        public Product? Product { get; private set; }

        public Price? Price { get; set; }

        public bool PriceAsked { get; set; }

        public Availability? Availability { get; set; }

        public bool StockAsked { get; set; }

        /// <summary>With the catalogue out of reach, what was typed is asked about as it stands: it may well be a SKU.</summary>
        public void Take(Product? product, bool catalogueFailed)
        {
            Product = product;
            _recognised = product is not null ? Recognised.Yes : catalogueFailed ? Recognised.NotAnswered : Recognised.No;
            Sku ??= product?.Sku ?? (catalogueFailed && !Code.Any(char.IsWhiteSpace) ? new Sku(Code) : null);
        }

        public LineAnswer Answer() => new()
        {
            Line = Typed,
            Recognised = _recognised,
            Sku = _recognised == Recognised.No ? null : Sku,
            Product = Product,
            Quantity = Quantity,
            Price = _recognised == Recognised.No ? null : Price,
            Availability = _recognised == Recognised.No ? null : Availability,
        };
    }
}
