using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace PortalIntegration.Portal.SignIn;

/// <summary>Ends what a circuit shows once its person has signed out, or has been signed in for longer than a cookie lasts: the page is loaded anew.</summary>
internal sealed class CircuitSignIn(EndedSignIns ended, NavigationManager navigation, TimeProvider clock, ILoggerFactory loggers)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    private readonly DateTimeOffset _opened = clock.GetUtcNow();

    /// <summary>Longer than any static page takes, for which there is nothing to end.</summary>
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(30);

    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState state, CancellationToken cancel)
    {
        var valid = !ended.Has(state.User) && clock.GetUtcNow() - _opened < SessionTicket.Lifetime;
        if (!valid)
        {
            navigation.NavigateTo(navigation.Uri, forceLoad: true);
        }

        return Task.FromResult(valid);
    }
}
