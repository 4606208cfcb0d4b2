using System.Globalization;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Flows.Map;

namespace PortalIntegration.Sync.Flows;

/// <summary>
/// What happens to an order becomes entries of its account's timeline, each under a key of order and event, written once; and, where the company has fields
/// for it, the newest order becomes the account's summary. The key is the order's number.
/// </summary>
internal sealed class OrderToCrm(FlowContext context, IReadOnlyList<FieldRule> rules, ICustomerNotices notices) : Reconciler(context, Definition, rules)
{
    private const string Timeline = "Timeline";

    public static new FlowDefinition Definition { get; } = new()
    {
        Settings = new FlowSettings { Name = "order-to-crm", Schedule = "0 40 2 * * ?", BrakeShare = 1 },
        What = "What happens to an order is told in the timeline of its account: shipments, backorders, invoices, returns, holds, cancellations.",
        Follows = [Entity.Orders],
        FollowsToo = [Entity.Invoices, Entity.Returns],
        Owner = Entity.Orders,
        Target = Entity.Accounts,
        Needs = [],
        Pairs = [(Entity.Orders, Entity.Accounts)],
        Map = map => map
            .Described(new(Entity.Orders, "OrderedAt, Total, PoNumber", FieldType.Text), new(Entity.Accounts, $"{Timeline} order:{{number}}:placed", FieldType.Text))
            .Described(new(Entity.Orders, "Shipments", FieldType.Text), new(Entity.Accounts, $"{Timeline} order:{{number}}:shipped:{{shipment}}", FieldType.Text))
            .Described(new(Entity.Orders, "Invoices", FieldType.Text), new(Entity.Accounts, $"{Timeline} order:{{number}}:invoice:{{invoice}}", FieldType.Text))
            .Described(new(Entity.Orders, "Returns", FieldType.Text), new(Entity.Accounts, $"{Timeline} order:{{number}}:return:{{return}}", FieldType.Text))
            .Described(new(Entity.Orders, "Events", FieldType.Text), new(Entity.Accounts, $"{Timeline} order:{{number}}:{{event}}:{{time}}", FieldType.Text), "Backorders, holds, releases, cancellations, changed promises, as the ERP's own log has them.")
            .Described(new(Entity.Orders, "Status", FieldType.Text), new(Entity.Accounts, $"{Timeline} order:{{number}}:cancelled", FieldType.Text), "Where the ERP keeps no log of events."),
    };

    /// <summary>Said by an entry of its own.</summary>
    private static readonly string[] SaidElsewhere = ["received", "shipped", "invoiced", "returned", "accepted"];

    public override async Task<Outcome<Page<string>>> Keys(Scope scope, string? cursor, CancellationToken cancel)
    {
        var page = await Map.Owner<IOrders>().Search(scope, new OrderQuery { Cursor = cursor, Limit = 100 }, cancel);
        return page.Select(orders => new Page<string>([.. orders.Items.Select(order => order.Number.Value)], orders.Next, orders.Total));
    }

    public override async Task<Look> Compare(Scope scope, string key, CancellationToken cancel)
    {
        var asked = await Map.Owner<IOrders>().Get(scope, new OrderNumber(key), cancel);
        if (!asked.Try(out var order))
        {
            return asked.Failure!.Cause == Cause.NotFound ? Look.Nothing("no such order") : Look.Failed(asked.Failure);
        }

        if (order.Number is not { } number || order.Status == OrderStatus.Received)
        {
            return Look.Nothing("not confirmed yet");
        }

        var accounts = Map.Owner<IAccounts>();
        var found = await accounts.Search(scope, new AccountQuery(Limit: 2) { Customer = order.Customer }, cancel);
        if (!found.Try(out var page))
        {
            return Look.Failed(found.Failure!);
        }

        if (page.Items is not [var account])
        {
            return Look.Needs(page.Items.Count == 0 ? Obstacle.Unlinked("order's customer", "account in the CRM") : Obstacle.LinksDisagree);
        }

        var timeline = Map.Owner<ITimeline>();
        var told = await timeline.About(scope, account.Id, number, cancel);
        if (!told.Try(out var entries))
        {
            return Look.Failed(told.Failure!);
        }

        var known = entries.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        var wanted = await Entries(scope, order, number, known, cancel);
        if (!wanted.Try(out var missing))
        {
            return Look.Failed(wanted.Failure!);
        }

        var summary = await Summary(scope, order.Customer, account, cancel);
        if (summary.Failure is not null || summary.Obstacle is not null)
        {
            return summary with { Name = account.Name };
        }

        return new Look
        {
            Name = account.Name,
            Placed = order.Submission,
            Differences = [.. missing.Select(entry => new Difference(Rule(entry.Key), FieldValue.Of(entry.Title), null)), .. summary.Differences],
            Write = (steps, token) => Write(scope, account, missing, summary, steps, token),
        };
    }

