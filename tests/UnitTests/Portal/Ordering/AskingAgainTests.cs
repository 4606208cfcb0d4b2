using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Features.OrderPad;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Portal.Ordering;

/// <summary>A pad that is open all day asks a silent owner again, and does not ask one that refuses.</summary>
public sealed class AskingAgainTests
{
    private readonly ManualTimeProvider _clock = new(new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));
    private int _asked;

    [Fact]
    public void Plan_SilentOwner_IsAskedLessAndLessOften_UntilItIsBack()
    {
        using var again = new AskingAgain(_clock, () => _asked++);
        foreach (var seconds in new[] { 10, 20, 40, 60, 60 })
        {
            // An answer comes in parts, each of which is planned for: it is one failure.
            again.Plan([Silent(Cause.TimedOut)]).ShouldBeFalse();
            again.Plan([Silent(Cause.TimedOut)]).ShouldBeFalse();
            again.At.ShouldBe(_clock.GetUtcNow().AddSeconds(seconds));
            var before = _asked;
            _clock.Advance(TimeSpan.FromSeconds(seconds - 1));
            _asked.ShouldBe(before);
            _clock.Advance(TimeSpan.FromSeconds(1));
            _asked.ShouldBe(before + 1);
            again.Stop();
        }

        again.Plan([Silent(Cause.TimedOut)]).ShouldBeFalse();
        again.Plan([]).ShouldBeTrue("it is back");
        again.Plan([]).ShouldBeFalse("and was asked already");
        again.At.ShouldBeNull();
        _clock.Waiting.ShouldBe(0);
        again.Plan([Silent(Cause.TimedOut)]).ShouldBeFalse();
        again.At.ShouldBe(_clock.GetUtcNow().AddSeconds(10));
    }

    [Fact]
    public void Plan_OwnerThatRefuses_IsNotAskedAgain_UntilItAnswersAnotherQuestion()
    {
        using var again = new AskingAgain(_clock, () => _asked++);
        for (var answer = 0; answer < 5; answer++)
        {
            again.Plan([Silent(Cause.Forbidden)]).ShouldBeFalse();
        }

        (again.At, _clock.Waiting).ShouldBe((null, 0));
        again.Plan([]).ShouldBeTrue();
        again.Plan([]).ShouldBeFalse();
    }

    [Fact]
    public void Plan_OneRefusesAndTheOtherComesBack_AsksOnceMore()
    {
        using var again = new AskingAgain(_clock, () => _asked++);
        again.Plan([Silent(Cause.Forbidden), Silent(Cause.Unreachable)]).ShouldBeFalse();

        again.Plan([Silent(Cause.Forbidden)]).ShouldBeTrue();
        again.Plan([Silent(Cause.Forbidden)]).ShouldBeFalse();
        again.Plan([Silent(Cause.Forbidden)]).ShouldBeFalse();
        _clock.Waiting.ShouldBe(0);
    }

    [Fact]
    public void Plan_OwnerThatNamesATime_IsAskedThen()
    {
        using var again = new AskingAgain(_clock, () => _asked++);
        again.Plan([Silent(Cause.Throttled) with { RetryAfter = TimeSpan.FromSeconds(90) }, Silent(Cause.TimedOut)]);
        again.At.ShouldBe(_clock.GetUtcNow().AddSeconds(90));
    }

    private static Failure Silent(Cause cause) => new(cause, "erp", "pricesQuery", default);
}
