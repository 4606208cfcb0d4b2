using System.Reflection;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.SalesProducts;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.UnitTests.Ownership;

/// <summary>What a method of a port is called with, whatever it is.</summary>
internal static class PortArguments
{
    /// <summary>For every parameter of every port: a value that names this customer and this account where it names one.</summary>
    public static object? For(ParameterInfo parameter, Scope scope, string customer, string account)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return type switch
        {
            _ when type == typeof(Scope) => scope,
            _ when type == typeof(CancellationToken) => CancellationToken.None,
            _ when type == typeof(CustomerNumber) => new CustomerNumber(customer),
            _ when type == typeof(AccountId) => new AccountId(account),
            _ when type == typeof(AddressChange) => new AddressChange { Id = "P-00000001", Wanted = new AccountAddress("P-00000001", AddressKind.Shipping, ["Mine"], null, "Mine", "SE") },
            _ when type == typeof(ContactChange) => new ContactChange { Id = new PersonId("bob"), Account = new AccountId(account), Wanted = new ContactDetails("Mine", null, null) },
            _ when type == typeof(Core.Catalog.CatalogQuery) => new Core.Catalog.CatalogQuery("bolt", new CustomerNumber(customer)),
            _ when type == typeof(OrderQuery) => new OrderQuery { Customer = new CustomerNumber(customer) },
            _ when type == typeof(AccountQuery) => new AccountQuery(),
            _ when type == typeof(PersonQuery) => new PersonQuery(Account: new AccountId(account)),
            _ when type == typeof(QuoteRequest) => NewOrderFor(customer).Request,
            _ when type == typeof(NewOrder) => NewOrderFor(customer),
            _ when type == typeof(NewReturn) => new NewReturn
            {
                Id = new SubmissionId(Guid.NewGuid()), Customer = new CustomerNumber(customer), Order = new OrderNumber("SO-1"), RequestedBy = new OrderedBy(new PersonId("ann"), "Ann"), Lines = [],
            },
            _ when type == typeof(NewQuotation) => NewQuotationFor(customer),
            _ when type == typeof(QuotationQuery) => new QuotationQuery { Customer = new CustomerNumber(customer) },
            _ when type == typeof(TimelineEntry) => new TimelineEntry("k", Systems.Now, TimelineKind.Note, "text", null),
            _ when type == typeof(AccountChange) => new AccountChange(),
            _ when type == typeof(CustomerChange) => new CustomerChange(),
            _ when type == typeof(NewCustomer) => new NewCustomer { Account = new AccountId(account), Name = "Two", Currency = "EUR", ShipTos = [], BillTos = [] },
            _ when type == typeof(SalesProduct) => new SalesProduct { Sku = new Sku("S-1"), Name = "One", IsActive = true },
            _ when type == typeof(IReadOnlyList<CustomerNumber>) => new[] { new CustomerNumber(customer) },
            _ when type == typeof(string) => null,
            _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) => Array.CreateInstance(type.GenericTypeArguments[0], 0),
            _ when type.IsValueType => Activator.CreateInstance(type),
            _ => throw new InvalidOperationException($"Say what a customer's {type.Name} is."),
        };
    }

    public static NewOrder NewOrderFor(string customer)
    {
        var id = new SubmissionId(Guid.Parse("0f0e0d0c-0b0a-0908-0706-050403020100"));
        return new NewOrder
        {
            Submission = id,
            Request = new QuoteRequest { Submission = id, Customer = new CustomerNumber(customer), Lines = [new OrderLineRequest("1", new Sku("A-1"), 1)] },
            OrderedBy = new OrderedBy(new PersonId("ann"), "Ann"),
        };
    }

    public static NewQuotation NewQuotationFor(string customer)
    {
        var order = NewOrderFor(customer);
        return new NewQuotation { Submission = order.Submission, Kind = QuotationKind.Quote, Request = order.Request, RequestedBy = order.OrderedBy };
    }
}