    protected override async Task<Outcome<IReadOnlyList<string>>> Resolve(Scope scope, Entity entity, string key, CancellationToken cancel) => entity == Entity.Invoices
        ? (await Map.Owner<IInvoices>().Get(scope, key, cancel)).Select<IReadOnlyList<string>>(invoice => [.. invoice.Orders.Select(order => order.Value)])
        : (await Map.Owner<IReturns>().Get(scope, key, cancel)).Select<IReadOnlyList<string>>(entry => entry.Order is { } order ? [order.Value] : []);

    private async Task<Outcome<string>> Write(Scope scope, Account account, IReadOnlyList<TimelineEntry> missing, Look summary, Steps steps, CancellationToken cancel)
    {
        var timeline = Map.Owner<ITimeline>();
        Outcome<Done>? last = null;
        foreach (var entry in missing)
        {
            last = await timeline.Put(scope, account.Id, entry, cancel);
            if (!last.Succeeded)
            {
                return last.As<string>();
            }

            steps.Add($"{Timeline} {entry.Key}");
            await notices.Tell(scope, account, entry, cancel);
        }

        var fields = summary.Differences.Where(difference => difference.IsWritten).ToList();
        var updated = summary.Write is { } write && fields.Count > 0 ? await write(steps, cancel) : null;
        if (updated is { Succeeded: true })
        {
            fields.ForEach(difference => steps.Add(difference.Rule.Target.Field));
        }

        return updated ?? last!.Select(_ => string.Create(CultureInfo.InvariantCulture, $"{missing.Count} entries"));
    }

