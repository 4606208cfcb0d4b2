using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Contacts;

/// <summary>People as the CRM knows them: a customer's contacts, and our own staff.</summary>
public interface IContacts
{
    /// <summary>A contact or a member of staff. The guard shows a person only himself and the people of accounts in the scope.</summary>
    Task<Outcome<Person>> Get(Scope scope, PersonId person, CancellationToken cancel = default);

    /// <summary>People with a role in the portal, in order of name; with <see cref="PersonQuery.AlsoWithoutRole"/> the others too.</summary>
    Task<Outcome<Page<Person>>> Search(Scope scope, PersonQuery query, CancellationToken cancel = default);

    /// <summary>
    /// Adds a contact without a role, or changes name, e-mail and phone of one; role, limit and accounts are not changed. What stands already as it is wanted is
    /// left and answered: the same change asked for again does nothing twice. <see cref="Cause.Stale"/> when the contact says something else than
    /// <see cref="ContactChange.Seen"/>, <see cref="Cause.Rejected"/> with the owner's words when it may not be so. For people who may manage the account
    /// (<see cref="Scope.MayManage"/>) alone, and only for contacts who act for no account outside the scope.
    /// </summary>
    Task<Outcome<Person>> Change(Scope scope, ContactChange change, CancellationToken cancel = default);
}

/// <param name="Text">Part of name or e-mail; null for all.</param>
/// <param name="Account">Contacts of this account alone.</param>
/// <param name="Staff">True for reps and admins, false for customers' contacts.</param>
/// <param name="Limit">1 to 200.</param>
public sealed record PersonQuery(string? Text = null, AccountId? Account = null, bool Staff = false, string? Cursor = null, int Limit = 50)
{
    /// <summary>Contacts who have no access to the portal, too.</summary>
    public bool AlsoWithoutRole { get; init; }
}

/// <summary>What to do to one contact of a customer's.</summary>
public sealed record ContactChange
{
    /// <summary>The CRM's own; of a new one, a key of ours: 8 to 64 letters, digits and hyphens.</summary>
    public required PersonId Id { get; init; }

    /// <summary>The account that a new one acts for, and a standing one must.</summary>
    public required AccountId Account { get; init; }

    /// <summary>As it stood where the change was typed; null for a new one.</summary>
    public ContactDetails? Seen { get; init; }

    public required ContactDetails Wanted { get; init; }
}

/// <param name="Name">1 to 120 characters.</param>
/// <param name="Email">Up to 254 characters; null for none.</param>
/// <param name="Phone">Up to 40 characters; null for none.</param>
public sealed record ContactDetails(string Name, string? Email, string? Phone);

public sealed record Person
{
    public required PersonId Id { get; init; }

    public required string Name { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    /// <summary>Null: no access to the portal.</summary>
    public Role? Role { get; init; }

    /// <summary>The accounts that a contact may act for. Of a rep: empty, his accounts are those he owns.</summary>
    public IReadOnlyList<AccountId> Accounts { get; init; } = [];

    /// <summary>Orders above it need an approval; null for none.</summary>
    public Money? OrderLimit { get; init; }

    /// <summary>True for reps and admins.</summary>
    public bool IsStaff { get; init; }

    /// <summary>What a change of a contact is about.</summary>
    public ContactDetails Details => new(Name, Email, Phone);
}
