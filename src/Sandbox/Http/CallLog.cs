namespace PortalIntegration.Sandbox.Http;

/// <summary>One call that came in. Paths and queries are kept, bodies are not.</summary>
public sealed record LoggedCall(
    long Sequence,
    DateTimeOffset At,
    string Operation,
    string Method,
    string Path,
    int Status,
    double Milliseconds,
    string? Lane,
    string? TraceId,
    string? Fault);

/// <summary>The last calls, for counting what a page costs. Status 0 is a call that got no answer.</summary>
internal sealed class CallLog
{
    private const int Kept = 20_000;
    private readonly Lock gate = new();
    private readonly Queue<LoggedCall> calls = new();
    private long sequence;

    public void Add(DateTimeOffset at, string operation, string method, string path, int status, TimeSpan took, string? lane, string? traceId, string? fault)
    {
        lock (gate)
        {
            calls.Enqueue(new LoggedCall(++sequence, at, operation, method, path, status, Math.Round(took.TotalMilliseconds, 3), lane, traceId, fault));
            if (calls.Count > Kept)
            {
                calls.Dequeue();
            }
        }
    }

    public (long Last, IReadOnlyList<LoggedCall> Calls) Since(long after, string? operation, int limit)
    {
        lock (gate)
        {
            return (sequence, calls.Where(c => c.Sequence > after && (operation is null || c.Operation == operation)).TakeLast(limit).ToList());
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            calls.Clear();
        }
    }
}
