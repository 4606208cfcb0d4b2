using System.Net;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Control;

/// <summary>
/// Serves <c>/control</c> on a system's port: to this machine only, and not to pages of other origins. No faults, no quota,
/// no token, no call log.
/// </summary>
internal sealed class ControlServer(IReadOnlyList<Operation> operations)
{
    private static readonly Dictionary<string, (string Resource, string Type)> Files = new(StringComparer.Ordinal)
    {
        ["/control"] = ("control.html", "text/html; charset=utf-8"),
        ["/control/control.js"] = ("control.js", "text/javascript; charset=utf-8"),
        ["/control/control.css"] = ("control.css", "text/css; charset=utf-8"),
    };

    public void Map(IEndpointRouteBuilder routes, CancellationToken stopping)
    {
        foreach (var (path, file) in Files)
        {
            routes.MapMethods(path, ["GET"], context => GuardAsync(context, () => new ValueTask<Answer>(Read(file.Resource, file.Type))));
        }

        foreach (var operation in operations)
        {
            routes.MapMethods("/control" + operation.Path, [operation.Method], context => GuardAsync(context, () => RunAsync(context, operation, stopping)));
        }
    }

    private static async ValueTask<Answer> RunAsync(HttpContext context, Operation operation, CancellationToken stopping)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var route = context.Request.RouteValues.ToDictionary(r => r.Key, r => ((string)r.Value!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), StringComparer.Ordinal);
        return await operation.Run(new Call(route, context.Request.Query, context.Request.Headers, body.ToArray()), stopping);
    }

    private static async Task GuardAsync(HttpContext context, Func<ValueTask<Answer>> run)
    {
        Answer answer;
        try
        {
            answer = FromHere(context) ? await run() : Refusal.ProblemAnswer(403, "forbidden", "Control is for this machine only.");
        }
        catch (Refusal refusal)
        {
            answer = refusal.Answer;
        }
#pragma warning disable CA1031 // a bug must show with its name
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            answer = Refusal.ProblemAnswer(500, "internal_error", e.ToString());
        }

        var bytes = answer.ToBytes();
        context.Response.StatusCode = answer.Status;
        context.Response.Headers["Cache-Control"] = "no-store";
        context.Response.Headers["Content-Security-Policy"] = "default-src 'self'; img-src 'self' data:";
        if (answer.Status != 204)
        {
            context.Response.ContentType = answer.ContentType;
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    /// <summary>The caller sits on this machine, names it by a loopback name, and no foreign page stands behind it.</summary>
    internal static bool FromHere(HttpContext context)
    {
        var host = context.Request.Host.Host.Trim('[', ']');
        var named = host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
        var origin = context.Request.Headers.Origin.ToString();
        return named
            && context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
            && (origin.Length == 0 || origin == $"{context.Request.Scheme}://{context.Request.Host}");
    }

    private static Answer Read(string name, string type)
    {
        using var stream = typeof(ControlServer).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the assembly.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Answer.File(bytes.ToArray(), type);
    }
}
