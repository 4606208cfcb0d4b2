using System.Buffers.Text;
using System.IO.Compression;
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
    /// <summary>
    /// A browser sends every byte of it with every request, and servers in between take 8 KB: what does not fit, which is a rep's accounts beyond some 200, is confirmed
    /// by the CRM alone. In characters, before the cookie is encrypted.
    /// </summary>
    public const int LongestScope = 5_000;

    /// <summary>How long a sign-in lasts without a page being asked for; and a circuit, which asks for none, in all.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private const int Version = 3;

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

        identity.AddClaim(new Claim(ScopeClaim, Written(scope, acting)));
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
