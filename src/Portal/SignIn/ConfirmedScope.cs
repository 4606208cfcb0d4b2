using PortalIntegration.Core;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Portal.SignIn;

/// <summary>What the CRM said about a person, and when.</summary>
/// <param name="System">The system that said it, by its name in the ownership map.</param>
public sealed record ConfirmedScope(
    PersonId Person, string Name, Role Role, IReadOnlyList<ScopedAccount> Accounts, string System, DateTimeOffset ConfirmedAt)
{
    public Scope ToScope() => Scope.ForPerson(Person, Role, Accounts);

    public bool SaysTheSameAs(ConfirmedScope other) =>
        Person == other.Person && Name == other.Name && Role == other.Role && Accounts.SequenceEqual(other.Accounts);
}
