using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication.Cookies;
using PortalIntegration.Core;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Portal.SignIn;

/// <summary>
/// What the cookie carries: the person's id, the account acted for, and the last scope that the CRM confirmed, so that a restart of
/// the portal while the CRM is down signs nobody out. It is encrypted and signed by data protection; the browser can neither read nor
/// change it.
/// </summary>
internal static class SessionTicket
{
    /// <summary>A browser sends every byte of it with every request: a rep's further accounts are confirmed by the CRM alone.</summary>
    public const int MostAccounts = 40;

    /// <summary>How long a sign-in lasts without a page being asked for; and a circuit, which asks for none, in all.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private const int Version = 2;

    private const string PersonClaim = ClaimTypes.NameIdentifier;
    private const string ActingClaim = "portal:acting";
    private const string ScopeClaim = "portal:scope";
    private const string SignInClaim = "portal:sign-in";

    /// <param name="signIn">Of the ticket that this one follows; null when somebody signs in.</param>
    public static ClaimsPrincipal Issue(ConfirmedScope scope, AccountId? acting, string? signIn = null)
    {
        var identity = new ClaimsIdentity(CookieAuthenticationDefaults.AuthenticationScheme);
        identity.AddClaim(new Claim(PersonClaim, scope.Person.Value));
        identity.AddClaim(new Claim(SignInClaim, signIn ?? Guid.NewGuid().ToString("N")));
        if (acting is { } account)
        {
            identity.AddClaim(new Claim(ActingClaim, account.Value));
        }

        identity.AddClaim(new Claim(ScopeClaim, JsonSerializer.Serialize(Wire.From(scope, acting), WireJson.Default.Wire)));
        return new ClaimsPrincipal(identity);
    }

    public static PersonId? Person(ClaimsPrincipal user) =>
        user.Identity?.IsAuthenticated is true && user.FindFirstValue(PersonClaim) is { Length: > 0 } id ? new PersonId(id) : null;

    /// <summary>The same in every ticket, tab and circuit from signing in to signing out.</summary>
    public static string? SignIn(ClaimsPrincipal user) => user.FindFirstValue(SignInClaim);

    public static AccountId? Acting(ClaimsPrincipal user) =>
        user.FindFirstValue(ActingClaim) is { Length: > 0 } id ? new AccountId(id) : null;

    public static ConfirmedScope? Scope(ClaimsPrincipal user)
    {
        if (Person(user) is not { } person || user.FindFirstValue(ScopeClaim) is not { } json)
        {
            return null;
        }

        try
        {
            // One of an older version knows no limit, and none is not the same as unknown.
            return JsonSerializer.Deserialize(json, WireJson.Default.Wire) is { V: Version } wire ? wire.ToScope(person) : null;
        }
        catch (JsonException)
        {
            return null; // Issued by an older version: the CRM is asked as if there were none.
        }
    }

    internal sealed record Wire(string N, Role R, string S, long T, IReadOnlyList<WireAccount> A, WireLimit? L, int V)
    {
        public static Wire From(ConfirmedScope scope, AccountId? acting) => new(
            scope.Name,
            scope.Role,
            scope.System,
            scope.ConfirmedAt.ToUnixTimeMilliseconds(),
            [.. scope.Accounts.OrderByDescending(account => account.Account == acting).Take(MostAccounts)
                .Select(account => new WireAccount(account.Account.Value, account.Customer?.Value, account.Name))],
            scope.OrderLimit is { } limit ? new WireLimit(limit.Amount, limit.Currency) : null,
            Version);

        public ConfirmedScope ToScope(PersonId person) => new(
            person,
            N,
            R,
            [.. A.Select(account => new ScopedAccount(new AccountId(account.I), account.C is null ? null : new CustomerNumber(account.C), account.N))],
            S,
            DateTimeOffset.FromUnixTimeMilliseconds(T),
            L is null ? null : new Money(L.A, L.C));
    }

    internal sealed record WireLimit(decimal A, string C);

    internal sealed record WireAccount(string I, string? C, string N);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionTicket.Wire))]
internal sealed partial class WireJson : JsonSerializerContext;
