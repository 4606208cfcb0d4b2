using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Portal.SignIn.Providers;

namespace PortalIntegration.Portal.SignIn;

/// <summary>
/// The providers to sign in with. In Development, and there alone (<see cref="SignInOptionsValidator"/> refuses to start it anywhere else), a list of the CRM's people
/// to pick from.
/// </summary>
public sealed partial class SignInPage
{
    private static readonly Scope Asking = Scope.ForPortal("sign-in", Lane.Interactive);

    private Task<Outcome<Page<Person>>>? _contacts;
    private Task<Outcome<Page<Person>>>? _staff;

    [Inject]
    public required IOwnershipMap Map { get; init; }

    [Inject]
    public required IOptions<CompanyOptions> Company { get; init; }

    [Inject]
    public required IOptions<SignInOptions> Options { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [SupplyParameterFromQuery]
    public string? Q { get; set; }

    [SupplyParameterFromQuery]
    public string? ReturnTo { get; set; }

    [SupplyParameterFromQuery]
    public string? Failed { get; set; }

    /// <summary>One of <see cref="SignInProblem"/>; anything else is none.</summary>
    [SupplyParameterFromQuery]
    public string? Problem { get; set; }

    /// <summary>See <see cref="SignInProblems.About"/>.</summary>
    [SupplyParameterFromQuery]
    public string? About { get; set; }

    [CascadingParameter]
    public HttpContext? Context { get; set; }

    private bool Picking => Options.Value.Kind is SignInKind.PersonPicker;

    protected override void OnInitialized()
    {
        SayWait();
        if (!Picking)
        {
            return;
        }

        var people = Map.Owner<IContacts>();
        _contacts = people.Search(Asking, new PersonQuery(Text: Q, Staff: false, Limit: 12));
        _staff = people.Search(Asking, new PersonQuery(Text: Q, Staff: true, Limit: 12));
    }

    /// <summary>Who is to wait is answered so in the status too, as long as he is.</summary>
    private void SayWait()
    {
        if (Problem == nameof(SignInProblem.TooOften) && Problems.About(About)?.Until - Clock.GetUtcNow() is { } left && left > TimeSpan.Zero && Context is { } context)
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = Math.Ceiling(left.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
    }
}
