using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace PortalIntegration.Portal.SignIn.Providers;

/// <summary>Does not answer, or not as a provider does. Tried again, it may.</summary>
internal sealed class ProviderDownException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Answered with an error of OAuth's.</summary>
internal sealed class ProviderRefusedException(string error) : Exception($"The provider answered {error}.")
{
    public string Error { get; } = error;
}

/// <summary>What the discovery document says, as far as it is used here.</summary>
internal sealed record ProviderMetadata(
    string Issuer, Uri Authorization, Uri Token, Uri? UserInfo, Uri Keys, Uri? EndSession, Uri? Revocation, bool SecretInBody, bool SaysIssuer, IReadOnlyList<string> Scopes);

/// <param name="Access">For userinfo alone.</param>
/// <param name="Lasts">Null where the provider does not say it.</param>
internal sealed record ProviderTokens(
    [property: JsonPropertyName("access_token")] string Access,
    [property: JsonPropertyName("id_token")] string? Id,
    [property: JsonPropertyName("refresh_token")] string? Refresh,
    [property: JsonPropertyName("lasts")] TimeSpan? Lasts);

/// <summary>
/// One provider, spoken to by HTTP. Its discovery document and keys are read when somebody first needs them, kept for an hour, and read again when a key is
/// unknown; while it does not answer, what was read last serves on. One read is under way at a time, whoever waits for it.
/// </summary>
internal sealed class OpenIdProvider(string name, ProviderOptions options, HttpClient http, bool development, TimeProvider clock)
{
    private const int LongestAnswer = 512 * 1024;

    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>How soon what failed, or a key that was not there, is asked for again.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private readonly Lock _turn = new();
    private Known? _known;
    private Task<Known>? _reading;

    /// <summary>When the last read ended.</summary>
    private DateTimeOffset _tried = DateTimeOffset.MinValue;

    /// <summary>Why nothing is known.</summary>
    private ProviderDownException? _failed;

    public string Name => name;

    public string Title => options.Title ?? name;

    public ProviderOptions Options => options;

    /// <exception cref="ProviderDownException">Nothing is known, and it does not answer.</exception>
    public async Task<ProviderMetadata> Metadata(CancellationToken cancel) => (await Current(again: false, cancel)).Metadata;

    /// <summary>Checks an id_token and answers its claims.</summary>
    public async Task<JsonElement> Claims(string idToken, string? nonce, CancellationToken cancel)
    {
        var issuer = (await Metadata(cancel)).Issuer;
        return await WithKeys(keys => IdToken.Check(idToken, issuer, options.ClientId, nonce, clock.GetUtcNow(), keys), cancel);
    }

    /// <summary>Checks a logout token and answers whom it ends.</summary>
    public async Task<(string? Subject, string? Session)> LoggedOut(string logoutToken, CancellationToken cancel)
    {
        var issuer = (await Metadata(cancel)).Issuer;
        return await WithKeys(keys => IdToken.CheckLogout(logoutToken, issuer, options.ClientId, clock.GetUtcNow(), keys), cancel);
    }

    /// <exception cref="ProviderRefusedException">Such as <c>invalid_grant</c>.</exception>
    /// <exception cref="ProviderDownException"/>
    public async Task<ProviderTokens> Tokens(IEnumerable<KeyValuePair<string, string>> grant, CancellationToken cancel)
    {
        var metadata = await Metadata(cancel);
        using var request = Authenticated(metadata.Token, grant, metadata.SecretInBody);
        using var answer = await Send(request, cancel);
        return answer.RootElement.Text("access_token") is { Length: > 0 } access
            && string.Equals(answer.RootElement.Text("token_type"), "Bearer", StringComparison.OrdinalIgnoreCase)
            ? new ProviderTokens(access, answer.RootElement.Text("id_token"), answer.RootElement.Text("refresh_token"), Lasts(answer.RootElement))
            : throw new ProviderDownException($"{name} gave no bearer token.");
    }

