using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;
using PortalIntegration.Portal.Hosting;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>Keeps the spans of everything that the portal exports, while it is there.</summary>
internal sealed class KeptSpans : IDisposable
{
    private readonly ConcurrentQueue<KeptSpan> _spans = new();
    private readonly TracerProvider _provider;

    public KeptSpans() => _provider = Sdk.CreateTracerProviderBuilder().AddPortalTraces().AddProcessor(new SimpleActivityExportProcessor(new Exporter(_spans))).Build();

    public IReadOnlyList<KeptSpan> All => [.. _spans];

    public IReadOnlyList<KeptSpan> Of(ActivityTraceId trace) => [.. _spans.Where(span => span.Trace == trace)];

    public void Dispose() => _provider.Dispose();

    private sealed class Exporter(ConcurrentQueue<KeptSpan> spans) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
            {
                spans.Enqueue(new KeptSpan(span.TraceId, span.SpanId, span.ParentSpanId, span.DisplayName, span.Source.Name, [.. span.Links.Select(link => link.Context.TraceId)]));
            }

            return ExportResult.Success;
        }
    }
}

internal sealed record KeptSpan(ActivityTraceId Trace, ActivitySpanId Id, ActivitySpanId Parent, string Name, string Source, IReadOnlyList<ActivityTraceId> Links);
