using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests.Placing;

/// <summary>Exactly once on an ERP that has neither idempotency keys nor unique references.</summary>
public sealed class TrytonOnceTests(TrytonFixture tryton) : PlacingContract, IClassFixture<TrytonFixture>
{
    private protected override Task<PlacingGround> Ground() => Task.FromResult(tryton.Ground);
}

/// <summary>The same with processes.</summary>
[Collection(TrytonOfProcesses.Name)]
public sealed class TrytonProcessesTests(TrytonFixture tryton) : ProcessesContract
{
    private protected override Task<PlacingGround> Ground() => Task.FromResult(tryton.Ground);
}

/// <summary>The classes that start portals as processes take turns on one Tryton.</summary>
[CollectionDefinition(Name)]
public sealed class TrytonOfProcesses : ICollectionFixture<TrytonFixture>
{
    public const string Name = "One Tryton for portals as processes";
}
