using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PortalIntegration.Core;

namespace PortalIntegration.Sync.Placing;

/// <summary>Who looks at a submission in this node.</summary>
internal sealed partial class PlacingWatchers(ILogger<PlacingWatchers> logger)
{
    private readonly Lock _lock = new();
    private ImmutableDictionary<SubmissionId, ImmutableList<Action<Placing>>> _watchers = ImmutableDictionary<SubmissionId, ImmutableList<Action<Placing>>>.Empty;

    public IDisposable Add(SubmissionId id, Action<Placing> changed)
    {
        lock (_lock)
        {
            _watchers = _watchers.SetItem(id, _watchers.GetValueOrDefault(id, []).Add(changed));
        }

        return new Watch(this, id, changed);
    }

    public void Tell(Placing placing)
    {
        foreach (var watcher in _watchers.GetValueOrDefault(placing.Id, []))
        {
            try
            {
                watcher(placing);
            }
            catch (Exception bug)
            {
                Log.WatcherThrew(logger, bug);
            }
        }
    }

    private void Remove(SubmissionId id, Action<Placing> changed)
    {
        lock (_lock)
        {
            var left = _watchers.GetValueOrDefault(id, []).Remove(changed);
            _watchers = left.IsEmpty ? _watchers.Remove(id) : _watchers.SetItem(id, left);
        }
    }

    private sealed class Watch(PlacingWatchers owner, SubmissionId id, Action<Placing> changed) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                owner.Remove(id, changed);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 5101, Level = LogLevel.Error, Message = "A watcher of a submission threw: a bug")]
        public static partial void WatcherThrew(ILogger logger, Exception bug);
    }
}
