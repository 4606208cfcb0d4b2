using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>
/// Tryton's JSON-RPC: <c>POST /{database}/</c> with <c>id</c>, <c>method</c>, <c>params</c> and nothing else, the user's context always
/// last among the parameters.
/// </summary>
internal sealed class TrytonRpc : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeWithQualityHeaderValue Accept = new("application/json");

    private readonly TrytonSignIn _signIn;
    private readonly string _database;
    private readonly Kept<TrytonSession> _session;

    public TrytonRpc(SystemSettings settings, PipelineEnvironment environment)
    {
        _database = $"{Uri.EscapeDataString(settings.Credentials[TrytonConnector.Database])}/";
        _session = new Kept<TrytonSession>(Open);
        _signIn = new TrytonSignIn(settings, environment.Time, login => Request("common.db.login", login), () => _session.Forget());
        Pipeline = new SystemPipeline(
            settings,
            new PipelineOptions
            {
                Probe = () => Request("model.res.user.get_preferences", [true, new Dictionary<string, object?>()]),
                Authentication = new ObtainedAuthentication(_signIn.Obtain),
                Judge = TrytonRefusals.Judge,
            },
            environment);
    }

    public SystemPipeline Pipeline { get; }

    /// <summary>The user's context and what the company works with; read after each login.</summary>
    public Task<Outcome<TrytonSession>> Session(PortCall call) => _session.Get(call, Pipeline);

    public Task<Outcome<IReadOnlyList<TRow>>> Search<TRow>(
        PortCall call, string model, object?[] domain, object?[]? order = null, int offset = 0, int? limit = null)
        where TRow : IdentifiedRow =>
        Ask<IReadOnlyList<TRow>, IReadOnlyList<TRow>>(
            call, Reading(call), $"model.{model}.search_read", [domain, offset, limit, order, Fields<TRow>.Names], context: null, rows => rows.OnceEach(row => row.Id));

    /// <summary>These records, each once, whatever their order.</summary>
    public async Task<Outcome<IReadOnlyDictionary<long, TRow>>> ReadIds<TRow>(
        PortCall call, string model, IEnumerable<long> ids, IReadOnlyDictionary<string, object?>? context = null)
        where TRow : IdentifiedRow
    {
        var asked = ids.ToHashSet();
        return await Ask<IReadOnlyList<TRow>, IReadOnlyDictionary<long, TRow>>(
            call,
            Reading(call),
            $"model.{model}.read",
            [asked, Fields<TRow>.Names],
            context,
            rows => rows.Count == asked.Count && asked.SetEquals(rows.Select(row => row.Id))
                ? rows.ToDictionary(row => row.Id)
                : throw new MalformedAnswerException("Other records than were asked for."));
    }

    /// <param name="context">Beside the user's own.</param>
    public Task<Outcome<T>> Read<T>(PortCall call, string method, object?[] arguments, IReadOnlyDictionary<string, object?>? context = null) =>
        Ask<T, T>(call, Reading(call), method, arguments, context, result => result);

    /// <summary>Never repeated by itself, except after a 401, which did nothing.</summary>
    public Task<Outcome<T>> Write<T>(PortCall call, string method, object?[] arguments, IReadOnlyDictionary<string, object?>? context = null) =>
        Ask<T, T>(
            call,
            Operation.Write($"{call.Operation}/{method[(method.LastIndexOf('.') + 1)..]}", call.Entity.ToString()),
            method,
            arguments,
            context,
            result => result);

    /// <inheritdoc cref="Together.Map"/>
    public Outcome<TOther> Map<T, TOther>(PortCall call, Outcome<T> outcome, Func<T, TOther> map) =>
        Together.Map(outcome, map, nonsense => Failure(call, Cause.Malformed, nonsense));

    public Failure Failure(PortCall call, Cause cause, string? detail = null, string? code = null) =>
        new(cause, Pipeline.System, call.Operation, Pipeline.Time.GetUtcNow(), detail) { Code = code };

    public void Dispose()
    {
        Pipeline.Dispose();
        _session.Dispose();
    }

    private static Operation Reading(PortCall call) => Operation.Read(call.Operation, call.Entity.ToString());

    private async Task<Outcome<T>> Ask<TWire, T>(
        PortCall call, Operation operation, string method, object?[] arguments, IReadOnlyDictionary<string, object?>? context, Func<TWire, T> map)
    {
        var session = await Session(call);
        if (!session.Try(out var opened))
        {
            return session.As<T>();
        }

        var complete = opened.Context.ToDictionary(entry => entry.Key, entry => (object?)entry.Value, StringComparer.Ordinal);
        foreach (var (name, value) in context ?? new Dictionary<string, object?>())
        {
            complete[name] = value;
        }

        return await Send(call, operation, method, [.. arguments, complete], map);
    }

    private Task<Outcome<T>> Send<TWire, T>(PortCall call, Operation operation, string method, object?[] parameters, Func<TWire, T> map) =>
        Pipeline.Send(
            call.Scope,
            operation,
            async (sending, cancel) =>
            {
                using var request = sending.Attach(Request(method, parameters));
                using var response = await Pipeline.Client.SendAsync(request, cancel);
                await using var body = await response.Content.ReadAsStreamAsync(cancel);
                return await JsonSerializer.DeserializeAsync<RpcAnswer<TWire>>(body, TrytonJson.Options, cancel);
            },
            // What answers nothing is asked for as an object.
            answer => answer is null || (answer.Result is null && typeof(TWire) != typeof(object))
                ? throw new MalformedAnswerException("The answer is null.")
                : map(answer.Result),
            deadline: call.Deadline,
            cancel: call.Cancel);

    private async Task<Outcome<TrytonSession>> Open(PortCall call)
    {
        var reading = Operation.Read("session", call.Entity.ToString());
        var preferences = await Send(
            call,
            reading,
            "model.res.user.get_preferences",
            [true, new Dictionary<string, object?>()],
            (Dictionary<string, JsonElement> context) => (Context: Writable(context), Company: Number(context, "company"), Warehouse: Number(context, "warehouse")));
        if (!preferences.Try(out var user))
        {
            return preferences.As<TrytonSession>();
        }

        if (user.Company is not { } company)
        {
            return Outcome.Failed<TrytonSession>(Failure(call, Cause.Rejected, "Tryton's user has no company.", "no_company"));
        }

        return await Send(
            call,
            reading,
            "model.company.company.read",
            [new[] { company }, Fields<CompanyRow>.Names, user.Context],
            (IReadOnlyList<CompanyRow> companies) => companies is [var row]
                ? new TrytonSession(_signIn.User, user.Context, company, row.Currency.Id, row.Currency.Code, user.Warehouse)
                : throw new MalformedAnswerException("The user's company is missing."));
    }

    /// <summary>It goes with every call: what cannot be written as it was read, such as half a letter, fails here and is not kept.</summary>
    private static Dictionary<string, JsonElement> Writable(Dictionary<string, JsonElement> context)
    {
        try
        {
            JsonSerializer.SerializeToUtf8Bytes(context, TrytonJson.Options);
            return context;
        }
        catch (JsonException)
        {
            throw new MalformedAnswerException("The user's preferences hold what is no text.");
        }
    }

    /// <summary>Null where the user has no preference.</summary>
    private static long? Number(Dictionary<string, JsonElement> context, string name) =>
        !context.TryGetValue(name, out var value) || value.ValueKind is JsonValueKind.Null ? null
            : value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) ? number
            : throw new MalformedAnswerException($"{name} is no id.");

    /// <summary>The content is buffered: Tryton answers 411 to a chunked body.</summary>
    private HttpRequestMessage Request(string method, object?[] parameters)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _database)
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new RpcRequest(1, method, parameters), TrytonJson.Options)),
        };
        request.Content.Headers.ContentType = Json;
        request.Headers.Accept.Add(Accept);
        return request;
    }

    private sealed record RpcRequest(int Id, string Method, object?[] Params);

    private sealed record RpcAnswer<T>
    {
        public required T Result { get; init; }
    }

    private sealed record CompanyRow
    {
        [JsonPropertyName("currency.")]
        public required CompanyCurrencyRow Currency { get; init; }
    }

    private sealed record CompanyCurrencyRow(long Id, string Code);
}

