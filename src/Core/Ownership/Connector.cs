using PortalIntegration.Core.Settings;

namespace PortalIntegration.Core.Ownership;

/// <summary>Knows how to talk to one kind of system. Registered once, explicitly, by name.</summary>
public interface IConnector
{
    /// <summary>As configured under <c>Systems:{name}:Connector</c>, such as <c>reference-erp</c>.</summary>
    string Name { get; }

    /// <summary>The ports that a connection of this kind implements, each with how it is answered and what this kind of system cannot do.</summary>
    IReadOnlyList<PortDeclaration> Ports { get; }

    /// <summary>The keys that <see cref="SystemSettings.Options"/> may have for this kind of system; any other stops the start.</summary>
    IReadOnlyList<string> Options => [];

    /// <summary>What is wrong with the settings for this kind of system, each message naming its key; empty when nothing is.</summary>
    IReadOnlyList<string> Check(SystemSettings settings);

    /// <summary>Opens the connection. Calls nobody yet.</summary>
    ISystemConnection Open(SystemSettings settings);
}

/// <summary>One configured system, open to be asked.</summary>
public interface ISystemConnection
{
    /// <summary>Its name in the ownership map, such as <c>erp</c>.</summary>
    string System { get; }

    ISystemMonitor Monitor { get; }

    /// <summary>The port, or null where this kind of system has none.</summary>
    TPort? Find<TPort>()
        where TPort : class;
}

/// <summary>One system that the portal speaks to, by a name of yours; section <c>Systems:{name}</c>.</summary>
public sealed record SystemSettings
{
    /// <summary>Of <see cref="Credentials"/>, what may stand in a configuration file; everything else there is a secret.</summary>
    public const string NoSecrets = "User,Database,ClientId,KeyId,TokenEndpoint,Scope,Audience";

    public required string Name { get; init; }

    /// <summary>The kind of system, such as <c>reference-erp</c>: see docs/connectors.md.</summary>
    public required string Connector { get; init; }

    /// <summary>Base address, absolute. https; http within this machine, or with <c>Tls:AllowHttp</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>
    /// What the connector needs beyond an address, such as <c>Token</c>, <c>User</c>, <c>Password</c>, <c>Database</c>; for OAuth 2.0 client credentials <c>ClientId</c>, <c>ClientSecret</c> or
    /// <c>PrivateKey</c>, <c>TokenEndpoint</c>, <c>Scope</c>, <c>Audience</c>, <c>KeyId</c>. Which ones: see <c>docs/connectors.md</c>.
    /// </summary>
    [Secret(Except = NoSecrets)]
    public IReadOnlyDictionary<string, string> Credentials { get; init; } = new Dictionary<string, string>();

    /// <summary>What an integrator may choose for this kind of system, such as the name of a field; see <see cref="IConnector.Options"/>. No secrets.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>All that nobody may read.</summary>
    public IEnumerable<string> Secrets() => Credentials.Where(credential => !NoSecrets.Split(',').Contains(credential.Key, StringComparer.OrdinalIgnoreCase)).Select(credential => credential.Value)
        .Concat(WebhookSecrets).Concat(Tls.ClientKeyPassword is { } password ? [password] : []);

    /// <summary>Shared secrets of webhooks, newest first; empty where the system sends none.</summary>
    [Secret]
    public IReadOnlyList<string> WebhookSecrets { get; init; } = [];

    /// <summary>How the connection is secured.</summary>
    public TlsSettings Tls { get; init; } = new();

    /// <summary>One attempt of a call, 0.1 to 120 seconds.</summary>
    [Within("00:00:00.1", "00:02:00")]
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A read with all its retries, waiting included, at least <see cref="AttemptTimeout"/>, to 300 seconds.</summary>
    [Within("00:00:00.1", "00:05:00")]
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Further attempts of a read, 0 to 5. Writes are never repeated here.</summary>
    [Within(0, 5)]
    public int ReadRetries { get; init; } = 2;

