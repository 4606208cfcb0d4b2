using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Hosting;

namespace PortalIntegration.Portal.SignIn;

/// <summary>Picks one of the CRM's people. Development only: <see cref="SignInOptionsValidator"/> refuses to start it anywhere else.</summary>
public sealed partial class SignInPage
{
    private static readonly Scope Asking = Scope.ForPortal("sign-in", Lane.Interactive);

    private Task<Outcome<Page<Person>>>? _contacts;
    private Task<Outcome<Page<Person>>>? _staff;

    [Inject]
    public required IOwnershipMap Map { get; init; }

    [Inject]
    public required IOptions<CompanyOptions> Company { get; init; }

    [SupplyParameterFromQuery]
    public string? Q { get; set; }

    [SupplyParameterFromQuery]
    public string? ReturnTo { get; set; }

    [SupplyParameterFromQuery]
    public string? Failed { get; set; }

    protected override void OnInitialized()
    {
        var people = Map.Owner<IContacts>();
        _contacts = people.Search(Asking, new PersonQuery(Text: Q, Staff: false, Limit: 12));
        _staff = people.Search(Asking, new PersonQuery(Text: Q, Staff: true, Limit: 12));
    }
}
