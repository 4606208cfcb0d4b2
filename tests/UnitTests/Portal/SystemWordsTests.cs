using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.Components.Controls;
using PortalIntegration.Portal.Features.SystemHealth;

namespace PortalIntegration.UnitTests.Portal;

public sealed class SystemWordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly CapabilityStatus Well = new("Pricing", BreakerState.Closed, null, null);
    private static readonly CapabilityStatus Ill = new("Orders", BreakerState.Closed, null, Now);
    private static readonly SystemStatus Good = new()
    {
        System = "erp", Connector = "x", Address = new Uri("http://erp.example"), Breaker = BreakerState.Closed, LastSuccess = Now, Calls = 100, Capabilities = [Well],
    };

    [Fact]
    public void OneOfTwoFails_IsSaidInPart_NotOfTheWhole()
    {
        var status = Good with { FailingSince = Now, Capabilities = [Well, Ill] };

        SystemWords.Headline(status).ShouldBe("Systems.Partly");
        SystemWords.Loudness(status).ShouldBe(StatusKind.Bad);
        SystemWords.Ailing(status).ShouldBe([Ill]);
    }

    [Fact]
    public void EverythingFails_IsSaidOfTheWhole() =>
        SystemWords.Headline(Good with { FailingSince = Now, Capabilities = [Ill] }).ShouldBe("Systems.Failing");

    [Fact]
    public void StoppedByHand_IsSaidAboveAll() =>
        SystemWords.Headline(Good with { Breaker = BreakerState.Isolated, FailingSince = Now, Capabilities = [Well, Ill] }).ShouldBe("Systems.Isolated");

    [Theory]
    [InlineData(0, StatusKind.Good, "Systems.Answers")]
    [InlineData(5, StatusKind.Good, "Systems.Answers")]
    [InlineData(6, StatusKind.Warning, "Systems.Limps")]
    public void SingleFailures_OfAHundred_AreAWarningAboveFive(int failures, StatusKind kind, string headline)
    {
        var status = Good with { Failures = failures };

        SystemWords.Loudness(status).ShouldBe(kind);
        SystemWords.Headline(status).ShouldBe(headline);
    }

    [Fact]
    public void NeverAsked_IsNoNews() =>
        SystemWords.Headline(Good with { LastSuccess = null, Calls = 0, Capabilities = [] }).ShouldBe("Systems.NotAsked");
}
