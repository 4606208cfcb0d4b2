using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>The customer with his addresses and his credit.</summary>
internal sealed class OdooCustomers(OdooRpc rpc, OdooPartners partners) : ICustomers, ICredit
{
    async Task<Outcome<Customer>> ICustomers.Get(Scope scope, CustomerNumber customer, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Customers, "customer", cancel);
        var found = await partners.Find<TermsRow>(call, customer);
        if (!found.Try(out var company))
        {
            return found.As<Customer>();
        }

        var listing = rpc.Search<PlaceRow>(call, "res.partner", Domain.Any(
            Domain.Is("id", company.Id),
            Domain.All(Domain.Is("commercial_partner_id", company.Id), Domain.In("type", new[] { "delivery", "invoice" }))));
        var choosing = rpc.Read<DefaultsRow>(
            call, "res.partner", "address_get", [company.Id], new(StringComparer.Ordinal) { ["adr_pref"] = new[] { "delivery", "invoice" } });
        var pricing = rpc.ReadIds<ListRow>(call, "product.pricelist", [company.PropertyProductPricelist.Id]);
        await Task.WhenAll(listing, choosing, pricing);
        var (listed, chosen, priced) = (await listing, await choosing, await pricing);
        if (!listed.Try(out var places) || !chosen.Try(out var defaults) || !priced.Try(out var lists))
        {
            return !listed.Succeeded ? listed.As<Customer>() : !chosen.Succeeded ? chosen.As<Customer>() : priced.As<Customer>();
        }

        var told = await partners.Addresses(call, [.. places]);
        return told.Select(addresses => new Customer
        {
            Number = customer,
            Name = company.Name,
            Currency = lists[company.PropertyProductPricelist.Id].CurrencyId.Name,
            PaymentTerms = company.PropertyPaymentTermId?.Name,
            ShipTos = Usable("delivery", defaults.Delivery),
            BillTos = Usable("invoice", defaults.Invoice),
        });

        // Those meant for the use and the customer's own, Odoo's default first.
        List<ErpAddress> Usable(string use, long preferred) =>
        [
            .. places
                .Where(place => place.Id == company.Id || string.Equals(place.Type, use, StringComparison.Ordinal))
                .OrderBy(place => place.Id != preferred)
                .ThenBy(place => place.Id == company.Id)
                .Select(place => told.Value[place.Id] with { IsDefault = place.Id == preferred }),
        ];
    }

    Task<Outcome<Customer?>> ICustomers.FindByAccount(Scope scope, AccountId account, CancellationToken cancel) => Lacking<Customer?>(scope, "findCustomer", cancel);

    Task<Outcome<Customer>> ICustomers.Create(Scope scope, NewCustomer customer, CancellationToken cancel) => Lacking<Customer>(scope, "createCustomer", cancel);

    Task<Outcome<Customer>> ICustomers.Update(Scope scope, CustomerNumber customer, CustomerChange change, string? version, CancellationToken cancel) =>
        Lacking<Customer>(scope, "updateCustomer", cancel);

    Task<Outcome<Changes>> ICustomers.ChangedSince(Scope scope, string? cursor, CancellationToken cancel) => Lacking<Changes>(scope, "customerChanges", cancel);

    Task<Outcome<IReadOnlyList<CreditSignal>>> ICredit.Signals(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel) =>
        Lacking<IReadOnlyList<CreditSignal>>(scope, "creditSignals", cancel);

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

        var found = await partners.Find<CreditRow>(call, customer);
        return found.Select(row => new CreditStanding
        {
            Customer = customer,
            // Odoo does not tell a limit of nothing from none.
            Limit = row.CreditLimit > 0 ? new Money(row.CreditLimit, company.CurrencyCode) : null,
            Balance = new Money(row.Credit, company.CurrencyCode),
            OnHold = false,
        });
    }

    private sealed record TermsRow : OdooRow
    {
        public required string Name { get; init; }

        public required Ref? PropertyPaymentTermId { get; init; }

        public required Ref PropertyProductPricelist { get; init; }
    }

    private sealed record PlaceRow : AddressRow
    {
        public required string? Type { get; init; }
    }

    private sealed record DefaultsRow(long Delivery, long Invoice);

    private sealed record ListRow : OdooRow
    {
        public required Ref CurrencyId { get; init; }
    }

    private sealed record CreditRow : OdooRow
    {
        /// <summary>What the customer owes by posted invoices, payments taken off.</summary>
        public required decimal Credit { get; init; }

        public required decimal CreditLimit { get; init; }
    }
}
