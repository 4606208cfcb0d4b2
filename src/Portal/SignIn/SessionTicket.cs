using System.Buffers.Text;
using System.Globalization;
using System.IO.Compression;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication.Cookies;
using PortalIntegration.Core;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.SignIn.Providers;

namespace PortalIntegration.Portal.SignIn;

/// <summary>
/// What the cookie carries: the person's id, the account acted for, and the last scope that the CRM confirmed, so that a restart of
/// the portal while the CRM is down signs nobody out. It is encrypted and signed by data protection; the browser can neither read nor
/// change it.
/// </summary>
internal static class SessionTicket
{
    /// <summary>
    /// A browser sends every byte of it with every request, and servers in between take 8 KB: what does not fit, which is a rep's accounts beyond some 200, is confirmed
    /// by the CRM alone. In characters, before the cookie is encrypted.
    /// </summary>
    public const int LongestScope = 5_000;

    private const int Version = 3;

    private const string PersonClaim = ClaimTypes.NameIdentifier;
    private const string ActingClaim = "portal:acting";
    private const string ScopeClaim = "portal:scope";
    private const string SignInClaim = "portal:sign-in";
    private const string SinceClaim = "portal:since";
    private const string ProviderClaim = "portal:provider";
    private const string AsClaim = "portal:as";
    private const string EmailClaim = "portal:email";
    private const string TokensClaim = "portal:tokens";

