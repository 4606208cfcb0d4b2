using System.Diagnostics;
using Npgsql;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.IntegrationTests.Placing;

/// <summary>Two portal processes on one PostgreSQL that keeps its promises about the disk.</summary>
[Collection(PlacingCollection.Name)]
public sealed class TwoNodesTests(PlacingLab lab, ITestOutputHelper output) : IAsyncLifetime
{
    private PostgresServer? _postgres;

    public async ValueTask InitializeAsync()
    {
        try
        {
            _postgres = await PostgresServer.Start(durable: true);
        }
        catch (ServerMissingException missing) when (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            Assert.Skip(missing.Message);
        }
    }

    [Fact]
    public async Task Fault05_NodesAndDatabaseKilledInTurn_EachOrderStandsOnce()
    {
        await using var scene = await Begin();
        await lab.Fault(new { kind = "latency", operation = "createOrder", milliseconds = 20, jitterMilliseconds = 200 });
        await lab.Fault(new { kind = "dropAnswer", mode = "drop", operation = "createOrder", rate = 0.1 });
        var nodes = new[] { await scene.StartPortal(), await scene.StartPortal() };
        var submissions = Enumerable.Range(0, 36).Select(_ => scene.Order()).ToList();
        for (var round = 0; round < 6; round++)
        {
            var some = submissions.GetRange(round * 6, 6);
            await Task.WhenAll(some.Select((submission, i) => Offer(scene, nodes[i % 2], submission)));
            if (round == 2)
            {
                await CrashDatabase();
            }
            else
            {
                await nodes[round % 2].KillAsync();
                nodes[round % 2] = await scene.StartPortal();
            }
        }

        foreach (var (submission, i) in submissions.Select((submission, i) => (submission, i)))
        {
            await scene.WaitFor(nodes[i % 2], submission, PlacingState.Confirmed, seconds: 120);
        }

        await lab.ClearFaults();
        foreach (var (submission, i) in submissions.Select((submission, i) => (submission, i)))
        {
            await scene.ShouldBeConfirmedOnce(nodes[(i + 1) % 2], submission);
        }

        output.WriteLine($"{submissions.Count} orders, five nodes and a database killed, each once.");
    }

    [Fact]
    public async Task Fault10_DatabaseKilledRightAfterItSaidYes_TheRowIsThere()
    {
        await using var scene = await Begin();
        scene.Settings["Sync:Worker:PollInterval"] = "00:01:00";
        await lab.Fault(new { kind = "outage", mode = "unavailable", operation = "createOrder", rate = 1.0 });
        var node = await scene.StartPortal();
        for (var i = 0; i < 5; i++)
        {
            var submission = scene.Order();
            await Offer(scene, node, submission); // its connections are of before the last crash
            await CrashDatabase();

            await Known(scene, node, submission);
        }

        await using var connection = new NpgsqlConnection(_postgres!.Connection("postgres"));
        await connection.OpenAsync();
        foreach (var setting in new[] { "fsync", "synchronous_commit", "full_page_writes" })
        {
            await using var show = new NpgsqlCommand($"SHOW {setting}", connection);
            (await show.ExecuteScalarAsync()).ShouldBe("on", setting);
        }
    }

    [Fact]
    public async Task Change_HeardByOneNode_IsToldToThePagesOfBoth()
    {
        await using var scene = await Begin();
        var (one, two) = (await scene.StartPortal(), await scene.StartPortal());
        await lab.WaitUntilSubscribed(one.Address, two.Address);
        var submission = scene.Order();
        await scene.Submit(one, submission);
        var number = (await scene.WaitFor(two, submission, PlacingState.Confirmed)).Number!.Value.Value;
        var (toldByOne, toldByTwo) = (await scene.Told(one, number), await scene.Told(two, number));

        await lab.Move(number, "hold");

        await scene.WaitUntilTold(one, number, toldByOne, seconds: 90);
        await scene.WaitUntilTold(two, number, toldByTwo, seconds: 90);
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }

    private async Task<PlacingScene> Begin()
    {
        var scene = await lab.Begin();
        scene.Settings["State:Kind"] = "postgresql";
        scene.Settings["State:ConnectionString"] = _postgres!.Connection("postgres");
        return scene;
    }

    /// <summary>What a browser does: offers it until it hears that it is durable.</summary>
    private static async Task Offer(PlacingScene scene, ServerProcess node, Submission submission)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                await scene.Submit(node, submission);
                return;
            }
            catch (Exception line) when (line is HttpRequestException or IOException or TaskCanceledException or ShouldAssertException && tries < 300)
            {
                await Task.Delay(100);
            }
        }
    }

    private static async Task Known(PlacingScene scene, ServerProcess node, Submission submission)
    {
        for (var i = 0; i < 600; i++)
        {
            try
            {
                if (await scene.Find(node, submission) is not null)
                {
                    return;
                }
            }
            catch (Exception line) when (line is HttpRequestException or IOException or TaskCanceledException)
            {
                // The database is still recovering.
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"{submission.Id} was acknowledged and is gone.\n{node.Output}");
    }

    /// <summary>
    /// SIGKILL to one of the server's processes: PostgreSQL then kills all the others, forgets what it had in memory, and recovers from its log, as after a crash of the whole. The
    /// power was not pulled: what the operating system held for the disk is still there.
    /// </summary>
    private async Task CrashDatabase()
    {
        await using var connection = new NpgsqlConnection(_postgres!.Connection("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        using var process = Process.GetProcessById(connection.ProcessID);
        process.Kill();
        for (var i = 0; i < 1200; i++)
        {
            try
            {
                await using var again = new NpgsqlConnection(_postgres.Connection("postgres") + ";Pooling=false");
                await again.OpenAsync();
                await using var since = new NpgsqlCommand("SELECT 1", again);
                await since.ExecuteScalarAsync();
                if (process.HasExited)
                {
                    return;
                }
            }
            catch (NpgsqlException)
            {
                // Not back yet.
            }

            await Task.Delay(50);
        }

        throw new TimeoutException("PostgreSQL did not come back.");
    }
}
