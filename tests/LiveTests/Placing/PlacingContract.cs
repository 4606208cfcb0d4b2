using System.Diagnostics;
using System.Globalization;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests.Placing;

/// <summary>What placing has to know of a real ERP.</summary>
internal sealed record PlacingGround
{
    /// <summary>Those of both systems' seeds whose credit lasts for dozens of small orders. A customer's orders start one after the other, so there are several.</summary>
    public static IReadOnlyList<string> Customers { get; } = ["C1007", "C1003", "C1006"];

    public required Uri Address { get; init; }

    /// <summary>What a portal is told of the system and of who owns what, beside the address: <c>Systems:erp:Connector</c> and so on.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>Opens a connection to this address, with so much time for an attempt and so many further attempts of a read.</summary>
    public required Func<Uri, TimeSpan, int, ISystemConnection> Connect { get; init; }

    /// <summary>An order that the ERP takes, of a submission of its own.</summary>
    public required Func<int, NewOrder> Order { get; init; }

    /// <summary>Ends of the names of all calls that write while an order is placed, in their order.</summary>
    public required IReadOnlyList<string> Writes { get; init; }

    /// <summary>The call after which the order stands: one of <see cref="Writes"/>.</summary>
    public required string Commits { get; init; }

    /// <summary>The name of the call that a body asks for; null for JSON-RPC.</summary>
    public Func<byte[], string>? NameOf { get; init; }

    /// <summary>The numbers of the orders that stand confirmed under the submission's reference, read past the connector.</summary>
    public required Func<NewOrder, Task<IReadOnlyList<string>>> Placed { get; init; }

    /// <summary>What must never happen: confirms a second order under the reference, past the connector.</summary>
    public required Func<NewOrder, Task> PlaceOnceMore { get; init; }
}

/// <summary>
/// One submission, one order, on a real ERP: whatever befalls calls, processes and the line between them. A connector's tests derive a sealed class and say
/// what their ERP is like; how many orders stand is asked of the ERP itself.
/// </summary>
public abstract class PlacingContract
{
    private static readonly bool Full = Environment.GetEnvironmentVariable("PORTALINTEGRATION_FULL") is { Length: > 0 };
    private static readonly TimeSpan Impatient = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Nothing may stand still for so long while a storm blows. How long the last of 50 orders waits depends on the machine: a customer's orders are first
    /// attempted one after the other, and with one in four of four or five writes struck, and two of five blows costing an attempt's 5 s, an attempt took 3.8 s
    /// on average and an order 1.5 of them. The gap between two orders that come through depends on it far less.
    /// </summary>
    private static readonly TimeSpan Starving = TimeSpan.FromSeconds(90);
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
        var step = Full ? 1 : 2;
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
    public async Task Fault28_ClicksOnTwoProcesses_OneOrder()
    {
        var ground = await Ground();
        await using var stage = new PortalStage(ground);
        var portals = await Task.WhenAll(stage.Start(ground.Address), stage.Start(ground.Address));
        var order = ground.Order(2);
        var submission = PortalStage.Submission(order);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(click => PortalStage.Submit(portals[click % 2], submission)));
        var placed = await Task.WhenAll(portals.Select(portal => PortalStage.WaitFor(portal, submission, PlacingState.Confirmed)));

        (await ground.Placed(order)).ShouldHaveSingleItem().ShouldBe(placed[0].Number!.Value.Value);
        placed[1].Number.ShouldBe(placed[0].Number);
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
    public async Task Fault32_ProcessAsleepBeforeItsCommit_TheOtherProcessPlacesOnce()
    {
        var ground = await Ground();
        await using var stage = new PortalStage(ground);
        await using var proxy = await CuttingProxy.Start(ground.Address, ground.NameOf);
        proxy.Arrange(ground.Commits, Fate.Paused);
        var order = ground.Order(32);
        var submission = PortalStage.Submission(order);
        var asleep = await stage.Start(proxy.Address, createTimeout: TimeSpan.FromSeconds(3));
        var submitting = PortalStage.SubmitToTheDying(asleep, submission);
        await proxy.Paused.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await asleep.PauseAsync();

        var awake = await stage.Start(ground.Address);
        await PortalStage.Submit(awake, submission);
        var placed = await PortalStage.WaitFor(awake, submission, PlacingState.Confirmed);
        proxy.Resume();
        await asleep.ResumeAsync();
        await submitting;
        await Task.Delay(TimeSpan.FromSeconds(3)); // time for the sleeper to do harm

        (await ground.Placed(order)).ShouldHaveSingleItem().ShouldBe(placed.Number!.Value.Value);
    }

