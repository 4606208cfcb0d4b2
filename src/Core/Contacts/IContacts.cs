using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Contacts;

/// <summary>People as the CRM knows them: a customer's contacts, and our own staff.</summary>
public interface IContacts
{
    /// <summary>A contact or a member of staff. The guard shows a person only himself and the people of accounts in the scope.</summary>
    Task<Outcome<Person>> Get(Scope scope, PersonId person, CancellationToken cancel = default);

    /// <summary>People with a role in the portal, in order of name.</summary>
    Task<Outcome<Page<Person>>> Search(Scope scope, PersonQuery query, CancellationToken cancel = default);
}

/// <param name="Text">Part of name or e-mail; null for all.</param>
/// <param name="Account">Contacts of this account alone.</param>
/// <param name="Staff">True for reps and admins, false for customers' contacts.</param>
/// <param name="Limit">1 to 200.</param>
public sealed record PersonQuery(string? Text = null, AccountId? Account = null, bool Staff = false, string? Cursor = null, int Limit = 50);

public sealed record Person
{
    public required PersonId Id { get; init; }

    public required string Name { get; init; }

    public string? Email { get; init; }

    /// <summary>Null: no access to the portal.</summary>
    public Role? Role { get; init; }

    /// <summary>The accounts that a contact may act for. Of a rep: empty, his accounts are those he owns.</summary>
    public IReadOnlyList<AccountId> Accounts { get; init; } = [];

    /// <summary>Orders above it need an approval; null for none.</summary>
    public Money? OrderLimit { get; init; }

    /// <summary>True for reps and admins.</summary>
    public bool IsStaff { get; init; }
}
