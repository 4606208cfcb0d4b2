using PortalIntegration.Portal.Features.SyncHealth;
using PortalIntegration.Sync.Alerts;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.UnitTests.Portal;

public sealed class AlertLinesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void GivenUp_SaysTheNumberOfItsCause_AndLeadsThere()
    {
        var picture = Picture(
            [new FailureGroup("credit-to-crm", "Rejected", "a", 1, 0, 0, 0, Now, Now), new FailureGroup("credit-to-crm", "Forbidden", "b", 0, 0, 2, 10, Now, Now)],
            new FlowLoad { Flow = "credit-to-crm", Dead = 10, OnHold = 2 });

        var line = AlertLine.Of([Told(ConditionKind.DeadLetters, "credit-to-crm", 12)], picture, storeIsTold: false).ShouldHaveSingleItem();

        (line.Count, line.Place, line.Anchor).ShouldBe((10, AlertPlace.Cause, "cause-credit-to-crm-2"));
        AlertLine.Anchored(picture.Groups, picture.Groups[1]).ShouldBe(line.Anchor);
    }

    [Fact]
    public void GivenUp_MendedSinceTheLastLook_IsNotSaidAnyMore() =>
        AlertLine.Of([Told(ConditionKind.DeadLetters, "credit-to-crm", 12)], Picture([], new FlowLoad { Flow = "credit-to-crm", OnHold = 12 }), storeIsTold: false).ShouldBeEmpty();

    [Fact]
    public void Late_SaysTheSameAsItsFlow()
    {
        var failing = Picture([new FailureGroup("credit-to-crm", "TimedOut", "a", 4, 0, 0, 0, Now, Now)], new FlowLoad { Flow = "credit-to-crm", Failing = 4, Due = 3, FailingDue = 1, WantedSince = Now.AddHours(-1) });
        var waiting = Picture([], new FlowLoad { Flow = "credit-to-crm", Due = 3, Running = 1, WantedSince = Now.AddHours(-1) });
        var intime = Picture([], new FlowLoad { Flow = "credit-to-crm", Due = 3, WantedSince = Now.AddSeconds(-1) });

        var line = AlertLine.Of([Told(ConditionKind.FlowLate, "credit-to-crm", 7)], failing, storeIsTold: false).ShouldHaveSingleItem();
        (line.Count, line.Late, line.Anchor).ShouldBe((4, FlowReason.FailingLong, "cause-credit-to-crm-1"));
        line = AlertLine.Of([Told(ConditionKind.FlowLate, "credit-to-crm", 7)], waiting, storeIsTold: false).ShouldHaveSingleItem();
        (line.Count, line.Late, line.Anchor).ShouldBe((4, FlowReason.WaitsLong, "flow-credit-to-crm"));
        AlertLine.Of([Told(ConditionKind.FlowLate, "credit-to-crm", 7)], intime, storeIsTold: false).ShouldBeEmpty();
    }

    [Fact]
    public void StoreSilent_WhatWasToldIsSaidOn_AndTheStoreOnce()
    {
        Condition[] on = [Told(ConditionKind.StoreUnavailable, "store", 1), Told(ConditionKind.DeadLetters, "credit-to-crm", 12), Told(ConditionKind.SystemUnreachable, "erp", 1)];

        var lines = AlertLine.Of(on, null, storeIsTold: true);

        lines.Select(line => (line.Condition.Key.Kind, line.Count)).ShouldBe([(ConditionKind.DeadLetters, 12), (ConditionKind.SystemUnreachable, 1)]);
        AlertLine.Of(on, null, storeIsTold: false).Count.ShouldBe(3);
    }

    private static Condition Told(ConditionKind kind, string subject, int count) => new(new ConditionKey(kind, subject), Severity.Bad, Now.AddHours(-2), count);

    private static HealthPicture Picture(IReadOnlyList<FailureGroup> groups, FlowLoad load) => new()
    {
        At = Now,
        Groups = groups,
        Jobs = [],
        Aside = [],
        Flows =
        [
            new FlowRow
            {
                Flow = load.Flow, Load = load, Verdict = new FlowVerdict(FlowHealth.OnTime, FlowReason.Idle), Day = LagDay.Of([], Now), LastHour = 0, LastDay = 0,
                LateAfter = TimeSpan.FromMinutes(5),
            },
        ],
    };
}
