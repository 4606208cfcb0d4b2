using System.Globalization;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Reference.Crm;

/// <summary>
/// The contract keeps a customer's people as contacts and our own as users. A user who is a manager has the rights of a rep here: the contract
/// gives him no more accounts than those he owns.
/// </summary>
internal sealed class CrmContacts(SystemPipeline pipeline, Func<Call, ICrmApi> api) : IContacts
{
    private const string Capability = "Contacts";

    private static readonly Operation _contact = Operation.Read("getContact", Capability);
    private static readonly Operation _contacts = Operation.Read("listContacts", Capability);
    private static readonly Operation _put = Operation.Write("putContact", Capability);
    private static readonly Operation _user = Operation.Read("getUser", Capability);
    private static readonly Operation _users = Operation.Read("listUsers", Capability);

    public Task<Outcome<Person>> Get(Scope scope, PersonId person, CancellationToken cancel = default) => Ask.ByKey(pipeline, _contact, person.Value, async key =>
    {
        var contact = await pipeline.Send(
            scope,
            _contact,
            (call, token) => api(call).GetContact(key, token),
            answer =>
            {
                Strict.Same(answer.Id, person.Value, "id");
                return Map(answer, "");
            },
            cancel: cancel);
        return contact.Failure?.Cause == Cause.NotFound
            ? await pipeline.Send(
                scope,
                _user,
                (call, token) => api(call).GetUser(key, token),
                answer =>
                {
                    Strict.Same(answer.Id, person.Value, "id");
                    return Map(answer, "");
                },
                cancel: cancel)
            : contact;
    });

    public Task<Outcome<Page<Person>>> Search(Scope scope, PersonQuery query, CancellationToken cancel = default)
    {
        var text = string.IsNullOrWhiteSpace(query.Text) ? null : query.Text;
        return query.Staff
            ? pipeline.Send(
                scope,
                _users,
                (call, token) => api(call).ListUsers(text, query.Cursor, query.Limit, token),
                page => WithRole(page, Strict.Each(page.Items, "items", (user, at) => Map(user, $"{at}."))),
                page => page.AsOf,
                cancel: cancel)
            : pipeline.Send(
                scope,
                _contacts,
                (call, token) => api(call).ListContacts(query.Account?.Value, text, query.Cursor, query.Limit, token),
                page => query.AlsoWithoutRole
                    ? new Page<Person>([.. Strict.Each(page.Items, "items", (contact, at) => Map(contact, $"{at}.")).Where(person => !person.IsStaff)], page.NextCursor)
                    : WithRole(page, Strict.Each(page.Items, "items", (contact, at) => Map(contact, $"{at}.")).Where(person => !person.IsStaff)),
                page => page.AsOf,
                cancel: cancel);
    }

    public async Task<Outcome<Person>> Change(Scope scope, ContactChange change, CancellationToken cancel = default)
    {
        var found = await Ask.ByKey(pipeline, _contact, change.Id.Value, key => pipeline.Send(
            scope, _contact, (call, token) => api(call).GetContact(key, token), answer => (Wire: answer, Person: Asked(answer, change.Id)), cancel: cancel));
        if (!found.Succeeded && found.Failure!.Cause is not Cause.NotFound)
        {
            // Nothing was written yet: whatever kept the question from an answer left no effect.
            return Outcome.Failed<Person>(found.Failure.MayHaveTakenEffect ? found.Failure with { Cause = Cause.Unavailable } : found.Failure);
        }

        if (found.Succeeded && found.Value.Person.Details == change.Wanted)
        {
            return found.Select(one => one.Person);
        }

        if (found.Succeeded != (change.Seen is not null) || (found.Succeeded && found.Value.Person.Details != change.Seen))
        {
            return pipeline.Fail<Person>(_put, found.Succeeded ? Cause.Stale : Cause.NotFound);
        }

        var version = found.Succeeded ? Ask.IfMatch(found.Value.Wire.Version.ToString(CultureInfo.InvariantCulture)) : null;
        return await Ask.ByKey(pipeline, _put, change.Id.Value, key => pipeline.Send(
            scope,
            _put,
            (call, token) => api(call).PutContact(
                key, version, new ContactInputWire(change.Wanted.Name, change.Wanted.Email, change.Wanted.Phone, change.Account.Value), token),
            answer => Asked(answer, change.Id),
            cancel: cancel));
    }

    private static Person Asked(ContactWire answer, PersonId asked)
    {
        Strict.Same(answer.Id, asked.Value, "id");
        return Map(answer, "");
    }

    /// <summary>Who has no role is left out; so a page may hold fewer than asked for, and their number says nothing.</summary>
    private static Page<Person> WithRole<TWire>(PageWire<TWire> page, IEnumerable<Person> people) =>
        new([.. people.Where(person => person.Role is not null)], page.NextCursor);

    private static Person Map(ContactWire contact, string at)
    {
        var role = contact.Portal.Role switch
        {
            PortalRoleWire.None => (Role?)null,
            PortalRoleWire.Viewer => Role.Viewer,
            PortalRoleWire.Buyer => Role.Buyer,
            PortalRoleWire.Approver => Role.Approver,
            PortalRoleWire.Rep => Role.Rep,
            PortalRoleWire.Admin => Role.Admin,
            _ => throw new MalformedAnswerException($"{at}portal.role is unknown"),
        };
        return new Person
        {
            Id = new PersonId(Strict.Filled(contact.Id, $"{at}id")),
            Name = Strict.Filled(contact.Name, $"{at}name"),
            Email = contact.Email,
            Phone = contact.Phone,
            Role = role,
            Accounts = Strict.Each(contact.AccountIds, $"{at}accountIds", (account, accountAt) => new AccountId(Strict.Filled(account, accountAt))),
            OrderLimit = contact.Portal.OrderLimit is { } limit
                ? new Money(Strict.NotNegative(limit.Amount, $"{at}portal.orderLimit.amount"), Strict.Currency(limit.Currency, $"{at}portal.orderLimit.currency"))
                : null,
            IsStaff = role is Role.Rep or Role.Admin,
        };
    }

    private static Person Map(UserWire user, string at) => new()
    {
        Id = new PersonId(Strict.Filled(user.Id, $"{at}id")),
        Name = Strict.Filled(user.Name, $"{at}name"),
        Email = user.Email,
        Role = user.Role switch
        {
            _ when !user.Active => null,
            UserRoleWire.Rep or UserRoleWire.Manager => Role.Rep,
            UserRoleWire.Admin => Role.Admin,
            _ => throw new MalformedAnswerException($"{at}role is unknown"),
        },
        IsStaff = true,
    };
}
