using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Portal.Features.OrderPad;

/// <summary>
/// Asks the owners about many lines of an order pad: one call for the products, one for the prices, one for the stock, all at the same time. What was
/// typed is taken for a SKU until the catalogue has answered; only lines that turn out to be another product, such as the customer's own part
/// numbers, are asked about once more. What one owner does not answer, or answers late, leaves the rest as it is.
/// </summary>
public sealed class AskAboutLines(IOwnershipMap map)
{
    /// <summary>The most lines that one call of a port takes.</summary>
    private const int LinesPerCall = 500;

    /// <summary>No product has a longer code: it is not asked for.</summary>
    private const int LongestCode = 64;

    /// <param name="progress">Told whenever one owner has answered while others have not.</param>
    public async Task<PadAnswer> Ask(
        Scope scope, CustomerNumber customer, IReadOnlyList<PadLine> lines, Action<PadAnswer>? progress = null, CancellationToken cancel = default)
    {
        var talk = new Talk(scope, customer, [.. lines.Select(line => new Line(line))], progress, cancel);
        var likely = talk.Lines.Where(line => line.Sku is not null).ToList();
        await Task.WhenAll(Price(talk, likely), Stock(talk, likely), ResolveAndAskTheRest(talk));
        return talk.Answer();
    }

    private async Task ResolveAndAskTheRest(Talk talk)
    {
        var asked = talk.Lines.ToDictionary(line => line, line => line.Sku);
        await Resolve(talk);
        var rest = talk.Lines.Where(line => line.Sku is not null && line.Sku != asked[line]).ToList();
        await Task.WhenAll(Price(talk, rest), Stock(talk, rest));
    }

    private async Task Resolve(Talk talk)
    {
        var lines = talk.Lines.Where(line => line.Code.Length > 0).ToList();
        var codes = lines.Select(line => line.Code).Where(code => code.Length <= LongestCode).Distinct(StringComparer.OrdinalIgnoreCase);
        var answers = await Chunked(codes, chunk => map.Owner<ICatalog>().Resolve(talk.Scope, talk.Customer, chunk, talk.Cancel));
        var failed = answers.Any(answer => !answer.Succeeded);
        var found = answers.SelectMany(answer => answer.Try(out var list) ? list : [])
            .ToLookup(item => item.Code, item => item.Product, StringComparer.OrdinalIgnoreCase);
        lines.ForEach(line => line.Take(found[line.Code].FirstOrDefault(), failed));
        talk.Catalogue = talk.Catalogue.With(Told(answers));
        talk.Tell(lines.Count);
    }

    private async Task Price(Talk talk, List<Line> candidates)
    {
        var lines = candidates.Where(line => line.Quantity.Value is not null).ToList();
        lines.ForEach(line => line.PricePart = Part.Waiting);
        var answers = await Chunked(lines, async chunk =>
        {
            var query = chunk.Select(line => new PriceLine(line.Sku!.Value, line.Quantity.Value!.Value, line.Unit)).ToList();
            var answer = await map.Owner<IPricing>().Prices(talk.Scope, talk.Customer, query, talk.Cancel);
            var prices = answer.Try(out var list) ? list : [];
            for (var at = 0; at < chunk.Count; at++)
            {
                if (chunk[at].Sku == query[at].Sku)
                {
                    chunk[at].PricePart = answer.Succeeded ? Part.Answered : Part.Failed;
                    chunk[at].Price = at < prices.Count && prices[at].Sku == query[at].Sku ? prices[at] : null;
                }
            }

            return answer;
        });
        talk.Prices = talk.Prices.With(Told(answers));
        talk.Tell(lines.Count);
    }

    private async Task Stock(Talk talk, List<Line> lines)
    {
        lines.ForEach(line => line.StockPart = Part.Waiting);
        var asked = lines.Select(line => line.Sku!.Value).ToList();
        var answers = await Chunked(asked.Distinct(), chunk => map.Owner<IInventory>().Availability(talk.Scope, chunk, talk.Cancel));
        var failed = answers.Any(answer => !answer.Succeeded);
        var found = answers.SelectMany(answer => answer.Try(out var list) ? list : []).ToLookup(item => item.Sku);
        foreach (var (line, _) in lines.Zip(asked).Where(pair => pair.First.Sku == pair.Second))
        {
            line.Availability = found[line.Sku!.Value].FirstOrDefault();
            line.StockPart = line.Availability is null && failed ? Part.Failed : Part.Answered;
        }

        talk.Stock = talk.Stock.With(Told(answers));
        talk.Tell(lines.Count);
    }

