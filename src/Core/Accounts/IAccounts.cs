using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Accounts;

/// <summary>Companies as the CRM knows them.</summary>
public interface IAccounts
{
    Task<Outcome<Account>> Get(Scope scope, AccountId account, CancellationToken cancel = default);

    /// <summary>Accounts by SQL-free text in the name, by owner, or both; in order of name.</summary>
    Task<Outcome<Page<Account>>> Search(Scope scope, AccountQuery query, CancellationToken cancel = default);
}

/// <param name="Limit">1 to 200.</param>
public sealed record AccountQuery(string? Text = null, PersonId? Owner = null, string? Cursor = null, int Limit = 50);

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

    /// <summary>The version that a change must name (an ETag); null where the system has none.</summary>
    public string? Version { get; init; }
}

public enum AddressKind
{
    Billing,
    Shipping,
}

public sealed record AccountAddress(string Id, AddressKind Kind, IReadOnlyList<string> Lines, string? PostalCode, string? City, string? Country);

/// <summary>What happened with an account, for people to read in the CRM.</summary>
public interface ITimeline
{
    /// <summary>Newest first.</summary>
    Task<Outcome<Page<TimelineEntry>>> List(Scope scope, AccountId account, string? cursor = null, CancellationToken cancel = default);

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
