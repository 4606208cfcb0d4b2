using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using PortalIntegration.Connectors.Http;

namespace PortalIntegration.UnitTests.Connectors.Http;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Calls_LeaveASpanAndMetricsWithoutPayload()
    {
        const string secret = "Lindqvist, 4711";
        var operation = Operation.Read("telemetryTest", "Telemetry");
        var spans = new ConcurrentQueue<Activity>();
        var measured = new ConcurrentQueue<(string Instrument, double Value, Dictionary<string, object?> Tags)>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Telemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == Telemetry.Name)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measured.Enqueue((instrument.Name, value, tags.ToArray().ToDictionary())));
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured.Enqueue((instrument.Name, value, tags.ToArray().ToDictionary())));
        meters.Start();
        using var bench = new Bench { Jitter = 0 };
        bench.Transport.Then(HttpStatusCode.InternalServerError, secret).Then(HttpStatusCode.OK, $$"""{"value":"{{secret}}"}""").Then(HttpStatusCode.UnprocessableEntity, $$"""{"code":"x","detail":"{{secret}}"}""");

        (await bench.Ask(operation)).Succeeded.ShouldBeTrue();
        (await bench.Ask(operation)).Succeeded.ShouldBeFalse();

        // Other tests run beside this one: only its own operation counts.
        var mine = spans.Where(span => span.OperationName == "erp telemetryTest").ToList();
        mine.Select(span => (span.GetTagItem("portal.outcome"), span.GetTagItem("portal.attempts"), span.Status)).ShouldBe(
            [("ok", (object)2, ActivityStatusCode.Unset), ("Rejected", 1, ActivityStatusCode.Error)]);
        mine.ShouldAllBe(span => (string?)span.GetTagItem("portal.lane") == "Interactive");
        var figures = measured.Where(figure => (string?)figure.Tags["operation"] == "telemetryTest").ToList();
        figures.Where(figure => figure.Instrument == "portal.upstream.attempts").Select(figure => (figure.Value, figure.Tags["outcome"])).ShouldBe([(2.0, (object?)"ok"), (1.0, "Rejected")]);
        figures.Count(figure => figure.Instrument == "portal.upstream.duration").ShouldBe(2);
        figures.ShouldAllBe(figure => (string?)figure.Tags["system"] == "erp" && (string?)figure.Tags["lane"] == "Interactive");

        mine.SelectMany(span => span.TagObjects).Concat(figures.SelectMany(figure => figure.Tags)).Select(tag => tag.Value?.ToString())
            .ShouldAllBe(value => value == null || !value.Contains(secret));
    }
}
