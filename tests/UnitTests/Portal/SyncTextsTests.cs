using System.Xml.Linq;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Features.SyncHealth;
using PortalIntegration.Sync.Alerts;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.UnitTests.Portal;

/// <summary>No cause, reason, state or result without its sentence.</summary>
public sealed class SyncTextsTests
{
    private static readonly HashSet<string> Keys =
    [
        .. XDocument.Load(Path.Combine(MarkupTests.Root(), "src", "Portal", "Features", "SyncHealth", "SyncTexts.resx")).Root!.Elements("data").Select(entry => entry.Attribute("name")!.Value),
    ];

    [Fact]
    public void EveryCause_HasAName_WhatItMeans_AndWhatToDo() =>
        new[] { "Cause", "Means", "Todo" }.SelectMany(Names<Cause>).Except(Keys).ShouldBeEmpty();

    [Fact]
    public void EveryWordOfTheRules_HasItsSentence() =>
        Names<FlowHealth>("Health").Concat(Names<FlowReason>("Reason")).Concat(Names<ConditionKind>("Alert")).Concat(Names<ConditionKind>("AlertTodo"))
            .Concat(Names<ProofResult>("Proof")).Concat(Names<WorkStatus>("Status")).Concat(Names<AdminResult>("Result")).Concat(Names<AdminAction>("Action"))
            .Concat(Names<AdminAction>("Job")).Concat(Names<AdminAction>("Do")).Concat(Names<AdminAction>("DoNone")).Concat(Names<AlertPlace>("AlertPlace").Except(["AlertPlace.None"])).Concat(Names<TriggerKind>("Origin")).Except(Keys).ShouldBeEmpty();

    [Fact]
    public void EveryFlow_SaysWhomItAffects() =>
        Keys.Where(key => key.StartsWith("Flow.", StringComparison.Ordinal)).Select(key => $"Affects.{key[5..]}").Except(Keys).ShouldBeEmpty();

    [Fact]
    public void Control_ACauseThatNobodyWrote_IsMissed() => Keys.ShouldNotContain("Means.NoSuchCause");

    private static IEnumerable<string> Names<TEnum>(string prefix)
        where TEnum : struct, Enum => Enum.GetNames<TEnum>().Select(name => $"{prefix}.{name}");
}

public sealed class LagDayTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 7, 0, TimeSpan.Zero);

    [Fact]
    public void Of_ADay_HasTheLongestOfEachQuarter_AndEndsWithThisOne()
    {
        var day = LagDay.Of(
        [
            new FlowMeasure("f", Now.AddMinutes(-7), 2, 0, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4)),
            new FlowMeasure("f", Now.AddMinutes(-2), 1, 1, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(9)),
            new FlowMeasure("f", Now.AddHours(-23), 0, 4, TimeSpan.Zero, TimeSpan.Zero),
            new FlowMeasure("f", Now.AddHours(-30), 1, 0, TimeSpan.FromHours(1), TimeSpan.FromHours(1)),
        ],
        Now);

        day.Quarters.Count.ShouldBe(LagDay.Count);
        day.Quarters[^1].ShouldBe(new LagDay.Quarter(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero), TimeSpan.FromSeconds(9), 3, 1));
        day.Worst.ShouldBe(day.Quarters[^1]);
        day.Failed.ShouldBe(5);
        LagDay.Of([], Now).Worst.ShouldBeNull();
    }
}

public sealed class SyncFilterTests
{
    [Fact]
    public void Of_AnAddress_MeansTheSameAgain()
    {
        var filter = SyncFilter.Of("place-order", "dead", "Forbidden", "-", "k", "e", "PO-1", "2026-03-02T08:00", "nonsense");
        var query = filter.Query().ToDictionary(pair => pair.Name, pair => pair.Value);

        SyncFilter.Of(query["flow"], query["status"], query["cause"], query["detail"], query["key"], query["error"], query["term"], query["since"], query["until"]).ShouldBe(filter);
        filter.ToWork().Since.ShouldBe(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));
        filter.ToWork().Until.ShouldBeNull();
        filter.ToWork().Detail.ShouldBe("");
        SyncFilter.Of(new FailureGroup("f", null, null, 0, 0, 1, 0, null, null)).ToWork().Cause.ShouldBe("");
    }

    [Fact]
    public void ToWork_NothingAsked_LeavesOutWhatOnlyWaitsItsTurn()
    {
        new SyncFilter().ToWork().Statuses.ShouldBe([WorkStatus.Failing, WorkStatus.Held, WorkStatus.OnHold, WorkStatus.Dead]);
        new SyncFilter { Flow = "f" }.ToWork().Statuses!.ShouldContain(WorkStatus.Ready);
        new SyncFilter { Key = "k" }.ToWork().Statuses.ShouldBeNull();
    }
}
