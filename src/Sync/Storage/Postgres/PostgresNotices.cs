using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using PortalIntegration.Sync.Nodes;

namespace PortalIntegration.Sync.Storage.Postgres;

/// <summary>LISTEN and NOTIFY. What is to be sent is gathered for a moment, so that a thousand signals are a handful of statements.</summary>
internal sealed partial class PostgresNotices(PostgresDatabase database, TimeProvider time, ILogger<PostgresNotices> logger) : BackgroundService, INodeNotices
{
    private const string Channel = "portal_notices";
    private const int Longest = 2000;
    private const int MostWaiting = 10_000;

    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan AfterAFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly string _me = Guid.NewGuid().ToString("N");
    private readonly Lock _lock = new();
    private readonly Channel<string> _out =
        System.Threading.Channels.Channel.CreateBounded<string>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private ImmutableDictionary<string, ImmutableList<Action<string>>> _listeners = ImmutableDictionary.Create<string, ImmutableList<Action<string>>>(StringComparer.Ordinal);

    public void Send(string topic, string words)
    {
        if (words.Length <= Longest)
        {
            _out.Writer.TryWrite($"{_me} {topic} {words}");
        }
    }

    public IDisposable Listen(string topic, Action<string> heard)
    {
        lock (_lock)
        {
            _listeners = _listeners.SetItem(topic, _listeners.GetValueOrDefault(topic, []).Add(heard));
        }

        return new Listening(this, topic, heard);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await Task.WhenAll(Keep(Hear, stoppingToken), Keep(Say, stoppingToken));
    }

    /// <summary>Goes on after every outage.</summary>
    private async Task Keep(Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await work(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception outage) when (outage is StoreUnavailableException or NpgsqlException or IOException or TimeoutException)
            {
                Log.Outage(logger, outage);
            }

            try
            {
                await Task.Delay(AfterAFailure, time, stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task Say(CancellationToken stopping)
    {
        while (await _out.Reader.WaitToReadAsync(stopping))
        {
            await Task.Delay(Gather, time, stopping);
            var all = new HashSet<string>(StringComparer.Ordinal);
            while (all.Count < MostWaiting && _out.Reader.TryRead(out var notice))
            {
                all.Add(notice);
            }

            await database.Read(session => session.Execute($"SELECT pg_notify('{Channel}', n) FROM unnest(@all) AS n", new { all = all.ToArray() }), stopping);
        }
    }

    private async Task Hear(CancellationToken stopping)
    {
        await using var connection = await database.Connect(stopping);
        connection.Notification += (_, notification) => Heard(notification.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection))
        {
            await listen.ExecuteNonQueryAsync(stopping);
        }

        // What was sent before this node listened, or while the line was down, is for its polls; work is looked for at once.
        Tell(Topics.Work, "");
        while (true)
        {
            if (!await connection.WaitAsync(Silence, stopping))
            {
                await using var alive = new NpgsqlCommand("SELECT 1", connection);
                await alive.ExecuteNonQueryAsync(stopping);
            }
        }
    }

    private void Heard(string payload)
    {
        var parts = payload.Split(' ', 3);
        if (parts.Length == 3 && parts[0] != _me)
        {
            Tell(parts[1], parts[2]);
        }
    }

    private void Tell(string topic, string words)
    {
        foreach (var listener in _listeners.GetValueOrDefault(topic, []))
        {
            try
            {
                listener(words);
            }
            catch (Exception bug)
            {
                Log.ListenerThrew(logger, bug, topic);
            }
        }
    }

    private void Remove(string topic, Action<string> heard)
    {
        lock (_lock)
        {
            _listeners = _listeners.SetItem(topic, _listeners.GetValueOrDefault(topic, []).Remove(heard));
        }
    }

    private sealed class Listening(PostgresNotices notices, string topic, Action<string> heard) : IDisposable
    {
        public void Dispose() => notices.Remove(topic, heard);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 5501, Level = LogLevel.Warning, Message = "Other nodes are not heard or told: the store is not to be had")]
        public static partial void Outage(ILogger logger, Exception outage);

        [LoggerMessage(EventId = 5502, Level = LogLevel.Error, Message = "A listener to {Topic} of other nodes threw: a bug")]
        public static partial void ListenerThrew(ILogger logger, Exception bug, string topic);
    }
}
