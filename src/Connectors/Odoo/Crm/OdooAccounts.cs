using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Odoo.Crm;

/// <summary>Active partners that are companies, but for our own.</summary>
internal sealed class OdooAccounts(OdooRpc rpc, CrmOptions options) : IAccounts
{
    private const string Invoice = "invoice";
    private const string Delivery = "delivery";

    private readonly IReadOnlyList<string> _more = [.. new[] { options.CustomerField }.Concat(options.CustomFields).Distinct(StringComparer.Ordinal)];

    public static IReadOnlyList<string> OwnFields => Fields<CompanyRow>.Names;

    /// <summary>Whoever refers to a company of Odoo's own is ourselves.</summary>
    public static object?[] AreAccounts => Domain.All(Domain.Is("is_company", value: true), Domain.IsEmpty("ref_company_ids"));

    public async Task<Outcome<Account>> Get(Scope scope, AccountId account, CancellationToken cancel = default)
    {
        var call = new PortCall(scope, Entity.Accounts, "account", cancel);
        if (CrmKeys.Company(account) is not { } id)
        {
            return Outcome.Failed<Account>(rpc.Failure(call, Cause.NotFound));
        }

        var found = await rpc.Search<CompanyRow>(call, "res.partner", Domain.All(Domain.Is("id", id), AreAccounts), more: _more);
        if (!found.Try(out var rows))
        {
            return found.As<Account>();
        }

        if (rows is not [var row] || row.Id != id)
        {
            return Outcome.Failed<Account>(rows is [] ? rpc.Failure(call, Cause.NotFound) : rpc.Failure(call, Cause.Malformed, "Other records than were asked for."));
        }

        return (await Complete(call, rows)).Select(accounts => accounts[0]);
    }

    public async Task<Outcome<Page<Account>>> Search(Scope scope, AccountQuery query, CancellationToken cancel = default)
    {
        var call = new PortCall(scope, Entity.Accounts, "searchAccounts", cancel);
        if (!NameOrder.TryRead(query.Cursor, out var after))
        {
            return Outcome.Failed<Page<Account>>(rpc.Failure(call, Cause.Rejected, "The cursor is not one of ours."));
        }

        var found = await rpc.Search<CompanyRow>(
            call,
            "res.partner",
            Domain.All(
                AreAccounts,
                string.IsNullOrWhiteSpace(query.Text) ? null : Domain.Contains("name", query.Text.Trim()),
                query.Owner is not { } owner ? null : CrmKeys.User(owner) is { } user ? Domain.Is("user_id", user) : Domain.None,
                query.Customer is not { } customer ? null : Domain.Is(options.CustomerField, customer.Value),
                after),
            NameOrder.Order,
            limit: query.Limit + 1,
            more: _more);
        if (!found.Try(out var rows))
        {
            return found.As<Page<Account>>();
        }

        var page = rows.Take(query.Limit).ToList();
        if (page.Count == 0)
        {
            return found.Select(_ => new Page<Account>([]));
        }

        return (await Complete(call, page)).Select(accounts => new Page<Account>(accounts, rows.Count > page.Count ? NameOrder.Cursor(page[^1].Name, page[^1].Id) : null));
    }

    public Task<Outcome<Account>> Update(Scope scope, AccountId account, AccountChange change, string? version, CancellationToken cancel = default) =>
        Task.FromResult(Outcome.Failed<Account>(rpc.Failure(new PortCall(scope, Entity.Accounts, "updateAccount", cancel), Cause.NotSupported)));

