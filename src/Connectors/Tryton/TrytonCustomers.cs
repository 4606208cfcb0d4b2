using System.Text.Json.Serialization;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>The customer with his addresses and his credit.</summary>
internal sealed class TrytonCustomers(TrytonRpc rpc, TrytonParties parties) : ICustomers, ICredit
{
    async Task<Outcome<Customer>> ICustomers.Get(Scope scope, CustomerNumber customer, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Customers, "customer", cancel);
        var session = await rpc.Session(call);
        if (!session.Try(out var company))
        {
            return session.As<Customer>();
        }

        var found = await parties.Find<CustomerRow>(call, customer);
        return found.Select(row => new Customer
        {
            Number = new CustomerNumber(row.Code),
            Name = row.Name,
            Currency = company.CurrencyCode,
            PaymentTerms = row.CustomerPaymentTerm?.Name,
            ShipTos = Usable(row, address => address.Delivery),
            BillTos = Usable(row, address => address.Invoice),
        });
    }

    Task<Outcome<Customer?>> ICustomers.FindByAccount(Scope scope, AccountId account, CancellationToken cancel) => Lacking<Customer?>(scope, "findCustomer", cancel);

    Task<Outcome<Customer>> ICustomers.Create(Scope scope, NewCustomer customer, CancellationToken cancel) => Lacking<Customer>(scope, "createCustomer", cancel);

    Task<Outcome<Customer>> ICustomers.Update(Scope scope, CustomerNumber customer, CustomerChange change, string? version, CancellationToken cancel) =>
        Lacking<Customer>(scope, "updateCustomer", cancel);

    Task<Outcome<Changes>> ICustomers.ChangedSince(Scope scope, string? cursor, CancellationToken cancel) => Lacking<Changes>(scope, "customerChanges", cancel);

    /// <summary>Over the limit by Tryton's own measure: it refuses an order where its credit amount, with the order, comes to more than the limit (<c>party.check_credit_limit</c>).</summary>
    async Task<Outcome<IReadOnlyList<CreditSignal>>> ICredit.Signals(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Credit, "creditSignals", cancel);
        var found = await rpc.Search<CreditRow>(call, "party.party", Domain.All(Domain.In("code", customers.Select(customer => customer.Value))));
        return found.Select<IReadOnlyList<CreditSignal>>(rows =>
            [.. rows.Select(row => new CreditSignal(new CustomerNumber(row.Code), OnHold: false, HoldReason: null, row.CreditLimitAmount < row.CreditAmount))]);
    }

    Task<Outcome<Changes>> ICredit.ChangedSince(Scope scope, string? cursor, CancellationToken cancel) => Lacking<Changes>(scope, "creditChanges", cancel);

    private Task<Outcome<T>> Lacking<T>(Scope scope, string operation, CancellationToken cancel) =>
        Task.FromResult(Outcome.Failed<T>(rpc.Failure(new PortCall(scope, Entity.Customers, operation, cancel), Cause.NotSupported)));

    async Task<Outcome<CreditStanding>> ICredit.Get(Scope scope, CustomerNumber customer, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Credit, "credit", cancel);
        var session = await rpc.Session(call);
        if (!session.Try(out var company))
        {
            return session.As<CreditStanding>();
        }

        var found = await parties.Find<CreditRow>(call, customer);
        return found.Select(row => new CreditStanding
        {
            Customer = new CustomerNumber(row.Code),
            Limit = row.CreditLimitAmount is { } limit ? new Money(TrytonJson.Plain(limit), company.CurrencyCode) : null,
            // What is ordered and not yet invoiced is in it. Tryton states no amount that is left, and knows no hold.
            Balance = new Money(TrytonJson.Plain(row.CreditAmount), company.CurrencyCode),
            OnHold = false,
        });
    }

    /// <summary>Those meant for the use; all where none is (Tryton's own rule, <c>party.address_get</c>). The first is its default.</summary>
    private static List<ErpAddress> Usable(CustomerRow row, Func<PlaceRow, bool> meant)
    {
        var places = row.Addresses.Where(meant).ToList();
        return [.. (places.Count > 0 ? places : row.Addresses).Select((address, index) => address.ToAddress(row.Name, index == 0))];
    }

    private sealed record CustomerRow : IdentifiedRow
    {
        public required string Code { get; init; }

        public required string Name { get; init; }

        [JsonPropertyName("customer_payment_term.")]
        public required NamedRow? CustomerPaymentTerm { get; init; }

        [JsonPropertyName("addresses.")]
        public required IReadOnlyList<PlaceRow> Addresses { get; init; }
    }

    private sealed record PlaceRow : AddressRow
    {
        public required bool Delivery { get; init; }

        public required bool Invoice { get; init; }
    }

    private sealed record CreditRow : IdentifiedRow
    {
        public required string Code { get; init; }

        public required decimal CreditAmount { get; init; }

        public required decimal? CreditLimitAmount { get; init; }
    }
}
