using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using Microsoft.Extensions.Options;
using PortalIntegration.Sync.Nodes;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.SignIn;

/// <summary>
/// Who has signed out. A circuit keeps the principal that it was opened with, whatever becomes of the cookie; a copy of the cookie is as good as the
/// cookie. On every node: it is noted in the store, told to the others, and looked up now and then for what was not heard.
/// </summary>
public sealed partial class EndedSignIns : BackgroundService
{
    private const string Prefix = "signed-out:";

    private static readonly TimeSpan LookUp = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new(StringComparer.Ordinal);

    /// <summary>Those that nobody ended himself, on this node, where it is told to him.</summary>
    private readonly ConcurrentDictionary<string, bool> _takenBack = new(StringComparer.Ordinal);
    private readonly IMarks _marks;
    private readonly INodeNotices _notices;
    private readonly TimeSpan _kept;
    private readonly TimeProvider _clock;
    private readonly ILogger<EndedSignIns> _logger;
    private readonly IDisposable _listening;

    public EndedSignIns(IMarks marks, INodeNotices notices, IOptions<SignInOptions> options, TimeProvider clock, ILogger<EndedSignIns> logger)
    {
        _marks = marks;
        _notices = notices;
        _clock = clock;
        _kept = 2 * options.Value.Lifetime;
        _logger = logger;
        _listening = notices.Listen(Topics.SignedOut, id => _ended[id] = clock.GetUtcNow());
    }

    /// <summary>On this node at once, also when the store is not to be had.</summary>
    public Task End(ClaimsPrincipal user) => SessionTicket.SignIn(user) is { } id ? End(id) : Task.CompletedTask;

    /// <summary>Ends what somebody did not end himself.</summary>
    public Task TakeBack(string id)
    {
        _takenBack[id] = true;
        return End(id);
    }

    /// <param name="id">Of <see cref="SessionTicket.SignIn"/>.</param>
    public async Task End(string id)
    {
        var now = _clock.GetUtcNow();
        _ended[id] = now;
        _notices.Send(Topics.SignedOut, id);
        try
        {
            await _marks.Set(new Mark(Prefix + id, now.ToString("O", CultureInfo.InvariantCulture)));
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.NotNoted(_logger, unavailable);
        }
    }

    public bool Has(ClaimsPrincipal user) => SessionTicket.SignIn(user) is { } id && Has(id);

    /// <param name="id">Of <see cref="SessionTicket.SignIn"/>.</param>
    public bool Has(string id) => _ended.ContainsKey(id);

    public bool WasTakenBack(ClaimsPrincipal user) => SessionTicket.SignIn(user) is { } id && _takenBack.ContainsKey(id);

    /// <summary>Learns what other nodes noted, and forgets what no cookie is left for.</summary>
    public async Task Refresh(CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        foreach (var mark in await _marks.Under(Prefix, cancel))
        {
            if (DateTimeOffset.TryParse(mark.Value, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) && now - at <= _kept)
            {
                _ended[mark.Name[Prefix.Length..]] = at;
            }
            else
            {
                await _marks.Forget(mark.Name, cancel);
            }
        }

        foreach (var (old, at) in _ended)
        {
            if (now - at > _kept)
            {
                _ended.TryRemove(old, out _);
                _takenBack.TryRemove(old, out _);
            }
        }
    }

    public override void Dispose()
    {
        _listening.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Refresh(stoppingToken);
            }
            catch (StoreUnavailableException unavailable)
            {
                Log.NotLookedUp(_logger, unavailable);
            }

            await Task.Delay(LookUp, _clock, stoppingToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "A sign-out holds on this node alone: the store is not to be had.")]
        public static partial void NotNoted(ILogger logger, Exception unavailable);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Sign-outs of other nodes were not looked up: the store is not to be had.")]
        public static partial void NotLookedUp(ILogger logger, Exception unavailable);
    }
}
