using PortalIntegration.Core.Ownership;
using PortalIntegration.Sync.Alerts;

namespace PortalIntegration.UnitTests.Sync.Alerts;

public sealed class NodeConditionsTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public void RunsOut_AtThePaceOfNow_TellsWhen() =>
        NodeConditions.RunsOut(new QuotaStatus(1000, 800, Day, Midnight + Day), Midnight.AddHours(8), 0.7).ShouldBe(Midnight.AddHours(10));

    [Fact]
    public void RunsOut_UsedUp_IsNow() =>
        NodeConditions.RunsOut(new QuotaStatus(1000, 1000, Day, Midnight + Day), Midnight.AddHours(8), 0.7).ShouldBe(Midnight.AddHours(8));

    [Theory]
    [InlineData(600, 8)] // too little used to tell
    [InlineData(900, 23)] // lasts to the end
    public void RunsOut_ItLasts_IsNull(int used, int hours) =>
        NodeConditions.RunsOut(new QuotaStatus(1000, used, Day, Midnight + Day), Midnight.AddHours(hours), 0.7).ShouldBeNull();

    [Fact]
    public void RunsOut_AQuotaOfAMinute_IsAPaceAndNoMatter() =>
        NodeConditions.RunsOut(new QuotaStatus(60, 60, TimeSpan.FromMinutes(1), Midnight.AddMinutes(1)), Midnight.AddSeconds(5), 0.7).ShouldBeNull();

    [Fact]
    public void RefusedDeliveries_WithinFiveMinutes_AreMany_ThenForgotten()
    {
        var clock = ManualClock.Start();
        var refused = new RefusedDeliveries(clock);
        for (var i = 0; i < 3; i++)
        {
            refused.Add("erp");
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        refused.Many(3).ShouldHaveSingleItem().ShouldBe(("erp", 3, clock.Now.AddMinutes(-3)));
        refused.Many(4).ShouldBeEmpty();
        clock.Advance(TimeSpan.FromMinutes(2.5));
        refused.Many(3).ShouldBeEmpty();
    }
}
