using PortalIntegration.Core.Settings;

namespace PortalIntegration.Portal.Limits;

/// <summary>Section <c>Limits</c>: how much one person, one address and all together may ask of a node.</summary>
public sealed class LimitsOptions
{
    public const string Section = "Limits";

    /// <summary>Sign-ins. By default 600 a minute from one address, which is an office of 600 people that arrives in the same minute.</summary>
    public RateOptions SignIn { get; set; } = new() { PerPerson = 120, PerAddress = 600 };

    /// <summary>Searches: the search box, the pages with one, and the suggestions while somebody types. Typing asks for some four a second at most.</summary>
    public RateOptions Search { get; set; } = new() { PerPerson = 240, PerAddress = 12_000 };

    /// <summary>Lines of the order pad that owners are asked about: typed, pasted or from a file. By default a full pad of 500 lines, forty times a minute.</summary>
    public PersonRateOptions Lines { get; set; } = new() { PerPerson = 20_000 };

    /// <summary>
    /// Questions to ERP and CRM that a person's pages, panels and files ask, all together; what memory answers is not counted, nor is what is written. A page asks one to
    /// ten: by default, ten pages a second without a pause.
    /// </summary>
    public PersonRateOptions Questions { get; set; } = new() { PerPerson = 6_000 };

    /// <summary>Deliveries to <c>/webhooks/{system}</c>, good or forged. A system that is told to wait comes again.</summary>
    public AddressRateOptions Webhook { get; set; } = new() { PerAddress = 6_000 };

    /// <summary>Sockets of open pages.</summary>
    public CircuitLimitOptions Circuits { get; set; } = new();

    /// <summary>Connections, headers and bodies.</summary>
    public RequestLimitOptions Requests { get; set; } = new();
}

/// <summary>How often something may be asked for. As much as is allowed in a minute may come at once; it comes back evenly over the next.</summary>
public sealed class RateOptions
{
    /// <summary>By one person in a minute, from wherever, 10 to 1000000.</summary>
    [Within(10, 1_000_000)]
    public int PerPerson { get; set; } = 120;

    /// <summary>From one address in a minute (of IPv6, from one /64), 10 to 1000000. Behind a proxy it is the address that the proxy names, see <c>Proxy</c>.</summary>
    [Within(10, 1_000_000)]
    public int PerAddress { get; set; } = 600;
}

/// <summary>How often something may be asked for that is counted by who asks alone.</summary>
public sealed class PersonRateOptions
{
    /// <summary>By one person in a minute, 500 to 10000000.</summary>
    [Within(500, 10_000_000)]
    public int PerPerson { get; set; } = 20_000;
}

/// <summary>How often something may be asked for that no person does.</summary>
public sealed class AddressRateOptions
{
    /// <summary>From one address in a minute (of IPv6, from one /64), 10 to 1000000.</summary>
    [Within(10, 1_000_000)]
    public int PerAddress { get; set; } = 6_000;
}

/// <summary>Bounds what open pages take of a node.</summary>
public sealed class CircuitLimitOptions
{
    /// <summary>Open pages of one person on a node, 1 to 10000; default 50. One more shows what a page shows without a socket, says why, and goes on by itself as soon as there is room.</summary>
    [Within(1, 10_000)]
    public int PerPerson { get; set; } = 50;

    /// <summary>Open pages of all people on a node, 1 to 100000; default 3000.</summary>
    [Within(1, 100_000)]
    public int PerNode { get; set; } = 3_000;

    /// <summary>Longest message that a page may send, 32768 to 1048576 bytes; default 32768. A page that sends a longer one loses its socket.</summary>
    [Within(32 * 1024, 1024 * 1024)]
    public int MessageBytes { get; set; } = 32 * 1024;

    /// <summary>Pages that lost their socket and are kept for it to come back, 0 to 10000; default 200. The oldest go first.</summary>
    [Within(0, 10_000)]
    public int Retained { get; set; } = 200;

    /// <summary>How long such a page is kept, 0 to 60 minutes; default 10. Nothing typed is lost after it either: the browser keeps that.</summary>
    [Within("00:00:00", "01:00:00")]
    public TimeSpan RetainedFor { get; set; } = TimeSpan.FromMinutes(10);
}

/// <summary>Bounds what a connection may take before it is known what it wants.</summary>
public sealed class RequestLimitOptions
{
    /// <summary>Connections to a node at the same time, 100 to 100000; default 10000.</summary>
    [Within(100, 100_000)]
    public int Connections { get; set; } = 10_000;

    /// <summary>How long a request's headers may take, 1 to 120 seconds; default 15.</summary>
    [Within("00:00:01", "00:02:00")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long an idle connection is kept open, 5 to 600 seconds; default 130.</summary>
    [Within("00:00:05", "00:10:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(130);

    /// <summary>Slowest body that is waited for after its first five seconds, 100 to 1000000 bytes a second; default 1000.</summary>
    [Within(100, 1_000_000)]
    public int BodyBytesPerSecond { get; set; } = 1_000;

    /// <summary>
    /// Largest body of a form, 4096 to 1048576 bytes; default 65536. Nothing larger is sent by any page. Deliveries of systems have a limit of their own,
    /// <c>Sync:Webhooks:MaxBodyBytes</c>.
    /// </summary>
    [Within(4 * 1024, 1024 * 1024)]
    public int FormBytes { get; set; } = 64 * 1024;
}
