namespace PortalIntegration.Connectors.Tryton.Wire;

/// <summary>Search conditions as Tryton takes them: a list of clauses, all of which must hold unless it begins with <c>OR</c>.</summary>
internal static class Domain
{
    public static object?[] All(params object?[]?[] clauses) => [.. clauses.OfType<object?[]>()];

    public static object?[] Any(params object?[][] clauses) => ["OR", .. clauses];

    public static object?[] Is(string field, object? value) => [field, "=", value];

    public static object?[] IsNot(string field, object? value) => [field, "!=", value];

    public static object?[] In(string field, System.Collections.IEnumerable values) => [field, "in", values];

    public static object?[] NotIn(string field, System.Collections.IEnumerable values) => [field, "not in", values];

    public static object?[] From(string field, object value) => [field, ">=", value];

    public static object?[] Before(string field, object value) => [field, "<", value];

    /// <summary>At least one of the records in the field fulfils the clause.</summary>
    public static object?[] SomeOf(string field, object?[] clause) => [field, "where", All([clause])];

    /// <summary>None of the records in the field fulfils the clause.</summary>
    public static object?[] NoneOf(string field, object?[] clause) => [field, "not where", All([clause])];

    /// <summary>The text is somewhere in the field; case does not matter.</summary>
    public static object?[] Contains(string field, string text) => [field, "ilike", $"%{Literally(text)}%"];

    /// <summary>The whole field is this text; case does not matter.</summary>
    public static object?[] Same(string field, string text) => [field, "ilike", Literally(text)];

    public static object?[] StartsWith(string field, string text) => [field, "like", $"{Literally(text)}%"];

    public static object?[] StartsOtherThan(string field, string text) => [field, "not like", $"{Literally(text)}%"];

    /// <param name="pattern"><c>%</c> stands for any text, <c>_</c> for a character.</param>
    public static object?[] Like(string field, string pattern) => [field, "like", pattern];

    /// <inheritdoc cref="Like"/>
    public static object?[] Unlike(string field, string pattern) => [field, "not like", pattern];

    /// <summary>Without the meaning that <c>LIKE</c> gives to some characters.</summary>
    private static string Literally(string text) => text
        .Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("%", @"\%", StringComparison.Ordinal)
        .Replace("_", @"\_", StringComparison.Ordinal);
}
