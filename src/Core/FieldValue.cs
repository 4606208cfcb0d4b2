using System.Globalization;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Core;

/// <summary>
/// The value of a field that crosses systems, in one spelling for each type, so that two systems' values can be compared: no trailing noughts, times in
/// UTC, <c>true</c> and <c>false</c>. Empty text is no value: it is null.
/// </summary>
/// <param name="Text">In the one spelling.</param>
public sealed record FieldValue
{
    private FieldValue(FieldType type, string text)
    {
        Type = type;
        Text = text;
    }

    public FieldType Type { get; }

    public string Text { get; }

    public static FieldValue? Of(string? text) => string.IsNullOrEmpty(text) ? null : new(FieldType.Text, text);

    public static FieldValue? Of(decimal? number) => number is { } value ? new(FieldType.Number, Plain(value)) : null;

    /// <summary>The amount alone; its currency is a field of its own.</summary>
    public static FieldValue? Of(Money? money) => money is { } value ? new(FieldType.Amount, Plain(value.Amount)) : null;

    public static FieldValue? Of(DateOnly? date) => date is { } value ? new(FieldType.Date, value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)) : null;

    public static FieldValue? Of(bool? flag) => flag is { } value ? new(FieldType.Flag, value ? "true" : "false") : null;

    /// <summary>A system's own spelling of a value, as its field's type reads it. What does not read as that type stays text, and so differs.</summary>
    public static FieldValue? Read(string? text, FieldType type) => text is null or "" ? null : type switch
    {
        FieldType.Number or FieldType.Amount => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? new(type, Plain(number)) : Of(text),
        FieldType.Flag => bool.TryParse(text, out var flag) ? Of(flag) : Of(text),
        FieldType.Date => DateOnly.TryParse(text.AsSpan(0, Math.Min(10, text.Length)), CultureInfo.InvariantCulture, out var date) ? Of(date) : Of(text),
        FieldType.Text => Of(text),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The same value as another type has it.</summary>
    public FieldValue As(FieldType type) => Read(Text, type) ?? this;

    public override string ToString() => Text;

    private static string Plain(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);
}