    public Task<Outcome<Account>> ChangeAddress(Scope scope, AccountId account, AddressChange change, CancellationToken cancel = default) =>
        Task.FromResult(Outcome.Failed<Account>(rpc.Failure(new PortCall(scope, Entity.Accounts, "changeAddress", cancel), Cause.NotSupported)));

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel = default) =>
        Task.FromResult(Outcome.Failed<Changes>(rpc.Failure(new PortCall(scope, Entity.Accounts, "accountChanges", cancel), Cause.NotSupported)));

    /// <summary>With the addresses of all of them, in two further calls.</summary>
    private async Task<Outcome<IReadOnlyList<Account>>> Complete(PortCall call, IReadOnlyList<CompanyRow> companies)
    {
        var listed = await rpc.Search<PlaceRow>(
            call,
            "res.partner",
            Domain.All(Domain.In("parent_id", companies.Select(company => company.Id)), Domain.In("type", new[] { Invoice, Delivery })));
        if (!listed.Try(out var places))
        {
            return listed.As<IReadOnlyList<Account>>();
        }

        var countries = await rpc.ReadIds<CountryRow>(
            call, "res.country", companies.Select(company => company.CountryId).Concat(places.Select(place => place.CountryId)).OfType<Ref>().Select(country => country.Id));
        var below = places.ToLookup(place => place.ParentId.Id);
        return rpc.Map(call, countries, codes => (IReadOnlyList<Account>)[.. companies.Select(company => ToAccount(company, [.. below[company.Id]], codes))]);
    }

    private Account ToAccount(CompanyRow company, IReadOnlyList<PlaceRow> places, IReadOnlyDictionary<long, CountryRow> countries)
    {
        return new Account
        {
            Id = CrmKeys.Account(company.Id),
            Name = company.Name,
            Customer = company.Link(options.CustomerField),
            Owner = company.UserId is { } owner ? CrmKeys.User(owner.Id) : null,
            OwnerName = company.UserId?.Name,
            Addresses = [.. Of(AddressKind.Billing, Invoice, ""), .. Of(AddressKind.Shipping, Delivery, $"-{Delivery}")],
            CustomFields = company.Shown(options.CustomFields),
            Version = OdooJson.Text(company.WriteDate),
        };

        // As Odoo's address_get has it: where there is none for the purpose, the company's own serves.
        IEnumerable<AccountAddress> Of(AddressKind kind, string type, string suffix)
        {
            var own = places.Where(place => place.Type == type).ToList();
            return own.Count > 0 ? own.Select(place => Address(place, CrmKeys.Text(place.Id), place.Name))
                : company is { Street: null, City: null, Zip: null } ? []
                : [Address(company, CrmKeys.Text(company.Id) + suffix, null)];

            AccountAddress Address(PostalRow row, string id, string? name) => new(
                id,
                kind,
                [.. new[] { name, row.Street, row.Street2 }.OfType<string>().Where(line => line.Length > 0)],
                row.Zip,
                row.City,
                row.CountryId is { } country ? countries[country.Id].Code : null);
        }
    }

    private abstract record PostalRow : OpenRow
    {
        public required string? Street { get; init; }

        public required string? Street2 { get; init; }

        public required string? Zip { get; init; }

        public required string? City { get; init; }

        public required Ref? CountryId { get; init; }
    }

    private sealed record CompanyRow : PostalRow
    {
        public required string Name { get; init; }

        /// <summary>Its sales person.</summary>
        public required Ref? UserId { get; init; }

        public required DateTimeOffset WriteDate { get; init; }

        public CustomerNumber? Link(string field) => Text(field) is { } number ? new CustomerNumber(number) : null;

        public IReadOnlyList<KeyValuePair<string, string>> Shown(IEnumerable<string> fields) =>
            [.. fields.Select(field => (field, Value: Shown(field))).Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.field, field.Value!))];
    }

    private sealed record PlaceRow : PostalRow
    {
        /// <summary>It may go without.</summary>
        public required string? Name { get; init; }

        public required string Type { get; init; }

        public required Ref ParentId { get; init; }
    }

    private sealed record CountryRow : OdooRow
    {
        /// <summary>ISO 3166, two letters.</summary>
        public required string? Code { get; init; }
    }
}
