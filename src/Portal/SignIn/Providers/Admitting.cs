using System.Text.Json;
using PortalIntegration.Core;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Portal.SignIn.Providers;

/// <summary>What a provider's claims come to, by its settings.</summary>
/// <param name="Name">Null where the provider names nobody.</param>
internal sealed record Claimed(AdmittedAs As, string Subject, string Email, string? Name, string? Session)
{
    /// <param name="idToken">Checked.</param>
    /// <param name="userInfo">Of the access token that came with it; null where the provider has no such endpoint.</param>
    /// <exception cref="SignInProblemException">He may not come in with this provider.</exception>
    public static Claimed Read(ProviderOptions provider, JsonElement idToken, JsonElement? userInfo)
    {
        var subject = idToken.Text("sub")!;
        if (userInfo is { } info && info.Text("sub") != subject)
        {
            throw new SignInProblemException(SignInProblem.Untrusted, "userinfo is about somebody else than the id_token");
        }

        if (Text(provider.EmailClaim)?.Trim() is not { Length: > 2 and <= 254 } email || email.Count(letter => letter == '@') != 1 || email.Any(char.IsControl))
        {
            throw new SignInProblemException(SignInProblem.NoEmail, "no e-mail address");
        }

        if (!IsTrue(Find(provider.EmailVerifiedClaim)))
        {
            throw new SignInProblemException(SignInProblem.NotVerified, "the e-mail address is not verified", email);
        }

        if (provider.EmailDomains.Count > 0 && !provider.EmailDomains.Contains(email[(email.IndexOf('@', StringComparison.Ordinal) + 1)..], StringComparer.OrdinalIgnoreCase))
        {
            throw new SignInProblemException(SignInProblem.WrongDomain, "an e-mail address of another domain", email);
        }

        var values = provider.RoleClaim is { } claim ? Texts(Find(claim)) : [];
        AdmittedAs? role = provider.Admits(AdmittedAs.Admin) && values.Intersect(provider.AdminValues, StringComparer.Ordinal).Any() ? AdmittedAs.Admin
            : provider.Admits(AdmittedAs.Rep) && values.Intersect(provider.RepValues, StringComparer.Ordinal).Any() ? AdmittedAs.Rep
            : provider.Admits(AdmittedAs.Customer) ? AdmittedAs.Customer
            : null;
        return role is { } admitted
            ? new Claimed(admitted, subject, email, Text("name") is { Length: > 0 and <= 120 } known ? known : null, idToken.Text("sid"))
            : throw new SignInProblemException(SignInProblem.NoRole, "no claim that makes him one of this provider's people", email);

        string? Text(string name) => Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

        JsonElement? Find(string name) => (userInfo is { } more ? In(more, name) : null) ?? In(idToken, name);
    }

    private static JsonElement? In(JsonElement claims, string name)
    {
        if (claims.TryGetProperty(name, out var whole))
        {
            return whole;
        }

        foreach (var part in name.Split('.'))
        {
            if (claims.ValueKind is not JsonValueKind.Object || !claims.TryGetProperty(part, out claims))
            {
                return null;
            }
        }

        return claims;
    }

    /// <summary>Some providers write their truths as texts or numbers.</summary>
    private static bool IsTrue(JsonElement? claim) => claim is { } value && (value.ValueKind is JsonValueKind.True
        || (value.ValueKind is JsonValueKind.String && value.GetString() is "true" or "True" or "1")
        || (value.ValueKind is JsonValueKind.Number && value.GetRawText() == "1"));

    private static List<string> Texts(JsonElement? claim) => claim is not { } value ? []
        : value.ValueKind is JsonValueKind.String ? [value.GetString()!]
        : value.ValueKind is JsonValueKind.Array ? [.. value.EnumerateArray().Where(one => one.ValueKind is JsonValueKind.String).Select(one => one.GetString()!)]
        : [];
}

/// <summary>Finds the person of the CRM's that a verified e-mail address belongs to, and what he may do.</summary>
internal sealed class Admitting(IOwnershipMap map, ScopeSessions sessions, TimeProvider clock)
{
    private const int PageSize = 200;
    private const int MostPages = 10;

    /// <summary>An admin is let in although the CRM hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly Scope Asking = Scope.ForPortal("sign-in", Lane.Interactive);

    /// <exception cref="SignInProblemException">The CRM knows nobody, several, or gives no access; or it does not answer.</exception>
    public async Task<ConfirmedScope> Admit(string provider, Claimed claimed, Admission admission)
    {
        if (claimed.As is AdmittedAs.Admin)
        {
            // The CRM has no say in who runs the portal; where it knows him, the audit shows him under the name that it gives him.
            var known = await KnownAdmin(claimed.Email);
            return new ConfirmedScope(
                known?.Id ?? IdOf(provider, claimed.Subject), known?.Name ?? claimed.Name ?? claimed.Email, Role.Admin, [], provider, clock.GetUtcNow(), null);
        }

        var found = await Find(claimed.Email, claimed.As is AdmittedAs.Rep);
        if (!found.Try(out var people))
        {
            throw new SignInProblemException(SignInProblem.CrmDown, $"the CRM did not say who it is: {found.Failure!.Cause}", claimed.Email);
        }

        var person = people switch
        {
            [] => throw new SignInProblemException(SignInProblem.Unknown, "the CRM knows nobody of this e-mail address", claimed.Email),
            [var only] => only,
            _ => throw new SignInProblemException(SignInProblem.Several, $"the CRM knows {people.Count} people of this e-mail address", claimed.Email),
        };
        var answer = await sessions.Ask(person.Id, admission);
        return answer.Try(out var scope) ? scope : throw new SignInProblemException(
            answer.Failure!.Cause is Cause.NotFound ? SignInProblem.NoAccess : SignInProblem.CrmDown, $"the CRM gives no scope: {answer.Failure.Cause}", claimed.Email);
    }

    /// <summary>Whom a provider means, as long as the CRM was not asked or does not know him.</summary>
    public static PersonId IdOf(string provider, string subject) => new($"{provider}:" + (subject.Length <= 64 && subject.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')
        ? subject
        : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(subject)))[..24]));

    /// <summary>Null where the CRM knows none or several, or is not quick.</summary>
    private async Task<Person?> KnownAdmin(string email)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        try
        {
            var found = await Find(email, staff: true, patience.Token);
            return found.Try(out var staff) && staff is [var one] ? one : null;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Everybody of exactly this address, whatever the case, with a role or without. The CRM's own search may mean more by it, and less is never guessed.</summary>
    private async Task<Outcome<IReadOnlyList<Person>>> Find(string email, bool staff, CancellationToken cancel = default)
    {
        List<Person> found = [];
        string? cursor = null;
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await map.Owner<IContacts>().Search(Asking, new PersonQuery(email, Staff: staff, Cursor: cursor, Limit: PageSize) { AlsoWithoutRole = true }, cancel);
            if (answer.Failure is { } failure)
            {
                return Outcome.Failed<IReadOnlyList<Person>>(failure); // A last known answer lets nobody in.
            }

            found.AddRange(answer.Value.Items.Where(person => string.Equals(person.Email?.Trim(), email, StringComparison.OrdinalIgnoreCase)));
            cursor = answer.Value.Next;
            if (cursor is null)
            {
                return Outcome.Success<IReadOnlyList<Person>>([.. found.DistinctBy(person => person.Id)], answer.Provenance!);
            }
        }

        return Outcome.Failed<IReadOnlyList<Person>>(new Failure(Cause.Malformed, map.OwnerOf(Entity.Contacts) ?? "crm", "sign-in", clock.GetUtcNow()));
    }
}
