namespace PortalIntegration.Connectors.Odoo.Wire;

/// <summary>
/// Search conditions as Odoo takes them: a flat list of conditions and of operators that stand before what they join. The pieces here are
/// such lists, each one whole condition.
/// </summary>
internal static class Domain
{
    private const string And = "&";
    private const string Or = "|";

    /// <summary>Every record that the user may see.</summary>
    public static object?[] Everything => [];

    /// <summary>No record.</summary>
    public static object?[] None => [new object?[] { "id", "=", 0 }];

    /// <summary>Nulls are left out.</summary>
    public static object?[] All(params object?[]?[] conditions) => Join(And, conditions);

    /// <exception cref="ArgumentException">There is no condition.</exception>
    public static object?[] Any(params object?[]?[] conditions) =>
        Join(Or, conditions) is { Length: > 0 } joined ? joined : throw new ArgumentException("One of nothing is nothing.", nameof(conditions));

    public static object?[] Not(object?[] condition) => ["!", .. condition];

    public static object?[] Is(string field, object? value) => One(field, "=", value);

    public static object?[] IsNot(string field, object? value) => One(field, "!=", value);

    public static object?[] IsSet(string field) => One(field, "!=", value: false);

    public static object?[] IsEmpty(string field) => One(field, "=", value: false);

    public static object?[] In(string field, System.Collections.IEnumerable values) => One(field, "in", values);

    public static object?[] NotIn(string field, System.Collections.IEnumerable values) => One(field, "not in", values);

    public static object?[] From(string field, object value) => One(field, ">=", value);

    public static object?[] Before(string field, object value) => One(field, "<", value);

    public static object?[] Above(string field, object value) => One(field, ">", value);

    /// <summary>The record or one above it in its own hierarchy.</summary>
    public static object?[] ChildOf(string field, long id) => One(field, "child_of", id);

    /// <summary>The text is somewhere in the field; case does not matter.</summary>
    public static object?[] Contains(string field, string text) => One(field, "=ilike", $"%{Literally(text)}%");

    /// <summary>The whole field is this text; case does not matter.</summary>
    public static object?[] Same(string field, string text) => One(field, "=ilike", Literally(text));

    /// <param name="pattern">As <c>LIKE</c> takes it. A field that is empty is not like anything, nor unlike.</param>
    public static object?[] Like(string field, string pattern) => One(field, "=like", pattern);

    public static object?[] StartsWith(string field, string text) => One(field, "=like", $"{Literally(text)}%");

    private static object?[] One(string field, string op, object? value) => [new object?[] { field, op, value }];

    private static object?[] Join(string op, object?[]?[] conditions)
    {
        var given = conditions.OfType<object?[]>().Where(condition => condition.Length > 0).ToList();
        return [.. Enumerable.Repeat((object?)op, Math.Max(0, given.Count - 1)), .. given.SelectMany(condition => condition)];
    }

    /// <summary>Without the meaning that <c>LIKE</c> gives to some characters.</summary>
    private static string Literally(string text) => text
        .Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("%", @"\%", StringComparison.Ordinal)
        .Replace("_", @"\_", StringComparison.Ordinal);
}
