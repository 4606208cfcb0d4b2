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

    private const string PersonClaim = ClaimTypes.NameIdentifier;
    private const string ActingClaim = "portal:acting";
    private const string ScopeClaim = "portal:scope";

    public static ClaimsPrincipal Issue(ConfirmedScope scope, AccountId? acting)
    {
        var identity = new ClaimsIdentity(CookieAuthenticationDefaults.AuthenticationScheme);
        identity.AddClaim(new Claim(PersonClaim, scope.Person.Value));
        if (acting is { } account)
        {
            identity.AddClaim(new Claim(ActingClaim, account.Value));
        }

        identity.AddClaim(new Claim(ScopeClaim, JsonSerializer.Serialize(Wire.From(scope, acting), WireJson.Default.Wire)));
        return new ClaimsPrincipal(identity);
    }

    public static PersonId? Person(ClaimsPrincipal user) =>
        user.Identity?.IsAuthenticated is true && user.FindFirstValue(PersonClaim) is { Length: > 0 } id ? new PersonId(id) : null;

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
            return JsonSerializer.Deserialize(json, WireJson.Default.Wire)?.ToScope(person);
        }
        catch (JsonException)
        {
            return null; // Issued by an older version: the CRM is asked as if there were none.
        }
    }

    internal sealed record Wire(string N, Role R, string S, long T, IReadOnlyList<WireAccount> A)
    {
        public static Wire From(ConfirmedScope scope, AccountId? acting) => new(
            scope.Name,
            scope.Role,
            scope.System,
            scope.ConfirmedAt.ToUnixTimeMilliseconds(),
            [.. scope.Accounts.OrderByDescending(account => account.Account == acting).Take(MostAccounts)
                .Select(account => new WireAccount(account.Account.Value, account.Customer?.Value, account.Name))]);

        public ConfirmedScope ToScope(PersonId person) => new(
            person,
            N,
            R,
            [.. A.Select(account => new ScopedAccount(new AccountId(account.I), account.C is null ? null : new CustomerNumber(account.C), account.N))],
            S,
            DateTimeOffset.FromUnixTimeMilliseconds(T));
    }

    internal sealed record WireAccount(string I, string? C, string N);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionTicket.Wire))]
internal sealed partial class WireJson : JsonSerializerContext;
