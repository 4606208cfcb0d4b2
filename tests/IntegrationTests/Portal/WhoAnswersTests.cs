using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.Features.Ownership;
using PortalIntegration.Sandbox;
using PortalIntegration.Sandbox.Faults;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>"Who answers this?": one question through the map, and its whole way told without a value of the answer's.</summary>
[Collection(PortalCollection.Name)]
public sealed class WhoAnswersTests(PortalFixture portal)
{
    private WhoAnswers Who => portal.Services.GetRequiredService<WhoAnswers>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_AnOrderWhoseFirstAttemptFails_TellsEveryStageInOrderAndNoValue()
    {
        using var erp = new SandboxControl(portal.Sandbox.ErpControlUrl);
        var order = (await erp.OrdersAsync()).Items[0];
        await erp.SetFaultAsync(new FaultRule { Kind = FaultKind.Error, Operation = "getOrder", Lane = "interactive", Count = 1 });

        var way = await Who.Ask(Entity.Orders, order.Number, "", Cancel);

        way.Failure.ShouldBeNull();
        way.Steps.Select(step => step.Stage).ShouldBe(
        [
            Stage.Lookup, Stage.Freshness, Stage.Call, Stage.Lane, Stage.Breaker, Stage.Attempt, Stage.Attempt, Stage.Lane, Stage.Breaker, Stage.Attempt, Stage.Guard, Stage.Answer,
        ]);
        var attempts = way.Steps.Where(step => step.Text == "Step.Attempt").Select(step => (step.Arguments[0], step.Arguments[1])).ToList();
        attempts.ShouldBe([("1", "500"), ("2", (object)"200")]);
        way.Steps.ShouldAllBe(step => step.At >= TimeSpan.Zero && step.At <= way.Took);
        way.Fields.ShouldContain(field => field.Name == "Lines" && field.Shape == Shape.List && field.Size == order.Lines.Count);
        way.Fields.ShouldContain(field => field.Name == "Total" && field.Shape == Shape.Amount);
        way.Steps.SelectMany(step => step.Arguments).OfType<string>().ShouldNotContain(text => text.Contains(order.CustomerNumber, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ask_TheSameProductTwice_TellsThatMemoryAnswered()
    {
        using var erp = new SandboxControl(portal.Sandbox.ErpControlUrl);
        var sku = (await erp.OrdersAsync()).Items[0].Lines[0].Sku;
        await Who.Ask(Entity.Catalogue, sku, "", Cancel);

        var way = await Who.Ask(Entity.Catalogue, sku, "", Cancel);

        way.Steps.Select(step => step.Text).ShouldBe(["Step.Lookup", "Step.Covered", "Step.FromMemory", "Step.Mapped"]);
        portal.Map.LastAnswers(Entity.Catalogue).Answered.ShouldNotBeNull();
    }

    [Fact]
    public async Task Ask_WhatNobodyKnows_IsAnAnswer()
    {
        // A price that does not exist is the ERP's own kind of answer.
        foreach (var entity in Who.Askable.Except([Entity.Pricing]))
        {
            var way = await Who.Ask(entity, "NO-SUCH-KEY", "NO-SUCH-SKU", Cancel);

            way.Failure.ShouldNotBeNull(entity.ToString()).Cause.ShouldBe(Cause.NotFound, entity.ToString());
            way.Known.ShouldBeTrue(entity.ToString());
            way.Fields.ShouldBeEmpty();
        }
    }
}
