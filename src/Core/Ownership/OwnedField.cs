namespace PortalIntegration.Core.Ownership;

/// <summary>A field that crosses systems: its owner's end, and the end that follows.</summary>
/// <param name="Key">Where it stands in the configuration.</param>
/// <param name="From">The owner.</param>
/// <param name="To">What is kept equal to it.</param>
/// <param name="Transformation">Name of the transformation; null for none.</param>
public sealed record OwnedField(string Key, FieldEnd From, FieldEnd To, string? Transformation, FieldMode Mode);

/// <param name="Length">Most characters that it holds; null for no limit.</param>
public sealed record FieldEnd(string System, string Field, FieldType Type, int? Length)
{
    public override string ToString() => $"{System}.{Field}";
}

public enum FieldType
{
    Text,
    Number,
    Amount,
    Date,
    Flag,
}

public enum FieldMode
{
    RealTime,
    Batch,
}
