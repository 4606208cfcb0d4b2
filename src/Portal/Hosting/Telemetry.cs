using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Serilog;

namespace PortalIntegration.Portal.Hosting;

/// <summary>Logs to where <c>Serilog</c> says; spans and metrics to <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> when that address is set. Payloads go nowhere.</summary>
internal static class Telemetry
{
    private const string Sources = "PortalIntegration.*";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Services.AddSerilog(builder.Configuration);

        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 } address)
        {
            var target = new Uri(address);
            builder.Services.AddHostedService(_ => new Exporters(
                Sdk.CreateTracerProviderBuilder().AddSource("Microsoft.AspNetCore", "System.Net.Http", Sources).AddOtlpExporter(otlp => otlp.Endpoint = target).Build(),
                Sdk.CreateMeterProviderBuilder().AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Components", "System.Net.Http", Sources)
                    .AddOtlpExporter(otlp => otlp.Endpoint = target).Build()));
        }
    }

    private static void AddSerilog(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ILoggerProvider>(_ => new Serilog.Extensions.Logging.SerilogLoggerProvider(
            new LoggerConfiguration().ReadFrom.Configuration(configuration).Enrich.FromLogContext()
                .Filter.ByExcluding(entry => PortalHost.IsMistake(entry.Exception)) // told once, by PortalHost
                .CreateLogger(),
            dispose: true));
    }

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
}
