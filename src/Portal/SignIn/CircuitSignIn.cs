using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.Options;

namespace PortalIntegration.Portal.SignIn;

/// <summary>
/// Ends what a circuit shows once its sign-in holds no more, as <see cref="SignInCheck"/> says: the page is loaded anew, and its cookie is not taken. For who was picked,
/// a circuit lasts as long as a sign-in in all.
/// </summary>
internal sealed class CircuitSignIn(SignInCheck check, NavigationManager navigation, IOptions<SignInOptions> options, TimeProvider clock, ILoggerFactory loggers)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    private readonly DateTimeOffset _opened = clock.GetUtcNow();

    protected override TimeSpan RevalidationInterval => options.Value.Recheck;

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState state, CancellationToken cancel)
    {
        // One that nobody signed in shows nothing that could end.
        var valid = state.User.Identity?.IsAuthenticated is not true
            || (clock.GetUtcNow() - _opened < options.Value.Lifetime && await check.Ask(state.User, cancel) is SignInState.Holds);
        if (!valid)
        {
            navigation.NavigateTo(navigation.Uri, forceLoad: true);
        }

        return valid;
    }
}
