using PortalIntegration.Core;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Portal.SignIn;

/// <summary>A signed-in person, what the CRM lets him do, and the account he acts for now.</summary>
public sealed record PortalSession
{
    public required PersonId Person { get; init; }

    public required string Name { get; init; }

    public required Role Role { get; init; }

    /// <summary>Everything the person may see.</summary>
    public required Scope Scope { get; init; }

    /// <summary>How many accounts in his care are not in <see cref="Scope"/>, because the CRM has not answered since the portal started; 0 otherwise.</summary>
    public int LeftOut { get; init; }

    /// <summary>The account acted for; null for an admin, and for whoever has not chosen one yet or lost the one chosen.</summary>
    public required ScopedAccount? Acting { get; init; }

    /// <summary>The account acted for, in the ERP; null where there is none or it is not linked.</summary>
    public CustomerNumber? Customer => Acting?.Customer;

    /// <summary>The scope narrowed to the account acted for.</summary>
    public Scope ActingScope => Acting is null ? Scope : Scope.Only(Acting.Account);

    /// <summary>Whose basket and drafts the browser keeps; null while no account is acted for.</summary>
    public string? BrowserKey => Acting is null ? null : $"{Person}/{Acting.Account}";

    /// <summary>May place orders for the account acted for.</summary>
    public bool MayOrder => Role is Role.Buyer or Role.Approver or Role.Rep;

    public bool IsRep => Role is Role.Rep;

    public bool IsAdmin => Role is Role.Admin;
}
