using System.Text.Json;
using System.Text.Json.Serialization;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>Calls of Odoo's models, each one HTTP request and one transaction.</summary>
internal sealed class OdooRpc : IDisposable
{
    /// <summary>For so long a refused sign-in is told again and not tried: after ten of them Odoo lets nobody in from this address, whatever he knows, for a minute after each further one.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private static readonly Dictionary<string, object?> Nothing = [];

    private readonly OdooTransport _transport;
    private readonly Kept<OdooSession> _session;
    private volatile string? _webSession;
    private volatile Failure? _refused;

    public OdooRpc(SystemSettings settings, PipelineEnvironment environment)
    {
        _transport = new OdooTransport(settings);
        _session = new Kept<OdooSession>(Open);
        Pipeline = new SystemPipeline(
            settings,
            new PipelineOptions { Probe = _transport.SignIn, Judge = OdooRefusals.Judge },
            environment);
    }

    public SystemPipeline Pipeline { get; }

    /// <summary>The user and what his company works with; read once.</summary>
    public Task<Outcome<OdooSession>> Session(PortCall call) => _session.Get(call, Pipeline);

    /// <summary>The fields asked for are those of the record. Archived records are left out unless <paramref name="archived"/>.</summary>
    /// <param name="more">Fields that an integrator named, beside those of the record.</param>
    public Task<Outcome<IReadOnlyList<TRow>>> Search<TRow>(
        PortCall call, string model, object?[] domain, string order = "id", int offset = 0, int? limit = null, bool archived = false,
        IReadOnlyList<string>? more = null)
        where TRow : OdooRow =>
        Ask<IReadOnlyList<TRow>, IReadOnlyList<TRow>>(
            call,
            Reading(call),
            model,
            "search_read",
            ids: null,
            new(StringComparer.Ordinal)
            {
                ["domain"] = domain,
                ["fields"] = (IReadOnlyList<string>)[.. Fields<TRow>.Names, .. more ?? []],
                ["order"] = order,
                ["offset"] = offset,
                ["limit"] = limit,
            },
            archived ? new Dictionary<string, object?>(StringComparer.Ordinal) { ["active_test"] = false } : null,
            rows => rows.OnceEach(row => row.Id));

    public Task<Outcome<int>> Count(PortCall call, string model, object?[] domain) =>
        Read<int>(call, model, "search_count", ids: null, new(StringComparer.Ordinal) { ["args"] = domain });

    /// <summary>These records, each once, archived or not. One that is gone fails the call.</summary>
    /// <param name="context">Beside the user's own.</param>
    public async Task<Outcome<IReadOnlyDictionary<long, TRow>>> ReadIds<TRow>(
        PortCall call, string model, IEnumerable<long> ids, IReadOnlyDictionary<string, object?>? context = null)
        where TRow : OdooRow
    {
        var asked = ids.ToHashSet();
        if (asked.Count == 0)
        {
            var session = await Session(call);
            return session.Select<IReadOnlyDictionary<long, TRow>>(_ => new Dictionary<long, TRow>());
        }

        return await Ask<IReadOnlyList<TRow>, IReadOnlyDictionary<long, TRow>>(
            call,
            Reading(call),
            model,
            "read",
            asked,
            new(StringComparer.Ordinal) { ["fields"] = Fields<TRow>.Names },
            context,
            rows => rows.Count == asked.Count && asked.SetEquals(rows.Select(row => row.Id))
                ? rows.ToDictionary(row => row.Id)
                : throw new MalformedAnswerException("Other records than were asked for."));
    }

    /// <param name="arguments">By their names in the method's declaration.</param>
    /// <param name="context">Beside the user's own.</param>
    public Task<Outcome<T>> Read<T>(
        PortCall call, string model, string method, IReadOnlyCollection<long>? ids, Dictionary<string, object?>? arguments = null,
        IReadOnlyDictionary<string, object?>? context = null) =>
        Ask<T, T>(call, Reading(call), model, method, ids, arguments, context, result => result);

