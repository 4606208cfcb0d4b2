using System.Security.Claims;
using Microsoft.Extensions.Options;
using PortalIntegration.Portal.SignIn.Providers;

namespace PortalIntegration.Portal.SignIn;

internal enum SignInState
{
    Holds,

    /// <summary>Signed out, or in for as long as a sign-in lasts.</summary>
    Over,

    /// <summary>The CRM or the provider takes it back.</summary>
    TakenBack,
}

/// <summary>Whether a sign-in holds: for every page asked for, and while a circuit lives.</summary>
internal sealed class SignInCheck(EndedSignIns ended, ScopeSessions sessions, ProviderSignIns providers, IOptions<SignInOptions> options, TimeProvider clock)
{
    /// <summary>
    /// Asks the CRM, where <see cref="SignInOptions.Confirm"/> has passed since it was asked last. While it does not answer nothing is taken back here: what may still
    /// be shown and done is decided by <see cref="ScopeSessions"/>, question by question.
    /// </summary>
    public async Task<SignInState> Ask(ClaimsPrincipal user, CancellationToken cancel)
    {
        if (await Known(user) is not SignInState.Holds and var no)
        {
            return no;
        }

        var session = await sessions.SessionFor(user, cancel);
        return session.Failure?.Code == CurrentSession.NoAccess ? await TakeBack(user) : SignInState.Holds;
    }

    /// <summary>By what is known already; the provider is asked when its tokens run out.</summary>
    public async Task<SignInState> Known(ClaimsPrincipal user)
    {
        if (sessions.Refused(user))
        {
            return await TakeBack(user);
        }

        if (ended.WasTakenBack(user))
        {
            return SignInState.TakenBack;
        }

        if (ended.Has(user) || (SessionTicket.Since(user) is { } since && clock.GetUtcNow() - since >= options.Value.Lifetime))
        {
            return SignInState.Over;
        }

        return await providers.Holds(user) ? SignInState.Holds : SignInState.TakenBack;
    }

    /// <summary>On every node, and for good: access that is given again begins with a new sign-in.</summary>
    private async Task<SignInState> TakeBack(ClaimsPrincipal user)
    {
        if (!ended.Has(user) && SessionTicket.SignIn(user) is { } id)
        {
            await ended.TakeBack(id);
        }

        return SignInState.TakenBack;
    }
}
