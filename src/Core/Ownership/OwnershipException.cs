namespace PortalIntegration.Core.Ownership;

/// <summary>The ownership map cannot work as configured. The message lists every mistake with the key to set.</summary>
public sealed class OwnershipException(IReadOnlyList<string> mistakes)
    : Exception($"The ownership map has {mistakes.Count} mistake(s):{Environment.NewLine}{string.Join(Environment.NewLine, mistakes.Select(mistake => $"  - {mistake}"))}")
{
    public IReadOnlyList<string> Mistakes { get; } = mistakes;
}
