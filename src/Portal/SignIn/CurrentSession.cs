using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Portal.SignIn;

/// <summary>The session of whoever looks at this component: the same on a static page and in a circuit.</summary>
public sealed class CurrentSession(AuthenticationStateProvider authentication, EndedSignIns ended, ScopeSessions sessions, IOwnershipMap map, TimeProvider clock)
{
    /// <summary><see cref="Failure.Code"/> once the CRM gives the person no access any more.</summary>
    public const string NoAccess = "noAccess";

    /// <summary><see cref="Failure.Code"/> while no account is chosen.</summary>
    public const string NoAccount = "noAccount";

    /// <summary><see cref="Failure.Code"/> while the account has no counterpart in the ERP.</summary>
    public const string NotLinked = "notLinked";

    /// <summary>Asks the CRM, or uses what it said last. Ask again for every command: rights may have changed.</summary>
    public async Task<Outcome<PortalSession>> Get(CancellationToken cancel = default) =>
        await sessions.SessionFor(await User(), cancel);

    /// <summary>What was known last, without asking anybody: for words in the frame and for the keys of drafts, never for data. Null when not signed in.</summary>
    public async Task<PortalSession?> LastConfirmed() =>
        sessions.LastConfirmed(await User());

    /// <summary>
    /// Asks something for the customer acted for. Fails with <see cref="NoAccount"/> or <see cref="NotLinked"/> where there is none, in which
    /// case nobody is asked.
    /// </summary>
    public async Task<Outcome<T>> ForCustomer<T>(Func<PortalSession, CustomerNumber, Task<Outcome<T>>> ask, CancellationToken cancel = default)
    {
        var answer = await Get(cancel);
        if (!answer.Try(out var session))
        {
            return answer.As<T>();
        }

        if (session.Customer is { } customer)
        {
            return await ask(session, customer);
        }

        var system = map.OwnerOf(Entity.Accounts) ?? "crm";
        return Outcome.Failed<T>(new Failure(Cause.Rejected, system, "scope", clock.GetUtcNow())
        {
            Code = session.Acting is null ? NoAccount : NotLinked,
        });
    }

    /// <summary>Asks something about the account acted for, linked to the ERP or not. Fails with <see cref="NoAccount"/> where there is none, in which case nobody is asked.</summary>
    public Task<Outcome<T>> ForAccount<T>(Func<PortalSession, AccountId, Task<Outcome<T>>> ask, CancellationToken cancel = default) => InScope(
        session => session.Acting is { } acting
            ? ask(session, acting.Account)
            : Task.FromResult(Outcome.Failed<T>(new Failure(Cause.Rejected, map.OwnerOf(Entity.Accounts) ?? "crm", "scope", clock.GetUtcNow()) { Code = NoAccount })),
        cancel);

    /// <summary>As <see cref="ForAccount{T}"/>, for a thing that is named: it is not found where there is no account, nor in the account when <paramref name="find"/> says so.</summary>
    public Task<Outcome<T>> OfAccount<T>(Func<PortalSession, AccountId, Task<Outcome<T>>> find, CancellationToken cancel = default) => InScope(
        session => session.Acting is { } acting
            ? find(session, acting.Account)
            : Task.FromResult(Outcome.Failed<T>(new Failure(Cause.NotFound, map.OwnerOf(Entity.Accounts) ?? "crm", "scope", clock.GetUtcNow()))),
        cancel);

    /// <summary>Asks something in the person's whole scope.</summary>
    public async Task<Outcome<T>> InScope<T>(Func<PortalSession, Task<Outcome<T>>> ask, CancellationToken cancel = default)
    {
        var answer = await Get(cancel);
        return answer.Try(out var session) ? await ask(session) : answer.As<T>();
    }

    /// <summary>Nobody once he has signed out, in whichever tab.</summary>
    private async Task<ClaimsPrincipal> User()
    {
        var user = (await authentication.GetAuthenticationStateAsync()).User;
        return ended.Has(user) ? new ClaimsPrincipal() : user;
    }
}
