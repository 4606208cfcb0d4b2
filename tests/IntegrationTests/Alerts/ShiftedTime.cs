namespace PortalIntegration.IntegrationTests.Alerts;

/// <summary>The machine's clock, with a jump ahead now and then: what lasts an hour need not be waited for.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _ticks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    public override long GetTimestamp() => base.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref _ticks)).TotalSeconds * TimestampFrequency);

    public void Jump(TimeSpan ahead) => Interlocked.Add(ref _ticks, ahead.Ticks);
}
