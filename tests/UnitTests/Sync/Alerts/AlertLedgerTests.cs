using PortalIntegration.Sync.Alerts;

namespace PortalIntegration.UnitTests.Sync.Alerts;

public sealed class AlertLedgerTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private AlertLedger _ledger = new();

    [Fact]
    public void Follow_ACondition_IsToldOnceAndOnceMoreWhenItIsOver()
    {
        Told(Start, Dead(1)).ShouldBe([AlertChange.Raised]);
        Told(Start.AddMinutes(1), Dead(1)).ShouldBeEmpty();
        Told(Start.AddMinutes(2)).ShouldBe([AlertChange.Cleared]);
        Told(Start.AddMinutes(3)).ShouldBeEmpty();
    }

    [Fact]
    public void Follow_StillOn_IsToldAgainAfterTheTime()
    {
        Told(Start, Dead(1));

        Told(Start + Hour - TimeSpan.FromSeconds(1), Dead(1)).ShouldBeEmpty();
        Told(Start + Hour, Dead(1)).ShouldBe([AlertChange.StillOn]);
        Told(Start + Hour + Hour - TimeSpan.FromSeconds(1), Dead(1)).ShouldBeEmpty();
        Told(Start + Hour + Hour, Dead(1)).ShouldBe([AlertChange.StillOn]);
    }

    [Fact]
    public void Follow_RepeatNever_StaysQuiet()
    {
        Follow(Start, TimeSpan.Zero, Dead(1));

        Follow(Start.AddDays(30), TimeSpan.Zero, Dead(1)).ShouldBeEmpty();
    }

    [Fact]
    public void Follow_TwiceAsMany_IsToldAtOnce_AFewMoreIsNot()
    {
        Told(Start, Dead(4));

        Told(Start.AddSeconds(1), Dead(7)).ShouldBeEmpty();
        Told(Start.AddSeconds(2), Dead(8)).ShouldBe([AlertChange.Worse]);
        Told(Start.AddSeconds(3), Dead(15)).ShouldBeEmpty();
    }

    [Fact]
    public void Follow_AwayForAMoment_IsNoNews()
    {
        Told(Start, Dead(4));

        Away(Start.AddSeconds(1)).ShouldBeEmpty();
        _ledger.On.ShouldBeEmpty("nobody shows what is not there");
        _ledger = AlertLedger.Read(_ledger.Write());
        Away(Start.AddSeconds(2), Dead(4)).ShouldBeEmpty();
        _ledger.On.ShouldHaveSingleItem();
        _ledger.Leaving.ShouldBeEmpty();
    }

    [Fact]
    public void Follow_AwayForLong_IsToldAsOverOnce_AndWhatComesThenIsNew()
    {
        Told(Start, Dead(1));

        Away(Start.AddSeconds(10)).ShouldBeEmpty();
        Away(Start.AddSeconds(69)).ShouldBeEmpty();
        Away(Start.AddSeconds(70)).ShouldBe([AlertChange.Cleared]);
        Away(Start.AddSeconds(80)).ShouldBeEmpty();
        Away(Start.AddSeconds(90), Dead(1)).ShouldBe([AlertChange.Raised]);
    }

    [Fact]
    public void Follow_BackAndTwiceAsMany_IsWorse()
    {
        Told(Start, Dead(2));
        Away(Start.AddSeconds(1)).ShouldBeEmpty();

        Away(Start.AddSeconds(2), Dead(4)).ShouldBe([AlertChange.Worse]);
    }

    [Fact]
    public void Follow_OneOfTwoOver_ClearsThatOne()
    {
        var late = new Condition(new ConditionKey(ConditionKind.FlowLate, "poll"), Severity.Bad, Start);
        Told(Start, Dead(1), late);

        Follow(Start.AddMinutes(1), Hour, late).ShouldHaveSingleItem().Condition.Key.ShouldBe(Dead(1).Key);
    }

    [Fact]
    public void Follow_EveryAlert_HasAnIdOfItsOwn_TheSameForTheSameRound()
    {
        var before = _ledger;
        List<Alert> all = [.. Follow(Start, Hour, Dead(1)), .. Follow(Start.AddSeconds(1), Hour, Dead(2)), .. Follow(Start + Hour + Hour, Hour, Dead(2)), .. Follow(Start.AddHours(3), Hour)];
        all.AddRange(Follow(Start.AddHours(4), Hour, Dead(1)));

        all.Select(alert => alert.Id).ShouldBeUnique();
        before.Follow([Dead(1)], Start, Hour, TimeSpan.Zero).Tell.ShouldHaveSingleItem().Id.ShouldBe(all[0].Id);
    }

    [Fact]
    public void Follow_TheOldestIsForgotten_ItsBeginningStays()
    {
        Told(Start, Dead(1) with { Since = Start.AddDays(-1) });
        Told(Start.AddMinutes(1), Dead(1) with { Since = Start });

        _ledger.On.ShouldHaveSingleItem().Condition.Since.ShouldBe(Start.AddDays(-1));
    }

    [Fact]
    public void Write_ReadBack_IsTheSame()
    {
        Told(Start, Dead(3) with { Until = Start });

        AlertLedger.Read(_ledger.Write()).On.ShouldBe(_ledger.On);
        AlertLedger.Read([1, 2, 3]).On.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Words_OfEveryKindAndChange_SayWhatAndWhatToDo(ConditionKind kind)
    {
        foreach (var change in Enum.GetValues<AlertChange>())
        {
            var condition = new Condition(new ConditionKey(kind, "erp-thing"), Severity.Bad, Start, 2) { Until = Start };
            AlertWords.Headline(new Alert("a", change, condition, Start)).ShouldContain(kind is ConditionKind.StoreUnavailable ? "store" : "erp-thing");
        }

        var words = Enum.GetValues<ConditionKind>().Select(one => AlertWords.Todo(new Condition(new ConditionKey(one, "x"), Severity.Bad, Start)));
        words.ShouldBeUnique();
    }

    public static TheoryData<ConditionKind> Kinds => [.. Enum.GetValues<ConditionKind>()];

    private static Condition Dead(int count) => new(new ConditionKey(ConditionKind.DeadLetters, "place-order"), Severity.Bad, Start, count);

    private IEnumerable<AlertChange> Told(DateTimeOffset at, params Condition[] now) => Follow(at, Hour, now).Select(alert => alert.Change);

    /// <summary>As it is seen where it must be away for a minute.</summary>
    private IEnumerable<AlertChange> Away(DateTimeOffset at, params Condition[] now) => Follow(at, Hour, TimeSpan.FromMinutes(1), now).Select(alert => alert.Change);

    private IReadOnlyList<Alert> Follow(DateTimeOffset at, TimeSpan repeat, params Condition[] now) => Follow(at, repeat, TimeSpan.Zero, now);

    private IReadOnlyList<Alert> Follow(DateTimeOffset at, TimeSpan repeat, TimeSpan clear, params Condition[] now)
    {
        (_ledger, var tell) = _ledger.Follow(now, at, repeat, clear);
        return tell;
    }
}
