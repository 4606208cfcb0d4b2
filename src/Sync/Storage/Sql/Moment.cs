namespace PortalIntegration.Sync.Storage.Sql;

/// <summary>Times rest in the store as milliseconds since 1970, UTC.</summary>
internal static class Moment
{
    public static long Milliseconds(this DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    public static long? Milliseconds(this DateTimeOffset? at) => at?.ToUnixTimeMilliseconds();

    public static DateTimeOffset From(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    public static DateTimeOffset? From(long? milliseconds) => milliseconds is { } some ? From(some) : null;

    /// <summary>A pattern for LIKE that finds the text anywhere, whatever is in it; used with <c>ESCAPE '\'</c> on what was made lower.</summary>
    public static string Containing(string text) =>
        $"%{text.ToLowerInvariant().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
}