    /// <summary>Never repeated by itself.</summary>
    public Task<Outcome<T>> Write<T>(
        PortCall call, string model, string method, IReadOnlyCollection<long>? ids, Dictionary<string, object?>? arguments = null,
        IReadOnlyDictionary<string, object?>? context = null) =>
        Ask<T, T>(call, Operation.Write($"{call.Operation}/{method}", call.Entity.ToString()), model, method, ids, arguments, context, result => result);

    /// <inheritdoc cref="Together.Map"/>
    public Outcome<TOther> Map<T, TOther>(PortCall call, Outcome<T> outcome, Func<T, TOther> map) =>
        Together.Map(outcome, map, nonsense => Failure(call, Cause.Malformed, nonsense));

    /// <summary>A record's report as PDF. The session of the web client is opened anew when it ran out.</summary>
    public async Task<Outcome<byte[]>> Print(PortCall call, string report, long id)
    {
        var known = _webSession;
        if (known is not null)
        {
            var printed = await Print(call, report, id, known);
            // A session that ran out is led to the login page.
            if (printed.Failure is not { Cause: Cause.Malformed or Cause.Unauthorized or Cause.Forbidden })
            {
                return printed;
            }
        }

        var opened = await Pipeline.Send(
            call.Scope,
            Operation.Read("openSession", call.Entity.ToString()),
            async (sending, cancel) =>
            {
                using var request = sending.Attach(_transport.OpenSession());
                using var response = await Pipeline.Client.SendAsync(request, cancel);
                return response.Headers.TryGetValues("Set-Cookie", out var cookies)
                    ? cookies.Select(cookie => cookie.Split(';', 2)[0]).FirstOrDefault(cookie => cookie.StartsWith("session_id=", StringComparison.Ordinal))
                    : null;
            },
            session => session ?? throw new MalformedAnswerException("Signing in sets no session."),
            cancel: call.Cancel);
        return opened.Try(out var fresh) ? await Print(call, report, id, _webSession = fresh) : opened.As<byte[]>();
    }

    public Failure Failure(PortCall call, Cause cause, string? detail = null, string? code = null) =>
        new(cause, Pipeline.System, call.Operation, Pipeline.Time.GetUtcNow(), detail) { Code = code };

    public void Dispose()
    {
        Pipeline.Dispose();
        _session.Dispose();
    }

    private static Operation Reading(PortCall call) => Operation.Read(call.Operation, call.Entity.ToString());

    private Task<Outcome<byte[]>> Print(PortCall call, string report, long id, string session) => Pipeline.Send(
        call.Scope,
        Operation.Read(OdooRefusals.Print, call.Entity.ToString()),
        async (sending, cancel) =>
        {
            using var request = sending.Attach(OdooTransport.Print(report, id, session));
            using var response = await Pipeline.Client.SendAsync(request, cancel);
            return await response.Content.ReadAsByteArrayAsync(cancel);
        },
        pdf => pdf,
        cancel: call.Cancel);

    private async Task<Outcome<T>> Ask<TWire, T>(
        PortCall call, Operation operation, string model, string method, IReadOnlyCollection<long>? ids, Dictionary<string, object?>? arguments,
        IReadOnlyDictionary<string, object?>? context, Func<TWire, T> map)
    {
        var session = await Session(call);
        if (!session.Try(out var opened))
        {
            return session.As<T>();
        }

        var complete = new Dictionary<string, object?>(OdooSession.Context, StringComparer.Ordinal);
        foreach (var (name, value) in context ?? Nothing)
        {
            complete[name] = value;
        }

        var answered = await Send(call, operation, () => _transport.Call(opened.User, new OdooCall(model, method, ids, arguments ?? Nothing, complete)), map);
        if (answered.Failure is { Cause: Cause.Unauthorized } refused)
        {
            // Every call carries the password: one that was changed meanwhile is not sent with the next ones too.
            _refused = refused;
            _session.Forget();
        }

        return answered;
    }

