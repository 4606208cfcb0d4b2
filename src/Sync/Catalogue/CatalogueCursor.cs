using System.Globalization;

namespace PortalIntegration.Sync.Catalogue;

/// <summary>Where a page of the snapshot's begins, told from the owner's own cursors by its beginning.</summary>
public static class CatalogueCursor
{
    private const string Prefix = "snapshot-";

    public static bool IsOfSnapshot(string? cursor) => cursor?.StartsWith(Prefix, StringComparison.Ordinal) is true;

    internal static string At(int position) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{position}");

    internal static int Position(string? cursor) =>
        IsOfSnapshot(cursor) && int.TryParse(cursor.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : 0;
}
