using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Accounts;

/// <summary>Companies as the CRM knows them.</summary>
public interface IAccounts
{
    Task<Outcome<Account>> Get(Scope scope, AccountId account, CancellationToken cancel = default);

    /// <summary>Accounts by SQL-free text in the name, by owner, or both; in order of name.</summary>
    Task<Outcome<Page<Account>>> Search(Scope scope, AccountQuery query, CancellationToken cancel = default);

    /// <summary>
    /// Changes what is named and nothing else. <see cref="Cause.Stale"/> when the account was changed since <paramref name="version"/> was read: read it
    /// again. <see cref="Cause.Rejected"/> when a field is not there any more, cannot be written, or is too short. The portal's own work only.
    /// </summary>
    /// <param name="version"><see cref="Account.Version"/> as read; null where the system has none.</param>
    Task<Outcome<Account>> Update(Scope scope, AccountId account, AccountChange change, string? version, CancellationToken cancel = default);

    /// <summary>
    /// Adds, changes or removes one address, and answers the account as it is then. What stands already as it is wanted is left and answered: the same change
    /// asked for again does nothing twice. <see cref="Cause.Stale"/> when the address says something else than <see cref="AddressChange.Seen"/>,
    /// <see cref="Cause.NotFound"/> when the account has no such address, <see cref="Cause.Rejected"/> with the owner's words when it may not be so.
    /// For people who may manage the account (<see cref="Scope.MayManage"/>) alone.
    /// </summary>
    Task<Outcome<Account>> ChangeAddress(Scope scope, AccountId account, AddressChange change, CancellationToken cancel = default);

    /// <summary>Ids of accounts changed since the cursor (null: from now on), for systems polled for changes. The portal's own work only.</summary>
    Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel = default);
}

/// <param name="Limit">1 to 200.</param>
public sealed record AccountQuery(string? Text = null, PersonId? Owner = null, string? Cursor = null, int Limit = 50)
{
    /// <summary>Only the account that is linked to this customer of the ERP: at most one, where the CRM keeps its links apart.</summary>
    public CustomerNumber? Customer { get; init; }
}

/// <summary>What to change about an account. Null leaves a thing as it is.</summary>
public sealed record AccountChange
{
    /// <summary>The link to the ERP.</summary>
    public CustomerNumber? Customer { get; init; }

    /// <summary>By name of the CRM's field; a null value empties it.</summary>
    public IReadOnlyDictionary<string, FieldValue?> CustomFields { get; init; } = new Dictionary<string, FieldValue?>();
}

/// <summary>What to do to one address. At least one of <see cref="Seen"/> and <see cref="Wanted"/> is set.</summary>
public sealed record AddressChange
{
    /// <summary>The CRM's own; of a new one, a key of ours: 8 to 64 letters, digits and hyphens.</summary>
    public required string Id { get; init; }

    /// <summary>As it stood where the change was typed; null for a new one.</summary>
    public AccountAddress? Seen { get; init; }

    /// <summary>
    /// Null to remove it. <see cref="AccountAddress.IsDefault"/> makes it the default of its kind; the default stays one until another becomes it.
    /// <see cref="AccountAddress.ErpAddress"/> is not changed.
    /// </summary>
    public AccountAddress? Wanted { get; init; }

    /// <param name="standing">The address now; null when there is none.</param>
    public bool IsDone(AccountAddress? standing) => Wanted is { } wanted
        ? standing is not null && standing.SaysTheSameAs(wanted) && (standing.IsDefault || !wanted.IsDefault)
        : standing is null;
}

public sealed record Account
{
    public required AccountId Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The link to the ERP; null is "action required".</summary>
    public CustomerNumber? Customer { get; init; }

    public PersonId? Owner { get; init; }

    public string? OwnerName { get; init; }

    public IReadOnlyList<AccountAddress> Addresses { get; init; } = [];

    /// <summary>Fields that this company added to its CRM, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> CustomFields { get; init; } = [];

    /// <summary>
    /// The added fields that have no value now. A field that is neither here nor in <see cref="CustomFields"/> does not exist (any more).
    /// </summary>
    public IReadOnlyList<string> EmptyFields { get; init; } = [];

    public string? Email { get; init; }

    public string? Phone { get; init; }

    /// <summary>The version that a change must name (an ETag); null where the system has none.</summary>
    public string? Version { get; init; }
}

public enum AddressKind
{
    Billing,
    Shipping,
}

public sealed record AccountAddress(string Id, AddressKind Kind, IReadOnlyList<string> Lines, string? PostalCode, string? City, string? Country)
{
    /// <summary>Who is there; null where it is the account itself.</summary>
    public string? Name { get; init; }

    public string? Region { get; init; }

    /// <summary>The default of its kind.</summary>
    public bool IsDefault { get; init; }

    /// <summary>The ERP's address that this is; null while the two are not linked.</summary>
    public string? ErpAddress { get; init; }

    /// <summary>Whether a letter would go to the same place.</summary>
    public bool SaysTheSameAs(AccountAddress other) => Kind == other.Kind && Lines.SequenceEqual(other.Lines)
        && (PostalCode ?? "") == (other.PostalCode ?? "") && (City ?? "") == (other.City ?? "") && (Country ?? "") == (other.Country ?? "")
        && (Name ?? "") == (other.Name ?? "") && (Region ?? "") == (other.Region ?? "");
}

/// <summary>What happened with an account, for people to read in the CRM.</summary>
public interface ITimeline
{
    /// <summary>Newest first.</summary>
    Task<Outcome<Page<TimelineEntry>>> List(Scope scope, AccountId account, string? cursor = null, CancellationToken cancel = default);

    /// <summary>Every entry of the account that is about this order.</summary>
    Task<Outcome<IReadOnlyList<TimelineEntry>>> About(Scope scope, AccountId account, OrderNumber order, CancellationToken cancel = default);

    /// <summary>Writes an entry under a key of ours; writing it again changes nothing.</summary>
    Task<Outcome<Done>> Put(Scope scope, AccountId account, TimelineEntry entry, CancellationToken cancel = default);
}

/// <param name="Key">Ours, unique within the account, such as <c>order:SO-1001:shipped:1</c>; up to 120 characters.</param>
/// <param name="Title">1 to 200 characters.</param>
/// <param name="Text">Up to 4,000 characters; null where the title says it all.</param>
/// <param name="Order">The ERP's order that it is about, if any.</param>
public sealed record TimelineEntry(string Key, DateTimeOffset At, TimelineKind Kind, string Title, string? Text = null, OrderNumber? Order = null);

public enum TimelineKind
{
    Order,
    Shipment,
    Invoice,
    Return,
    Credit,
    Note,
}
