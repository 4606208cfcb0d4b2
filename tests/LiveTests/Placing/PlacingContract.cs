using System.Diagnostics;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.LiveTests.Placing;

/// <summary>
/// One submission, one order, on a real ERP: whatever befalls the calls, and whoever else places it. A connector's tests derive a sealed class and say
/// what their ERP is like; how many orders stand is asked of the ERP itself.
/// </summary>
public abstract class PlacingContract
{
    private static readonly bool Full = Environment.GetEnvironmentVariable("PORTALINTEGRATION_FULL") is { Length: > 0 };
    private static readonly TimeSpan Impatient = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(60);

    private static readonly Scope Portal = Scope.ForPortal("placing-contract", Lane.Order);

    private protected abstract Task<PlacingGround> Ground();

    [Fact]
    public Task Fault01_AnswerNeverComes_OneOrder() => OneOrderThoughEachWrite(Fate.NeverAnswered);

    [Fact]
    public Task Fault01_AnswerLost_OneOrder() => OneOrderThoughEachWrite(Fate.AnswerLost);

    [Fact]
    public Task Fault02_AnswerCutInTheMiddle_OneOrder() => OneOrderThoughEachWrite(Fate.AnswerCut);

    [Fact]
    public Task Fault03_RequestNeverArrives_OneOrder() => OneOrderThoughEachWrite(Fate.NeverArrives);

    [Fact]
    public Task Fault04_CommittedLateAfterAnEmptyLookup_OneOrder() => OneOrderThoughEachWrite(Fate.ArrivesLate);

    [Fact]
    public async Task Fault05_CutOffAfterEachCall_OneOrder()
    {
        var ground = await Ground();
        var step = Full ? 1 : 3;
        var died = 0;
        for (var survived = 0; ; survived += 4 * step)
        {
            var ends = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => CutOffAfter(ground, survived + (i * step))));
            died += ends.Count(end => end);
            if (ends.Contains(false))
            {
                break;
            }
        }

        died.ShouldBeGreaterThan(ground.Writes.Count / step);
    }

    [Fact]
    public async Task Fault28_SameSubmissionFromSixTasks_OneOrder()
    {
        var ground = await Ground();
        var order = ground.Order(28);
        var connections = Enumerable.Range(0, 3).Select(_ => ground.Connect(ground.Address, Patient, 2).Find<IOrders>()!).ToList();

        var placed = await Task.WhenAll(Enumerable.Range(0, 6).Select(async worker => await AsTheFlowDoes(connections[worker % 3], order)));

        placed.Distinct().ShouldHaveSingleItem();
        (await ground.Placed(order)).ShouldHaveSingleItem().ShouldBe(placed[0].Value);
    }

    [Fact]
    public async Task Fault32_PausedBeforeEachWrite_OtherPlacesAndOneOrder()
    {
        var ground = await Ground();
        await Task.WhenAll(ground.Writes.Select(async (write, i) =>
        {
            await using var proxy = await CuttingProxy.Start(ground.Address, ground.NameOf);
            proxy.Arrange(write, Fate.Paused);
            var order = ground.Order(i);
            var paused = ground.Connect(proxy.Address, Patient, 2).Find<IOrders>()!.Create(Portal, order, Deadline);
            await proxy.Paused.Task.WaitAsync(TimeSpan.FromSeconds(60));

            var other = await AsTheFlowDoes(ground.Connect(ground.Address, Patient, 2).Find<IOrders>()!, order);
            proxy.Resume();
            var late = await paused;

            if (late.Succeeded)
            {
                late.Value.Number.ShouldBe(other, write);
            }

            (await ground.Placed(order)).ShouldHaveSingleItem(write).ShouldBe(other.Value);
        }));
    }

    [Fact]
    public async Task Control_PlacedASecondTimeByHand_IsCounted()
    {
        var ground = await Ground();
        var order = ground.Order(0);
        await AsTheFlowDoes(ground.Connect(ground.Address, Patient, 2).Find<IOrders>()!, order);

        await ground.PlaceOnceMore(order);

        (await ground.Placed(order)).Count.ShouldBe(2);
    }

    private static DateTimeOffset Deadline => TimeProvider.System.GetUtcNow().AddSeconds(60);

    private async Task OneOrderThoughEachWrite(Fate fate)
    {
        var ground = await Ground();
        await Task.WhenAll(ground.Writes.Select(async (write, i) =>
        {
            await using var proxy = await CuttingProxy.Start(ground.Address, ground.NameOf);
            proxy.Arrange(write, fate);
            var order = ground.Order(i);

            var number = await AsTheFlowDoes(ground.Connect(proxy.Address, Impatient, 2).Find<IOrders>()!, order);
            await proxy.AllArrived();

            proxy.Seen.Count(method => method.EndsWith(write, StringComparison.Ordinal)).ShouldBeGreaterThan(0, $"{write} is no write of placing");
            (await ground.Placed(order)).ShouldHaveSingleItem(write).ShouldBe(number.Value);
        }));
    }

    /// <summary>Whether it died: false when it was done before so many calls.</summary>
    private static async Task<bool> CutOffAfter(PlacingGround ground, int calls)
    {
        await using var proxy = await CuttingProxy.Start(ground.Address, ground.NameOf);
        proxy.DieAfter(calls);
        var order = ground.Order(calls);
        var killed = await ground.Connect(proxy.Address, Patient, 0).Find<IOrders>()!.Create(Portal, order, Deadline);

        var number = killed.Succeeded ? killed.Value.Number!.Value : await AsTheFlowDoes(ground.Connect(ground.Address, Patient, 2).Find<IOrders>()!, order, killed);

        (await ground.Placed(order)).ShouldHaveSingleItem($"after {calls} calls").ShouldBe(number.Value);
        return !killed.Succeeded;
    }

    /// <summary>Create; after any unclear answer wait for the declared horizon, look it up, and only then create again. What was not asked at all is no attempt.</summary>
    private static async Task<Core.OrderNumber> AsTheFlowDoes(IOrders orders, NewOrder order, Outcome<Order>? already = null)
    {
        var clock = Stopwatch.StartNew();
        var last = already?.Failure;
        for (var creates = 0; creates < 10 && clock.Elapsed < TimeSpan.FromSeconds(90);)
        {
            if (last is { MayHaveTakenEffect: true })
            {
                await Task.Delay(orders.Placing.CommitHorizon);
                var found = await orders.FindByReference(Portal, order.Request.Customer, order.Submission);
                if (!found.Succeeded)
                {
                    found.Failure!.RetryCanHelp.ShouldBeTrue(found.ToString());
                    await Task.Delay(TimeSpan.FromMilliseconds(300));
                    continue;
                }

                if (found.Value is { Number: { } standing })
                {
                    return standing;
                }
            }

            var answer = await orders.Create(Portal, order, Deadline);
            if (answer.Succeeded)
            {
                return answer.Value.Number!.Value;
            }

            answer.Failure!.RetryCanHelp.ShouldBeTrue(answer.ToString());
            if (answer.Failure.CountsAsAttempt)
            {
                (last, creates) = (answer.Failure, creates + 1);
            }
            else
            {
                await Task.Delay(TimeSpan.FromMilliseconds(300));
            }
        }

        throw new InvalidOperationException($"Not placed: {last}");
    }
}
