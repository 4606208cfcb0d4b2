using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync;

internal static class ManualClock
{
    public static ManualTimeProvider Start() => new(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));

    extension(ManualTimeProvider clock)
    {
        public DateTimeOffset Now => clock.GetUtcNow();

        public void AdvanceTo(DateTimeOffset at)
        {
            if (at > clock.Now)
            {
                clock.Advance(at - clock.Now);
            }
        }
    }
}
