using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Erp.Pricing;

namespace PortalIntegration.Sandbox.Erp.Customers;

internal sealed record CreditBody(
    string CustomerNumber,
    string Currency,
    decimal? Limit,
    decimal Balance,
    decimal OpenOrders,
    decimal? Available,
    bool OnHold,
    string? HoldReason,
    DateTimeOffset AsOf);

/// <summary>What customers owe, and whether they may owe more.</summary>
internal sealed class CreditDesk
{
    private readonly Dictionary<string, decimal> balances = new(StringComparer.Ordinal);
    private readonly Dictionary<string, decimal> openOrders = new(StringComparer.Ordinal);

    /// <summary>Open invoices less credit notes.</summary>
    public decimal Balance(string customer) => Money.Round(balances.GetValueOrDefault(customer));

    public decimal OpenOrders(string customer) => Money.Round(openOrders.GetValueOrDefault(customer));

    public void AddBalance(string customer, decimal amount) => balances[customer] = balances.GetValueOrDefault(customer) + amount;

    public void AddOpenOrders(string customer, decimal amount) => openOrders[customer] = openOrders.GetValueOrDefault(customer) + amount;

    public void Clear()
    {
        balances.Clear();
        openOrders.Clear();
    }

    public CreditBody Show(Customer customer, DateTimeOffset at) => new(
        customer.Key,
        customer.Body.Currency,
        customer.CreditLimit,
        Balance(customer.Key),
        OpenOrders(customer.Key),
        Available(customer),
        customer.Body.Status != CustomerStatus.Active,
        customer.HoldReason,
        at);

    public CreditDecision Decide(Customer customer, decimal total)
    {
        var available = Available(customer);
        CreditDecision As(CreditVerdict verdict, string? reason) => new(verdict, reason, available, customer.Body.Currency);

        if (customer.Body.Status == CustomerStatus.Closed)
        {
            return As(CreditVerdict.Refused, "The account is closed.");
        }

        if (customer.Body.Status == CustomerStatus.OnHold)
        {
            return As(CreditVerdict.Held, customer.HoldReason ?? "The account is on hold.");
        }

        if (available is not { } free || total <= free)
        {
            return As(CreditVerdict.Approved, null);
        }

        return total > Math.Max(free, 0) + (3 * customer.CreditLimit)
            ? As(CreditVerdict.Refused, "The order is far above the credit limit.")
            : As(CreditVerdict.Held, free < 0 ? "The credit limit is exceeded." : "The order exceeds the available credit.");
    }

    private decimal? Available(Customer customer) =>
        customer.CreditLimit is { } limit ? limit - Balance(customer.Key) - OpenOrders(customer.Key) : null;
}
