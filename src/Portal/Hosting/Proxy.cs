using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Settings;

namespace PortalIntegration.Portal.Hosting;

/// <summary>
/// Section <c>Proxy</c>: who stands in front of the portal. What these say about the visitor (<c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c>) is believed; what anybody
/// else says is not.
/// </summary>
public sealed class ProxyOptions
{
    public const string Section = "Proxy";

    /// <summary>IP addresses of the proxies, such as <c>10.0.0.5</c>; none by default.</summary>
    public IReadOnlyList<string> Addresses { get; set; } = [];

    /// <summary>Networks that the proxies are in, such as <c>10.0.0.0/24</c>; none by default. Whoever else is in them is believed too.</summary>
    public IReadOnlyList<string> Networks { get; set; } = [];

    /// <summary>How many of them stand one behind the other, 1 to 10; default 1.</summary>
    [Within(1, 10)]
    public int Hops { get; set; } = 1;

    internal bool Any => Addresses.Count > 0 || Networks.Count > 0;
}

/// <summary>Collects every mistake and names its key.</summary>
internal sealed class ProxyOptionsCheck(IConfiguration configuration) : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        List<string> mistakes =
        [
            .. options.Addresses.Select((text, at) => (text, at)).Where(entry => !IPAddress.TryParse(entry.text, out _))
                .Select(entry => $"{ProxyOptions.Section}:Addresses:{entry.at}: must be an IP address; it is '{entry.text}'."),
            .. options.Networks.Select((text, at) => (text, at)).Where(entry => !System.Net.IPNetwork.TryParse(entry.text, out _))
                .Select(entry => $"{ProxyOptions.Section}:Networks:{entry.at}: must be a network such as 10.0.0.0/24; it is '{entry.text}'."),
        ];
        if (string.Equals(configuration["ForwardedHeaders_Enabled"], "true", StringComparison.OrdinalIgnoreCase))
        {
            mistakes.Add("ASPNETCORE_FORWARDEDHEADERS_ENABLED: believes whoever connects about who the visitor is. Remove it, and name the proxies in Proxy:Addresses or Proxy:Networks.");
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }
}

internal static partial class Proxy
{
    public static IServiceCollection AddProxy(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<ProxyOptions>, ProxyOptionsCheck>();
        services.AddSection<ProxyOptions>(ProxyOptions.Section);
        return services;
    }

    /// <summary>First of all: everything after it asks for the visitor's address and scheme.</summary>
    public static void UseProxy(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment() && app.Configuration["AllowedHosts"] is null or "" or "*")
        {
            Log.AnyHost(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Proxy).FullName!));
        }

        if (app.Services.GetRequiredService<IOptions<ProxyOptions>>().Value is not { Any: true } proxy)
        {
            return;
        }

        var headers = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = proxy.Hops };
        headers.KnownProxies.Clear(); // the machine itself is there by default
        headers.KnownIPNetworks.Clear();
        foreach (var text in proxy.Addresses)
        {
            headers.KnownProxies.Add(IPAddress.Parse(text));
        }

        foreach (var text in proxy.Networks)
        {
            headers.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(text));
        }

        app.UseForwardedHeaders(headers);
    }

    /// <summary>
    /// For who is inside the company's network: 404 for what came through a known proxy, however the path was written. <see cref="UseProxy"/> keeps the proxy's own address in this header;
    /// who sends it himself shuts himself out.
    /// </summary>
    public static TBuilder NotThroughAProxy<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.AddEndpointFilter(async (call, next) =>
            call.HttpContext.Request.Headers.ContainsKey(ForwardedHeadersDefaults.XOriginalForHeaderName) ? Results.NotFound() : await next(call));

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "AllowedHosts is not set: the portal answers under any host name. Set it to the names that people reach it by.")]
        public static partial void AnyHost(ILogger logger);
    }
}
