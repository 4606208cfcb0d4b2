using PortalIntegration.Core;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>What a buyer can choose from: the ERP's addresses and delivery methods. The CRM is not asked.</summary>
public sealed class ReadChoices(IOwnershipMap map)
{
    public async Task<Choices> Read(Scope scope, CustomerNumber customer, CancellationToken cancel = default)
    {
        var who = map.Owner<ICustomers>().Get(scope, customer, cancel);
        var methods = map.Owner<IQuoting>().DeliveryMethods(scope, customer, cancel);
        return new(await who, await methods, map.Owner<IQuoting>().Quoting);
    }
}

public sealed record Choices(Outcome<Customer> Customer, Outcome<IReadOnlyList<DeliveryMethod>> DeliveryMethods, QuotingCapabilities Quoting);
