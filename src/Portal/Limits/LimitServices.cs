using System.Globalization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using PortalIntegration.Core;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Settings;

namespace PortalIntegration.Portal.Limits;

/// <summary>What bounds a node that anybody can reach.</summary>
internal static partial class LimitServices
{
    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddSection<LimitsOptions>(LimitsOptions.Section);
        services.AddSingleton<RateLimits>();
        services.AddSingleton<IPersonBudget>(provider => provider.GetRequiredService<RateLimits>());
        services.AddSingleton<OpenCircuits>();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<RateLimits>((limiter, limits) =>
        {
            limiter.GlobalLimiter = limits.OfRequests;
            limiter.OnRejected = (rejected, _) =>
            {
                Refuse(rejected.HttpContext, RateLimits.WaitOf(rejected.Lease));
                return ValueTask.CompletedTask;
            };
        });
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitsOptions>>((kestrel, limits) =>
        {
            var requests = limits.Value.Requests;
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = requests.Connections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = limits.Value.Circuits.PerNode;
            kestrel.Limits.RequestHeadersTimeout = requests.HeadersTimeout;
            kestrel.Limits.KeepAliveTimeout = requests.KeepAlive;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(requests.BodyBytesPerSecond, TimeSpan.FromSeconds(5));
            kestrel.Limits.MaxRequestBodySize = requests.FormBytes; // RequestSizes allows some more
        });
        services.AddOptions<HubOptions>().Configure<IOptions<LimitsOptions>>((hub, limits) => hub.MaximumReceiveMessageSize = limits.Value.Circuits.MessageBytes);
        services.AddOptions<CircuitOptions>().Configure<IOptions<LimitsOptions>>((circuit, limits) =>
        {
            circuit.DisconnectedCircuitMaxRetained = limits.Value.Circuits.Retained;
            circuit.DisconnectedCircuitRetentionPeriod = limits.Value.Circuits.RetainedFor;
        });
        return services;
    }

    /// <summary>The answer to what comes too often, with the time after which it may come again.</summary>
    public static void Refuse(HttpContext context, TimeSpan wait)
    {
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.Headers[HeaderNames.RetryAfter] = wait.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        Log.TooOften(
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(LimitServices).FullName!),
            context.GetEndpoint()?.DisplayName ?? "nothing",
            RateLimits.NameOf(context.Connection.RemoteIpAddress),
            wait.TotalSeconds);
    }

    /// <summary>Null when this person may sign in now; else the answer.</summary>
    public static IResult? RefuseSignIn(this RateLimits limits, HttpContext context, PersonId person)
    {
        if (limits.Refuses(Asked.SignIn, person) is not { } wait)
        {
            return null;
        }

        Refuse(context, wait);
        return Results.StatusCode(StatusCodes.Status429TooManyRequests);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Endpoint} was asked for too often from {Address}: told to wait {Seconds} s.")]
        public static partial void TooOften(ILogger logger, string endpoint, string address, double seconds);
    }
}
