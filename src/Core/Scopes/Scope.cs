using System.Collections.Frozen;

namespace PortalIntegration.Core.Scopes;

/// <summary>What a person may do in the portal, as the CRM says.</summary>
public enum Role
{
    /// <summary>Sees prices, stock and orders; places none.</summary>
    Viewer,

    /// <summary>Places orders.</summary>
    Buyer,

    /// <summary>Places orders and approves those of others.</summary>
    Approver,

    /// <summary>Sales representative: acts for the accounts in his care.</summary>
    Rep,

    /// <summary>Runs the portal. Sees no customer's business.</summary>
    Admin,
}

/// <summary>Which calls go first when a system's quota or concurrency runs short; lower is sooner.</summary>
public enum Lane
{
    Interactive,
    Order,
    Sync,
    Batch,
}

/// <summary>One account that a person may act for, and its counterpart in the ERP.</summary>
/// <param name="Account">In the CRM.</param>
/// <param name="Customer">In the ERP; null while the two are not linked, which is "action required".</param>
/// <param name="Name">As the CRM spells it.</param>
public sealed record ScopedAccount(AccountId Account, CustomerNumber? Customer, string Name);

/// <summary>
/// Whose data a call may touch. Every method of every port takes one, and the ownership map hands out ports only behind a guard
/// that checks what goes in and what comes out against it. What is outside is <c>NotFound</c>, whatever the reason.
/// </summary>
public sealed record Scope
{
    private readonly FrozenSet<CustomerNumber> _customers;
    private readonly FrozenSet<AccountId> _accounts;

    private Scope(string actor, Role? role, Lane lane, bool everything, IReadOnlyList<ScopedAccount> accounts, Money? orderLimit = null)
    {
        Actor = actor;
        Role = role;
        Lane = lane;
        CoversEverything = everything;
        Accounts = accounts;
        OrderLimit = orderLimit;
        _customers = accounts.Where(account => account.Customer is not null).Select(account => account.Customer!.Value).ToFrozenSet();
        _accounts = accounts.Select(account => account.Account).ToFrozenSet();
    }

    /// <summary>Who asks: a person's id, or the name of a flow. Goes into logs.</summary>
    public string Actor { get; }

    /// <summary>Null for the portal's own work.</summary>
    public Role? Role { get; }

    public Lane Lane { get; init; }

    public IReadOnlyList<ScopedAccount> Accounts { get; }

    /// <summary>The person's orders above it wait for somebody's approval; null for none.</summary>
    public Money? OrderLimit { get; }

    /// <summary>True only for the portal's own work.</summary>
    public bool CoversEverything { get; }

    /// <summary>
    /// Whether this person may change the addresses and contacts of the accounts in scope: an approver, who answers for what his company orders, and the rep in
    /// whose care it is. A buyer and a viewer only see them.
    /// </summary>
    public bool MayManage => CoversEverything || Role is Scopes.Role.Approver or Scopes.Role.Rep;

    /// <summary>A signed-in person, with the accounts that the CRM says.</summary>
    public static Scope ForPerson(PersonId person, Role role, IReadOnlyList<ScopedAccount> accounts, Money? orderLimit = null) =>
        new(person.Value, role, Lane.Interactive, everything: false, accounts, orderLimit);

    /// <summary>The portal's own work, named after its flow: delivering what was accepted, or asking who signs in.</summary>
    public static Scope ForPortal(string flow, Lane lane) => new(flow, role: null, lane, everything: true, []);

    public bool Covers(CustomerNumber customer) => CoversEverything || _customers.Contains(customer);

    public bool Covers(AccountId account) => CoversEverything || _accounts.Contains(account);

    /// <summary>The same person acting for one account alone.</summary>
    /// <exception cref="InvalidOperationException">The account is not in this scope.</exception>
    public Scope Only(AccountId account) => Covers(account)
        ? new(Actor, Role, Lane, everything: false, [.. Accounts.Where(candidate => candidate.Account == account)], OrderLimit)
        : throw new InvalidOperationException("Not an account of this scope.");

    public override string ToString() => CoversEverything ? Actor : $"{Actor} ({Role})";

    public bool Equals(Scope? other) =>
        other is not null && Actor == other.Actor && Role == other.Role && Lane == other.Lane
        && CoversEverything == other.CoversEverything && OrderLimit == other.OrderLimit && Accounts.SequenceEqual(other.Accounts);

    public override int GetHashCode() => HashCode.Combine(Actor, Role, Lane, CoversEverything, Accounts.Count);
}
