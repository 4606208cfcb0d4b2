using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using PortalIntegration.Core;

namespace PortalIntegration.Connectors.Reference;

/// <summary>Where a feed of changes stands: within a round of pages, or before the next round.</summary>
/// <param name="Since">What the round asks for; null for everything.</param>
/// <param name="Next">The page to go on with; null before a round.</param>
/// <param name="AsOf">When the round began, in the system's own time: where the next one goes on.</param>
internal sealed record ChangeCursor(DateTimeOffset? Since, string? Next, DateTimeOffset? AsOf)
{
    public static ChangeCursor Beginning { get; } = new(null, null, null);

    /// <summary>As the contract's <c>changedSince</c>.</summary>
    public string? ChangedSince() => Since?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Null when it is none of ours.</summary>
    public static ChangeCursor? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<ChangeCursor>(Base64Url.DecodeFromChars(text));
        }
        catch (Exception foreign) when (foreign is FormatException or JsonException)
        {
            return null;
        }
    }

    public Changes After(IReadOnlyList<string> keys, string? next, DateTimeOffset asOf)
    {
        var began = AsOf ?? asOf;
        return next is null
            ? new Changes(keys, new ChangeCursor(began, null, null).Write(), More: false)
            : new Changes(keys, new ChangeCursor(Since, next, began).Write(), More: true);
    }

    /// <summary>The same round from its first page, when the system no longer knows the page.</summary>
    public ChangeCursor Restarted() => this with { Next = null, AsOf = null };

    private string Write() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));
}
