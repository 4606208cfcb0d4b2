using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Limits;

/// <summary>
/// How often one person and one address may ask on this node: one count for requests and for what an open page asks over its socket.
/// </summary>
public sealed partial class RateLimits : IPersonBudget, IDisposable
{
    /// <summary><see cref="Failure.System"/> of what the portal itself did not let pass.</summary>
    public const string Portal = "portal";

    /// <summary>Between two lines of the log about people who ask too much.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private static readonly Bucket Unlimited = new(null, Of.Person, string.Empty);

    private readonly LimitsOptions _limits;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly PartitionedRateLimiter<Bucket> _buckets;
    private long _said;

    public RateLimits(IOptions<LimitsOptions> options, TimeProvider clock, ILogger<RateLimits>? logger = null)
    {
        _logger = logger ?? NullLogger<RateLimits>.Instance;
        _limits = options.Value;
        _clock = clock;
        _buckets = PartitionedRateLimiter.Create<Bucket, Bucket>(bucket => PerMinute(bucket) is { } most
            ? RateLimitPartition.GetTokenBucketLimiter(bucket, _ => Evenly(most))
            : RateLimitPartition.GetNoLimiter(bucket));
        OfRequests = PartitionedRateLimiter.CreateChained(
            _buckets.WithTranslatedKey<HttpContext>(OfPerson, leaveOpen: true),
            _buckets.WithTranslatedKey<HttpContext>(OfAddress, leaveOpen: true));
    }

    private enum Of
    {
        Person,
        Address,
    }

    /// <summary>For the framework's middleware: by who is signed in, and by where the request comes from.</summary>
    public PartitionedRateLimiter<HttpContext> OfRequests { get; }

    /// <summary>Counts what a person asks for.</summary>
    /// <param name="count">How much at once; more than a minute allows counts as that much.</param>
    /// <returns>Null when it may be asked; else after which time it may be tried again.</returns>
    public TimeSpan? Refuses(Asked what, PersonId person, int count = 1)
    {
        var bucket = new Bucket(what, Of.Person, person.Value);
        using var lease = _buckets.AttemptAcquire(bucket, Math.Clamp(count, 1, PerMinute(bucket) ?? int.MaxValue));
        return lease.IsAcquired ? null : WaitOf(lease);
    }

    /// <summary>Counts what comes from an address past the middleware, which counts what endpoints are asked for.</summary>
    /// <returns>Null when it may be asked; else after which time it may be tried again.</returns>
    public TimeSpan? Refuses(Asked what, IPAddress? address)
    {
        using var lease = _buckets.AttemptAcquire(new Bucket(what, Of.Address, NameOf(address)));
        return lease.IsAcquired ? null : WaitOf(lease);
    }

    /// <summary>As <see cref="Refuses(Asked, PersonId, int)"/>, as a panel shows it.</summary>
    public Failure? FailureOf(Asked what, PersonId person, int count = 1) => Refuses(what, person, count) is { } wait
        ? new Failure(Cause.Throttled, Portal, what.ToString(), _clock.GetUtcNow()) { RetryAfter = wait }
        : null;

    /// <summary>One question to an owner, whichever page asks it.</summary>
    public Failure? Refuses(PersonId person, string operation)
    {
        if (Refuses(Asked.Questions, person) is not { } wait)
        {
            return null;
        }

        var (now, said) = (_clock.GetUtcNow(), Volatile.Read(ref _said));
        if (now.UtcTicks - said > Quiet.Ticks && Interlocked.CompareExchange(ref _said, now.UtcTicks, said) == said)
        {
            Log.AsksTooMuch(_logger, person.Value, wait.TotalSeconds);
        }

        return new Failure(Cause.Throttled, Portal, operation, now) { RetryAfter = wait };
    }

    /// <summary>Whole seconds, one at least.</summary>
    public static TimeSpan WaitOf(RateLimitLease lease) =>
        TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait.TotalSeconds : 60)));

    /// <summary>Of IPv6 the part that a provider gives to one customer, so that nobody is many.</summary>
    internal static string NameOf(IPAddress? address)
    {
        if (address is null)
        {
            return "unknown";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily is AddressFamily.InterNetworkV6 ? $"{new IPAddress([.. address.GetAddressBytes().Take(8), .. new byte[8]])}/64" : address.ToString();
    }

    public void Dispose()
    {
        OfRequests.Dispose();
        _buckets.Dispose();
    }

    /// <summary>Of sign-ins, it counts who is to be signed in: that is known where it is done.</summary>
    private static Bucket OfPerson(HttpContext context) =>
        WhatIsAsked(context) is { } what and not Asked.SignIn && SessionTicket.Person(context.User) is { } person ? new(what, Of.Person, person.Value) : Unlimited;

    private static Bucket OfAddress(HttpContext context) =>
        WhatIsAsked(context) is { } what ? new(what, Of.Address, NameOf(context.Connection.RemoteIpAddress)) : Unlimited;

    private static Asked? WhatIsAsked(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<LimitedAttribute>() is { } limited && (limited.With is null || context.Request.Query.ContainsKey(limited.With))
            ? limited.What
            : null;

    /// <summary>All of a minute at once, and then evenly.</summary>
    internal static TokenBucketRateLimiterOptions Evenly(int perMinute)
    {
        var tokens = Math.Max(1, perMinute / 60); // whole ones; what is over makes the period shorter
        return new()
        {
            TokenLimit = perMinute,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) * tokens / perMinute,
            QueueLimit = 0,
            AutoReplenishment = true,
        };
    }

    private int? PerMinute(Bucket bucket) => bucket switch
    {
        (Asked.SignIn, Of.Person, _) => _limits.SignIn.PerPerson,
        (Asked.SignIn, Of.Address, _) => _limits.SignIn.PerAddress,
        (Asked.Search, Of.Person, _) => _limits.Search.PerPerson,
        (Asked.Search, Of.Address, _) => _limits.Search.PerAddress,
        (Asked.Lines, Of.Person, _) => _limits.Lines.PerPerson,
        (Asked.Questions, Of.Person, _) => _limits.Questions.PerPerson,
        (Asked.Webhook, Of.Address, _) => _limits.Webhook.PerAddress,
        _ => null,
    };

    private readonly record struct Bucket(Asked? What, Of Of, string Whose);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Person} asks more of the systems than one person may: told to wait {Seconds} s.")]
        public static partial void AsksTooMuch(ILogger logger, string person, double seconds);
    }
}
