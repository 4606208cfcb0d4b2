using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.Amending;
using PortalIntegration.Sandbox;
using PortalIntegration.Sandbox.Faults;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>A change and a cancellation through the whole portal to the ERP, whose answers are lost, late or come twice: done once, and known.</summary>
[Collection(PortalCollection.Name)]
public sealed class AmendOnceTests(PortalFixture portal) : IAsyncLifetime
{
    private static readonly Scope Everything = Scope.ForPortal("test", Lane.Interactive);

    private readonly SandboxControl _control = new(portal.Sandbox.ErpControlUrl);

    private AmendOrder Amending => portal.Services.GetRequiredService<AmendOrder>();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _control.ClearFaultsAsync();
        await _control.SetBehaviourAsync(honourIdempotencyKeys: true);
        _control.Dispose();
    }

    [Theory]
    [InlineData(FaultKind.DropAnswer, true)]
    [InlineData(FaultKind.DropAnswer, false)]
    [InlineData(FaultKind.Truncate, true)]
    [InlineData(FaultKind.Truncate, false)]
    [InlineData(FaultKind.Error, true)]
    [InlineData(FaultKind.LateCommit, true)]
    public async Task Change_AnswerLostOrLate_IsDoneOnce(FaultKind fault, bool keys)
    {
        await _control.SetBehaviourAsync(honourIdempotencyKeys: keys);
        var wanted = await Bigger();
        await _control.SetFaultAsync(new FaultRule { Kind = fault, Operation = "changeOrder", Mode = fault is FaultKind.Error ? null : "drop", Seconds = 2, Count = 1 });

        var amended = await Amending.Apply(Everything, wanted, again: false);

        amended.Verdict.ShouldBe(AmendVerdict.Done, amended.Failure?.ToString());
        if (fault is FaultKind.LateCommit)
        {
            await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        }

        await StandsAsWantedOnce(wanted);
    }

    [Fact]
    public async Task Change_DoubleClickAndTwoTabs_IsDoneOnce()
    {
        var wanted = await Bigger();
        await _control.SetFaultAsync(new FaultRule { Kind = FaultKind.Latency, Operation = "changeOrder", Milliseconds = 300, Count = 2 });

        var both = await Task.WhenAll(Amending.Apply(Everything, wanted, again: false), Amending.Apply(Everything, wanted, again: true));

        both.ShouldAllBe(amended => amended.Verdict == AmendVerdict.Done);
        await StandsAsWantedOnce(wanted);
    }

    [Fact]
    public async Task Change_TwoDifferentOnesFromTwoTabs_TheSecondIsToldThatItIsStale()
    {
        var wanted = await Bigger();
        var other = new Amendment(wanted.Change! with { Id = Guid.NewGuid(), PoNumber = "PO-OTHER", Lines = [] }, null);

        (await Amending.Apply(Everything, wanted, again: false)).Verdict.ShouldBe(AmendVerdict.Done);
        (await Amending.Apply(Everything, other, again: false)).Verdict.ShouldBe(AmendVerdict.Stale);

        (await Order(wanted.Order))["poNumber"]!.GetValue<string>().ShouldNotBe("PO-OTHER");
        await StandsAsWantedOnce(wanted);
    }

    [Fact]
    public async Task Cancel_SentMeanwhile_IsRefusedWithTheErpsReason()
    {
        var number = await Fresh();
        var allowed = (await Amending.Allowed(Everything, number)).Value;
        await _control.ShipAsync(number.Value, new Dictionary<int, decimal> { [1] = 5 });
        var cancel = new Amendment(null, new OrderCancellation { Id = Guid.NewGuid(), Order = number, Version = allowed.Version, By = "Ann", Reason = "Too late" });

        (await Amending.Apply(Everything, cancel, again: false)).Verdict.ShouldBe(AmendVerdict.Stale, "it is another order than was seen");
        var now = (await Amending.Allowed(Everything, number)).Value;
        now.IsNothing.ShouldBeFalse("only its PO number can still be set");
        now.MayCancel.ShouldBeFalse();
        var refused = await Amending.Apply(Everything, new(null, cancel.Cancellation! with { Id = Guid.NewGuid(), Version = now.Version }), again: false);

        refused.Verdict.ShouldBe(AmendVerdict.Refused);
        refused.Failure!.Detail.ShouldBe("Everything has been shipped or cancelled already.");
        (await Order(number))["status"]!.GetValue<string>().ShouldBe("shipped");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancel_AnswerLost_IsDoneOnce(bool keys)
    {
        await _control.SetBehaviourAsync(honourIdempotencyKeys: keys);
        var number = await Fresh();
        var allowed = (await Amending.Allowed(Everything, number)).Value;
        await _control.SetFaultAsync(new FaultRule { Kind = FaultKind.DropAnswer, Operation = "cancelOrder", Mode = "drop", Count = 1 });

        var amended = await Amending.Apply(
            Everything, new(null, new OrderCancellation { Id = Guid.NewGuid(), Order = number, Version = allowed.Version, By = "Ann", Reason = "Twice" }), again: false);

        amended.Verdict.ShouldBe(AmendVerdict.Done, amended.Failure?.ToString());
        var order = await Order(number);
        order["status"]!.GetValue<string>().ShouldBe("cancelled");
        Events(order, "cancelled").ShouldBe(1);
    }

    private async Task<Amendment> Bigger()
    {
        var number = await Fresh();
        var allowed = (await Amending.Allowed(Everything, number)).Value;
        return new Amendment(
            new OrderChange { Id = Guid.NewGuid(), Order = number, Version = allowed.Version, By = "Ann", Lines = [new LineChange("1", 8)] }, null);
    }

    private async Task StandsAsWantedOnce(Amendment wanted)
    {
        var order = await Order(wanted.Order);
        order["lines"]![0]!["ordered"]!.GetValue<decimal>().ShouldBe(8);
        Events(order, "changed").ShouldBe(1);
    }

    /// <summary>Five of one product, in stock, placed past the portal.</summary>
    private async Task<OrderNumber> Fresh()
    {
        using var http = Http();
        var products = JsonNode.Parse(await http.GetStringAsync(new Uri("products?limit=100", UriKind.Relative)))!["items"]!.AsArray();
        var sku = products.First(product => product!["status"]!.GetValue<string>() == "active" && product["units"]![0]!["minQuantity"]!.GetValue<decimal>() == 1
            && product["units"]![0]!["increment"]!.GetValue<decimal>() == 1)!["sku"]!.GetValue<string>();
        await _control.SetStockAsync(sku, 10_000);
        using var request = new HttpRequestMessage(HttpMethod.Post, "orders")
        {
            Content = System.Net.Http.Json.JsonContent.Create(new
            {
                externalReference = $"test-{Guid.NewGuid():N}",
                customerNumber = "C-10001",
                poNumber = "PO-AMEND",
                orderedBy = new { contactId = "con-00001", name = "Ann", onBehalfOf = (string?)null },
                lines = new[] { new { lineId = "a", sku, quantity = 5 } },
            }),
        };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return new OrderNumber(JsonNode.Parse(text)!["number"]!.GetValue<string>());
    }

    private async Task<JsonNode> Order(OrderNumber number)
    {
        using var http = Http();
        return JsonNode.Parse(await http.GetStringAsync(new Uri($"orders/{number}", UriKind.Relative)))!;
    }

    private static int Events(JsonNode order, string kind) => order["events"]!.AsArray().Count(entry => entry!["kind"]!.GetValue<string>() == kind);

    private HttpClient Http() => new() { BaseAddress = portal.Sandbox.ErpUrl, DefaultRequestHeaders = { { "Authorization", $"Bearer {portal.Sandbox.Options.ErpToken}" } } };
}
