using PortalIntegration.Sync.Alerts;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.UnitTests.Sync.Alerts;

public sealed class FlowStandingTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(5);

    [Fact]
    public void Judge_NothingKnown_IsOnTime() => Judge(null).ShouldBe((FlowHealth.OnTime, FlowReason.Idle));

    [Fact]
    public void Judge_Wanted_IsLateFromTheMomentOn()
    {
        Judge(Load with { Due = 1, WantedSince = Now - Late + TimeSpan.FromSeconds(1) }).ShouldBe((FlowHealth.OnTime, FlowReason.Working));
        Judge(Load with { Due = 1, WantedSince = Now - Late }).ShouldBe((FlowHealth.Late, FlowReason.WaitsLong));
        Judge(Load with { Failing = 1, WantedSince = Now - Late }).ShouldBe((FlowHealth.Error, FlowReason.FailingLong));
    }

    [Fact]
    public void Judge_Failing_IsAnErrorUnlessSomethingWentThroughSince()
    {
        var failing = Load with { Failing = 2, LastFailed = Now.AddSeconds(-10), WantedSince = Now.AddSeconds(-20) };
        Judge(failing).ShouldBe((FlowHealth.Error, FlowReason.Failing));
        Judge(failing with { LastDone = Now.AddSeconds(-30) }).ShouldBe((FlowHealth.Error, FlowReason.Failing));
        Judge(failing with { LastDone = Now.AddSeconds(-5) }).ShouldBe((FlowHealth.OnTime, FlowReason.SomeFail));
    }

    [Fact]
    public void Judge_WhatAPersonMustMend_IsLouderThanLate()
    {
        var late = Load with { Failing = 1, WantedSince = Now.AddDays(-1) };
        Judge(late with { Dead = 3 }).ShouldBe((FlowHealth.ActionRequired, FlowReason.GivenUp));
        Judge(late with { Held = 1, OnHold = 1 }).ShouldBe((FlowHealth.ActionRequired, FlowReason.Undecided));
        Judge(late with { OnHold = 2 }).ShouldBe((FlowHealth.Error, FlowReason.FailingLong), "who put it on hold knows");
        Judge(null, FlowStop.Braked).ShouldBe((FlowHealth.ActionRequired, FlowReason.Braked));
    }

    [Fact]
    public void Judge_AnOrderThatWaitsForItsBuyer_IsNoMatterOfTheAdmins() =>
        Judge(Load with { Flow = "place-order", Held = 2 }).ShouldBe((FlowHealth.OnTime, FlowReason.Idle));

    [Fact]
    public void Judge_Stopped_IsLateOnlyWhenSomethingWaits()
    {
        Judge(null, FlowStop.Paused).ShouldBe((FlowHealth.Stopped, FlowReason.Paused));
        Judge(Load with { Due = 4, WantedSince = Now - Late }, FlowStop.Paused).ShouldBe((FlowHealth.Late, FlowReason.PausedWithWork));
        Judge(Load with { Due = 4, WantedSince = Now.AddDays(-1) }, FlowStop.Off).ShouldBe((FlowHealth.Stopped, FlowReason.Off));
        Judge(null, FlowStop.Impossible).ShouldBe((FlowHealth.Stopped, FlowReason.Impossible));
        Judge(Load with { Dead = 1 }, FlowStop.Off).ShouldBe((FlowHealth.ActionRequired, FlowReason.GivenUp));
    }

    private static FlowLoad Load { get; } = new() { Flow = "credit-to-crm" };

    private static (FlowHealth, FlowReason) Judge(FlowLoad? load, FlowStop? stop = null)
    {
        var verdict = FlowStanding.Judge(load, stop is { } why ? (why, Now.AddHours(-1)) : null, Now, Late);
        return (verdict.Health, verdict.Reason);
    }
}
