using System.Diagnostics;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using PortalIntegration.Core.Settings;
using PortalIntegration.Portal.Hosting.Secrets;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace PortalIntegration.Portal.Hosting;

/// <summary>
/// Logs to where <c>Serilog</c> says, or as JSON; spans and metrics to <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> when that address is set. Payloads go nowhere.
/// </summary>
internal static class Telemetry
{
    private const string Ours = "PortalIntegration.*";

    /// <summary>What makes the spans of one order hang together, from the click to the systems.</summary>
    public static IReadOnlyList<string> Traced { get; } = ["Microsoft.AspNetCore", "Microsoft.AspNetCore.Components", "System.Net.Http", Ours];

    public static IReadOnlyList<string> Measured { get; } =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Components", "System.Net.Http", "System.Runtime", Ours];

    /// <summary>What is exported, without what people typed into addresses.</summary>
    public static TracerProviderBuilder AddPortalTraces(this TracerProviderBuilder traces) => traces.AddSource([.. Traced]).AddProcessor(new Addresses());

    public static void AddTelemetry(this WebApplicationBuilder builder, SecretMask mask)
    {
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsCheck>();
        builder.Services.AddSection<TelemetryOptions>(TelemetryOptions.Section);
        builder.Services.AddSerilog(builder.Configuration, mask);

        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
        {
            // The exporter reads address, protocol and headers from OTEL_… by itself.
            builder.Services.AddHostedService(_ => new Exporters(
                Sdk.CreateTracerProviderBuilder().ConfigureResource(Name).AddPortalTraces().AddProcessor(new MaskedSpans(mask)).AddOtlpExporter().Build(),
                Sdk.CreateMeterProviderBuilder().ConfigureResource(Name).AddMeter([.. Measured]).AddOtlpExporter().Build()));
        }
    }

    /// <summary>Unless <c>OTEL_SERVICE_NAME</c> says otherwise.</summary>
    private static void Name(ResourceBuilder resource)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_SERVICE_NAME")))
        {
            resource.AddService("portal");
        }
    }

    private static void AddSerilog(this IServiceCollection services, IConfiguration configuration, SecretMask mask)
    {
        services.AddSingleton<ILoggerProvider>(provider => new Serilog.Extensions.Logging.SerilogLoggerProvider(
            Also(Masked(configuration, mask), provider.GetServices<ILogEventSink>()).Enrich.FromLogContext().Enrich.With<NoAddresses>()
                .Filter.ByExcluding(entry => PortalHost.IsMistake(entry.Exception)) // told once, by PortalHost
                .CreateLogger(),
            dispose: true));
    }

    /// <summary>Levels as configured, and one sink: what masks, with the configured sinks behind it.</summary>
    private static LoggerConfiguration Masked(IConfiguration configuration, SecretMask mask) =>
        new LoggerConfiguration().ReadFrom.Configuration(Levels(configuration)).WriteTo.Sink(new MaskedLog(Configured(configuration).CreateLogger(), mask));

    private static LoggerConfiguration Also(LoggerConfiguration log, IEnumerable<ILogEventSink> sinks) => sinks.Aggregate(log, (whole, sink) => whole.WriteTo.Sink(sink));

    private static LoggerConfiguration Configured(IConfiguration configuration)
    {
        if (configuration[$"{TelemetryOptions.Section}:{nameof(TelemetryOptions.LogFormat)}"] is not "json")
        {
            return new LoggerConfiguration().ReadFrom.Configuration(configuration);
        }

        // Levels as configured; where to write, as asked.
        return new LoggerConfiguration().ReadFrom.Configuration(Levels(configuration)).WriteTo.Console(new JsonFormatter(renderMessage: true));
    }

    private static IConfiguration Levels(IConfiguration configuration) => new ConfigurationBuilder().AddInMemoryCollection(configuration.AsEnumerable()
        .Where(setting => setting.Key.StartsWith("Serilog:", StringComparison.OrdinalIgnoreCase) && !setting.Key.StartsWith("Serilog:WriteTo", StringComparison.OrdinalIgnoreCase))).Build();

    private sealed class Exporters(TracerProvider traces, MeterProvider metrics) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            traces.Dispose();
            metrics.Dispose();
            return Task.CompletedTask;
        }
    }

    /// <summary>As <see cref="Addresses"/>: the framework puts the path of the request on every entry.</summary>
    private sealed class NoAddresses : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
        {
            logEvent.RemovePropertyIfPresent("RequestPath");
            logEvent.RemovePropertyIfPresent("Path");
        }
    }

    /// <summary>
    /// A path may hold what somebody typed, such as a name where an id belongs. What was asked is told by the route of the portal's own pages, and by the span of ours around a call to a
    /// system; so the path goes.
    /// </summary>
    private sealed class Addresses : BaseProcessor<Activity>
    {
        private const string Whole = "url.full";
        private const string Path = "url.path";

        public override void OnEnd(Activity data)
        {
            if (data.GetTagItem(Whole) is string full)
            {
                data.SetTag(Whole, Uri.TryCreate(full, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : null);
            }

            if (data.GetTagItem(Path) is not null)
            {
                data.SetTag(Path, data.GetTagItem("http.route"));
            }
        }
    }
}
