using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.IntegrationTests.Portal;
using PortalIntegration.Portal.Features.Checkout;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Sandbox;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Tests.Servers;
using PortalIntegration.Tests;

namespace PortalIntegration.IntegrationTests.Flows;

/// <summary>What the CRM is told of an order goes on in the order's trace, whatever the telling was triggered by and although the ERP hands no trace on.</summary>
public sealed class OrderTraceTests : IAsyncLifetime
{
    private static readonly Scope Admin = Scope.ForPerson(new PersonId("usr-admin"), Role.Admin, []);
    private static readonly Scope Ours = Scope.ForPortal("test", Lane.Interactive);

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("portal-trace-");
    private SandboxHost? _sandbox;
    private WebApplication? _portal;

    public async ValueTask InitializeAsync() => _sandbox = await SandboxHost.StartAsync(new SandboxOptions
    {
        ErpUrl = new Uri("http://127.0.0.1:0"),
        CrmUrl = new Uri("http://127.0.0.1:0"),
        Skus = 60,
        Accounts = 24,
        Contacts = 30,
        Orders = 20,
    });

    public async ValueTask DisposeAsync()
    {
        if (_portal is not null)
        {
            await _portal.StopAsync();
            await _portal.DisposeAsync();
        }

        await _sandbox!.DisposeAsync();
        TestDirectory.Delete(_state.FullName);
    }

    [Theory]
    [InlineData("webhook")]
    [InlineData("polling")]
    [InlineData("comparing all keys")]
    public async Task AnOrder_ToldToTheCrmLater_IsStillOneTrace(string trigger)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var spans = new KeptSpans();
        var portal = await Start(trigger);
        var id = new SubmissionId(Guid.NewGuid());
        var placing = portal.GetRequiredService<IPlaceOrders>();
        ActivityTraceId trace;
        using (var press = PressTrace.Begin("place", id))
        {
            trace = press!.TraceId;
            (await placing.Submit(Ours, await Submission(portal, id), cancel)).Verdict.ShouldBe(SubmitVerdict.Accepted);
        }

        await Until(async () => (await placing.Find(Ours, id, cancel))?.State == PlacingState.Confirmed, "the order is confirmed");
        using var control = new SandboxControl(_sandbox!.ErpControlUrl);
        var order = (await control.OrdersAsync(externalReference: id.ExternalReference)).Items.Single();
        if (order.Status == "received")
        {
            await control.MoveOrderAsync(order.Number, "accept");
        }

        await control.ShipAsync(order.Number, new Dictionary<int, decimal> { [1] = 1 });
        if (trigger == "comparing all keys")
        {
            (await portal.GetRequiredService<IFlowBoard>().RunNow(Admin, OrderToCrm)).ShouldBeTrue();
        }

        await Until(() => Task.FromResult(spans.Of(trace).Count(span => span.Name == "crm putTimelineEntry") >= 2), "placed and shipped are told");

        // A run that the create's own webhook triggered may have told both: it is in the trace itself, and ties nothing together.
        string[] expected = ["checkout place", "place-order submit", "place-order run", "erp createOrder"];
        await Until(
            () => Task.FromResult(spans.Of(trace).Select(span => span.Name).ToHashSet() is var names && names.IsSupersetOf(expected) && (names.Contains($"{OrderToCrm} write") || names.Contains($"{OrderToCrm} run"))),
            "the trace has all of it",
            () => string.Join(", ", spans.Of(trace).Select(span => span.Name)));
        // One tree: once all have ended, every span but the press stands below another one.
        await Until(
            () => Task.FromResult(spans.Of(trace) is var mine && mine.Where(span => span.Name != expected[0]).All(span => mine.Any(parent => parent.Id == span.Parent))), "the spans are one tree");
        // The run that told belongs to what triggered it, and either leads to the other.
        await Until(
            () => Task.FromResult(spans.All.Any(span => span.Name == $"{OrderToCrm} run" && (span.Trace == trace || span.Links.Contains(trace)))), "the run is linked");
        var told = await portal.GetRequiredService<IJournal>().Search(new JournalFilter { Flow = OrderToCrm, Trace = trace.ToHexString() }, null, 100, cancel);
        told.Entries.ShouldContain(entry => entry.Key.Key == order.Number && entry.Written != null, "the journal finds it by the same trace");
    }

    private const string OrderToCrm = "order-to-crm";

    private async Task<Submission> Submission(IServiceProvider portal, SubmissionId id)
    {
        var products = await portal.GetRequiredService<IOwnershipMap>().Owner<ICatalog>().Search(Ours, new CatalogQuery("", Limit: 50));
        var product = products.Value.Items.First(item => !item.Discontinued);
        using var control = new SandboxControl(_sandbox!.ErpControlUrl);
        await control.SetStockAsync(product.Sku.Value, 5_000);
        return new Submission
        {
            Id = id,
            Request = new QuoteRequest
            {
                Submission = id,
                Customer = new CustomerNumber("C-10001"),
                Lines = [new OrderLineRequest("1", product.Sku, Math.Max(product.MinimumQuantity ?? 1, product.PackSize ?? 1))],
            },
            OrderedBy = new OrderedBy(new PersonId("con-00001"), "Buyer"),
            Policy = PricePolicy.PriceOfTheDay,
        };
    }

    /// <summary>A portal that hears of changes in one way only, and is ready to.</summary>
    private async Task<IServiceProvider> Start(string trigger)
    {
        var address = ServerProcess.FreeAddress();
        _portal = PortalHost.Build(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Development },
            builder =>
            {
                builder.WebHost.UseUrls(address.ToString());
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["SignIn:Kind"] = "PersonPicker",
                    ["State:Directory"] = _state.FullName,
                    ["Systems:erp:Connector"] = "reference-erp",
                    ["Systems:erp:Address"] = _sandbox!.ErpUrl.ToString(),
                    ["Systems:erp:Credentials:Token"] = _sandbox.Options.ErpToken,
                    ["Systems:erp:WebhookSecrets:0"] = "whsec_b3JkZXItdHJhY2UtdGVzdHMtMzItYnl0ZXMtMDAwMDE=",
                    ["Systems:crm:Connector"] = "reference-crm",
                    ["Systems:crm:Address"] = _sandbox.CrmUrl.ToString(),
                    ["Systems:crm:Credentials:Token"] = _sandbox.Options.CrmToken,
                    ["Systems:crm:WebhookSecrets:0"] = "whsec_b3JkZXItdHJhY2UtdGVzdHMtMzItYnl0ZXMtMDAwMDE=",
                    ["Serilog:MinimumLevel:Default"] = "Error",
                    ["Sync:Flows:order-to-crm:Mode"] = "apply",
                    ["Sync:Webhooks:PublicAddress"] = trigger == "webhook" ? address.ToString() : null,
                    ["Sync:Polling:RepairInterval"] = trigger == "polling" ? "00:00:01" : "1.00:00:00",
                });
            });
        await _portal.StartAsync();
        var portal = _portal.Services;
        await Until(async () => await portal.GetRequiredService<IMarks>().Get("poll:Orders:erp") is not null, "the first poll has been");
        if (trigger == "webhook")
        {
            await Until(async () => (await portal.GetRequiredService<IJournal>().Read(new WorkKey("webhook-subscription", "erp"), 1)).Count > 0, "it is subscribed");
        }

        return portal;
    }

    private static async Task Until(Func<Task<bool>> holds, string what, Func<string>? seen = null)
    {
        for (var i = 0; i < 600; i++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"Not within a minute: {what}. {seen?.Invoke()}");
    }
}
