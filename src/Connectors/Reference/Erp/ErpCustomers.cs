using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Reference.Erp;

internal sealed class ErpCustomers(SystemPipeline pipeline, Func<Call, IErpApi> api) : ICustomers
{
    private static readonly Operation _get = Operation.Read("getCustomer", "Customers");

    public Task<Outcome<Customer>> Get(Scope scope, CustomerNumber customer, CancellationToken cancel = default) => Ask.ByKey(pipeline, _get, customer.Value, key =>
        pipeline.Send(scope, _get, (call, token) => api(call).GetCustomer(key, token), answer => Map(answer, customer), cancel: cancel));

    private static Customer Map(CustomerWire customer, CustomerNumber asked)
    {
        Strict.Same(customer.Number, asked.Value, "number");
        return new Customer
        {
            Number = asked,
            Name = Strict.Filled(customer.Name, "name"),
            Currency = Strict.Currency(customer.Currency, "currency"),
            PaymentTerms = customer.Terms.Description,
            ShipTos = Strict.Each(customer.ShipTos, "shipTos", Chosen),
            BillTos = Strict.Each(customer.BillTos, "billTos", Chosen),
            Account = customer.CrmAccountId is { Length: > 0 } account ? new AccountId(account) : null,
        };
    }

    private static ErpAddress Chosen(AddressWire address, string at)
    {
        Strict.Filled(address.Id ?? "", $"{at}.id");
        return Lines.Address(address, at);
    }
}

internal sealed class ErpCredit(SystemPipeline pipeline, Func<Call, IErpApi> api) : ICredit
{
    private static readonly Operation _get = Operation.Read("getCredit", "Credit");

    public Task<Outcome<CreditStanding>> Get(Scope scope, CustomerNumber customer, CancellationToken cancel = default) => Ask.ByKey(pipeline, _get, customer.Value, key =>
        pipeline.Send(scope, _get, (call, token) => api(call).GetCredit(key, token), answer => Map(answer, customer), answer => answer.AsOf, cancel: cancel));

    private static CreditStanding Map(CreditWire credit, CustomerNumber asked)
    {
        Strict.Same(credit.CustomerNumber, asked.Value, "customerNumber");
        var currency = Strict.Currency(credit.Currency, "currency");
        return new CreditStanding
        {
            Customer = asked,
            Limit = Strict.Price(credit.Limit, currency, "limit"),
            Balance = new Money(credit.Balance, currency),
            OpenOrders = Strict.Price(credit.OpenOrders, currency, "openOrders"),
            Available = Strict.Money(credit.Available, currency),
            OnHold = credit.OnHold,
            HoldReason = credit.HoldReason,
        };
    }
}
