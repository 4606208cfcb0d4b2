namespace PortalIntegration.LiveTests;

/// <summary>Shows the time at which the tests began, so that a question that carries the time is the same when it is asked again, past midnight too; what waits, waits as ever.</summary>
internal sealed class StandingClock : TimeProvider
{
    public static DateTimeOffset Began { get; } = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => Began;
}
