namespace PortalIntegration.IntegrationTests.Fuzz;

/// <summary>Runs when nothing else does: what it counts of memory is its own, and what it presses on disturbs nobody.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
