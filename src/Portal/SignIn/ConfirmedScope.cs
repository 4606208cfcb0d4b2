using PortalIntegration.Core;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Portal.SignIn;

/// <summary>What the CRM said about a person, and when.</summary>
/// <param name="OrderLimit">The person's orders above it wait for an approval; null for none.</param>
/// <param name="System">The system that said it, by its name in the ownership map.</param>
public sealed record ConfirmedScope(
    PersonId Person, string Name, Role Role, IReadOnlyList<ScopedAccount> Accounts, string System, DateTimeOffset ConfirmedAt, Money? OrderLimit)
{
    /// <summary>How many more accounts the CRM confirmed than the cookie had room for; 0 where all are here.</summary>
    public int LeftOut { get; init; }

    public Scope ToScope() => Scope.ForPerson(Person, Role, Accounts, OrderLimit);

    public bool SaysTheSameAs(ConfirmedScope other) =>
        Person == other.Person && Name == other.Name && Role == other.Role && OrderLimit == other.OrderLimit && LeftOut == other.LeftOut && Accounts.SequenceEqual(other.Accounts);
}
