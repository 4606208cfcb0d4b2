using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests.Placing;

/// <summary>Exactly once on an ERP that has neither idempotency keys nor unique references.</summary>
public sealed class TrytonOnceTests(TrytonFixture tryton) : PlacingContract, IClassFixture<TrytonFixture>
{
    private protected override Task<PlacingGround> Ground() => Task.FromResult(tryton.Ground);
}
