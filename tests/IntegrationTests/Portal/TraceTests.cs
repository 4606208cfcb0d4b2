using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Trace;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Sandbox;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>One order is one trace, although its run begins after the click has ended.</summary>
[Collection(PortalCollection.Name)]
public sealed class TraceTests(PortalFixture portal)
{
    private static readonly ActivitySource _browser = new("test.browser");

    [Fact]
    public async Task AnOrder_FromTheClickThroughTheQueueToTheErp_IsOneTrace()
    {
        var cancel = TestContext.Current.CancellationToken;
        var spans = new Kept();
        using var traces = Sdk.CreateTracerProviderBuilder().AddSource([.. Telemetry.Traced, _browser.Name]).AddProcessor(new SimpleActivityExportProcessor(spans)).Build();
        var people = await People.Of(portal);
        var scope = Scope.ForPortal("test", Lane.Interactive);
        var product = (await portal.Map.Owner<ICatalog>().Search(scope, new CatalogQuery("", Limit: 50), cancel)).Value.Items.First(item => !item.Discontinued);
        var id = new SubmissionId(Guid.NewGuid());
        var placing = portal.Services.GetRequiredService<IPlaceOrders>();

        ActivityTraceId trace;
        using (var click = _browser.StartActivity("click"))
        {
            trace = click!.TraceId;
            var taken = await placing.Submit(scope, new Submission
            {
                Id = id,
                Request = new QuoteRequest
                {
                    Submission = id,
                    Customer = people.Own.Customer,
                    Lines = [new OrderLineRequest("1", product.Sku, Math.Max(product.MinimumQuantity ?? 1, product.PackSize ?? 1))],
                },
                OrderedBy = new OrderedBy(people.Own.Contact, "Buyer"),
                Policy = PricePolicy.PriceOfTheDay,
            }, cancel);
            taken.Verdict.ShouldBe(SubmitVerdict.Accepted);
        }

        Sync.Placing.Placing? placed = null;
        for (var tries = 0; placed?.State is not PlacingState.Confirmed; tries++)
        {
            tries.ShouldBeLessThan(300, placed?.ToString());
            await Task.Delay(100, cancel);
            placed = await placing.Find(scope, id, cancel);
        }

        traces.ForceFlush().ShouldBeTrue();
        var mine = spans.Of(trace);
        // Lookups, and the sandbox's own end of each call, stand there too.
        new[] { "click", "place-order submit", "place-order run", "erp createOrder" }.Except(mine.Select(span => span.Name)).ShouldBeEmpty(string.Join(", ", mine));
        mine.ShouldContain(span => span.Source == "System.Net.Http" && span.Name == "POST");
        using var erp = new SandboxControl(portal.Sandbox.ErpControlUrl);
        var (_, calls) = await erp.CallsAsync(operation: "createOrder");
        calls.Where(call => call.TraceId == trace.ToHexString()).ShouldHaveSingleItem().Status.ShouldBe(201);
    }

    private sealed class Kept : BaseExporter<Activity>
    {
        private readonly ConcurrentQueue<(ActivityTraceId Trace, string Name, string Source)> _spans = new();

        public IReadOnlyList<(string Name, string Source)> Of(ActivityTraceId trace) => [.. _spans.Where(span => span.Trace == trace).Select(span => (span.Name, span.Source))];

        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
            {
                _spans.Enqueue((span.TraceId, span.DisplayName, span.Source.Name));
            }

            return ExportResult.Success;
        }
    }
}