    private Task<Outcome<T>> Send<TWire, T>(PortCall call, Operation operation, Func<HttpRequestMessage> make, Func<TWire, T> map) =>
        Pipeline.Send(
            call.Scope,
            operation,
            async (sending, cancel) =>
            {
                using var request = sending.Attach(make());
                using var response = await Pipeline.Client.SendAsync(request, cancel);
                await using var body = await response.Content.ReadAsStreamAsync(cancel);
                return await JsonSerializer.DeserializeAsync<RpcAnswer<TWire>>(body, OdooJson.Options, cancel);
            },
            // What answers nothing is asked for as an object.
            answer => answer is null || ((!answer.IsThere || answer.Result is null) && typeof(TWire) != typeof(object))
                ? throw new MalformedAnswerException("The answer is null.")
                : map(answer.Result!),
            deadline: call.Deadline,
            cancel: call.Cancel);

    /// <summary>Never called twice at the same time.</summary>
    private async Task<Outcome<OdooSession>> Open(PortCall call)
    {
        if (_refused is { } refused && Pipeline.Time.GetUtcNow() - refused.At < Pause)
        {
            return Outcome.Failed<OdooSession>(refused);
        }

        var signIn = Operation.Read(OdooRefusals.SignIn, call.Entity.ToString());
        var signedIn = await Send(call, signIn, _transport.SignIn, (JsonElement answer) =>
            answer.ValueKind is JsonValueKind.Number && answer.TryGetInt64(out var id) ? id
            : throw new MalformedAnswerException("Signing in answers no user."));
        _refused = signedIn.Failure is { Cause: Cause.Unauthorized } failure ? failure : null;
        if (!signedIn.Try(out var user))
        {
            return signedIn.As<OdooSession>();
        }

        var reading = Operation.Read("session", call.Entity.ToString());
        var asked = await Send(call, reading, () => One<UserRow>("res.users", user), (IReadOnlyList<UserRow> rows) => Only(rows));
        if (!asked.Try(out var row))
        {
            return asked.As<OdooSession>();
        }

        var company = await Send(call, reading, () => One<CompanyRow>("res.company", row.CompanyId.Id), (IReadOnlyList<CompanyRow> rows) => Only(rows));
        return company.Select(ours => new OdooSession(user, ours.Id, ours.CurrencyId.Id, ours.CurrencyId.Name));

        HttpRequestMessage One<TRow>(string model, long id)
            where TRow : OdooRow =>
            _transport.Call(user, new OdooCall(
                model, "read", [id], new Dictionary<string, object?>(StringComparer.Ordinal) { ["fields"] = Fields<TRow>.Names }, OdooSession.Context));

        static TRow Only<TRow>(IReadOnlyList<TRow> rows) =>
            rows is [var only] ? only : throw new MalformedAnswerException("Other records than were asked for.");
    }

    /// <summary>A method that returns nothing is answered without a result.</summary>
    private sealed record RpcAnswer<T>
    {
        public T? Result
        {
            get;
            init
            {
                field = value;
                IsThere = true;
            }
        }

        /// <summary>A number that is missing is not nought.</summary>
        [JsonIgnore]
        public bool IsThere { get; private init; }
    }

    private sealed record UserRow : OdooRow
    {
        public required Ref CompanyId { get; init; }
    }

    private sealed record CompanyRow : OdooRow
    {
        /// <summary>A currency's name is its ISO code.</summary>
        public required Ref CurrencyId { get; init; }
    }
}

/// <param name="User">Whose records are ours.</param>
/// <param name="Currency">What the company keeps its books in.</param>
internal sealed record OdooSession(long User, long Company, long Currency, string CurrencyCode)
{
    /// <summary>Goes with every call. Times are in UTC; texts in the language that Odoo's own errors are in.</summary>
    public static IReadOnlyDictionary<string, object?> Context { get; } =
        new Dictionary<string, object?>(StringComparer.Ordinal) { ["lang"] = "en_US", ["tz"] = "UTC" };
}
