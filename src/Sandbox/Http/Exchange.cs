using System.Diagnostics;
using System.Globalization;
using PortalIntegration.Sandbox.Faults;

namespace PortalIntegration.Sandbox.Http;

/// <summary>
/// One request on its way through a system: faults, quota, token, operation, faults again. An answer is bytes before
/// anything goes on the wire, so that it can be dropped, cut or spoiled.
/// </summary>
internal sealed class Exchange(SandboxSystem system, HttpContext context, Operation operation, CancellationToken stopping)
{
    private const int LongestBody = 4 * 1024 * 1024;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<string> faultsMet = [];
    private bool _logged;
    private IReadOnlyDictionary<string, string> quotaHeaders = new Dictionary<string, string>();

    public async Task RunAsync()
    {
        var status = 0;
        try
        {
            status = await AnswerAsync();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested || stopping.IsCancellationRequested)
        {
            faultsMet.Add("caller left");
        }
        finally
        {
            Log(status);
        }
    }

    /// <summary>Once, and before the answer is on the wire: who has it finds the call in the log.</summary>
    private void Log(int status)
    {
        if (_logged)
        {
            return;
        }

        _logged = true;
        system.Calls.Add(
            system.Clock.GetUtcNow(),
            operation.Id,
            operation.Method,
            context.Request.Path + context.Request.QueryString,
            status,
            Stopwatch.GetElapsedTime(_started),
            Lane,
            TraceId,
            faultsMet.Count == 0 ? null : string.Join(", ", faultsMet));
    }

    private string? Lane => context.Request.Headers["X-Lane"].ToString() is { Length: > 0 } lane ? lane : null;

    private string? TraceId =>
        ActivityContext.TryParse(context.Request.Headers.TraceParent.ToString(), null, out var trace) ? trace.TraceId.ToHexString() : null;

    private async Task<int> AnswerAsync()
    {
        var body = await ReadBodyAsync();
        if (body is null)
        {
            return await WriteAsync(Refusal.ProblemAnswer(413, "content_too_large", "The body is too large."));
        }

        var faults = system.Faults.Draw(operation.Id, Lane);
        foreach (var fault in faults)
        {
            var met = await BeforeAsync(fault);
            if (met is { } status)
            {
                return status;
            }
        }

        var (refused, headers) = system.Quota.Take();
        quotaHeaders = headers;
        var answer = refused ?? await DoAsync(body.Value);
        foreach (var fault in faults)
        {
            var met = await AfterAsync(fault, answer);
            if (met is { } status)
            {
                return status;
            }
        }

        return await WriteAsync(answer);
    }

    /// <summary>Faults that strike before anything is done; a status when nothing more is to happen.</summary>
    private async Task<int?> BeforeAsync(FaultRule fault)
    {
        Note(fault);
        switch (fault.Kind)
        {
            case FaultKind.Latency:
                await Wait(TimeSpan.FromMilliseconds(fault.Milliseconds + system.Faults.Roll(fault, fault.JitterMilliseconds + 1)));
                return null;
            case FaultKind.Error:
                return await WriteAsync(Refusal.ProblemAnswer(fault.Status ?? 500, "fault", "A fault was asked for."));
            case FaultKind.Outage when fault.Mode == "unavailable":
                return await WriteAsync(Refusal.ProblemAnswer(503, "unavailable", "The system is down."));
            case FaultKind.Outage:
                context.Abort();
                return 0;
            case FaultKind.Hang:
                await Wait(fault.Seconds is { } s ? TimeSpan.FromSeconds(s) : Timeout.InfiniteTimeSpan);
                context.Abort();
                return 0;
            case FaultKind.RateLimit:
                var status = fault.Status ?? 429;
                var refusal = Refusal.ProblemAnswer(status, status == 403 ? "quota_exceeded" : "rate_limited", "Too many calls; nothing was done.");
                return await WriteAsync(fault.RetryAfterSeconds is { } wait
                    ? refusal.WithHeader("Retry-After", wait.ToString(CultureInfo.InvariantCulture))
                    : refusal);
            case FaultKind.Html:
                return await WriteAsync(new Answer(200) { Bytes = Damage.Html, ContentType = "text/html; charset=utf-8" });
            case FaultKind.LateCommit:
                if (fault.Mode != "hang")
                {
                    context.Abort();
                }

                // the caller may be gone by now; what it asked for still happens
                await Task.Delay(TimeSpan.FromSeconds(fault.Seconds ?? 5), stopping);
                return null;
            default:
                return null;
        }
    }

