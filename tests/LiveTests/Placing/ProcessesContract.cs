using System.Diagnostics;
using System.Globalization;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests.Placing;

/// <summary>
/// One submission, one order, on a real ERP, with the portal as processes that work on one state, are killed, and are put to sleep. A connector's tests derive a
/// sealed class and say what their ERP is like; how many orders stand is asked of the ERP itself.
/// </summary>
public abstract class ProcessesContract
{
    private static readonly bool Full = Environment.GetEnvironmentVariable("PORTALINTEGRATION_FULL") is { Length: > 0 };
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
    public async Task Fault32_ProcessAsleepBeforeItsCommit_TheOtherProcessPlacesOnce()
    {
        var ground = await Ground();
        await using var stage = new PortalStage(ground);
        await using var proxy = await CuttingProxy.Start(ground.Address, ground.NameOf);
        proxy.Arrange(ground.Commits, Fate.Paused);
        var order = ground.Order(32);
        var submission = PortalStage.Submission(order);
        var asleep = await stage.Start(proxy.Address, createTimeout: TimeSpan.FromSeconds(10));
        var submitting = PortalStage.SubmitToTheDying(asleep, submission);
        await proxy.Paused.Task.WaitAsync(TimeSpan.FromMinutes(3));
        await stage.PutToSleep(asleep);

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
    /// A dozen orders, or fifty: at every step boundary (at every second, with a dozen) a process dies, two at a time on the same state. Then two others carry on while a storm takes one in
    /// four of their writes, and one of these two is killed as well, whatever it is doing.
    /// </summary>
    [Fact]
    public async Task Fault05_ProcessesKilledAndAnswersCut_EachOrderOnce()
    {
        var ground = await Ground();
        var steps = Full ? PlacingSteps.All : ground.Steps;
        var (orders, deaths, kills) = Full ? (50, 2 * steps.Count, 4) : (12, steps.Count, 1);
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

                var submission = submissions[i].Submission;
                await PortalStage.SubmitToTheDying(doomed, submission);
                for (var more = 0; more < 4 && !await Died(doomed, submission); more++)
                {
                    // Another process was quicker at it.
                    var spare = await Ordered(i, asked: true);
                    lock (spares)
                    {
                        spares.Add(spare);
                    }

                    submission = spare.Submission;
                    await PortalStage.SubmitToTheDying(doomed, submission);
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

        dead.Distinct().ShouldBe(steps, ignoreOrder: true);
        proxy.Struck.Count.ShouldBeGreaterThan(0);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{submissions.Count} orders, each once; {dead.Count} processes dead at a step, {kills} killed at any moment, {proxy.Struck.Count} writes struck ({string.Join(", ", proxy.Struck.GroupBy(hit => hit.Fate).Select(group => $"{group.Key} {group.Count()}"))})."));

        Task<ServerProcess> Start(Uri erp, string? crashAt = null) => stage.Start(erp, crashAt, createTimeout: TimeSpan.FromSeconds(10));

        string StepOf(int i) => steps[i % steps.Count];

        // Whoever wants to be asked when it costs something else than he saw takes one step more; it does not.
        async Task<(NewOrder Order, Submission Submission)> Ordered(int i, bool asked)
        {
            var order = ground.Order(i);
            return (order, PortalStage.Submission(order, asked ? (await quoting.Quote(Portal, order.Request)).Value : null));
        }
    }

    /// <summary>Waits until it did, or another process was quicker with this order.</summary>
    private static async Task<bool> Died(ServerProcess doomed, Submission submission)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(10))
        {
            if (await doomed.EndsWithin(TimeSpan.FromMilliseconds(200)))
            {
                return true;
            }

            if (await PortalStage.IsAt(doomed, submission, PlacingState.Confirmed))
            {
                return await doomed.EndsWithin(TimeSpan.FromSeconds(1));
            }
        }

        return false;
    }
}
