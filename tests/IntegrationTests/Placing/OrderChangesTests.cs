using PortalIntegration.Sync.Placing;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.IntegrationTests.Placing;

/// <summary>An order moves in the ERP: open pages are told, by webhook or, where that never arrives, by polling.</summary>
[Collection(PlacingCollection.Name)]
public sealed class OrderChangesTests(PlacingLab lab)
{
    [Fact]
    public async Task Webhook_OrderShipped_PagesAreTold()
    {
        await using var scene = await lab.Begin();
        scene.Settings["Sync:Polling:RepairInterval"] = "01:00:00";
        var (portal, number) = await Placed(scene);
        var before = await scene.ToldInPeace(portal, number);

        await lab.Move(number, "hold");

        await scene.WaitUntilTold(portal, number, before, seconds: 60);
    }

    [Fact]
    public async Task Fault35_WebhooksNeverArrive_PollingTellsThePages()
    {
        await using var scene = await lab.Begin();
        scene.Settings["Sync:Polling:RepairInterval"] = "00:00:01";
        await lab.Fault(new { kind = "webhookSuppress", operation = "*" });
        var (portal, number) = await Placed(scene);
        var before = await scene.ToldInPeace(portal, number);

        await lab.Move(number, "hold");

        await scene.WaitUntilTold(portal, number, before, seconds: 60);
    }

    [Theory]
    [InlineData("Fault14, bad signature", 0, true)]
    [InlineData("Fault15, too old", -303, false)]
    [InlineData("Fault15, from the future", 400, false)] // however long it takes to arrive
    public async Task Fault14_DeliveryThatDoesNotHold_TellsNobody(string row, int skewSeconds, bool badSignature)
    {
        await using var scene = await lab.Begin();
        scene.Settings["Sync:Polling:RepairInterval"] = "01:00:00";
        await lab.Fault(new { kind = "webhookSuppress", operation = "*" }); // what is sent by hand goes out all the same
        var (portal, number) = await Placed(scene);
        var before = await scene.ToldInPeace(portal, number);
        var body = $$$"""{"type":"order.changed","timestamp":"2026-03-02T08:00:00Z","data":{"entity":"order","key":"{{{number}}}"}}""";

        await lab.SendByHand(new { id = "msg-forged", body, timestampOffsetSeconds = skewSeconds, badSignature });
        await scene.WaitForOutput(portal, "was rejected", seconds: 60);
        (await scene.Told(portal, number)).ShouldBe(before, row);
        portal.Output.ShouldNotContain(body);

        await lab.SendByHand(new { id = "msg-forged", body, timestampOffsetSeconds = Math.Clamp(skewSeconds, -200, 200), badSignature = false });
        await scene.WaitUntilTold(portal, number, before, seconds: 60); // the same one, as it should be
    }

    private async Task<(ServerProcess Portal, string Number)> Placed(PlacingScene scene)
    {
        var portal = await scene.StartPortal();
        var submission = scene.Order();
        await scene.Submit(portal, submission);
        var placing = await scene.WaitFor(portal, submission, PlacingState.Confirmed);
        await lab.WaitUntilSubscribed(portal.Address);
        return (portal, placing.Number!.Value.Value);
    }
}
