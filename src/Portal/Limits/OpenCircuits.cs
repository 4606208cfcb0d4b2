using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Limits;

/// <summary>
/// Counts the open pages of this node: whatever carries a circuit (a socket, an event stream, a poll) is a GET that stays open. One too many is told to wait; its
/// page stays as the server drew it, and what is typed is the browser's anyway.
/// </summary>
internal sealed partial class OpenCircuits(IOptions<LimitsOptions> options, ILogger<OpenCircuits> logger)
{
    private static readonly PathString Path = "/_blazor";
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>Of all people.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _all;
            }
        }
    }

    /// <summary>After the person is known.</summary>
    public static void Use(IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase) || !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsConnect(context.Request.Method))
        {
            await next(context);
            return;
        }

        var open = context.RequestServices.GetRequiredService<OpenCircuits>();
        var whose = SessionTicket.Person(context.User)?.Value ?? RateLimits.NameOf(context.Connection.RemoteIpAddress);
        if (!open.Enter(whose))
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers[HeaderNames.RetryAfter] = $"{Wait.TotalSeconds}";
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            open.Leave(whose);
        }
    });

    internal bool Enter(string whose)
    {
        var limits = options.Value.Circuits;
        lock (_gate)
        {
            var his = _open.GetValueOrDefault(whose);
            if (his < limits.PerPerson && _all < limits.PerNode)
            {
                _open[whose] = his + 1;
                _all++;
                return true;
            }

            Log.TooMany(logger, whose, his, _all);
            return false;
        }
    }

    internal void Leave(string whose)
    {
        lock (_gate)
        {
            _all--;
            if (_open[whose] == 1)
            {
                _open.Remove(whose);
            }
            else
            {
                _open[whose]--;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Whose} has {His} pages open, the node {All}: one more was told to wait.")]
        public static partial void TooMany(ILogger logger, string whose, int his, int all);
    }
}
