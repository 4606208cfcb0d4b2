using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Portal.Features.OrderPad;

/// <summary>
/// When lines that an owner did not answer about are asked again by themselves: less and less often while it is silent, and once when it is back. What no repetition can help is not
/// asked again: a pad stays open all day.
/// </summary>
/// <param name="ask">Called on any thread when it is time.</param>
internal sealed class AskingAgain(TimeProvider time, Action ask) : IDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private ITimer? _timer;
    private TimeSpan _after = First;
    private bool _wasSilent;

    /// <summary>When it is asked again, or was last; null while no owner is silent for a time.</summary>
    public DateTimeOffset? At { get; private set; }

    /// <param name="silent">How the owners fail at present; none where all answer.</param>
    /// <returns>True when one that was silent is back: what it left unanswered need not wait.</returns>
    public bool Plan(IReadOnlyCollection<Failure> silent)
    {
        var later = silent.Where(failure => failure.RetryCanHelp).ToList();
        if (later.Count == 0)
        {
            var isBack = At is not null || (_wasSilent && silent.Count == 0);
            Stop();
            (At, _after, _wasSilent) = (null, First, silent.Count > 0);
            return isBack;
        }

        _wasSilent = true;
        if (_timer is null)
        {
            var named = later.Max(failure => failure.RetryAfter ?? TimeSpan.Zero);
            var wait = named > _after ? named : _after;
            At = time.GetUtcNow() + wait;
            _timer = time.CreateTimer(_ => ask(), null, wait, Timeout.InfiniteTimeSpan);
            _after = _after * 2 < Longest ? _after * 2 : Longest;
        }

        return false;
    }

    /// <summary>It is asked now; the next time is planned by what comes.</summary>
    public void Stop()
    {
        _timer?.Dispose();
        _timer = null;
    }

    public void Dispose() => Stop();
}
