using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync.Placing;

/// <summary>
/// Two hundred orders while the ERP times out, commits late, breaks off, refuses and goes down, and the portal's process dies between steps, clicks come twice
/// and once the whole store is lost. In the end each accepted one stands once, and each refused one not at all.
/// </summary>
public sealed class RandomFaultsTests
{
    private const int Orders = 200;

    private static readonly CreateFault[] Faults =
    [
        CreateFault.CommitThenTimeout, CreateFault.CommitThenCut, CreateFault.TimeoutBeforeCommit, CreateFault.CommitLate, CreateFault.CommitLateUnavailable, CreateFault.Throttled,
        CreateFault.Unreachable, CreateFault.Unavailable, CreateFault.ServerError, CreateFault.ConnectorBug,
    ];

    [Theory]
    [InlineData(1, false)]
    [InlineData(101, true)]
    [InlineData(103, true)]
    public async Task Fault05_RandomFaultsAndDeaths_EachOrderStandsOnce(int seed, bool storeLost)
    {
        var random = new Random(seed);
        var clock = ManualClock.Start();
        var refused = new HashSet<SubmissionId>();
        using var directory = new TemporaryDirectory();
        using var elsewhere = new TemporaryDirectory();
        var erp = new FakeErp(clock) { LateBy = TimeSpan.FromSeconds(45), RetryAfter = TimeSpan.FromSeconds(7) };
        erp.Fault = order =>
        {
            if (refused.Contains(order.Submission))
            {
                return CreateFault.Rejected;
            }

            return random.NextDouble() < 0.4 ? Faults[random.Next(Faults.Length)] : CreateFault.None;
        };

        var submissions = Enumerable.Range(0, Orders).Select(_ => Make(random, refused)).ToList();
        var open = new Queue<Submission>(submissions);
        var deaths = 0;
        var state = directory.Path;
        while (true)
        {
            await using var node = new Node(state, clock, erp, random, []);
            node.Steps.Dies = _ => random.NextDouble() < 0.01;
            try
            {
                await SubmitAll(node, open, random);
                await node.RunToTheEnd(clock, TimeSpan.FromHours(12));
                break;
            }
            catch (StoreUnavailableException)
            {
                deaths++; // SIGKILL, as far as the store can tell
                clock.Advance(TimeSpan.FromSeconds(1));
                if (storeLost && deaths == 3)
                {
                    state = elsewhere.Path;
                    open = new Queue<Submission>(submissions); // every browser offers what it has
                }
            }
        }

        deaths.ShouldBeGreaterThan(3);
        clock.Advance(TimeSpan.FromHours(1));
        var last = new Node(state, clock, erp, random, []);
        await using (last)
        {
            foreach (var submission in submissions)
            {
                var placing = (await last.Orders.Find(Samples.Buyer(submission.Request.Customer.Value), submission.Id)).ShouldNotBeNull();
                var standing = erp.Standing(submission.Id);
                if (refused.Contains(submission.Id))
                {
                    placing.State.ShouldBe(PlacingState.Rejected);
                    standing.ShouldBeEmpty();
                }
                else
                {
                    placing.State.ShouldBe(PlacingState.Confirmed, submission.Id.ToString());
                    standing.Count.ShouldBe(1, submission.Id.ToString());
                    placing.Number.ShouldBe(standing[0].Number);
                }
            }
        }

        erp.All.Count.ShouldBe(Orders - refused.Count);
    }

    private static Submission Make(Random random, HashSet<SubmissionId> refused)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        var id = new SubmissionId(new Guid(bytes));
        if (random.NextDouble() < 0.05)
        {
            refused.Add(id);
        }

        var ask = random.NextDouble() < 0.5;
        return Samples.Submission(
            id,
            customer: $"C-{random.Next(40)}",
            policy: ask ? PricePolicy.AskIfDifferent : PricePolicy.PriceOfTheDay,
            seen: Samples.Quote());
    }

    private static async Task SubmitAll(Node node, Queue<Submission> open, Random random)
    {
        while (open.TryPeek(out var submission))
        {
            var scope = Samples.Buyer(submission.Request.Customer.Value);
            var clicks = random.Next(1, 4);
            for (var click = 0; click < clicks; click++)
            {
                var result = await node.Orders.Submit(scope, submission);
                result.Verdict.ShouldBeOneOf(SubmitVerdict.Accepted, SubmitVerdict.Attached);
            }

            open.Dequeue();
            if (random.NextDouble() < 0.3)
            {
                await node.RunDue(limit: random.Next(1, 10));
            }
        }
    }
}
