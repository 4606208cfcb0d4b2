using System.Globalization;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Portal.Rehearsal;

/// <summary>An order that was placed once, with what it cost then; amounts are null where that is not known.</summary>
internal sealed record PastOrder(
    string Name, CustomerNumber Customer, string? PoNumber, string? ShipTo, IReadOnlyList<PastLine> Lines, Money? Subtotal, Money? Freight, Money? TaxTotal, Money? Total);

internal sealed record PastLine(Sku Sku, decimal Quantity, string? Unit, Money? UnitPrice, Money? Extended);

internal static class PastOrders
{
    private const int Page = 100;

    private static readonly Scope _ours = Scope.ForPortal("rehearse", Lane.Batch);

    /// <summary>The newest of them, oldest first. What was cancelled never went out, and is left out.</summary>
    public static async Task<Outcome<IReadOnlyList<PastOrder>>> OfErp(IOrders orders, int count, CancellationToken cancel)
    {
        var found = new List<PastOrder>();
        string? cursor = null;
        Outcome<Page<OrderSummary>> page;
        do
        {
            page = await orders.Search(_ours, new OrderQuery { Limit = Page, Cursor = cursor }, cancel);
            if (!page.Succeeded)
            {
                return page.As<IReadOnlyList<PastOrder>>();
            }

            foreach (var summary in page.Value.Items.Where(summary => summary.Status is not OrderStatus.Cancelled).Take(count - found.Count))
            {
                var order = await orders.Get(_ours, summary.Number, cancel);
                if (!order.Succeeded)
                {
                    return order.As<IReadOnlyList<PastOrder>>();
                }

                found.Add(From(summary.Number.Value, order.Value));
            }

            cursor = page.Value.Next;
        }
        while (cursor is not null && found.Count < count);

        found.Reverse();
        return page.Select(_ => (IReadOnlyList<PastOrder>)found);
    }

    public static PastOrder From(string name, Order order) => new(
        name,
        order.Customer,
        order.PoNumber,
        order.ShipTo?.Id,
        [.. order.Lines.Select(line => new PastLine(line.Sku, line.Ordered, line.Unit, line.UnitPrice, line.ExtendedAmount))],
        order.Subtotal,
        order.Freight,
        order.TaxTotal,
        order.Total);

    /// <summary>One line a product; lines of one order stand together.</summary>
    /// <exception cref="FormatException">Names line and column.</exception>
    public static IReadOnlyList<PastOrder> OfFile(TextReader file)
    {
        var head = Cells(file.ReadLine() ?? throw new FormatException("The file is empty.")).ConvertAll(cell => cell.Trim());
        foreach (var column in new[] { "order", "customer", "sku", "quantity" }.Where(column => !head.Contains(column, StringComparer.OrdinalIgnoreCase)))
        {
            throw new FormatException($"The file has no column '{column}'; it has {string.Join(", ", head)}.");
        }

        var rows = new List<Row>();
        for (var number = 2; file.ReadLine() is { } text; number++)
        {
            if (text.Length > 0)
            {
                rows.Add(new Row(number, head, Cells(text)));
            }
        }

        return [.. rows.GroupBy(row => row.Needed("order"), StringComparer.Ordinal).Select(order => new PastOrder(
            order.Key,
            new CustomerNumber(order.First().Needed("customer")),
            order.First()["po"],
            order.First()["shipTo"],
            [.. order.Select(row => new PastLine(new Sku(row.Needed("sku")), row.Figure("quantity") ?? throw row.Wrong("quantity"), row["unit"], row.Amount("unitPrice"), row.Amount("lineTotal")))],
            null,
            null,
            null,
            order.First().Amount("total")))];
    }

    /// <summary>Commas between, quotes around, quotes doubled within.</summary>
    private static List<string> Cells(string line)
    {
        var cells = new List<string>();
        var cell = new System.Text.StringBuilder();
        var quoted = false;
        for (var at = 0; at < line.Length; at++)
        {
            switch (line[at])
            {
                case '"' when quoted && at + 1 < line.Length && line[at + 1] == '"':
                    cell.Append('"');
                    at++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    cells.Add(cell.ToString());
                    cell.Clear();
                    break;
                default:
                    cell.Append(line[at]);
                    break;
            }
        }

        cells.Add(cell.ToString());
        return cells;
    }

    private sealed class Row(int number, List<string> head, List<string> cells)
    {
        public string? this[string column] => head.FindIndex(name => name.Equals(column, StringComparison.OrdinalIgnoreCase)) is var at and >= 0 && at < cells.Count && cells[at].Length > 0
            ? cells[at]
            : null;

        public string Needed(string column) => this[column] ?? throw Wrong(column);

        public decimal? Figure(string column) => this[column] is not { } text ? null
            : decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var figure) ? figure
            : throw Wrong(column);

        public Money? Amount(string column) => Figure(column) is { } figure ? new Money(figure, Needed("currency")) : null;

        public FormatException Wrong(string column) => new($"Line {number.ToString(CultureInfo.InvariantCulture)}: '{this[column]}' is no {column}.");
    }
}
