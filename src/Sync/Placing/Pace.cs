using Microsoft.Extensions.Options;
using PortalIntegration.Core;

namespace PortalIntegration.Sync.Placing;

/// <summary>Lets orders that waited for the ERP out one after the other when it is back, instead of all at once: each gets its moment.</summary>
internal sealed class Pace(IOptions<PlacingOptions> options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SubmissionId, DateTimeOffset> _slots = [];
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    /// <summary>Null to go now; else when to come again.</summary>
    public DateTimeOffset? Hold(SubmissionId id, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (!_slots.TryGetValue(id, out var slot))
            {
                slot = _next > now ? _next : now;
                _next = slot + TimeSpan.FromSeconds(1 / options.Value.PacePerSecond);
            }

            if (slot <= now)
            {
                _slots.Remove(id);
                return null;
            }

            _slots[id] = slot;
            return slot;
        }
    }
}
