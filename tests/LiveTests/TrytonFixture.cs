using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Tryton;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.LiveTests.Placing;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests;

/// <summary>The classes that take turns on one Tryton.</summary>
[CollectionDefinition(Name)]
public sealed class SharedTryton : ICollectionFixture<TrytonFixture>
{
    public const string Name = "One Tryton for all who read";
}

/// <summary>
/// A Tryton of its own for a class of tests, or for a collection. Where it cannot be installed, its tests are skipped with the reason; with
/// <c>CI</c> set, they fail.
/// </summary>
public sealed class TrytonFixture : IAsyncLifetime
{
    private TrytonServer? _server;
    private ISystemConnection? _shared;

    /// <summary>Why there is none; null where there is.</summary>
    public string? Missing { get; private set; }

    public Uri Address
    {
        get
        {
            if (Missing is { } reason)
            {
                Assert.Skip(reason);
            }

            return _server?.Address ?? throw new InvalidOperationException("Tryton was not started.");
        }
    }

    /// <summary>The portal's own work: every customer.</summary>
    internal static Scope Scope { get; } = Scope.ForPortal("live-tests", Lane.Interactive);

    public async ValueTask InitializeAsync()
    {
        try
        {
            _server = await TrytonServer.Start();
        }
        catch (ServerMissingException missing) when (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            Missing = missing.Message;
            await Console.Error.WriteLineAsync($"\nTHE TESTS ON TRYTON ARE SKIPPED: {missing.Message}\n");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            await server.DisposeAsync();
        }
    }

    internal static TrytonConnector Connector { get; } = new(new PipelineEnvironment(TimeProvider.System, NullLoggerFactory.Instance));

    internal ISystemConnection Connect(
        Uri? through = null, TimeSpan? attemptTimeout = null, int readRetries = 2, string password = TrytonServer.PortalPassword,
        string user = TrytonServer.PortalUser) =>
        Connector.Open(Settings(password, user) with
        {
            Address = through ?? Address,
            AttemptTimeout = attemptTimeout ?? TimeSpan.FromSeconds(10),
            TotalTimeout = attemptTimeout > TimeSpan.FromSeconds(15) ? 2 * attemptTimeout.Value : TimeSpan.FromSeconds(30), // who is given long is not cut off before
            ReadRetries = readRetries,
        });

    internal SystemSettings Settings(string password = TrytonServer.PortalPassword, string user = TrytonServer.PortalUser) => new()
    {
        Name = "erp",
        Connector = "tryton",
        Address = Address,
        Credentials = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [TrytonConnector.Database] = TrytonServer.Database,
            [TrytonConnector.User] = user,
            [TrytonConnector.Password] = password,
        },
        AttemptTimeout = TimeSpan.FromSeconds(10),
        TotalTimeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>Of one connection that all tests share.</summary>
    internal TPort Port<TPort>()
        where TPort : class =>
        (_shared ??= Connect()).Find<TPort>() ?? throw new InvalidOperationException($"Tryton has no {typeof(TPort).Name}.");

    internal PlacingGround Ground => new()
    {
        Address = Address,
        Settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Systems:erp:Connector"] = "tryton",
            ["Systems:erp:Credentials:Database"] = TrytonServer.Database,
            ["Systems:erp:Credentials:User"] = TrytonServer.PortalUser,
            ["Systems:erp:Credentials:Password"] = TrytonServer.PortalPassword,
        },
        Connect = (address, attempt, retries) => Connect(address, attempt, retries),
        Order = i => Order(PlacingGround.Customers[i % PlacingGround.Customers.Count], ($"CUT-0{i % 8 + 11}", 1)),
        Writes = ["sale.sale.create", "sale.sale.write", "sale.sale.quote", "sale.sale.confirm"],
        Commits = "sale.sale.confirm",
        Steps = PlacingGround.EverySecondStep(0),
        Placed = async order =>
        {
            using var desk = await Desk();
            var sales = await desk.Call(
                "sale.sale.search_read",
                $$"""[["description", "=", "{{order.Submission.ExternalReference}}"], ["state", "in", ["confirmed", "processing", "done"]]], 0, null, null, ["number"]""");
            return [.. sales.EnumerateArray().Select(sale => sale.GetProperty("number").GetString()!)];
        },
        PlaceOnceMore = async order =>
        {
            using var desk = await Desk();
            await desk.CopyAndConfirm(order.Submission.ExternalReference);
        },
    };

    internal Task<TrytonDesk> Desk() => TrytonDesk.SignIn(Address);

    internal static NewOrder Order(string customer, params (string Sku, decimal Quantity)[] lines)
    {
        var submission = new SubmissionId(Guid.NewGuid());
        return new NewOrder
        {
            Submission = submission,
            OrderedBy = new OrderedBy(new PersonId("p-1"), "Petra Muster"),
            Note = "Ramp 3",
            Request = new QuoteRequest
            {
                Submission = submission,
                Customer = new CustomerNumber(customer),
                PoNumber = $"PO-{submission.Value.ToString("N")[..8]}",
                Lines = [.. lines.Select((line, index) => new OrderLineRequest($"l{index + 1}", new Sku(line.Sku), line.Quantity))],
            },
        };
    }

    /// <summary>Long enough for every round of placing.</summary>
    internal static DateTimeOffset Deadline => TimeProvider.System.GetUtcNow().AddSeconds(60);
}
