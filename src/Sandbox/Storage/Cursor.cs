using System.Buffers.Text;
using System.Globalization;
using System.Text;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Storage;

/// <summary>Opaque marks of where a page ended.</summary>
internal static class Cursor
{
    public static string Change(long stamp, string key) => Encode(string.Create(CultureInfo.InvariantCulture, $"c|{stamp}|{key}"));

    public static string Position(int position) => Encode(string.Create(CultureInfo.InvariantCulture, $"p|{position}|"));

    public static (long Stamp, string Key)? ReadChange(string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        var parts = Decode(cursor);
        return parts[0] == "c" && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var stamp)
            ? (stamp, parts[2])
            : throw Refusal.BadRequest("cursor does not belong to this list");
    }

    public static int ReadPosition(string? cursor)
    {
        if (cursor is null)
        {
            return 0;
        }

        var parts = Decode(cursor);
        return parts[0] == "p" && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : throw Refusal.BadRequest("cursor does not belong to this list");
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string[] Decode(string cursor)
    {
        try
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('|', 3);
            return parts.Length == 3 ? parts : throw Refusal.BadRequest("cursor is not one of this system");
        }
        catch (FormatException)
        {
            throw Refusal.BadRequest("cursor is not one of this system");
        }
    }
}
