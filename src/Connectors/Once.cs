using PortalIntegration.Connectors.Http;

namespace PortalIntegration.Connectors;

/// <summary>Whatever a system lists by a key, it lists once: the same again is nonsense, of which nobody can tell which one holds.</summary>
internal static class Once
{
    /// <exception cref="MalformedAnswerException">Something is there twice.</exception>
    public static IReadOnlyList<TRow> OnceEach<TRow, TKey>(this IReadOnlyList<TRow> rows, Func<TRow, TKey> key)
    {
        var known = new HashSet<TKey>();
        return rows.All(row => known.Add(key(row))) ? rows : throw new MalformedAnswerException("The same record twice.");
    }

    /// <inheritdoc cref="OnceEach"/>
    public static Dictionary<TKey, TValue> OnceBy<TRow, TKey, TValue>(this IReadOnlyList<TRow> rows, Func<TRow, TKey> key, Func<TRow, TValue> value)
        where TKey : notnull => rows.OnceEach(key).ToDictionary(key, value);
}