    /// <summary>
    /// A dozen orders, or fifty: at every step boundary a process dies, two at a time on the same state. Then two others carry on while a storm takes one in
    /// four of their writes, and one of these two is killed as well, whatever it is doing.
    /// </summary>
    [Fact]
    public async Task Fault05_ProcessesKilledAndAnswersCut_EachOrderOnce()
    {
        var ground = await Ground();
        var (orders, deaths, kills) = Full ? (50, 2 * PlacingSteps.All.Count, 4) : (12, PlacingSteps.All.Count, 1);
        const int Seed = 20261121;
        await using var stage = new PortalStage(ground);
        await using var proxy = await CuttingProxy.Start(ground.Address, ground.NameOf);
        proxy.Storm = new Storm(new Random(Seed), ground.Writes);
        var quoting = ground.Connect(ground.Address, Patient, 2).Find<IQuoting>()!;
        var submissions = new List<(NewOrder Order, Submission Submission)>();
        for (var i = 0; i < orders; i++)
        {
            submissions.Add(await Ordered(i, asked: i % 2 == 0 || StepOf(i) == PlacingSteps.Quoted));
        }

        var others = new Queue<Submission>(submissions.Skip(deaths).Select(entry => entry.Submission));
        var dead = new List<string>();
        var spares = new List<(NewOrder Order, Submission Submission)>();
        foreach (var pair in Enumerable.Range(0, deaths).Chunk(2))
        {
            dead.AddRange(await Task.WhenAll(pair.Select(async i =>
            {
                ServerProcess doomed;
                try
                {
                    doomed = await Start(ground.Address, crashAt: StepOf(i));
                }
                catch (InvalidOperationException died) when (died.Message.Contains("ended with 137", StringComparison.Ordinal))
                {
                    return StepOf(i); // at what an earlier one left, before it answered anybody
                }

                await PortalStage.SubmitToTheDying(doomed, submissions[i].Submission);
                for (var more = 0; more < 4 && !await doomed.EndsWithin(TimeSpan.FromSeconds(10)); more++)
                {
                    // Another process was quicker at it.
                    var spare = await Ordered(i, asked: true);
                    lock (spares)
                    {
                        spares.Add(spare);
                    }

                    await PortalStage.SubmitToTheDying(doomed, spare.Submission);
                }

                doomed.Running.ShouldBeFalse($"{StepOf(i)} was never reached");
                return StepOf(i);
            })));
        }

        submissions.AddRange(spares);

        // Nobody outlived the last pair: what the dead left is taken up by these two.
        var (survivor, second) = (await Start(proxy.Address), await Start(proxy.Address));
        for (var killed = 0; killed < kills; killed++)
        {
            var share = Enumerable.Range(0, Math.Max(2, (orders - deaths) / kills)).Where(_ => others.Count > 0).Select(_ => others.Dequeue()).ToList();
            var submitting = share.Select((submission, i) => PortalStage.SubmitToTheDying(i % 2 == 0 ? second : survivor, submission)).ToList();
            await Task.Delay(TimeSpan.FromMilliseconds(new Random(Seed + killed).Next(300, 1500)));
            await second.KillAsync();
            await Task.WhenAll(submitting);
            second = await Start(proxy.Address);
        }

        // Browsers offer what they have no number for, to whichever process they reach.
        await Task.WhenAll(submissions.Select((entry, i) => PortalStage.Submit(i % 2 == 0 ? survivor : second, entry.Submission)));
        await PortalStage.WaitForAll(survivor, [.. submissions.Select(entry => entry.Submission)], PlacingState.Confirmed, Starving);
        await proxy.AllArrived();
        await Task.Delay(TimeSpan.FromSeconds(1));
        foreach (var (order, submission) in submissions)
        {
            var placed = await PortalStage.WaitFor(second, submission, PlacingState.Confirmed);
            (await ground.Placed(order)).ShouldHaveSingleItem(submission.Id.ToString()).ShouldBe(placed.Number!.Value.Value);
        }

        dead.Distinct().ShouldBe(PlacingSteps.All, ignoreOrder: true);
        proxy.Struck.Count.ShouldBeGreaterThan(0);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{submissions.Count} orders, each once; {dead.Count} processes dead at a step, {kills} killed at any moment, {proxy.Struck.Count} writes struck ({string.Join(", ", proxy.Struck.GroupBy(hit => hit.Fate).Select(group => $"{group.Key} {group.Count()}"))})."));

        Task<ServerProcess> Start(Uri erp, string? crashAt = null) => stage.Start(erp, crashAt, createTimeout: TimeSpan.FromSeconds(10));

        static string StepOf(int i) => PlacingSteps.All[i % PlacingSteps.All.Count];

        // Whoever wants to be asked when it costs something else than he saw takes one step more; it does not.
        async Task<(NewOrder Order, Submission Submission)> Ordered(int i, bool asked)
        {
            var order = ground.Order(i);
            return (order, PortalStage.Submission(order, asked ? (await quoting.Quote(Portal, order.Request)).Value : null));
        }
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
