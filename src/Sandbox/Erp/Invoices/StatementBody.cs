using PortalIntegration.Sandbox.Erp.Customers;

namespace PortalIntegration.Sandbox.Erp.Invoices;

internal sealed record AgeingBucket(int? FromDays, int? ToDays, decimal Amount);

internal sealed record StatementItem(
    string Number, InvoiceKind Kind, IReadOnlyList<string> OrderNumbers, DateOnly IssuedOn, DateOnly? DueOn, decimal Total, decimal Open, int DaysOverdue);

internal sealed record HeldOrder(string Number, string Reason, DateTimeOffset Since);

/// <summary>What a customer has still to pay, as the contract shows it.</summary>
internal sealed record StatementBody(
    string CustomerNumber,
    string Currency,
    DateTimeOffset AsOf,
    decimal Total,
    decimal Overdue,
    IReadOnlyList<AgeingBucket> Buckets,
    IReadOnlyList<StatementItem> Items,
    IReadOnlyList<HeldOrder> HeldOrders)
{
    private static readonly (int? From, int? To)[] Ages = [(null, 0), (1, 30), (31, 60), (61, 90), (91, null)];

    public static StatementBody Of(Customer customer, ErpState state, DateTimeOffset at)
    {
        var today = WorkDays.DayOf(at);
        var items = state.Invoices.All.Where(i => i.CustomerNumber == customer.Key && i.Balance != 0)
            .Select(i => new StatementItem(
                i.Number,
                i.Kind,
                i.OrderNumbers,
                i.IssuedOn,
                i.DueOn,
                i.Total,
                i.Kind == InvoiceKind.CreditNote ? -i.Balance : i.Balance,
                i.DueOn is { } due && due < today ? today.DayNumber - due.DayNumber : 0))
            .OrderByDescending(i => i.DaysOverdue).ThenBy(i => i.DueOn).ThenBy(i => i.Number, StringComparer.Ordinal)
            .ToList();
        return new(
            customer.Key,
            customer.Body.Currency,
            at,
            items.Sum(i => i.Open),
            items.Where(i => i is { DaysOverdue: > 0, Open: > 0 }).Sum(i => i.Open),
            Ages.Select(age => new AgeingBucket(age.From, age.To, items.Where(i => i.DaysOverdue >= (age.From ?? 0) && i.DaysOverdue <= (age.To ?? int.MaxValue)).Sum(i => i.Open))).ToList(),
            items,
            (state.OrdersOfCustomer.GetValueOrDefault(customer.Key) ?? []).Where(o => o.Hold is not null && o.IsOpen)
                .Select(o => new HeldOrder(o.Number, o.Hold!.Reason, o.Hold.Since)).ToList());
    }
}
