using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Sync.Nodes;

namespace PortalIntegration.Sync.Changes;

/// <summary>The board of this node, in memory; what is told on another node's board is told here too. The map hears of a change first, so that nobody who asks again is answered by a read from before it.</summary>
internal sealed partial class ChangeBoard : IChangeBoard, IDisposable
{
    private readonly IOwnershipMap _map;
    private readonly INodeNotices _notices;
    private readonly ILogger<ChangeBoard> _logger;
    private readonly IDisposable _listening;
    private readonly Lock _lock = new();
    private ImmutableDictionary<(Entity Entity, string? Key), ImmutableList<Action<string>>> _watchers =
        ImmutableDictionary<(Entity Entity, string? Key), ImmutableList<Action<string>>>.Empty;

    public ChangeBoard(IOwnershipMap map, INodeNotices notices, ILogger<ChangeBoard> logger)
    {
        _map = map;
        _notices = notices;
        _logger = logger;
        _listening = notices.Listen(Topics.Change, Heard);
    }

    public IDisposable Watch(Entity entity, string key, Action changed) => Add((entity, key), _ => changed());

    public IDisposable WatchAll(Entity entity, Action<string> changed) => Add((entity, null), changed);

    public void Tell(Entity entity, string key)
    {
        TellHere(entity, key);
        _notices.Send(Topics.Change, $"{entity} {key}");
    }

    public void Dispose() => _listening.Dispose();

    private void Heard(string words)
    {
        if (words.Split(' ', 2) is [var name, var key] && Enum.TryParse<Entity>(name, out var entity))
        {
            TellHere(entity, key);
        }
    }

    private void TellHere(Entity entity, string key)
    {
        _map.Moved(entity);
        var watchers = _watchers;
        Tell(watchers.GetValueOrDefault((entity, key), []), key);
        Tell(watchers.GetValueOrDefault((entity, null), []), key);
    }

    private void Tell(ImmutableList<Action<string>> watchers, string key)
    {
        foreach (var watcher in watchers)
        {
            try
            {
                watcher(key);
            }
            catch (Exception bug)
            {
                Log.WatcherThrew(_logger, bug);
            }
        }
    }

    private Watching Add((Entity Entity, string? Key) place, Action<string> changed)
    {
        lock (_lock)
        {
            _watchers = _watchers.SetItem(place, _watchers.GetValueOrDefault(place, []).Add(changed));
        }

        return new Watching(this, place, changed);
    }

    private void Remove((Entity Entity, string? Key) place, Action<string> changed)
    {
        lock (_lock)
        {
            var left = _watchers.GetValueOrDefault(place, []).Remove(changed);
            _watchers = left.IsEmpty ? _watchers.Remove(place) : _watchers.SetItem(place, left);
        }
    }

    private sealed class Watching(ChangeBoard board, (Entity Entity, string? Key) place, Action<string> changed) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                board.Remove(place, changed);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 5201, Level = LogLevel.Error, Message = "A watcher of changes threw: a bug")]
        public static partial void WatcherThrew(ILogger logger, Exception bug);
    }
}