    /// <summary>What there is to tell and is not told yet, in order of time.</summary>
    private async Task<Outcome<IReadOnlyList<TimelineEntry>>> Entries(Scope scope, Order order, OrderNumber number, HashSet<string> known, CancellationToken cancel)
    {
        var entries = new List<TimelineEntry>();
        Tell("placed", order.OrderedAt, TimelineKind.Order, $"Order {number} placed", Words(order.Total is { } total ? $"Total {total}" : null, order.PoNumber is { } po ? $"PO {po}" : null));
        foreach (var shipment in order.Shipments.Where(shipment => shipment.ShippedAt is not null))
        {
            Tell($"shipped:{shipment.Number}", shipment.ShippedAt!.Value, TimelineKind.Shipment, $"Order {number} shipped: {shipment.Number}",
                Words(shipment.Carrier, shipment.TrackingNumber, Quantities(shipment)));
        }

        foreach (var entry in order.Events.Where(entry => !SaidElsewhere.Contains(entry.Kind, StringComparer.OrdinalIgnoreCase)))
        {
            Tell(string.Create(CultureInfo.InvariantCulture, $"{entry.Kind}:{entry.At.ToUnixTimeMilliseconds()}"), entry.At, TimelineKind.Order, $"Order {number}: {Plain(entry.Kind)}", entry.Text);
        }

        if (order.Events.Count == 0 && order.Status == OrderStatus.Cancelled)
        {
            Tell("cancelled", order.OrderedAt, TimelineKind.Order, $"Order {number} cancelled", null);
        }

        foreach (var invoice in order.Invoices.Where(invoice => !known.Contains(KeyOf(number, $"invoice:{invoice}"))))
        {
            var asked = await Map.Owner<IInvoices>().Get(scope, invoice, cancel);
            if (asked.Try(out var told))
            {
                Tell($"invoice:{invoice}", new DateTimeOffset(told.IssuedOn.ToDateTime(new TimeOnly(12, 0)), TimeSpan.Zero), TimelineKind.Invoice, $"Order {number} invoiced: {invoice}", $"Total {told.Total}");
            }
            else if (asked.Failure!.Cause is not (Cause.NotFound or Cause.NotSupported))
            {
                return asked.As<IReadOnlyList<TimelineEntry>>();
            }
        }

        foreach (var sentBack in order.Returns.Where(sentBack => !known.Contains(KeyOf(number, $"return:{sentBack}"))))
        {
            var asked = await Map.Owner<IReturns>().Get(scope, sentBack, cancel);
            if (asked.Try(out var told))
            {
                Tell($"return:{sentBack}", told.RequestedAt, TimelineKind.Return, $"Return {sentBack} of order {number}", null);
            }
            else if (asked.Failure!.Cause is not (Cause.NotFound or Cause.NotSupported))
            {
                return asked.As<IReadOnlyList<TimelineEntry>>();
            }
        }

        return Outcome.Success<IReadOnlyList<TimelineEntry>>([.. entries.OrderBy(entry => entry.At)], new Provenance(OwnerSystem, Now));

        void Tell(string what, DateTimeOffset at, TimelineKind kind, string title, string? text)
        {
            var key = KeyOf(number, what);
            if (known.Add(key))
            {
                entries.Add(new TimelineEntry(key, at, kind, Cut(title, 200), text is null ? null : Cut(text, 4_000), number));
            }
        }
    }

    /// <summary>Only where the company configured fields for it: the customer's newest order, in fields of his account.</summary>
    private async Task<Look> Summary(Scope scope, CustomerNumber customer, Account account, CancellationToken cancel)
    {
        if (Rules.All(rule => rule.Wanted is null))
        {
            return new Look();
        }

        if (Missing(account) is { } obstacle)
        {
            return Look.Needs(obstacle);
        }

        var newest = await Map.Owner<IOrders>().Search(scope, new OrderQuery { Customer = customer, Limit = 1 }, cancel);
        if (!newest.Try(out var page))
        {
            return Look.Failed(newest.Failure!);
        }

        var differences = page.Items is [var order, ..] ? Differ(order, account) : [];
        var change = new AccountChange
        {
            CustomFields = differences.Where(difference => difference.IsWritten).ToDictionary(difference => difference.Rule.Target.Field, difference => difference.Wanted, StringComparer.Ordinal),
        };
        return new Look
        {
            Differences = differences,
            Write = async (_, token) => (await Map.Owner<IAccounts>().Update(scope, account.Id, change, account.Version, token)).Select(updated => updated.Id.Value),
        };
    }

    private FieldRule Rule(string key) => new(Name, new FieldSide(Entity.Orders, "Events", FieldType.Text), new FieldSide(Entity.Accounts, $"{Timeline} {key}", FieldType.Text));

    private static string KeyOf(OrderNumber order, string what) => Cut($"order:{order}:{what}", 120);

    private static string Quantities(Shipment shipment) =>
        string.Join(", ", shipment.Lines.Take(20).Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Quantity:0.######} x {line.Sku}")));

    private static string? Words(params string?[] words) => words.Where(word => !string.IsNullOrEmpty(word)).ToList() is { Count: > 0 } given ? string.Join(", ", given) : null;

    /// <summary>"promiseChanged" as people say it.</summary>
    private static string Plain(string kind) => string.Concat(kind.Select((letter, i) => char.IsUpper(letter) && i > 0 ? $" {char.ToLowerInvariant(letter)}" : letter.ToString()));

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most];
}
