using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Odoo.Crm;

/// <summary>
/// A customer's people are partners, with a role in a field of their own; our own people are users, their role told by their groups. The
/// user that the portal signs in with is nobody.
/// </summary>
internal sealed class OdooContacts(OdooRpc rpc, OdooGroups groups, CrmOptions options) : IContacts
{
    /// <summary>What a contact may be; never staff.</summary>
    private static readonly Dictionary<string, Role> ContactRoles = new(StringComparer.Ordinal)
    {
        ["viewer"] = Role.Viewer, ["buyer"] = Role.Buyer, ["approver"] = Role.Approver,
    };

    private readonly IReadOnlyList<string> _more =
        [.. new[] { options.RoleField, options.OrderLimitField, options.AccountsField }.OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>The partners of internal users are not shared; a nameless partner is only an address.</summary>
    private static object?[] ArePeople => Domain.All(Domain.Is("is_company", value: false), Domain.Is("partner_share", value: true), Domain.IsSet("name"));

    public Task<Outcome<Person>> Get(Scope scope, PersonId person, CancellationToken cancel = default)
    {
        var call = new PortCall(scope, Entity.Contacts, "person", cancel);
        return CrmKeys.Contact(person) is { } contact ? Only(call, contact, Contacts(call, Domain.All(Domain.Is("id", contact), ArePeople), "id", limit: null))
            : CrmKeys.User(person) is { } user ? Only(call, user, Users(call, _ => Domain.Is("id", user), "id", limit: null))
            : Task.FromResult(Outcome.Failed<Person>(rpc.Failure(call, Cause.NotFound)));
    }

    public async Task<Outcome<Page<Person>>> Search(Scope scope, PersonQuery query, CancellationToken cancel = default)
    {
        var call = new PortCall(scope, Entity.Contacts, query.Staff ? "searchStaff" : "searchContacts", cancel);
        if (!NameOrder.TryRead(query.Cursor, out var after))
        {
            return Outcome.Failed<Page<Person>>(rpc.Failure(call, Cause.Rejected, "The cursor is not one of ours."));
        }

        var text = string.IsNullOrWhiteSpace(query.Text) ? null
            : Domain.Any(Domain.Contains("name", query.Text.Trim()), Domain.Contains("email", query.Text.Trim()));
        var limit = query.Limit + 1;
        var found = query.Staff
            ? await Users(
                call,
                staff => Domain.All(query.Account is null ? null : Domain.None, Domain.In("groups_id", new[] { staff.Reps, staff.Admins }), text, after),
                NameOrder.Order,
                limit)
            : await Contacts(
                call,
                Domain.All(ArePeople, query.AlsoWithoutRole ? null : Domain.In(options.RoleField, ContactRoles.Keys), query.Account is { } account ? ActFor(account) : null, text, after),
                NameOrder.Order,
                limit);
        return found.Select(people =>
        {
            var page = people.Take(query.Limit).ToList();
            return new Page<Person>([.. page.Select(one => one.Person)], people.Count > page.Count ? NameOrder.Cursor(page[^1].Person.Name, page[^1].Id) : null);
        });
    }

    public Task<Outcome<Person>> Change(Scope scope, ContactChange change, CancellationToken cancel = default) =>
        Task.FromResult(Outcome.Failed<Person>(rpc.Failure(new PortCall(scope, Entity.Contacts, "changeContact", cancel), Cause.NotSupported)));

    private object?[] ActFor(AccountId account) =>
        CrmKeys.Company(account) is not { } company ? Domain.None
        : options.AccountsField is { } more ? Domain.Any(Domain.Is("commercial_partner_id", company), Domain.In(more, new[] { company }))
        : Domain.Is("commercial_partner_id", company);

    private async Task<Outcome<Person>> Only(PortCall call, long id, Task<Outcome<IReadOnlyList<Found>>> asking)
    {
        var found = await asking;
        return !found.Try(out var people) ? found.As<Person>()
            : people is [] ? Outcome.Failed<Person>(rpc.Failure(call, Cause.NotFound))
            : people is [var one] && one.Id == id ? found.Select(_ => one.Person)
            : Outcome.Failed<Person>(rpc.Failure(call, Cause.Malformed, "Other records than were asked for."));
    }

    private async Task<Outcome<IReadOnlyList<Found>>> Contacts(PortCall call, object?[] domain, string order, int? limit)
    {
        var session = await rpc.Session(call);
        if (!session.Try(out var company))
        {
            return session.As<IReadOnlyList<Found>>();
        }

        var found = await rpc.Search<ContactRow>(call, "res.partner", domain, order, limit: limit, more: _more);
        return rpc.Map(call, found, rows => (IReadOnlyList<Found>)[.. rows.Select(row => new Found(row.Id, row.ToPerson(options, company.CurrencyCode)))]);
    }

    private async Task<Outcome<IReadOnlyList<Found>>> Users(PortCall call, Func<StaffGroups, object?[]> condition, string order, int? limit)
    {
        var known = await groups.Get(call);
        if (!known.Try(out var staff))
        {
            return known.As<IReadOnlyList<Found>>();
        }

        var session = await rpc.Session(call);
        if (!session.Try(out var ours))
        {
            return session.As<IReadOnlyList<Found>>();
        }

        var found = await rpc.Search<UserRow>(
            call, "res.users", Domain.All(Domain.Is("share", value: false), Domain.IsNot("id", ours.User), condition(staff)), order, limit: limit);
        return found.Select<IReadOnlyList<Found>>(rows => [.. rows.Select(row => new Found(row.Id, row.ToPerson(staff)))]);
    }

    private sealed record Found(long Id, Person Person);

    private sealed record ContactRow : OpenRow
    {
        public required string Name { get; init; }

        public required string? Email { get; init; }

        public required string? Phone { get; init; }

        /// <summary>The company above it; itself for a person without one.</summary>
        public required Ref CommercialPartnerId { get; init; }

        public Person ToPerson(CrmOptions options, string currency) => new()
        {
            Id = CrmKeys.Contact(Id),
            Name = Name,
            Email = Email,
            Phone = Phone,
            Role = Text(options.RoleField) is not { } role ? null
                : ContactRoles.TryGetValue(role, out var known) ? known
                : throw new MalformedAnswerException($"{options.RoleField} is none of {string.Join(", ", ContactRoles.Keys)}"),
            Accounts =
            [
                .. new[] { CommercialPartnerId.Id }.Where(company => company != Id)
                    .Concat(options.AccountsField is { } more ? Ids(more) : [])
                    .Distinct().Select(CrmKeys.Account),
            ],
            OrderLimit = options.OrderLimitField is { } field && Amount(field) is { } limit ? new Money(limit, currency) : null,
        };
    }

    private sealed record UserRow : OdooRow
    {
        public required string Name { get; init; }

        public required string? Email { get; init; }

        /// <summary>Those implied by others, too.</summary>
        public required IReadOnlyList<long> GroupsId { get; init; }

        public Person ToPerson(StaffGroups groups) => new()
        {
            Id = CrmKeys.User(Id),
            Name = Name,
            Email = Email,
            Role = GroupsId.Contains(groups.Admins) ? Role.Admin : GroupsId.Contains(groups.Reps) ? Role.Rep : null,
            IsStaff = true,
        };
    }
}