    /// <summary>Null where it has no such endpoint.</summary>
    public async Task<JsonElement?> UserInfo(string accessToken, CancellationToken cancel)
    {
        if ((await Metadata(cancel)).UserInfo is not { } endpoint)
        {
            return null;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, endpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var answer = await Send(request, cancel);
        return answer.RootElement.Clone();
    }

    /// <summary>Where the provider knows how: the token is worth nothing any more.</summary>
    public async Task Revoke(string refreshToken, CancellationToken cancel)
    {
        var metadata = await Metadata(cancel);
        if (metadata.Revocation is { } endpoint)
        {
            using var request = Authenticated(endpoint, [new("token", refreshToken), new("token_type_hint", "refresh_token")], metadata.SecretInBody);
            try
            {
                using var answer = await http.SendAsync(request, cancel);
            }
            catch (HttpRequestException unreachable)
            {
                throw new ProviderDownException($"{name} is not reached.", unreachable);
            }
        }
    }

    private async Task<T> WithKeys<T>(Func<IReadOnlyList<ProviderKey>, T> check, CancellationToken cancel)
    {
        try
        {
            return check((await Current(again: false, cancel)).Keys);
        }
        catch (UnknownKeyException)
        {
            var keys = (await Current(again: true, cancel)).Keys;
            try
            {
                return check(keys);
            }
            catch (UnknownKeyException unknown)
            {
                throw new UntrustedTokenException(unknown.Message);
            }
        }
    }

    /// <param name="again">What is known does not do.</param>
    private Task<Known> Current(bool again, CancellationToken cancel)
    {
        lock (_turn)
        {
            var now = clock.GetUtcNow();
            var lately = now - _tried < Between;
            if (_known is { } known && (again ? lately : now - known.At < Kept))
            {
                return Task.FromResult(known);
            }

            if (_known is null && _failed is { } failed && lately)
            {
                return Task.FromException<Known>(new ProviderDownException(failed.Message, failed));
            }

            // Whoever goes away meanwhile leaves the read to the others.
            return (_reading ??= ReadAnew()).WaitAsync(cancel);
        }
    }

    private async Task<Known> ReadAnew()
    {
        await Task.Yield(); // The caller holds the lock.
        try
        {
            var read = await Read(CancellationToken.None);
            lock (_turn)
            {
                return _known = read;
            }
        }
        catch (ProviderDownException down)
        {
            lock (_turn)
            {
                _failed = down;
                if (_known is not { } known)
                {
                    throw;
                }

                // The next ones do not wait for it anew.
                var soon = clock.GetUtcNow() - Kept + Between;
                return _known = known with { At = known.At > soon ? known.At : soon };
            }
        }
        finally
        {
            lock (_turn)
            {
                _tried = clock.GetUtcNow();
                _reading = null;
            }
        }
    }

    private async Task<Known> Read(CancellationToken cancel)
    {
        try
        {
            using var discovery = await Get(new Uri($"{options.Authority.TrimEnd('/')}/.well-known/openid-configuration"), cancel);
            var document = discovery.RootElement;
            var issuer = document.Text("issuer");
            if (issuer is null || issuer.TrimEnd('/') != options.Authority.TrimEnd('/'))
            {
                throw new ProviderDownException($"{name} calls itself otherwise than SignIn:Providers:{name}:Authority does.");
            }

            var methods = Texts(document, "token_endpoint_auth_methods_supported");
            var metadata = new ProviderMetadata(
                issuer,
                Needed(document, "authorization_endpoint"),
                Needed(document, "token_endpoint"),
                Endpoint(document, "userinfo_endpoint"),
                Needed(document, "jwks_uri"),
                Endpoint(document, "end_session_endpoint"),
                Endpoint(document, "revocation_endpoint"),
                methods.Count > 0 && !methods.Contains("client_secret_basic") && methods.Contains("client_secret_post"),
                document.TryGetProperty("authorization_response_iss_parameter_supported", out var says) && says.ValueKind is JsonValueKind.True,
                Texts(document, "scopes_supported"));
            using var keys = await Get(metadata.Keys, cancel);
            var read = keys.RootElement.TryGetProperty("keys", out var list) && list.ValueKind is JsonValueKind.Array
                ? list.EnumerateArray().Select(ProviderKey.Read).OfType<ProviderKey>().ToList()
                : [];
            return read.Count > 0 ? new Known(metadata, read, clock.GetUtcNow()) : throw new ProviderDownException($"{name} publishes no key that can be used.");
        }
        catch (ProviderRefusedException refused)
        {
            throw new ProviderDownException($"{name} does not tell about itself: {refused.Error}.", refused);
        }
    }

    private Uri Needed(JsonElement document, string endpoint) =>
        Endpoint(document, endpoint) ?? throw new ProviderDownException($"{name} names no {endpoint}.");

    private Uri? Endpoint(JsonElement document, string endpoint) => document.Text(endpoint) is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var address) && ProviderOptionsRules.IsSafe(address, development) ? address
        : throw new ProviderDownException($"{name} names an address without TLS: {endpoint}.");

