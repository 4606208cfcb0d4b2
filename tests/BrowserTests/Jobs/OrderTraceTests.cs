using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Stage;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>One order is one trace, from the button in a browser to the ERP and the CRM, as a collector gets it from a portal that runs as it does for real.</summary>
public sealed class OrderTraceTests(Theatre theatre)
{
    [Fact]
    public async Task AnOrder_FromThePressToTheErpAndToTheCrm_IsOneTrace()
    {
        await using var collector = await OtlpReceiver.StartAsync(grpc: true);
        await using var portal = await PortalProcess.StartAsync(theatre.Sandbox, new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            ["Sync:Flows:order-to-crm:Mode"] = "apply",
            ["Sync:Polling:RepairInterval"] = "00:00:01",
        });
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, portal);
        await using var buyer = await Visitor.SignIn(
            theatre.Chromium, portal.Address, People.Buyer, await theatre.Sandbox.NameOf(People.Buyer), 1440, 900, ColorScheme.Light, Chromium.English);
        await buyer.Page.FillPad(erp.Lines);
        var po = Buyer.NewPo();
        var place = await buyer.Page.OpenCheckout(po);

        await place.ClickAsync();

        var number = await buyer.Page.ConfirmedNumber();
        await erp.ShipFirstPart(number);
        var submission = (await erp.OrdersUnder(po)).ShouldHaveSingleItem().Reference!["PI-".Length..];
        IReadOnlyList<OtlpSpan> trace = [];
        string[] steps = ["place-order submit", "place-order run", "erp createOrder"];
        // A span goes out when it has ended, a parent after its children. Whoever hears of the order first tells the CRM of it: a run of its own, or a write.
        for (var i = 0; !Whole(); i++)
        {
            i.ShouldBeLessThan(600, string.Join("\n", trace.Select(span => span.Name)));
            await Task.Delay(100);
            var all = collector.Spans;
            trace = all.SingleOrDefault(span => span.Name == "checkout place" && span.Attributes.GetValueOrDefault("portal.submission") == submission) is { } press
                ? [.. all.Where(span => span.Trace == press.Trace)]
                : [];
        }

        trace.Single(span => span.Parent.Length == 0).Name.ShouldBe("checkout place", "the press is where it begins");
        trace.ShouldAllBe(span => span.Service == "portal");

        bool Whole() => trace.Count(span => span.Name == "crm putTimelineEntry") >= 2 && trace.Count(span => span.Parent.Length == 0) == 1
            && !steps.Except(trace.Select(span => span.Name)).Any() && trace.Any(span => span.Name is "order-to-crm write" or "order-to-crm run");
    }
}
