using PortalIntegration.Sandbox.Erp.Invoices;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Erp.Customers;

/// <summary>What to look at first among many customers, on the wire.</summary>
internal sealed class SignalOperations(ErpState state)
{
    public IEnumerable<Operation> All =>
    [
        Operation.Post("creditQuery", "/credit/query", AskCredit),
        Operation.Post("overdueQuery", "/overdue/query", AskOverdue),
        Operation.Post("orderActivityQuery", "/order-activity/query", AskActivity),
    ];

    private Answer AskCredit(Call call) => Each(call, (customer, at) =>
    {
        var credit = state.Credit.Show(customer, at);
        return new { credit.CustomerNumber, credit.OnHold, credit.HoldReason, OverLimit = credit.Available < 0 };
    });

    private Answer AskOverdue(Call call)
    {
        lock (state.Gate)
        {
            var today = WorkDays.DayOf(state.Now);
            var due = state.Invoices.All
                .Where(i => i.Kind == InvoiceKind.Invoice && i.Balance > 0 && i.DueOn < today)
                .ToLookup(i => i.CustomerNumber, StringComparer.Ordinal);
            return Each(call, (customer, _) => new
            {
                CustomerNumber = customer.Key,
                customer.Body.Currency,
                Overdue = due[customer.Key].Sum(i => i.Balance),
                OverdueSince = due[customer.Key].Min(i => i.DueOn),
            });
        }
    }

    private Answer AskActivity(Call call) => Each(call, (customer, at) =>
    {
        var today = WorkDays.DayOf(at);
        var orders = state.OrdersOfCustomer.GetValueOrDefault(customer.Key) ?? [];
        var late = orders
            .Select(order => order.Lines.Where(line => line.Open > 0 && line.PromisedOn < today).Min(line => line.PromisedOn))
            .Where(since => since is not null)
            .ToList();
        return new
        {
            CustomerNumber = customer.Key,
            LateOrders = late.Count,
            LateSince = late.Min(),
            LastOrderedAt = orders.Count == 0 ? (DateTimeOffset?)null : orders.Max(order => order.OrderedAt),
        };
    });

    private Answer Each(Call call, Func<Customer, DateTimeOffset, object> show)
    {
        var query = call.Read<CustomersQuery>();
        if (query.CustomerNumbers.Count is 0 or > 500)
        {
            throw Refusal.BadRequest("customerNumbers has 1 to 500 entries");
        }

        lock (state.Gate)
        {
            var at = state.Now;
            return Answer.Ok(new { AsOf = at, Items = query.CustomerNumbers.Distinct(StringComparer.Ordinal).Select(state.Customers.Find).OfType<Customer>().Select(c => show(c, at)).ToList() });
        }
    }

    private sealed record CustomersQuery
    {
        public required IReadOnlyList<string> CustomerNumbers { get; init; }
    }
}