    /// <summary>For somebody who signs in. What follows this ticket is made by <see cref="Renew"/>.</summary>
    /// <param name="since">Now; null for no limit to how long it lasts in all.</param>
    /// <param name="admission">By a provider; null for who was picked.</param>
    public static ClaimsPrincipal Issue(ConfirmedScope scope, AccountId? acting, string? signIn = null, DateTimeOffset? since = null, Admission? admission = null)
    {
        var identity = new ClaimsIdentity(CookieAuthenticationDefaults.AuthenticationScheme);
        identity.AddClaim(new Claim(PersonClaim, scope.Person.Value));
        identity.AddClaim(new Claim(SignInClaim, signIn ?? NewSignIn()));
        if (since is { } began)
        {
            identity.AddClaim(new Claim(SinceClaim, began.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        }

        if (admission is not null)
        {
            identity.AddClaim(new Claim(ProviderClaim, admission.Provider));
            identity.AddClaim(new Claim(AsClaim, admission.As.ToString()));
            identity.AddClaim(new Claim(EmailClaim, admission.Email));
            identity.AddClaim(new Claim(TokensClaim, admission.Tokens));
        }

        if (acting is { } account)
        {
            identity.AddClaim(new Claim(ActingClaim, account.Value));
        }

        identity.AddClaim(new Claim(ScopeClaim, Written(scope, acting)));
        return new ClaimsPrincipal(identity);
    }

    /// <summary>The same sign-in with what is known now.</summary>
    public static ClaimsPrincipal Renew(ClaimsPrincipal user, ConfirmedScope scope, AccountId? acting) => Issue(scope, acting, SignIn(user), Since(user), Admission(user));

    /// <summary>The account to begin with: the one chosen last, or the only one. Null for who has to choose.</summary>
    public static AccountId? First(ConfirmedScope scope, AccountId? last) =>
        scope.Accounts.FirstOrDefault(account => account.Account == last)?.Account ?? (scope.Role is not Role.Rep && scope.Accounts is [var only] ? only.Account : null);

    public static string NewSignIn() => Guid.NewGuid().ToString("N");

    public static PersonId? Person(ClaimsPrincipal user) =>
        user.Identity?.IsAuthenticated is true && user.FindFirstValue(PersonClaim) is { Length: > 0 } id ? new PersonId(id) : null;

    /// <summary>The same in every ticket, tab and circuit from signing in to signing out.</summary>
    public static string? SignIn(ClaimsPrincipal user) => user.FindFirstValue(SignInClaim);

    public static DateTimeOffset? Since(ClaimsPrincipal user) =>
        long.TryParse(user.FindFirstValue(SinceClaim), CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>Null for who was picked.</summary>
    public static Admission? Admission(ClaimsPrincipal user) => user.FindFirstValue(ProviderClaim) is { } provider
        && Enum.TryParse<AdmittedAs>(user.FindFirstValue(AsClaim), out var admitted) && user.FindFirstValue(EmailClaim) is { } email && user.FindFirstValue(TokensClaim) is { } tokens
        ? new Admission(provider, admitted, email, tokens)
        : null;

    public static AccountId? Acting(ClaimsPrincipal user) =>
        user.FindFirstValue(ActingClaim) is { Length: > 0 } id ? new AccountId(id) : null;

    public static ConfirmedScope? Scope(ClaimsPrincipal user)
    {
        if (Person(user) is not { } person || user.FindFirstValue(ScopeClaim) is not { } written)
        {
            return null;
        }

        try
        {
            using var unpacked = new BrotliStream(new MemoryStream(Base64Url.DecodeFromChars(written)), CompressionMode.Decompress);
            return JsonSerializer.Deserialize(unpacked, WireJson.Default.Wire) is { V: Version } wire ? wire.ToScope(person) : null;
        }
        catch (Exception foreign) when (foreign is JsonException or FormatException or InvalidDataException or InvalidOperationException)
        {
            return null; // Issued by an older version: the CRM is asked as if there were none.
        }
    }

    /// <summary>With as many accounts as there is room for, that acted for among them.</summary>
    private static string Written(ConfirmedScope scope, AccountId? acting)
    {
        if (Packed(Wire.From(scope, scope.Accounts)) is { Length: <= LongestScope } whole)
        {
            return whole;
        }

        List<ScopedAccount> accounts = [.. scope.Accounts.OrderByDescending(account => account.Account == acting)];
        var (fits, most) = (1, accounts.Count);
        while (most - fits > 1)
        {
            var middle = (fits + most) / 2;
            (fits, most) = Packed(Wire.From(scope, accounts.Take(middle))).Length <= LongestScope ? (middle, most) : (fits, middle);
        }

        return Packed(Wire.From(scope, accounts.Take(fits)));
    }

    private static string Packed(Wire wire)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(wire, WireJson.Default.Wire);
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(json.Length)];
        return BrotliEncoder.TryCompress(json, packed, out var length, quality: 9, window: 18)
            ? Base64Url.EncodeToString(packed.AsSpan(0, length))
            : throw new InvalidOperationException("A scope was not packed.");
    }

    internal sealed record Wire(string N, Role R, string S, long T, IReadOnlyList<WireAccount> A, int M, WireLimit? L, int V)
    {
        public static Wire From(ConfirmedScope scope, IEnumerable<ScopedAccount> accounts) => new(
            scope.Name,
            scope.Role,
            scope.System,
            scope.ConfirmedAt.ToUnixTimeMilliseconds(),
            [.. accounts.Select(account => new WireAccount(account.Account.Value, account.Customer?.Value, account.Name))],
            scope.Accounts.Count + scope.LeftOut,
            scope.OrderLimit is { } limit ? new WireLimit(limit.Amount, limit.Currency) : null,
            Version);

        public ConfirmedScope ToScope(PersonId person) => new(
            person,
            N,
            R,
            [.. A.Select(account => new ScopedAccount(new AccountId(account.I), account.C is null ? null : new CustomerNumber(account.C), account.N))],
            S,
            DateTimeOffset.FromUnixTimeMilliseconds(T),
            L is null ? null : new Money(L.A, L.C))
        {
            LeftOut = Math.Max(0, M - A.Count),
        };
    }

    internal sealed record WireLimit(decimal A, string C);

    internal sealed record WireAccount(string I, string? C, string N);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionTicket.Wire))]
internal sealed partial class WireJson : JsonSerializerContext;
