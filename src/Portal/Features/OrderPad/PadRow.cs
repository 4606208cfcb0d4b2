namespace PortalIntegration.Portal.Features.OrderPad;

/// <summary>One line as the browser shows it, in words.</summary>
public sealed record PadRow
{
    public required string Id { get; init; }

    public required int Version { get; init; }

    /// <summary>An owner has not answered yet.</summary>
    public bool Asking { get; init; }

    public string? Sku { get; init; }

    public string? Name { get; init; }

    public string? Href { get; init; }

    /// <summary>The customer's own part number.</summary>
    public string? Part { get; init; }

    public string? Unit { get; init; }

    public IReadOnlyList<PadUnit> Units { get; init; } = [];

    public required PadCell Price { get; init; }

    public required PadCell Amount { get; init; }

    public required PadCell Stock { get; init; }

    public IReadOnlyList<PadNote> Notes { get; init; } = [];
}

public sealed record PadUnit(string Code, string Name);

/// <param name="State">How the cell looks: <c>none</c>, <c>waiting</c>, <c>ok</c>, <c>told</c> (neither good nor bad), <c>some</c>, <c>none-now</c>, <c>failed</c>.</param>
public sealed record PadCell(string State, string? Text = null, string? Detail = null)
{
    public static readonly PadCell None = new("none");
    public static readonly PadCell Waiting = new("waiting");
}

/// <param name="Kind"><c>bad</c>, <c>warning</c> or <c>notice</c>.</param>
/// <param name="Field">The field that it is about: <c>code</c> or <c>qty</c>; null for the line.</param>
public sealed record PadNote(string Kind, string Text, string? Field = null);
