using System.Collections;
using System.Reflection;
using PortalIntegration.Core;

namespace PortalIntegration.Portal.Features.Ownership;

/// <summary>What stands in a field without telling it: an admin sees no customer's business.</summary>
/// <param name="Size">Characters of a text, entries of a list, fields of a record; else nothing of interest.</param>
public sealed record AnsweredField(string Name, Shape Shape, int Size)
{
    /// <summary>The fields of a record of ours, in its order; of a page, those of its entries.</summary>
    public static IReadOnlyList<AnsweredField> Of(object answer) =>
        [.. Fields(answer.GetType()).Select(property => Of(property.Name, property.GetValue(answer)))];

    private static AnsweredField Of(string name, object? value) => value switch
    {
        null or "" => new(name, Shape.Empty, 0),
        string text => new(name, Shape.Text, text.Length),
        bool => new(name, Shape.Flag, 0),
        Enum => new(name, Shape.Choice, 0),
        Money => new(name, Shape.Amount, 0),
        DateOnly or DateTimeOffset => new(name, Shape.Date, 0),
        Uri address => new(name, Shape.Text, address.OriginalString.Length),
        decimal or int or long or double => new(name, Shape.Number, 0),
        ICollection { Count: 0 } => new(name, Shape.Empty, 0),
        IEnumerable many => new(name, Shape.List, many.Cast<object?>().Count()),
        _ when Fields(value.GetType()) is [{ PropertyType: var only } identifier] && only == typeof(string) => new(name, Shape.Text, ((string?)identifier.GetValue(value))?.Length ?? 0),
        _ => new(name, Shape.Record, Fields(value.GetType()).Count),
    };

    private static List<PropertyInfo> Fields(Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0 && property.Name != "EqualityContract")];
}

public enum Shape
{
    Empty,
    Text,
    Number,
    Amount,
    Date,
    Flag,
    Choice,
    List,
    Record,
}
