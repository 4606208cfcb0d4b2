using System.Globalization;

namespace PortalIntegration.Sandbox.Http;

/// <summary>How many calls a system takes in a window, and how it says no.</summary>
/// <param name="Limit">Calls per window.</param>
/// <param name="Window">Length of the window.</param>
/// <param name="Status">429, or 403 for systems that say it so.</param>
/// <param name="TellRetryAfter">Whether the refusal carries <c>Retry-After</c>.</param>
public sealed record QuotaOptions(int Limit, TimeSpan Window, int Status = 429, bool TellRetryAfter = true)
{
    /// <summary>More than any test needs: 100,000 a minute.</summary>
    public static QuotaOptions Wide { get; } = new(100_000, TimeSpan.FromMinutes(1));
}

/// <summary>Fixed windows of real time.</summary>
internal sealed class Quota(QuotaOptions initial, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly QuotaOptions first = initial;
    private DateTimeOffset windowEnds;
    private int used;

    public QuotaOptions Options { get; private set; } = initial;

    /// <summary>As it was when the sandbox was started.</summary>
    public void Reset() => Change(first);

    public void Change(QuotaOptions changed)
    {
        lock (gate)
        {
            Options = changed;
            windowEnds = default;
        }
    }

    /// <summary>Counts a call; the headers go on its answer. A refusal is not null when the window is full.</summary>
    public (Answer? Refused, IReadOnlyDictionary<string, string> Headers) Take()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (now >= windowEnds)
            {
                windowEnds = now + Options.Window;
                used = 0;
            }

            var over = used >= Options.Limit;
            used += over ? 0 : 1;
            var reset = ((int)Math.Ceiling((windowEnds - now).TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            var headers = new Dictionary<string, string>
            {
                ["RateLimit-Limit"] = Options.Limit.ToString(CultureInfo.InvariantCulture),
                ["RateLimit-Remaining"] = (Options.Limit - used).ToString(CultureInfo.InvariantCulture),
                ["RateLimit-Reset"] = reset,
            };
            if (!over)
            {
                return (null, headers);
            }

            var refusal = Refusal.ProblemAnswer(Options.Status, Options.Status == 403 ? "quota_exceeded" : "rate_limited", "The quota is used up; nothing was done.");
            return (Options.TellRetryAfter ? refusal.WithHeader("Retry-After", reset) : refusal, headers);
        }
    }
}
