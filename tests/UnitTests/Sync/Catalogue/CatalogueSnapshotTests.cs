using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Catalogue;
using PortalIntegration.Sync.Changes;
using PortalIntegration.Sync.Nodes;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync.Catalogue;

public sealed class CatalogueSnapshotTests : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 3, 28, 12, 0, 0, TimeSpan.Zero));
    private readonly Erp _erp = new();
    private ChangeBoard? _board;
    private CatalogueSnapshot? _snapshot;

    private static CatalogQuery All { get; } = new("");

    [Fact]
    public async Task UntilComplete_TheOwnerAnswers_ThenTheSnapshotSaysSo()
    {
        _erp.Gate = new TaskCompletionSource();
        var snapshot = await Start("60");

        snapshot.Status.State.ShouldBe(SnapshotState.Filling);
        snapshot.Search(All).ShouldBeNull();

        _erp.Gate.SetResult();
        await Until(() => snapshot.Status.State is SnapshotState.Ready);
        var answer = snapshot.Search(new CatalogQuery("bolt", Limit: 2)).ShouldNotBeNull();
        answer.Provenance!.Freshness.ShouldBe(Freshness.Snapshot);
        answer.Value.Total.ShouldBe(5);
        var next = snapshot.Search(new CatalogQuery("bolt", Cursor: answer.Value.Next, Limit: 2)).ShouldNotBeNull();
        next.Value.Items.Select(product => product.Sku.Value).ShouldBe(["B-3", "B-4"]);
    }

    [Fact]
    public async Task CustomersOwnPartNumbers_AreNotHeld()
    {
        var snapshot = await Ready("60");

        snapshot.Search(All)!.Value.Items.ShouldAllBe(product => product.CustomerPartNumber == null);
        snapshot.Search(new CatalogQuery("MINE", new CustomerNumber("C-1")))!.Value.Items.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("live", true)]
    [InlineData("60", false)]
    public async Task LiveOrSwitchedOff_NothingIsReadAndTheOwnerAnswers(string freshness, bool enabled)
    {
        var snapshot = await Start(freshness, enabled);
        await Task.Delay(100, TestContext.Current.CancellationToken);

        snapshot.Status.State.ShouldBe(SnapshotState.Off);
        snapshot.Search(All).ShouldBeNull();
        _erp.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task Changes_NewChangedAndDeleted_AreFollowed()
    {
        var snapshot = await Ready("60");
        _erp.Put("N-1", "New nut");
        _erp.Put("B-2", "Renamed screw");
        _erp.Delete("B-5");

        await Beat();
        await Until(() => snapshot.Search(new CatalogQuery("nut"))?.Value.Total == 1);

        snapshot.Search(new CatalogQuery("screw"))!.Value.Items.ShouldHaveSingleItem().Sku.Value.ShouldBe("B-2");
        snapshot.Search(new CatalogQuery("bolt"))!.Value.Items.Select(product => product.Sku.Value).ShouldBe(["B-1", "B-3", "B-4"]);
    }

    [Fact]
    public async Task AWebhookOfAProduct_IsFollowedAtOnce()
    {
        var snapshot = await Ready("60");
        _erp.Put("N-1", "New nut");

        _board!.Tell(Entity.Catalogue, "N-1");

        await Until(() => snapshot.Search(new CatalogQuery("nut"))?.Value.Total == 1);
    }

    [Fact]
    public async Task DeletedWithoutATombstone_IsGoneAfterTheNightlySweep()
    {
        var snapshot = await Ready("86400", zone: "Europe/Vienna");
        _erp.Delete("B-5", silently: true);
        await Beat();
        snapshot.Search(All)!.Value.Total.ShouldBe(5);

        // 03:00 in Vienna; on the 29th the clocks skip from two to three.
        snapshot.Status.SweepAt.ShouldBe(new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero));
        _clock.Advance(TimeSpan.FromHours(14));

        await Until(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(5)); // the pause may have begun only after the leap
            return snapshot.Search(All)?.Value.Total == 4;
        });
        snapshot.Status.SweepAt.ShouldBe(new DateTimeOffset(2026, 3, 30, 1, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task OwnerDoesNotAnswer_TooOld_TheOwnerIsAskedAndTheLastKnownTellsItsAge()
    {
        var snapshot = await Ready("60");
        var filled = snapshot.Status.AsOf;
        _erp.Down = true;
        for (var beat = 0; beat < 10 && snapshot.Search(All) is not null; beat++)
        {
            await Beat();
        }

        _clock.Advance(TimeSpan.FromSeconds(61));
        snapshot.Status.State.ShouldBe(SnapshotState.Stale);
        snapshot.Search(All).ShouldBeNull();
        var last = snapshot.LastKnown(All, new Failure(Cause.Unreachable, "erp", "listProducts", _clock.GetUtcNow())).ShouldNotBeNull();
        last.Provenance!.Freshness.ShouldBe(Freshness.LastKnown);
        last.Provenance.AsOf.ShouldBe(filled!.Value);
        last.Value.Total.ShouldBe(5);

        _erp.Down = false;
        for (var beat = 0; beat < 100 && snapshot.Search(All) is null; beat++)
        {
            _clock.Advance(TimeSpan.FromMinutes(5));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        snapshot.Status.State.ShouldBe(SnapshotState.Ready);
    }

    [Fact]
    public async Task MoreThanMayBeHeld_TheOwnerAnswers()
    {
        var snapshot = await Start("60", most: 4);

        await Until(() => snapshot.Status.State is SnapshotState.TooLarge);
        snapshot.Search(All).ShouldBeNull();
    }

    public async ValueTask DisposeAsync()
    {
        if (_snapshot is not null)
        {
            await _snapshot.StopAsync(CancellationToken.None);
            _snapshot.Dispose();
        }
    }

    private async Task<CatalogueSnapshot> Ready(string freshness, string zone = "UTC")
    {
        var snapshot = await Start(freshness, zone: zone);
        await Until(() => snapshot.Status.State is SnapshotState.Ready);
        return snapshot;
    }

    private async Task<CatalogueSnapshot> Start(string freshness, bool enabled = true, string zone = "UTC", int most = 1000)
    {
        var map = new Ownership.Systems { [typeof(ICatalog)] = _erp }.With("Ownership:Entities:Catalogue:Freshness", freshness).Build(_clock);
        var options = new CatalogueSnapshotOptions { Enabled = enabled, TimeZone = zone, MaxProducts = most };
        new CatalogueSnapshotOptionsCheck().Validate(null, options).Succeeded.ShouldBeTrue();
        _board = new ChangeBoard(map, new SingleNode(), NullLogger<ChangeBoard>.Instance);
        _snapshot = new CatalogueSnapshot(map, _board, Options.Create(options), _clock, NullLogger<CatalogueSnapshot>.Instance);
        await _snapshot.StartAsync(TestContext.Current.CancellationToken);
        return _snapshot;
    }

    /// <summary>Lets the time of one look at the changes pass, and waits until it was looked.</summary>
    private async Task Beat()
    {
        var before = _erp.Calls;
        await Until(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            return _erp.Calls > before;
        });
    }

    private static async Task Until(Func<bool> holds)
    {
        var ends = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            TimeProvider.System.GetElapsedTime(ends).ShouldBeLessThan(_patience);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Five bolts, two changes a page, and each customer's own number on everything that is asked for him.</summary>
    private sealed class Erp : ICatalog
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, Product> _products = [];
        private readonly List<string> _changes = [];
        private int _calls;

        public Erp()
        {
            for (var at = 1; at <= 5; at++)
            {
                Put($"B-{at}", $"Bolt {at}");
            }
        }

        public bool Down { get; set; }

        public TaskCompletionSource? Gate { get; set; }

        public int Calls => Volatile.Read(ref _calls);

        public void Put(string sku, string name)
        {
            lock (_lock)
            {
                _products[sku] = new Product { Sku = new Sku(sku), Name = name, SalesUnit = "PCE", Units = [new("PCE", "piece", 1)], CustomerPartNumber = "MINE" };
                _changes.Add(sku);
            }
        }

        public void Delete(string sku, bool silently = false)
        {
            lock (_lock)
            {
                _products.Remove(sku);
                if (!silently)
                {
                    _changes.Add(sku);
                }
            }
        }

        public Task<Outcome<IReadOnlyDictionary<string, int>>> CategoryCounts(Scope scope, CustomerNumber? customer, string text, CancellationToken cancel) =>
            throw new NotSupportedException();

        public Task<Outcome<IReadOnlyList<Category>>> Categories(Scope scope, CancellationToken cancel) => Answer<IReadOnlyList<Category>>(() => []);

        public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel)
        {
            scope.Lane.ShouldBe(Lane.Batch);
            return Answer(() =>
            {
                var from = cursor is null ? 0 : int.Parse(cursor, CultureInfo.InvariantCulture);
                var keys = _changes.Skip(from).Take(2).ToList();
                return new Changes(keys, $"{from + keys.Count}", from + keys.Count < _changes.Count);
            });
        }

        public Task<Outcome<IReadOnlyList<Product>>> Get(Scope scope, CustomerNumber? customer, IReadOnlyList<Sku> skus, CancellationToken cancel) =>
            Answer<IReadOnlyList<Product>>(() => [.. skus.Select(sku => _products.GetValueOrDefault(sku.Value)).OfType<Product>()]);

        public Task<Outcome<Page<Product>>> Search(Scope scope, CatalogQuery query, CancellationToken cancel) => throw new NotSupportedException();

        public Task<Outcome<IReadOnlyList<ResolvedCode>>> Resolve(Scope scope, CustomerNumber? customer, IReadOnlyList<string> codes, CancellationToken cancel) => throw new NotSupportedException();

        public Task<Outcome<Document>> Image(Scope scope, Sku sku, CancellationToken cancel) => throw new NotSupportedException();

        private async Task<Outcome<T>> Answer<T>(Func<T> answer)
        {
            Interlocked.Increment(ref _calls);
            if (Gate is { } gate)
            {
                await gate.Task;
            }

            lock (_lock)
            {
                return Down ? Ownership.Systems.Fails<T>(Cause.Unreachable) : Ownership.Systems.Answer(answer());
            }
        }
    }
}