    /// <summary>Calls at the same time, 1 to 500.</summary>
    [Within(1, 500)]
    public int Concurrency { get; init; } = 16;

    /// <summary>Calls allowed per <see cref="QuotaWindow"/>; null for no quota.</summary>
    [Within(1, 10_000_000, Unit = "calls in a window")]
    public int? Quota { get; init; }

    /// <summary>In which <see cref="Quota"/> is counted, 1 second to 1 day.</summary>
    [Within("00:00:01", "1.00:00:00")]
    public TimeSpan QuotaWindow { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>Watches one system, for the admin's page.</summary>
public interface ISystemMonitor
{
    SystemStatus Status { get; }

    /// <summary>Asks the system for something cheap, past the circuit breaker.</summary>
    Task<Outcomes.Outcome<Outcomes.Done>> Probe(CancellationToken cancel = default);

    /// <summary>Stops all calls until <see cref="Close"/>.</summary>
    Task Isolate();

    /// <summary>Lets calls pass again: closes every breaker, and forgets until when the system asked to be left alone.</summary>
    Task Close();
}

public enum BreakerState
{
    Closed,
    HalfOpen,
    Open,
    Isolated,
}

public sealed record SystemStatus
{
    public required string System { get; init; }

    public required string Connector { get; init; }

    public required Uri Address { get; init; }

    /// <summary>When the certificate ends that the portal shows there; null without one.</summary>
    public DateTimeOffset? ClientCertificateEnds { get; init; }

    /// <summary>How long before that it is an alert.</summary>
    public TimeSpan ClientCertificateWarning { get; init; }

    /// <summary>As whom the portal signs in there, no secret; null where a token says who it is.</summary>
    public string? User { get; init; }

    /// <summary>The worst of <see cref="Capabilities"/>, or isolated as a whole.</summary>
    public required BreakerState Breaker { get; init; }

    /// <summary>When an open breaker tries again.</summary>
    public DateTimeOffset? RetriesAt { get; init; }

    /// <summary>One entry for each kind of thing that was asked for so far: one may fail while the others answer.</summary>
    public IReadOnlyList<CapabilityStatus> Capabilities { get; init; } = [];

    public DateTimeOffset? LastSuccess { get; init; }

    public Outcomes.Failure? LastFailure { get; init; }

    /// <summary>Since when every call has failed; null while calls succeed.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Over the last <see cref="Window"/>.</summary>
    public int Calls { get; init; }

    public int Failures { get; init; }

    public TimeSpan Window { get; init; }

    /// <summary>Median of the last calls; null without any.</summary>
    public TimeSpan? LatencyP50 { get; init; }

    public TimeSpan? LatencyP95 { get; init; }

    public int InFlight { get; init; }

    public int Concurrency { get; init; }

    public QuotaStatus? Quota { get; init; }
}

/// <param name="Capability">What it is about, such as <c>Pricing</c> or <c>Quoting</c>.</param>
/// <param name="FailingSince">Since when every call of it has failed; null while calls succeed.</param>
public sealed record CapabilityStatus(string Capability, BreakerState Breaker, DateTimeOffset? RetriesAt, DateTimeOffset? FailingSince);

/// <param name="Limit">Calls per window: this node's part, where there are several.</param>
public sealed record QuotaStatus(int Limit, int Used, TimeSpan Window, DateTimeOffset ResetsAt)
{
    /// <summary>Calls left in this window, 0 and more.</summary>
    public int Left => Math.Max(0, Limit - Used);

    /// <summary>When it is used up at the pace since its window began; null when it lasts until it is new.</summary>
    public DateTimeOffset? RunsOut(DateTimeOffset now)
    {
        var begin = ResetsAt - Window;
        if (Used <= 0 || now <= begin)
        {
            return null;
        }

        var at = now + ((now - begin) * ((double)Left / Used));
        return at < ResetsAt ? at : null;
    }
}
