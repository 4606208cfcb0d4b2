using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PortalIntegration.Core;
using PortalIntegration.Sync.Nodes;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Placing;

/// <summary>Who looks at a submission in this node. What another node did to it is read from the store.</summary>
internal sealed partial class PlacingWatchers : IDisposable
{
    private readonly Lock _lock = new();
    private readonly INodeNotices _notices;
    private readonly IWorkStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger<PlacingWatchers> _logger;
    private readonly IDisposable _listening;
    private ImmutableDictionary<SubmissionId, ImmutableList<Action<Placing>>> _watchers = ImmutableDictionary<SubmissionId, ImmutableList<Action<Placing>>>.Empty;

    public PlacingWatchers(INodeNotices notices, IWorkStore store, TimeProvider time, ILogger<PlacingWatchers> logger)
    {
        _notices = notices;
        _store = store;
        _time = time;
        _logger = logger;
        _listening = notices.Listen(Topics.Placing, words => _ = Heard(words));
    }

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
        TellHere(placing);
        _notices.Send(Topics.Placing, placing.Id.ToString());
    }

    public void Dispose() => _listening.Dispose();

    private async Task Heard(string words)
    {
        try
        {
            if (SubmissionId.TryParse(words, out var id) && _watchers.ContainsKey(id)
                && await _store.Find(new WorkKey(PlaceOrderFlow.FlowName, words)) is { Payload: { } payload } item)
            {
                TellHere(PlacingRecord.Read(payload).Show(item, _time.GetUtcNow()));
            }
        }
        catch (StoreUnavailableException)
        {
            // The next step tells again, and whoever opens the page reads it.
        }
        catch (Exception bug)
        {
            Log.WatcherThrew(_logger, bug);
        }
    }

    private void TellHere(Placing placing)
    {
        foreach (var watcher in _watchers.GetValueOrDefault(placing.Id, []))
        {
            try
            {
                watcher(placing);
            }
            catch (Exception bug)
            {
                Log.WatcherThrew(_logger, bug);
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
