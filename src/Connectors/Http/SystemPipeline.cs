using System.Text.Json;
using Microsoft.Extensions.Logging;
using PortalIntegration.Connectors.Http.Stages;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Core.Settings;

namespace PortalIntegration.Connectors.Http;

/// <summary>
/// The one way from a connector to its system: total timeout, retry of reads, lane and quota, circuit breaker, attempt timeout,
/// authentication. Make clients over <see cref="Client"/> and call them inside <see cref="Send"/>, which answers an outcome whatever happens.
/// </summary>
public sealed partial class SystemPipeline : ISystemMonitor, IDisposable
{
    private static readonly Operation _probe = Operation.Read("probe", "Service");

    private readonly SystemSettings _settings;
    private readonly PipelineOptions _options;
    private readonly PipelineEnvironment _environment;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SecretMask _secrets;
    private readonly SystemCertificates _certificates;
    private readonly SystemWatch _watch;
    private readonly LaneGate _gate;
    private readonly Breakers _breakers;

    public SystemPipeline(SystemSettings settings, PipelineOptions options, PipelineEnvironment environment)
    {
        _settings = settings;
        _options = options;
        _environment = environment;
        _time = environment.Time;
        _secrets = environment.Secrets;
        foreach (var secret in settings.Secrets())
        {
            _secrets.Add(secret);
        }

        _logger = environment.Loggers.CreateLogger<SystemPipeline>();
        _certificates = new SystemCertificates(settings.Tls, _time);
        _watch = new SystemWatch(_time);
        _gate = new LaneGate(settings, _time, environment.Nodes);
        _breakers = new Breakers(options.Breaker, _time);

        var address = settings.Address.AbsoluteUri.EndsWith('/') ? settings.Address : new Uri(settings.Address.AbsoluteUri + "/");
        HttpMessageHandler chain = new AuthenticationStage(options.Authentication, _secrets) { InnerHandler = environment.Transport(settings) };
        chain = new AttemptStage(settings, options, _time, _watch) { InnerHandler = chain };
        chain = new BreakerStage(_breakers, () => Absolute(address, options.Probe()), () => Begin(_probe, Lane.Interactive, null, isProbe: true), _time) { InnerHandler = chain };
        chain = new LaneStage(_gate, _time) { InnerHandler = chain };
        chain = new RetryStage(settings.ReadRetries, options.Retry, _time, environment.Random) { InnerHandler = chain };
        chain = new TotalTimeoutStage(_time) { InnerHandler = chain };
        Client = new HttpClient(chain) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>For clients such as RestEase's. Requests must carry the <see cref="Call"/> that <see cref="Send"/> hands out.</summary>
    public HttpClient Client { get; }

    public string System => _settings.Name;

    public TimeProvider Time => _time;

    public SystemStatus Status
    {
        get
        {
            var picture = _watch.Look();
            var breakers = _breakers.Look().ToDictionary(breaker => breaker.Capability);
            var capabilities = breakers.Keys.Union(picture.Capabilities.Keys).Order(StringComparer.Ordinal).Select(name => new CapabilityStatus(
                name,
                breakers.TryGetValue(name, out var breaker) ? breaker.State : BreakerState.Closed,
                breaker.RetriesAt,
                picture.Capabilities.GetValueOrDefault(name))).ToList();
            return new SystemStatus
            {
                System = _settings.Name,
                Connector = _settings.Connector,
                Address = _settings.Address,
                ClientCertificateEnds = _certificates.Current.ClientEnds,
                ClientCertificateWarning = TimeSpan.FromDays(_settings.Tls.ExpiryDays),
                User = _settings.Credentials.GetValueOrDefault("User") ?? _settings.Credentials.GetValueOrDefault("ClientId"),
                Breaker = _breakers.Isolated ? BreakerState.Isolated : capabilities.Select(capability => capability.Breaker).DefaultIfEmpty(BreakerState.Closed).Max(),
                RetriesAt = capabilities.Where(capability => capability.Breaker == BreakerState.Open).Min(capability => capability.RetriesAt),
                Capabilities = capabilities,
                LastSuccess = picture.LastSuccess,
                LastFailure = picture.LastFailure,
                FailingSince = picture.FailingSince,
                Calls = picture.Calls,
                Failures = picture.Failures,
                Window = SystemWatch.Window,
                LatencyP50 = picture.P50,
                LatencyP95 = picture.P95,
                InFlight = _gate.InFlight,
                Concurrency = _settings.Concurrency,
                Quota = _gate.Quota,
            };
        }
    }

    /// <summary>Makes one call and answers its outcome.</summary>
    /// <param name="scope">Its lane decides how urgent the call is.</param>
    /// <param name="send">Sends the request or requests of this one operation, giving the call along, and reads the answer.</param>
    /// <param name="map">Turns the wire's record into ours; throws <see cref="MalformedAnswerException"/> for what makes no sense.</param>
    /// <param name="asOf">The system's own time of its answer, where it gives one.</param>
    /// <param name="deadline">After this moment nothing more is sent for this call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled. A write may have taken effect.</exception>
    public Task<Outcome<T>> Send<TWire, T>(
        Scope scope,
        Operation operation,
        Func<Call, CancellationToken, Task<TWire>> send,
        Func<TWire, T> map,
        Func<TWire, DateTimeOffset?>? asOf = null,
        DateTimeOffset? deadline = null,
        CancellationToken cancel = default) =>
        Send(Begin(operation, scope.Lane, deadline), send, map, asOf, cancel);

    /// <summary>A failure that the connector finds out by itself, such as <see cref="Cause.NotSupported"/>.</summary>
    public Outcome<T> Fail<T>(Operation operation, Cause cause, string? detail = null) =>
        Outcome.Failed<T>(new Failure(cause, System, operation.Name, _time.GetUtcNow(), detail is null ? null : _secrets.Mask(detail)));

    public Task<Outcome<Done>> Probe(CancellationToken cancel = default) => Send(
        Begin(_probe, Lane.Interactive, null, isProbe: true),
        async (call, token) =>
        {
            using var request = call.Attach(_options.Probe());
            using var response = await Client.SendAsync(request, token);
            return default(Done);
        },
        done => done,
        null,
        cancel);

    public Task Isolate()
    {
        Log.Isolated(_logger, System);
        return _breakers.Isolate();
    }

    public Task Close()
    {
        Log.Closed(_logger, System);
        _gate.ForgetPauses();
        return _breakers.Close();
    }

    public void Dispose() => Client.Dispose();

    private async Task<Outcome<T>> Send<TWire, T>(Call call, Func<Call, CancellationToken, Task<TWire>> send, Func<TWire, T> map, Func<TWire, DateTimeOffset?>? asOf, CancellationToken cancel)
    {
        using var activity = Telemetry.Start(call, _environment);
        call.Span = activity;
        var started = _time.GetTimestamp();
        Failure failure;
        try
        {
            var wire = await send(call, cancel);
            var value = map(wire);
            var provenance = new Provenance(System, asOf?.Invoke(wire) ?? _time.GetUtcNow());
            Telemetry.End(activity, call, "ok", _time.GetElapsedTime(started));
            Answered(call);
            return Outcome.Success(value, provenance);
        }
        catch (CallFailedException failed)
        {
            failure = failed.Failure;
            failure = failed.SystemWasAsked ? Record(call, failure) : failure with { Since = _watch.FailingSince(call.Operation.Capability) };
        }
        catch (MalformedAnswerException malformed)
        {
            failure = Record(call, call.Fail(Cause.Malformed, malformed.Message).Failure);
        }
        catch (JsonException malformed)
        {
            failure = Record(call, call.Fail(Cause.Malformed, Describe(malformed)).Failure);
        }
        catch (OperationCanceledException)
        {
            Telemetry.End(activity, call, "cancelled", _time.GetElapsedTime(started));
            throw;
        }

        Telemetry.End(activity, call, failure.Cause.ToString(), _time.GetElapsedTime(started));
        var level = LevelOf(failure.Cause);
        Log.Failed(_logger, level, System, call.Operation.Name, failure.Cause, call.Attempts, failure.Code);
        return Outcome.Failed<T>(failure);
    }

    /// <summary>Where it is wrong, and what is missing there; not what stands there.</summary>
    private static string Describe(JsonException malformed)
    {
        const string naming = "including: ";
        var path = malformed.Path ?? "its start";
        var at = malformed.Message.IndexOf(naming, StringComparison.Ordinal);
        if (at < 0)
        {
            return $"Not the agreed JSON at {path}.";
        }

        var names = malformed.Message[(at + naming.Length)..].Split('.', 2)[0];
        return $"Not the agreed JSON at {path}: without {names}.";
    }

    private Failure Record(Call call, Failure failure)
    {
        // A refusal is an answer: the system works.
        if (!Breakers.Counts(failure.Cause) && failure.Cause is not (Cause.Throttled or Cause.Unauthorized))
        {
            Answered(call);
            return failure;
        }

        if (failure.Cause == Cause.Malformed && call.LastAttempt is { } attempt)
        {
            attempt.Failed = true;
        }

        failure = failure with { Since = _watch.Failed(call.Operation.Capability, failure) };
        return failure;
    }

    private void Answered(Call call) => _watch.Answered(call.Operation.Capability);

    private Call Begin(Operation operation, Lane lane, DateTimeOffset? deadline, bool isProbe = false) =>
        new(System, operation, lane, _time, _settings.TotalTimeout, deadline, _secrets) { IsProbe = isProbe };

    private static HttpRequestMessage Absolute(Uri address, HttpRequestMessage request)
    {
        request.RequestUri = request.RequestUri is { } uri ? new Uri(address, uri) : address;
        return request;
    }

    /// <summary>An answer that is unwelcome is no trouble of the system's.</summary>
    private static LogLevel LevelOf(Cause cause) => cause switch
    {
        Cause.NotFound => LogLevel.Debug,
        Cause.Rejected or Cause.Conflict or Cause.Stale or Cause.NotSupported => LogLevel.Information,
        _ => LogLevel.Warning,
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 2001, Message = "{System} {Operation} failed: {Cause} after {Attempts} attempts {Code}")]
        public static partial void Failed(ILogger logger, LogLevel level, string system, string operation, Cause cause, int attempts, string? code);

        [LoggerMessage(EventId = 2002, Level = LogLevel.Warning, Message = "{System} was isolated by an administrator")]
        public static partial void Isolated(ILogger logger, string system);

        [LoggerMessage(EventId = 2003, Level = LogLevel.Warning, Message = "{System} was opened to calls again by an administrator")]
        public static partial void Closed(ILogger logger, string system);
    }
}