    private static List<string> Texts(JsonElement document, string property) => document.TryGetProperty(property, out var list) && list.ValueKind is JsonValueKind.Array
        ? [.. list.EnumerateArray().Where(one => one.ValueKind is JsonValueKind.String).Select(one => one.GetString()!)]
        : [];

    private static TimeSpan? Lasts(JsonElement answer) =>
        answer.TryGetProperty("expires_in", out var seconds)
        && (seconds.ValueKind is JsonValueKind.Number ? seconds.TryGetDouble(out var number) : double.TryParse(seconds.ToString(), out number)) && number is > 0 and < 31_536_000
            ? TimeSpan.FromSeconds(number)
            : null;

    private async Task<JsonDocument> Get(Uri address, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await Send(request, cancel);
    }

    private HttpRequestMessage Authenticated(Uri endpoint, IEnumerable<KeyValuePair<string, string>> form, bool secretInBody)
    {
        var secret = options.Secret();
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
        {
            Content = new FormUrlEncodedContent(secretInBody ? [.. form, new("client_id", options.ClientId), new("client_secret", secret)] : form),
        };
        if (!secretInBody)
        {
            var pair = $"{Uri.EscapeDataString(options.ClientId)}:{Uri.EscapeDataString(secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        }

        return request;
    }

    /// <summary>The answer's object. What a provider writes in a refusal goes nowhere, save OAuth's own error code.</summary>
    private async Task<JsonDocument> Send(HttpRequestMessage request, CancellationToken cancel)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var what = request.RequestUri!.AbsolutePath;
        try
        {
            using var response = await http.SendAsync(request, cancel);
            var body = await response.Content.ReadAsByteArrayAsync(cancel);
            if (response.IsSuccessStatusCode)
            {
                var document = JsonDocument.Parse(body, Strict);
                if (document.RootElement.ValueKind is JsonValueKind.Object)
                {
                    return document;
                }

                document.Dispose();
                throw new ProviderDownException($"{name} answered {what} with something else than an object.");
            }

            throw (int)response.StatusCode is >= 400 and < 500 and not (408 or 429)
                ? new ProviderRefusedException(ErrorIn(body) ?? $"{(int)response.StatusCode}")
                : new ProviderDownException($"{name} answered {what} with {(int)response.StatusCode}.");
        }
        catch (JsonException malformed)
        {
            throw new ProviderDownException($"{name} answered {what} with something else than JSON.", malformed);
        }
        catch (HttpRequestException unreachable)
        {
            throw new ProviderDownException($"{name} is not reached: {unreachable.HttpRequestError}.", unreachable);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new ProviderDownException($"{name} takes too long.", late);
        }
    }

    private static string? ErrorIn(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return document.RootElement.ValueKind is JsonValueKind.Object && document.RootElement.Text("error") is { Length: > 0 and <= 60 } error
                && error.All(letter => char.IsAsciiLetterLower(letter) || letter is '_')
                ? error
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Follows no redirect, keeps no cookie, and reads no more than an answer may be long.</summary>
    public static HttpClient NewClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = LongestAnswer,
    };

    private sealed record Known(ProviderMetadata Metadata, IReadOnlyList<ProviderKey> Keys, DateTimeOffset At);
}

/// <summary>The providers of the configuration, in the order of their names.</summary>
internal sealed class OpenIdProviders : IDisposable
{
    private readonly HttpClient _http;
    private readonly SortedDictionary<string, OpenIdProvider> _providers = new(StringComparer.Ordinal);

    public OpenIdProviders(IOptions<SignInOptions> options, IHostEnvironment environment, TimeProvider clock)
        : this(options, environment, clock, OpenIdProvider.NewClient())
    {
    }

    internal OpenIdProviders(IOptions<SignInOptions> options, IHostEnvironment environment, TimeProvider clock, HttpClient http)
    {
        _http = http;
        if (options.Value.Kind is not SignInKind.Providers)
        {
            return;
        }

        foreach (var (name, provider) in options.Value.Providers)
        {
            _providers[name] = new OpenIdProvider(name, provider, _http, environment.IsDevelopment(), clock);
        }
    }

    public IReadOnlyCollection<OpenIdProvider> All => _providers.Values;

    /// <summary>Null for one that is not configured.</summary>
    public OpenIdProvider? Find(string name) => _providers.GetValueOrDefault(name);

    public void Dispose() => _http.Dispose();
}
