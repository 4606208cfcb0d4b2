using System.Collections.Concurrent;
using System.Globalization;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.IntegrationTests.Placing;

/// <summary>
/// Orders from many browsers while the ERP fails at random and the portal's process is killed at random, again and again. In the end: each stands in the ERP
/// once. Forty by default; two hundred with <c>PORTALINTEGRATION_FULL=1</c>.
/// </summary>
[Collection(PlacingCollection.Name)]
public sealed class RandomKillTests(PlacingLab lab, ITestOutputHelper output)
{
    private static readonly bool Full = Environment.GetEnvironmentVariable("PORTALINTEGRATION_FULL") == "1";

    /// <param name="protectedErp">
    /// The contract's ERP, with its keys and unique references, and every fault there is; or one that takes the same order twice when it is sent twice, so
    /// that nothing but the portal stands between a fault and a double order.
    /// </param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fault05_RandomFaultsAndKills_EachOrderStandsOnce(bool protectedErp)
    {
        var orders = Full ? 200 : 40;
        var kills = Full ? 30 : 6;
        await using var scene = await lab.Begin();
        await lab.Protect(protectedErp);
        await ArrangeFaults();
        if (protectedErp)
        {
            await ArrangeLateCommits();
        }
        else
        {
            // Long enough that no attempt ends before the ERP has done with it, however busy this machine is: its connector promises no late commit.
            scene.Settings["Systems:erp:AttemptTimeout"] = "00:00:05";
            scene.Settings["Systems:erp:TotalTimeout"] = "00:00:05";
            scene.Settings["Sync:Placing:CreateTimeout"] = "00:00:06";
        }

        var submissions = Enumerable.Range(0, orders).Select(_ => scene.Order()).ToList();
        var open = new ConcurrentQueue<Submission>(submissions);
        var killed = 0;
        var portal = await scene.StartPortal();
        while (killed < kills || !open.IsEmpty)
        {
            var die = killed < kills ? TimeSpan.FromMilliseconds(scene.Random.Next(200, 1500)) : Timeout.InfiniteTimeSpan;
            var share = killed < kills ? Math.Max(1, orders / kills) : orders;
            await SubmitUntilItDies(scene, portal, open, share, die);
            if (killed < kills)
            {
                await portal.KillAsync();
                killed++;
                portal = await scene.StartPortal();
            }
        }

        foreach (var submission in submissions)
        {
            await scene.WaitFor(portal, submission, PlacingState.Confirmed, seconds: 120);
        }

        await lab.ClearFaults();
        await Task.Delay(TimeSpan.FromSeconds(4)); // what commits late has committed
        foreach (var submission in submissions)
        {
            await scene.ShouldBeConfirmedOnce(portal, submission);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{orders} orders, {killed} kills, each once."));
    }

    private async Task ArrangeFaults()
    {
        await lab.Fault(new { kind = "latency", operation = "createOrder", milliseconds = 20, jitterMilliseconds = 200 });
        await lab.Fault(new { kind = "dropAnswer", mode = "drop", operation = "createOrder", rate = 0.06 });
        await lab.Fault(new { kind = "truncate", operation = "createOrder", rate = 0.05 });
        await lab.Fault(new { kind = "malformed", operation = "createOrder", rate = 0.04 });
        await lab.Fault(new { kind = "error", operation = "createOrder", rate = 0.05 });
        await lab.Fault(new { kind = "outage", mode = "unavailable", operation = "createOrder", rate = 0.04 });
        await lab.Fault(new { kind = "rateLimit", operation = "createOrder", retryAfterSeconds = 1, rate = 0.03 });
        await lab.Fault(new { kind = "error", operation = "listOrders", rate = 0.05 });
        await lab.Fault(new { kind = "outage", mode = "reset", operation = "listOrders", rate = 0.05 });
    }

    private async Task ArrangeLateCommits()
    {
        await lab.Fault(new { kind = "dropAnswer", mode = "hang", operation = "createOrder", rate = 0.04 });
        await lab.Fault(new { kind = "lateCommit", mode = "drop", seconds = 2, operation = "createOrder", rate = 0.06 });
    }

    /// <summary>What browsers do: each offers what it has until it hears that it is durable, and again when the line broke.</summary>
    private static async Task SubmitUntilItDies(PlacingScene scene, ServerProcess portal, ConcurrentQueue<Submission> open, int share, TimeSpan die)
    {
        var dying = Task.Delay(die);
        var left = share;
        var browsers = Enumerable.Range(0, 4).Select(async _ =>
        {
            while (!dying.IsCompleted && Interlocked.Decrement(ref left) >= 0 && open.TryDequeue(out var submission))
            {
                try
                {
                    await scene.Submit(portal, submission);
                }
                catch (Exception line) when (line is HttpRequestException or IOException or TaskCanceledException)
                {
                    open.Enqueue(submission);
                    return;
                }
            }
        }).ToList();
        if (die != Timeout.InfiniteTimeSpan)
        {
            await dying; // and the portal with it, whatever runs
            await portal.KillAsync();
        }

        await Task.WhenAll(browsers);
    }
}