    private static async Task<Outcome<TAnswer>[]> Chunked<TItem, TAnswer>(IEnumerable<TItem> items, Func<IReadOnlyList<TItem>, Task<Outcome<TAnswer>>> ask) =>
        await Task.WhenAll(items.Chunk(LinesPerCall).Select(chunk => ask(chunk)));

    private static CapabilityAnswer Told<T>(Outcome<T>[] answers) => new(
        answers.Select(answer => answer.Provenance).FirstOrDefault(provenance => provenance is not null),
        answers.Select(answer => answer.Failure).FirstOrDefault(failure => failure is not null));

    private sealed class Talk(Scope scope, CustomerNumber customer, IReadOnlyList<Line> lines, Action<PadAnswer>? progress, CancellationToken cancel)
    {
        public Scope Scope { get; } = scope;

        public CustomerNumber Customer { get; } = customer;

        public IReadOnlyList<Line> Lines { get; } = lines;

        public CancellationToken Cancel { get; } = cancel;

        public CapabilityAnswer Catalogue { get; set; } = CapabilityAnswer.None;

        public CapabilityAnswer Prices { get; set; } = CapabilityAnswer.None;

        public CapabilityAnswer Stock { get; set; } = CapabilityAnswer.None;

        public PadAnswer Answer() => new([.. Lines.Select(line => line.Answer())], Catalogue, Prices, Stock);

        public void Tell(int asked)
        {
            if (asked > 0 && progress is not null && Answer() is var answer && answer.Lines.Any(line => !line.IsComplete))
            {
                progress(answer);
            }
        }
    }

    private sealed class Line(PadLine typed)
    {
        private Recognised _recognised = PlainText.Typed(typed.Code).Length == 0 && string.IsNullOrEmpty(typed.Sku) ? Recognised.Empty : Recognised.Waiting;

        public PadLine Typed { get; } = typed;

        public string Code { get; } = PlainText.Typed(string.IsNullOrEmpty(typed.Sku) ? typed.Code : typed.Sku);

        /// <summary>What is asked about: what the line was known to be, what the catalogue says, or until then what was typed where that may be a SKU.</summary>
        public Sku? Sku { get; private set; } = Likely(PlainText.Typed(string.IsNullOrEmpty(typed.Sku) ? typed.Code : typed.Sku));

        /// <summary>Null is the product's sales unit, for the owner of the prices too.</summary>
        public string? Unit => Typed.Unit ?? Product?.SalesUnit;

        public QuantityReading Quantity { get; } = TypedQuantity.Read(typed.Quantity);

        public Product? Product { get; private set; }

        public Part PricePart { get; set; }

        public Price? Price { get; set; }

        public Part StockPart { get; set; }

        public Availability? Availability { get; set; }

        /// <summary>With the catalogue out of reach, what was typed stands as it is: it may well be a SKU.</summary>
        public void Take(Product? product, bool catalogueFailed)
        {
            Product = product;
            _recognised = product is not null ? Recognised.Yes : catalogueFailed ? Recognised.NotAnswered : Recognised.No;
            if (product is not null && product.Sku != Sku)
            {
                Sku = product.Sku;
                (Price, PricePart) = (null, Part.NotAsked);
                (Availability, StockPart) = (null, Part.NotAsked);
            }
        }

        public LineAnswer Answer()
        {
            // Until the catalogue has spoken, an answer about what was typed may be one about another product.
            var guess = _recognised == Recognised.Waiting && string.IsNullOrEmpty(Typed.Sku);
            var unknown = _recognised == Recognised.No;
            var (price, stock) = unknown ? (Part.NotAsked, Part.NotAsked)
                : guess ? (Part.Waiting, Part.Waiting)
                : (PricePart, StockPart);
            return new()
            {
                Line = Typed,
                Recognised = _recognised,
                Sku = unknown || guess ? null : Sku,
                Product = Product,
                Quantity = Quantity,
                PricePart = price,
                Price = unknown || guess ? null : Price,
                StockPart = stock,
                Availability = unknown || guess ? null : Availability,
            };
        }

        private static Sku? Likely(string code) =>
            code.Length is 0 or > LongestCode || code.Any(char.IsWhiteSpace) ? null : new Sku(code);
    }
}
