using PortalIntegration.Core.Orders;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Storage.Sql;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync.Storage;

/// <summary>
/// Two versions of the portal, one step of the tables apart, with orders in flight: the older one is the portal as it is, the newer one knows a step more.
/// </summary>
public abstract class UpgradeContract(IStoreGround ground) : IAsyncLifetime
{
    private static readonly SchemaStep Adds = new(
        """
        CREATE TABLE next_things (name TEXT PRIMARY KEY, value TEXT NULL);
        ALTER TABLE work ADD COLUMN next_word TEXT NULL;
        ALTER TABLE journal ADD COLUMN next_number INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX work_next ON work (next_word);
        """,
        OlderGoOn: true);

    private static readonly SchemaStep Breaks = new("ALTER TABLE marks RENAME COLUMN value TO word;");

    private readonly ManualTimeProvider _clock = ManualClock.Start();
    private readonly List<Node> _nodes = [];
    private FakeErp _erp = null!;

    public ValueTask InitializeAsync()
    {
        _erp = new FakeErp(_clock);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        await ground.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Up_WhileTheOlderNodeRuns_BothGoOnAndEveryOrderStandsOnce()
    {
        var older = await Open(steps => steps);
        await Aged(older);
        _erp.Then(CreateFault.CommitThenTimeout);
        var submissions = new List<Submission> { await Submit(older), await Submit(older) };
        await older.Processor.RunOne(CancellationToken.None); // ends unclear
        var before = await Version(older);

        var newer = await Open(steps => [.. steps, Adds]);
        (await Version(newer)).ShouldBe(before + 1);
        submissions.Add(await Submit(older));
        submissions.Add(await Submit(newer));
        for (var turn = 0; turn < 4; turn++)
        {
            await older.Processor.RunOne(CancellationToken.None);
            await newer.Processor.RunOne(CancellationToken.None);
        }

        await older.RunToTheEnd(_clock);
        await newer.RunToTheEnd(_clock);

        await ShouldStandOnce(older, submissions);
        await ShouldStandOnce(newer, submissions);
        (await Version(older)).ShouldBe(before + 1, "the older node left the newer tables alone");
    }

    [Fact]
    public async Task Down_OrdersInFlightOfTheNewer_AreEndedByTheOlderOnce_AndUpAgain()
    {
        var newer = await Open(steps => [.. steps, Adds]);
        await Aged(newer);
        _erp.Then(CreateFault.CommitThenTimeout);
        var submissions = new List<Submission> { await Submit(newer), await Submit(newer) };
        await newer.Processor.RunOne(CancellationToken.None);
        var version = await Version(newer);
        await Stop(newer);

        var older = await Open(steps => steps);
        submissions.Add(await Submit(older));
        await older.RunToTheEnd(_clock);
        await ShouldStandOnce(older, submissions);
        (await Version(older)).ShouldBe(version);
        submissions.Add(await Submit(older));
        await Stop(older);

        var again = await Open(steps => [.. steps, Adds]);
        await again.RunToTheEnd(_clock);
        await ShouldStandOnce(again, submissions);
    }

    [Fact]
    public async Task Up_FromTheVersionBefore_OrdersInFlightAreEnded()
    {
        var before = await Open(steps => [.. steps.Take(steps.Count - 1)]);
        await Aged(before);
        _erp.Then(CreateFault.CommitThenTimeout);
        var submissions = new List<Submission> { await Submit(before), await Submit(before) };
        await before.Processor.RunOne(CancellationToken.None);
        var version = await Version(before);
        await Stop(before);

        var now = await Open(steps => steps);
        (await Version(now)).ShouldBe(version + 1);
        await now.RunToTheEnd(_clock);

        await ShouldStandOnce(now, submissions);
    }

    [Fact]
    public async Task Up_ByAStepThatOlderNodesCannotGoOnWith_WaitsUntilTheyAreGone()
    {
        var older = await Open(steps => steps);
        await older.Get<INodes>().Beat("older", _clock.Now, CancellationToken.None);
        var submission = await Submit(older);

        var newer = await Open(steps => [.. steps, Breaks]);
        (await Should.ThrowAsync<StoreUnavailableException>(() => Version(newer))).Message.ShouldContain("stop every node");
        (await older.Store.Find(PlaceOrderFlow.KeyOf(submission.Id))).ShouldNotBeNull("nothing was changed under it");

        await older.Get<INodes>().Leave("older", CancellationToken.None);
        await Stop(older);
        var version = await Version(newer);

        var back = await Open(steps => steps);
        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => Version(back));
        refusal.Message.ShouldContain($"The store is at version {version}");
        refusal.Message.ShouldContain($"this one knows {version - 1}");
    }

    [Fact]
    public async Task Up_OlderNodeKilled_IsWaitedForAMinuteAtMost()
    {
        var older = await Open(steps => steps);
        await older.Get<INodes>().Beat("older", _clock.Now, CancellationToken.None);
        await Stop(older);
        var newer = await Open(steps => [.. steps, Breaks]);
        await Should.ThrowAsync<StoreUnavailableException>(() => Version(newer));

        _clock.Advance(TimeSpan.FromSeconds(61));

        (await Version(newer)).ShouldBeGreaterThan(1);
    }

    private async Task<Node> Open(Func<IReadOnlyList<SchemaStep>, IReadOnlyList<SchemaStep>> schema)
    {
        var node = new Node(_clock, _erp, schema, await ground.Settings());
        _nodes.Add(node);
        return node;
    }

    private async Task Stop(Node node)
    {
        _nodes.Remove(node);
        await node.DisposeAsync();
    }

    /// <summary>A store that was just made waits for what may have come before it.</summary>
    private async Task Aged(Node node)
    {
        await node.Store.Made();
        _clock.Advance(TimeSpan.FromHours(1));
    }

    private static Task<long> Version(Node node) => node.Database.Read(session => session.First<long>("SELECT MAX(version) FROM schema_version"));

    private static async Task<Submission> Submit(Node node)
    {
        var submission = Samples.Submission();
        (await node.Orders.Submit(Samples.Buyer(), submission)).Verdict.ShouldBe(SubmitVerdict.Accepted);
        return submission;
    }

    private async Task ShouldStandOnce(Node node, List<Submission> submissions)
    {
        foreach (var submission in submissions)
        {
            var placing = (await node.Orders.Find(Samples.Buyer(), submission.Id)).ShouldNotBeNull();
            placing.State.ShouldBe(PlacingState.Confirmed);
            placing.Number.ShouldBe(_erp.Standing(submission.Id).ShouldHaveSingleItem().Number);
        }
    }
}

public sealed class SqliteUpgradeTests() : UpgradeContract(new SqliteGround());

public sealed class PostgresUpgradeTests(PostgresFixture postgres) : UpgradeContract(new PostgresGround(postgres));