    /// <summary>Faults that strike when the work is done.</summary>
    private async Task<int?> AfterAsync(FaultRule fault, Answer answer)
    {
        switch (fault.Kind)
        {
            case FaultKind.LateCommit:
                context.Abort();
                return 0;
            case FaultKind.DropAnswer:
                if (fault.Mode == "hang")
                {
                    await Wait(fault.Seconds is { } s ? TimeSpan.FromSeconds(s) : Timeout.InfiniteTimeSpan);
                }

                context.Abort();
                return 0;
            case FaultKind.Truncate:
                var whole = answer.ToBytes();
                Head(answer);
                Log(answer.Status);
                context.Response.ContentLength = whole.Length;
                await context.Response.Body.WriteAsync(whole.AsMemory(0, whole.Length / 2), stopping);
                await context.Response.Body.FlushAsync(stopping);
                context.Abort();
                return answer.Status;
            case FaultKind.Malformed:
                return await WriteAsync(answer with { Bytes = Damage.Malform(answer.ToBytes()), Body = null });
            case FaultKind.Nonsense when answer.Status is >= 200 and < 300 && answer.Body is not null:
                return await WriteAsync(answer with { Bytes = Damage.Nonsense(answer.ToBytes(), fault.Mode ?? "null", fault.Field), Body = null });
            default:
                return null;
        }
    }

    private async Task<Answer> DoAsync(ReadOnlyMemory<byte> body)
    {
        if (!operation.Open && !system.Tokens.Accepts(context.Request.Headers.Authorization))
        {
            return Refusal.ProblemAnswer(401, "unauthorized", "The token is missing, not known, or has expired.");
        }

        try
        {
            var route = context.Request.RouteValues.ToDictionary(r => r.Key, r => ((string)r.Value!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), StringComparer.Ordinal);
            return await operation.Run(new Call(route, context.Request.Query, context.Request.Headers, body), stopping);
        }
        catch (Refusal refusal)
        {
            return refusal.Answer;
        }
#pragma warning disable CA1031 // a bug in the sandbox must show as a 500 with its name, not as a cut connection
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            faultsMet.Add($"bug: {e}");
            return Refusal.ProblemAnswer(500, "internal_error", e.Message);
        }
    }

    private async Task<int> WriteAsync(Answer answer)
    {
        var bytes = answer.ToBytes();
        Head(answer);
        Log(answer.Status);
        if (answer.Status is not (204 or 304))
        {
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes, stopping);
        }

        return answer.Status;
    }

    private void Head(Answer answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        if (answer.Status is not (204 or 304))
        {
            response.ContentType = answer.ContentType;
        }

        foreach (var (name, value) in quotaHeaders.Concat(answer.Headers))
        {
            response.Headers[name] = value;
        }

        response.Headers["X-Correlation-Id"] = TraceId ?? ActivityTraceId.CreateRandom().ToHexString();
    }

    private async Task<ReadOnlyMemory<byte>?> ReadBodyAsync()
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > LongestBody)
            {
                return null;
            }
        }

        return buffer.ToArray();
    }

    private async Task Wait(TimeSpan time)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await Task.Delay(time, either.Token);
    }

    private void Note(FaultRule fault)
    {
        if (fault.Kind != FaultKind.Latency)
        {
            faultsMet.Add(fault.Kind.ToString());
        }
    }
}
