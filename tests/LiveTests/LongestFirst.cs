using PortalIntegration.LiveTests.Placing;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(PortalIntegration.LiveTests.LongestFirst))]

namespace PortalIntegration.LiveTests;

/// <summary>Begins with what takes longest, so that nothing long is left to run alone at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest =
    [
        SharedTryton.Name, TrytonOfProcesses.Name, nameof(OdooProcessesTests), nameof(TrytonOnceTests), nameof(OdooOnceTests), nameof(TrytonPlacingTests),
        OdooErpTurns.Name, Ports.OnTryton.Name, nameof(OdooErpFault43Tests), nameof(OdooTimelineOnceTests),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(Place)];

    private static int Place<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection =>
        Array.FindIndex(Longest, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)) is >= 0 and var place ? place : Longest.Length;
}