/// <param name="User">Whose records are ours.</param>
/// <param name="Context">Goes last in every call.</param>
/// <param name="Currency">What the company sells in.</param>
/// <param name="Warehouse">Which one sales ship from; null where the user has no preference and there is only one.</param>
internal sealed record TrytonSession(
    long User, IReadOnlyDictionary<string, JsonElement> Context, long Company, long Currency, string CurrencyCode, long? Warehouse);

/// <summary>
/// Logs in for a session. Tryton delays the answer to a failed login the more of them there were, and then refuses them all (429): after a
/// refusal nobody knocks again for <see cref="Pause"/>.
/// </summary>
internal sealed class TrytonSignIn(SystemSettings settings, TimeProvider time, Func<object?[], HttpRequestMessage> request, Action renewed)
{
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private Refusal? _refusal;
    private DateTimeOffset _refusedAt;
    private long _user;

    public long User => Interlocked.Read(ref _user);

    /// <summary>Never called twice at the same time.</summary>
    public async Task<AuthenticationHeaderValue> Obtain(SendBare send, CancellationToken cancel)
    {
        if (_refusal is { } refusal && time.GetUtcNow() - _refusedAt < Pause)
        {
            throw new SignInException(refusal);
        }

        var login = settings.Credentials[TrytonConnector.User];
        using var asked = request([login, new { password = settings.Credentials[TrytonConnector.Password] }, "en"]);
        asked.RequestUri = new Uri(new Uri(settings.Address.AbsoluteUri.TrimEnd('/') + "/"), asked.RequestUri!);
        using var response = await send(asked, cancel);
        if (StatusCauses.Of(response.StatusCode) is { } cause)
        {
            _refusal = new Refusal(cause, $"Signing in: HTTP {(int)response.StatusCode}", "sign_in");
            _refusedAt = time.GetUtcNow();
            throw new SignInException(_refusal);
        }

        var (user, key) = Read(await response.Content.ReadAsByteArrayAsync(cancel));
        _refusal = null;
        Interlocked.Exchange(ref _user, user);
        renewed();
        var credential = string.Create(CultureInfo.InvariantCulture, $"{login}:{user}:{key}");
        return new AuthenticationHeaderValue("Session", Convert.ToBase64String(Encoding.UTF8.GetBytes(credential)));
    }

    /// <summary>A pair of the user's id and the session's key.</summary>
    private static (long User, string Key) Read(byte[] body)
    {
        try
        {
            using var answer = JsonDocument.Parse(body);
            return answer.RootElement.GetProperty("result") is { ValueKind: JsonValueKind.Array } pair && pair.GetArrayLength() == 2
                ? (pair[0].GetInt64(), pair[1].GetString() ?? throw new JsonException("The key is null."))
                : throw new JsonException("Expected a pair.");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new SignInException(new Refusal(Cause.Malformed, "Signing in: the answer is no session.", "sign_in"));
        }
    }
}
