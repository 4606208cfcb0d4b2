namespace PortalIntegration.IntegrationTests.Placing;

/// <summary>One sandbox for all tests of placing, which run one after the other: each arranges its faults on it.</summary>
[CollectionDefinition(Name)]
public sealed class PlacingCollection : ICollectionFixture<PlacingLab>
{
    public const string Name = "Placing";
}
