using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.Checkout;
using PortalIntegration.Sandbox;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>One order is one trace, although its run begins after the click has ended.</summary>
[Collection(PortalCollection.Name)]
public sealed class TraceTests(PortalFixture portal)
{
    [Fact]
    public async Task AnOrder_FromTheClickThroughTheQueueToTheErp_IsOneTrace()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var spans = new KeptSpans();
        var people = await People.Of(portal);
        var scope = Scope.ForPortal("test", Lane.Interactive);
        var product = (await portal.Map.Owner<ICatalog>().Search(scope, new CatalogQuery("", Limit: 50), cancel)).Value.Items.First(item => !item.Discontinued);
        var id = new SubmissionId(Guid.NewGuid());
        var placing = portal.Services.GetRequiredService<IPlaceOrders>();

        ActivityTraceId trace;
        using (var press = PressTrace.Begin("place", id))
        {
            trace = press!.TraceId;
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

        // Lookups, and the sandbox's own end of each call, stand there too. A run's span ends a moment after its outcome is known.
        var mine = spans.Of(trace);
        for (var tries = 0; new[] { "checkout place", "place-order submit", "place-order run", "erp createOrder" }.Except(mine.Select(span => span.Name)).Any(); tries++)
        {
            tries.ShouldBeLessThan(100, string.Join("\n", mine));
            await Task.Delay(100, cancel);
            mine = spans.Of(trace);
        }

        mine.ShouldContain(span => span.Source == "System.Net.Http" && span.Name == "POST");
        using var erp = new SandboxControl(portal.Sandbox.ErpControlUrl);
        var (_, calls) = await erp.CallsAsync(operation: "createOrder");
        calls.Where(call => call.TraceId == trace.ToHexString()).ShouldHaveSingleItem().Status.ShouldBe(201);
    }
}
