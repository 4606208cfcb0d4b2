using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.SignIn.Providers;

/// <summary>
/// What providers gave for each sign-in: the refresh token, by which they are asked whether it still holds, and the id_token, by which it is ended there. Kept
/// encrypted in the store, not in the cookie: a circuit can renew no cookie, all nodes must know the newest, and a cookie has no room for it. Lost with the store:
/// then the person signs in again.
/// </summary>
internal sealed partial class ProviderSignIns(
    IMarks marks, IDataProtectionProvider protection, OpenIdProviders providers, EndedSignIns ended, IOptions<SignInOptions> options, TimeProvider clock, ILogger<ProviderSignIns> logger)
    : BackgroundService
{
    private const string Prefix = "sign-in:";

    /// <summary>Before the access token runs out.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(30);

    /// <summary>A provider that did not answer is asked again after so long; the sign-in goes on meanwhile, and the CRM is asked all the same.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(30);

    /// <summary>However short its tokens live.</summary>
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(5);

    /// <summary>How long a provider is waited for that is told of an end.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    /// <summary>How long one node may take to ask a provider for new tokens before another takes it for dead: longer than any request to a provider.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(30);

    /// <summary>How often a node looks whether the one that asks has got its answer.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Sweeping = TimeSpan.FromHours(1);

    private readonly IDataProtector _protector = protection.CreateProtector("PortalIntegration.SignIn.Tokens.v1");
    private readonly ConcurrentDictionary<string, Held> _held = new(StringComparer.Ordinal);

    /// <summary>A name for what <see cref="Keep"/> will keep, and by which <see cref="Of"/> finds it.</summary>
    public static string NameFor(string provider, Claimed claimed, string signIn) =>
        $"{Prefix}{provider}:{Short(claimed.Subject)}:{(claimed.Session is null ? "-" : Short(claimed.Session))}:{signIn}";

    /// <summary>Without the store, the sign-in holds on this node alone, until it is restarted.</summary>
    /// <param name="userInfo">Null where the provider has no such endpoint.</param>
    public async Task Keep(string name, Claimed claimed, ProviderTokens tokens, JsonElement? userInfo)
    {
        var kept = new Kept(
            claimed.Subject, tokens.Id, tokens.Refresh, clock.GetUtcNow(), DueAfter(tokens), userInfo is { } told ? [.. told.EnumerateObject().Select(claim => claim.Name)] : null);
        _held[name] = new Held { Kept = kept };
        await Write(name, kept);
    }

    /// <summary>
    /// Whether the sign-in still holds by the provider's word; asks for new tokens when the old ones run out. A provider that does not answer takes nothing back,
    /// and one that gave no refresh token is not asked: the sign-in then ends with <see cref="SignInOptions.Lifetime"/>. The answer is waited for no longer than
    /// <see cref="SignInOptions.Patience"/>; one that comes later takes the sign-in back where it has to.
    /// </summary>
    public async Task<bool> Holds(ClaimsPrincipal user)
    {
        if (SessionTicket.Admission(user) is not { } admission)
        {
            return true;
        }

        if (providers.Find(admission.Provider) is not { } provider)
        {
            return false; // Not configured any more.
        }

        Held held;
        try
        {
            if (await Load(admission.Tokens) is not { } known)
            {
                return false;
            }

            held = known;
        }
        catch (StoreUnavailableException)
        {
            return true;
        }

        Task<bool> asking;
        TimeSpan patience;
        lock (held)
        {
            if (held.Kept.Refresh is null || clock.GetUtcNow() < held.Kept.Due)
            {
                return true;
            }

            if (held.Asking is null)
            {
                held.Asked = clock.GetUtcNow();
                held.Asking = Refresh(held, provider, admission);
            }

            asking = held.Asking;
            patience = held.Asked + options.Value.Patience - clock.GetUtcNow();
        }

        try
        {
            return await asking.WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, clock);
        }
        catch (TimeoutException)
        {
            return true;
        }
    }

    /// <summary>Signs out here, and answers where to go to sign out at the provider; null where it has no such place, or is not to be had.</summary>
    public async Task<Uri?> End(ClaimsPrincipal user, Uri back)
    {
        await ended.End(user);
        if (SessionTicket.Admission(user) is not { } admission || providers.Find(admission.Provider) is not { } provider)
        {
            return null;
        }

        var kept = await Take(admission.Tokens);
        if (kept?.Refresh is { } refresh)
        {
            await Revoke(provider, refresh);
        }

        try
        {
            using var patience = new CancellationTokenSource(Farewell, clock);
            return EndSession(provider, (await provider.Metadata(patience.Token)).EndSession, kept?.Id, back);
        }
        catch (Exception down) when (down is ProviderDownException or OperationCanceledException)
        {
            Log.NotEnded(logger, provider.Name, down.Message);
            return null;
        }
    }

    /// <summary>Ends the sign-in that a browser had before another takes its place: its open pages, and a copy of its cookie.</summary>
    /// <param name="by">Of the one that takes its place; null for who was picked.</param>
    public async Task Replace(ClaimsPrincipal before, Admission? by)
    {
        await ended.End(before);
        if (SessionTicket.Admission(before) is not { } admission)
        {
            return;
        }

        // Of one person at one provider, some providers end with one token the session that the new one lives by.
        var kept = await Take(admission.Tokens);
        if (kept?.Refresh is { } refresh && (by is null || OfWhom(admission.Tokens) != OfWhom(by.Tokens)) && providers.Find(admission.Provider) is { } provider)
        {
            await Revoke(provider, refresh);
        }
    }

    /// <summary>Ends every sign-in of a session, or of a person where no session is named, that the provider says is over. Answers how many.</summary>
    /// <exception cref="StoreUnavailableException">The provider has to say it again.</exception>
    public async Task<int> End(OpenIdProvider provider, string? subject, string? session, CancellationToken cancel)
    {
        var all = await marks.Under(subject is null ? $"{Prefix}{provider.Name}:" : $"{Prefix}{provider.Name}:{Short(subject)}:", cancel);
        var ending = all.Select(mark => mark.Name).Where(name => session is null || name.Split(':')[3] == Short(session)).ToList();
        foreach (var name in ending)
        {
            await ended.End(name.Split(':')[4]);
            await Forget(name);
        }

        return ending.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Sweep(stoppingToken);
            }
            catch (StoreUnavailableException unavailable)
            {
                Log.NotSwept(logger, unavailable);
            }

            await Task.Delay(Sweeping, clock, stoppingToken);
        }
    }

    /// <summary>What no cookie is left for.</summary>
    internal async Task Sweep(CancellationToken cancel)
    {
        var oldest = clock.GetUtcNow() - options.Value.Lifetime - TimeSpan.FromMinutes(1);
        foreach (var mark in await marks.Under(Prefix, cancel))
        {
            if (Read(mark.Value) is not { } kept || kept.At < oldest)
            {
                await marks.Forget(mark.Name, cancel);
                _held.TryRemove(mark.Name, out _);
            }
        }

        foreach (var (name, held) in _held)
        {
            if (held.Kept.At < oldest)
            {
                _held.TryRemove(name, out _);
            }
        }
    }

    private async Task<bool> Refresh(Held held, OpenIdProvider provider, Admission admission)
    {
        await Task.Yield(); // The caller holds the lock.
        try
        {
            // A refresh token that is used twice is taken for stolen by some providers: one node asks, the others take what it was given.
            for (var waited = false; ; waited = true)
            {
                var value = await marks.Get(admission.Tokens);
                if (value is null || Read(value) is not { } stored)
                {
                    if (!waited)
                    {
                        return await Ask(held, provider, admission, turn: null); // Kept while the store was not to be had: only this node knows it.
                    }

                    _held.TryRemove(admission.Tokens, out _);
                    return false; // Whoever asked was refused, or he signed out meanwhile.
                }

                held.Kept = stored;
                var now = clock.GetUtcNow();
                if (now < stored.Due)
                {
                    return true;
                }

                if (stored.TurnUntil is not { } busy || busy <= now)
                {
                    var mine = stored with { TurnUntil = now + Turn };
                    var turn = new Mark(admission.Tokens, Written(mine));
                    if (await marks.Exchange(turn, value))
                    {
                        held.Kept = mine;
                        return await Ask(held, provider, admission, turn);
                    }
                }

                await Task.Delay(Glance, clock);
            }
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.NotKept(logger, unavailable);
            held.Kept = held.Kept with { Due = clock.GetUtcNow() + AskAgain };
            return true;
        }
        finally
        {
            lock (held)
            {
                held.Asking = null;
            }
        }
    }

    /// <param name="turn">By which the others know that this node asks; null where they do not.</param>
    private async Task<bool> Ask(Held held, OpenIdProvider provider, Admission admission, Mark? turn)
    {
        var used = held.Kept.Refresh!;
        try
        {
            var tokens = await provider.Tokens([new("grant_type", "refresh_token"), new("refresh_token", used)], CancellationToken.None);
            held.Kept = held.Kept with { Refresh = tokens.Refresh ?? used, Id = tokens.Id ?? held.Kept.Id, Due = DueAfter(tokens), TurnUntil = null };
            await Write(admission.Tokens, held.Kept);
            if (ended.Has(admission.Tokens.Split(':')[4]))
            {
                // Meanwhile, when these tokens were under way: nobody else knows them.
                await Forget(admission.Tokens);
                await Revoke(provider, held.Kept.Refresh);
                return false;
            }

            return await SaysTheSame(held.Kept, provider, admission, tokens)
                || await Over(admission, provider, "the provider says something else about him than when he signed in");
        }
        catch (ProviderRefusedException refused)
        {
            if (held.Kept.Refresh == used && await Stored(admission.Tokens) is { Refresh: { } newer } elsewhere && newer != used)
            {
                held.Kept = elsewhere;
                return true;
            }

            return await Over(admission, provider, $"refused: {refused.Error}");
        }
        catch (Exception changed) when (changed is SignInProblemException or UntrustedTokenException)
        {
            return await Over(admission, provider, changed.Message);
        }
        catch (ProviderDownException down)
        {
            Log.NotAsked(logger, provider.Name, down.Message);
            held.Kept = held.Kept with { Due = clock.GetUtcNow() + AskAgain, TurnUntil = null };
            if (turn is not null)
            {
                await marks.Exchange(new Mark(turn.Name, Written(held.Kept)), turn.Value); // Nor do the others ask before that.
            }

            return true;
        }
    }

    /// <summary>Also where no id_token comes with the new tokens: then userinfo has to say anew what it said at the sign-in, and the id_token of that day stands for the rest.</summary>
    private static async Task<bool> SaysTheSame(Kept kept, OpenIdProvider provider, Admission admission, ProviderTokens tokens)
    {
        var claims = tokens.Id is { } fresh ? await provider.Claims(fresh, nonce: null, CancellationToken.None) : IdToken.Checked(kept.Id!, kept.Told ?? []);
        var now = Claimed.Read(provider.Options, claims, await provider.UserInfo(tokens.Access, CancellationToken.None));
        return now.Subject == kept.Subject && now.As == admission.As && string.Equals(now.Email, admission.Email, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<bool> Over(Admission admission, OpenIdProvider provider, string why)
    {
        Log.Over(logger, provider.Name, why);
        await ended.TakeBack(admission.Tokens.Split(':')[4]);
        await Forget(admission.Tokens);
        return false;
    }

    private static (string Provider, string Subject) OfWhom(string name) => name.Split(':') is [_, var provider, var subject, ..] ? (provider, subject) : default;

    /// <summary>What was kept of a sign-in, which is forgotten.</summary>
    private async Task<Kept?> Take(string name)
    {
        Kept? kept = null;
        try
        {
            kept = (await Load(name))?.Kept;
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.NotKept(logger, unavailable);
        }

        await Forget(name);
        return kept;
    }

    private async Task Revoke(OpenIdProvider provider, string refresh)
    {
        try
        {
            using var patience = new CancellationTokenSource(Farewell, clock);
            await provider.Revoke(refresh, patience.Token);
        }
        catch (Exception down) when (down is ProviderDownException or OperationCanceledException)
        {
            Log.NotEnded(logger, provider.Name, down.Message);
        }
    }

    private static Uri? EndSession(OpenIdProvider provider, Uri? endpoint, string? idToken, Uri back)
    {
        if (endpoint is null)
        {
            return null;
        }

        var query = new StringBuilder(endpoint.Query.Length > 1 ? $"{endpoint.Query}&" : "?")
            .Append(CultureInfo.InvariantCulture, $"client_id={Uri.EscapeDataString(provider.Options.ClientId)}&post_logout_redirect_uri={Uri.EscapeDataString(back.ToString())}");
        if (idToken is { Length: <= LongestHint })
        {
            query.Append(CultureInfo.InvariantCulture, $"&id_token_hint={Uri.EscapeDataString(idToken)}");
        }

        return new UriBuilder(endpoint) { Query = query.ToString() }.Uri;
    }

    /// <summary>In characters: a longer one makes addresses that servers in between do not take. Without it the provider asks the person.</summary>
    private const int LongestHint = 3_000;

    private DateTimeOffset DueAfter(ProviderTokens tokens)
    {
        var lasts = tokens.Lasts ?? TimeSpan.FromMinutes(5);
        var wait = lasts - Early > lasts / 2 ? lasts - Early : lasts / 2;
        return clock.GetUtcNow() + (wait > Seldom ? wait : Seldom);
    }

    private async Task<Held?> Load(string name) => _held.TryGetValue(name, out var held) ? held
        : await Stored(name) is { } kept ? _held.GetOrAdd(name, new Held { Kept = kept })
        : null;

    private async Task<Kept?> Stored(string name) => await marks.Get(name) is { } value ? Read(value) : null;

    private string Written(Kept kept) => Base64Url.EncodeToString(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(kept, KeptJson.Default.Kept)));

    private Kept? Read(string value)
    {
        try
        {
            return JsonSerializer.Deserialize(_protector.Unprotect(Base64Url.DecodeFromChars(value)), KeptJson.Default.Kept);
        }
        catch (Exception foreign) when (foreign is CryptographicException or FormatException or JsonException)
        {
            return null; // Of other keys, or of an older version: he signs in again.
        }
    }

    private async Task Write(string name, Kept kept)
    {
        try
        {
            await marks.Set(new Mark(name, Written(kept)));
        }
        catch (Exception unavailable) when (unavailable is StoreUnavailableException or CryptographicException)
        {
            Log.NotKept(logger, unavailable);
        }
    }

    private async Task Forget(string name)
    {
        _held.TryRemove(name, out _);
        try
        {
            await marks.Forget(name);
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.NotKept(logger, unavailable);
        }
    }

    /// <summary>Names in the store tell nobody who it is.</summary>
    private static string Short(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..24];

    private sealed class Held
    {
        public required volatile Kept Kept;

        public Task<bool>? Asking { get; set; }

        /// <summary>Since when.</summary>
        public DateTimeOffset Asked { get; set; }
    }

    /// <param name="At">When he signed in.</param>
    /// <param name="Due">When the provider is asked again.</param>
    /// <param name="Told">What userinfo told when he signed in, by the names of the claims; null where nothing.</param>
    /// <param name="TurnUntil">While a node asks the provider for new tokens: how long it may take for that.</param>
    internal sealed record Kept(
        string Subject, string? Id, string? Refresh, DateTimeOffset At, DateTimeOffset Due, IReadOnlyList<string>? Told, DateTimeOffset? TurnUntil = null);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "What a provider gave for a sign-in is not in the store: it is not to be had.")]
        public static partial void NotKept(ILogger logger, Exception unavailable);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Old sign-ins were not cleared away: the store is not to be had.")]
        public static partial void NotSwept(ILogger logger, Exception unavailable);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider} was not asked whether a sign-in still holds: {Why}")]
        public static partial void NotAsked(ILogger logger, string provider, string why);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Signed out here, but not at {Provider}: {Why}")]
        public static partial void NotEnded(ILogger logger, string provider, string why);

        [LoggerMessage(Level = LogLevel.Information, Message = "A sign-in by {Provider} ends: {Why}.")]
        public static partial void Over(ILogger logger, string provider, string why);
    }
}

[JsonSerializable(typeof(ProviderSignIns.Kept))]
internal sealed partial class KeptJson : JsonSerializerContext;
