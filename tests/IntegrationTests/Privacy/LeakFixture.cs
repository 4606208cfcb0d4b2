using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;
using PortalIntegration.IntegrationTests.Portal;
using PortalIntegration.Portal.Hosting;

namespace PortalIntegration.IntegrationTests.Privacy;

/// <summary>A portal whose logs, spans and files are looked into.</summary>
public sealed class LeakFixture : PortalFixture
{
    private readonly ConcurrentQueue<string> _logs = new();
    private readonly ConcurrentQueue<string> _spans = new();
    private TracerProvider? _provider;
    private volatile bool _onlyMistakes;

    /// <summary>Every log entry: message, values, scopes, exception.</summary>
    public IReadOnlyList<string> Logs => [.. _logs];

    /// <summary>Every span that would be exported, with all that it carries.</summary>
    public IReadOnlyList<string> Spans => [.. _spans];

    public string StateDirectory => State.FullName;

    /// <summary>From now on only what the portal takes for its own mistakes is kept, and no span: so many requests come that all of it would fill the memory.</summary>
    public void KeepOnlyMistakes() => _onlyMistakes = true;

    /// <summary>A delivery as the ERP or the CRM of this portal signs it.</summary>
    public static HttpRequestMessage Delivery(string system, string body, bool genuine = true) => Delivery(system, Encoding.UTF8.GetBytes(body), genuine);

    /// <inheritdoc cref="Delivery(string, string, bool)"/>
    public static HttpRequestMessage Delivery(string system, byte[] body, bool genuine = true)
    {
        var (id, at) = ($"d-{Guid.NewGuid():N}", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        var signature = HMACSHA256.HashData(Convert.FromBase64String(WebhookSecret["whsec_".Length..]), (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{at}."), .. body]);
        return new HttpRequestMessage(HttpMethod.Post, $"/webhooks/{system}")
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            Headers = { { "webhook-id", id }, { "webhook-timestamp", at }, { "webhook-signature", genuine ? $"v1,{Convert.ToBase64String(signature)}" : "v1,bm9uc2Vuc2U=" } },
        };
    }

    protected override void Arrange(WebApplicationBuilder builder)
    {
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Systems:crm:WebhookSecrets:0"] = WebhookSecret,
            // As detailed as an administrator who looks for a fault would set it.
            ["Serilog:MinimumLevel:Default"] = "Debug",
            ["Serilog:WriteTo:0:Args:restrictedToMinimumLevel"] = "Fatal",
            // What is asked here by the thousand is to be answered, and not counted.
            ["Limits:SignIn:PerPerson"] = "1000000",
            ["Limits:SignIn:PerAddress"] = "1000000",
            ["Limits:Search:PerPerson"] = "1000000",
            ["Limits:Search:PerAddress"] = "1000000",
            ["Limits:Webhook:PerAddress"] = "1000000",
            ["Sync:Flows:account-to-erp:Mode"] = "apply",
            ["Sync:Flows:order-to-crm:Mode"] = "apply",
            ["Sync:Flows:credit-to-crm:Mode"] = "apply",
        });
        builder.Services.AddSingleton<ILogEventSink>(new Kept(this));
        builder.Services.Configure<LoggerFilterOptions>(options => options.MinLevel = LogLevel.Debug);
        _provider = Sdk.CreateTracerProviderBuilder().AddPortalTraces().AddProcessor(new SimpleActivityExportProcessor(new Exporter(this))).Build();
    }

    protected override ValueTask Finish()
    {
        _provider?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Where the exporter over the net would stand.</summary>
    private sealed class Exporter(LeakFixture fixture) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
            {
                if (fixture._onlyMistakes)
                {
                    continue;
                }

                fixture._spans.Enqueue(string.Join(
                    " | ",
                    span.TagObjects.Concat(span.Events.SelectMany(told => told.Tags)).Concat(span.Links.SelectMany(link => link.Tags ?? [])).Select(tag => $"{tag.Key}={tag.Value}")
                        .Concat(span.Baggage.Select(carried => $"{carried.Key}={carried.Value}"))
                        .Concat(span.Events.Select(told => told.Name)).Prepend($"{span.Source.Name} {span.DisplayName} {span.StatusDescription}")));
            }

            return ExportResult.Success;
        }
    }

    /// <summary>What <c>Telemetry:LogFormat</c> <c>json</c> would print.</summary>
    private sealed class Kept(LeakFixture fixture) : ILogEventSink
    {
        private readonly JsonFormatter _json = new(renderMessage: true);

        public void Emit(LogEvent logEvent)
        {
            if (fixture._onlyMistakes && logEvent.Level < LogEventLevel.Error)
            {
                return;
            }

            using var text = new StringWriter(CultureInfo.InvariantCulture);
            _json.Format(logEvent, text);
            fixture._logs.Enqueue(text.ToString());
        }
    }
}
