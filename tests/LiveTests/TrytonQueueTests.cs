using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.LiveTests.Placing;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests;

/// <summary>A Tryton that leaves the work after a confirmation to a worker: a sale stays confirmed for a while before it is processed.</summary>
public sealed class QueuedTryton : IAsyncLifetime
{
    private TrytonServer? _server;

    public Uri Address => _server!.Address;

    public async ValueTask InitializeAsync()
    {
        try
        {
            _server = await TrytonServer.Start(queued: true);
        }
        catch (ServerMissingException) when (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            // Said by the other fixture, which skips the tests.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            await server.DisposeAsync();
        }
    }
}

[Collection(SharedTryton.Name)]
public sealed class TrytonQueueTests(TrytonFixture tryton, QueuedTryton queued) : IClassFixture<QueuedTryton>
{
    private Uri Address => tryton.Missing is null ? queued.Address : tryton.Address; // which skips

    [Fact]
    public async Task Create_NotYetProcessed_IsPlacedAllTheSame()
    {
        var orders = tryton.Connect(Address).Find<IOrders>()!;
        var order = TrytonFixture.Order("C1007", ("CUT-002", 1));

        var placed = Value(await orders.Create(TrytonFixture.Scope, order, TrytonFixture.Deadline));
        var again = Value(await orders.Create(TrytonFixture.Scope, order, TrytonFixture.Deadline));

        placed.Status.ShouldBe(OrderStatus.Open);
        again.Number.ShouldBe(placed.Number);
        (await Standing(order)).ShouldBe(["confirmed"]);
    }

    [Fact]
    public async Task Fault32_QuoteOfAnotherTabIsLate_DoesNotTakeBackTheOrder()
    {
        await using var proxy = await CuttingProxy.Start(Address);
        proxy.Arrange("sale.sale.draft", Fate.Paused);
        var order = TrytonFixture.Order("C1007", ("CUT-003", 1));
        var quoting = tryton.Connect(proxy.Address, TimeSpan.FromSeconds(60)).Find<IQuoting>()!.Quote(TrytonFixture.Scope, order.Request);
        await proxy.Paused.Task.WaitAsync(TimeSpan.FromSeconds(60));

        var placed = Value(await tryton.Connect(Address).Find<IOrders>()!.Create(TrytonFixture.Scope, order, TrytonFixture.Deadline));
        proxy.Resume();

        Value(await quoting).Total.ShouldBe(placed.Total);
        (await Standing(order)).ShouldBe(["confirmed"]);
    }

    private async Task<IReadOnlyList<string>> Standing(NewOrder order)
    {
        using var desk = await TrytonDesk.SignIn(Address);
        return [.. (await desk.SalesUnder(order.Submission.ExternalReference)).Select(sale => sale.State)];
    }

    private static T Value<T>(Outcome<T> outcome) => outcome.Try(out var value) ? value : throw new InvalidOperationException(outcome.ToString());
}
