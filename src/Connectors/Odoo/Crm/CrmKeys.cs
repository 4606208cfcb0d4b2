using System.Buffers.Text;
using System.Globalization;
using System.Text;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;

namespace PortalIntegration.Connectors.Odoo.Crm;

/// <summary>Odoo's record ids as the portal's keys: a company is <c>12</c>, a contact <c>contact-31</c>, a user <c>user-7</c>.</summary>
internal static class CrmKeys
{
    private const string ContactPrefix = "contact-";
    private const string UserPrefix = "user-";

    public static AccountId Account(long company) => new(Text(company));

    public static PersonId Contact(long partner) => new(ContactPrefix + Text(partner));

    public static PersonId User(long user) => new(UserPrefix + Text(user));

    /// <summary>Null for what cannot be a key of ours.</summary>
    public static long? Company(AccountId account) => Number(account.Value);

    public static long? Contact(PersonId person) => Number(person.Value, ContactPrefix);

    public static long? User(PersonId person) => Number(person.Value, UserPrefix);

    public static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static long? Number(string? key, string prefix = "") =>
        key?.StartsWith(prefix, StringComparison.Ordinal) == true
            && int.TryParse(key.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && key == prefix + Text(id) // one spelling each
                ? id
                : null;
}

/// <summary>Pages of a list in order of name: each begins behind the last of the page before, wherever that stands by then.</summary>
internal static class NameOrder
{
    public const string Order = "name, id";

    public static string Cursor(string name, long id) => $"{CrmKeys.Text(id)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(name))}";

    /// <param name="after">The condition; null for the first page.</param>
    /// <returns>False for a cursor that is not one of ours.</returns>
    public static bool TryRead(string? cursor, out object?[]? after)
    {
        after = null;
        if (cursor is null)
        {
            return true;
        }

        var parts = cursor.Split('.');
        if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) || !Base64Url.IsValid(parts[1]))
        {
            return false;
        }

        var name = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1]));
        after = Domain.Any(Domain.Above("name", name), Domain.All(Domain.Is("name", name), Domain.Above("id", id)));
        return true;
    }
}
