using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Changes;

namespace PortalIntegration.Sync.Catalogue;

/// <summary>
/// Fills the snapshot in the batch lane, follows the owner's changes, and reads all of it again every night: what is gone by then was deleted.
/// Never written to a disk.
/// </summary>
internal sealed partial class CatalogueSnapshot(
    IOwnershipMap map,
    IChangeBoard board,
    IOptions<CatalogueSnapshotOptions> options,
    TimeProvider time,
    ILogger<CatalogueSnapshot> logger) : BackgroundService, ICatalogueSnapshot
{
    private const int LargestPage = 200;

    private const int LargestBatch = 500;

    private static readonly Scope _ours = Scope.ForPortal("catalogue-snapshot", Lane.Batch);

    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(5);

    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(options.Value.TimeZone);
    private volatile Held? _held;
    private volatile Failure? _failure;
    private volatile bool _tooLarge;
    private int _read;
    private long _sweepAt;

    private OwnedEntity? Owned => map.Owned.FirstOrDefault(owned => owned.Entity == Entity.Catalogue);

    private DateTimeOffset? SweepAt
    {
        get => Volatile.Read(ref _sweepAt) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
        set => Volatile.Write(ref _sweepAt, value?.UtcTicks ?? 0);
    }

    private bool Wanted => options.Value.Enabled && Owned?.Freshness is not null;

    public SnapshotStatus Status
    {
        get
        {
            var held = _held;
            var state = (Wanted, _tooLarge, held) switch
            {
                (false, _, _) => SnapshotState.Off,
                (_, true, _) => SnapshotState.TooLarge,
                (_, _, null) => SnapshotState.Filling,
                _ => IsFresh(held) ? SnapshotState.Ready : SnapshotState.Stale,
            };
            return new SnapshotStatus(state, held?.Index.Count ?? Volatile.Read(ref _read), held?.AsOf, SweepAt, _failure);
        }
    }

    public Outcome<Page<Product>>? Search(CatalogQuery query) => _held is { } held && IsFresh(held) && (query.Cursor is null || CatalogueCursor.IsOfSnapshot(query.Cursor))
        ? Outcome.Success(Page(held, query), held.Provenance)
        : null;

    public Outcome<Page<Product>>? LastKnown(CatalogQuery query, Failure failure) =>
        _held is { } held ? Outcome.LastKnown(Page(held, query), held.Provenance, failure) : null;

    public Outcome<IReadOnlyDictionary<string, int>>? Facets(string text) =>
        _held is { } held && IsFresh(held) ? Outcome.Success(held.Index.Search(text, null, 0, 0).Facets, held.Provenance) : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!Wanted)
        {
            return;
        }

        using var woken = new SemaphoreSlim(0, 1);
        using var watch = board.WatchAll(Entity.Catalogue, _ => Wake(woken));
        var pause = options.Value.ChangeInterval;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                _failure = await Round(stoppingToken);
                pause = _failure is null ? options.Value.ChangeInterval : Longer(pause);
                if (_failure is { } failure)
                {
                    Log.NotRead(logger, failure.System, failure.Operation, failure.Cause);
                }

                await Pause(woken, pause, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>When the hour of the sweep comes next in its time zone; an hour that the clocks leave out comes when they have.</summary>
    internal DateTimeOffset NextSweep(DateTimeOffset after)
    {
        var local = TimeZoneInfo.ConvertTime(after, _zone);
        for (var day = 0; ; day++)
        {
            var wall = local.Date.AddDays(day).AddHours(options.Value.SweepHour);
            var moment = _zone.IsInvalidTime(wall) ? wall.AddHours(1) : wall;
            var next = new DateTimeOffset(moment, _zone.GetUtcOffset(moment));
            if (next > after)
            {
                return next.ToUniversalTime();
            }
        }
    }

    private async Task<Failure?> Round(CancellationToken cancel)
    {
        if (time.GetUtcNow() >= (SweepAt ?? DateTimeOffset.MinValue))
        {
            return await Sweep(cancel);
        }

        return map.Lacking(Feature.ProductChanges) is null ? await Follow(cancel) : null;
    }

    /// <summary>Reads everything, following changes of what is held meanwhile, and puts it in the old one's place.</summary>
    private async Task<Failure?> Sweep(CancellationToken cancel)
    {
        var catalog = map.Owner<ICatalog>();
        var began = time.GetUtcNow();
        var started = time.GetTimestamp();
        var categories = await catalog.Categories(_ours, cancel);
        if (!categories.Succeeded && categories.Failure!.Cause is not Cause.NotSupported)
        {
            return categories.Failure;
        }

        var texts = new SharedTexts();
        var products = new Dictionary<Sku, Product>();
        var follows = map.Lacking(Feature.ProductChanges) is null;
        string? cursor = null;
        for (var more = true; more;)
        {
            var page = follows ? await Changed(catalog, cursor, cancel) : await Listed(catalog, cursor, cancel);
            if (!page.Try(out var read))
            {
                return page.Failure;
            }

            foreach (var product in read.Products)
            {
                products[product.Sku] = texts.Compact(product);
            }

            (cursor, more) = (read.Cursor, read.More);
            Volatile.Write(ref _read, products.Count);
            if (products.Count > options.Value.MaxProducts)
            {
                (_tooLarge, _held, SweepAt) = (true, null, NextSweep(time.GetUtcNow()));
                Log.TooLarge(logger, options.Value.MaxProducts);
                return null;
            }

            if (follows && _held is { } old && time.GetUtcNow() - old.AsOf >= options.Value.ChangeInterval)
            {
                await Follow(cancel); // a failure shows in the age of what is held
            }
        }

        _held = new Held(new ProductIndex(products.Values, categories.Succeeded ? categories.Value : []), categories.Succeeded ? categories.Value : [], texts, cursor, began, Owned!.System);
        (_tooLarge, SweepAt) = (false, NextSweep(time.GetUtcNow()));
        var took = time.GetElapsedTime(started);
        Log.Swept(logger, products.Count, took);
        return null;
    }

    private static async Task<Outcome<ReadPage>> Changed(ICatalog catalog, string? cursor, CancellationToken cancel)
    {
        var answer = await catalog.ChangedSince(_ours, cursor, cancel);
        if (!answer.Try(out var changes))
        {
            return answer.As<ReadPage>();
        }

        var found = await Products(catalog, [.. changes.Keys.Distinct(StringComparer.Ordinal).Select(key => new Sku(key))], cancel);
        return found.Select(products => new ReadPage(products, changes.Cursor, changes.More));
    }

    private static async Task<Outcome<ReadPage>> Listed(ICatalog catalog, string? cursor, CancellationToken cancel) =>
        (await catalog.Search(_ours, new CatalogQuery("", Cursor: cursor, Limit: LargestPage), cancel)).Select(page => new ReadPage(page.Items, page.Next, page.Next is not null));

    private static async Task<Outcome<IReadOnlyList<Product>>> Products(ICatalog catalog, IReadOnlyList<Sku> skus, CancellationToken cancel)
    {
        if (skus.Count <= LargestBatch)
        {
            return skus.Count == 0
                ? Outcome.Success<IReadOnlyList<Product>>([], new Provenance("", default))
                : await catalog.Get(_ours, null, skus, cancel);
        }

        var all = new List<Product>(skus.Count);
        Outcome<IReadOnlyList<Product>>? last = null;
        foreach (var batch in skus.Chunk(LargestBatch))
        {
            last = await catalog.Get(_ours, null, batch, cancel);
            if (!last.Succeeded)
            {
                return last;
            }

            all.AddRange(last.Value);
        }

        return last!.Select(_ => (IReadOnlyList<Product>)all);
    }

    /// <summary>Brings what is held up to now; an answer without a change only makes it younger.</summary>
    private async Task<Failure?> Follow(CancellationToken cancel)
    {
        var catalog = map.Owner<ICatalog>();
        var held = _held!;
        var changed = new HashSet<Sku>();
        var began = time.GetUtcNow();
        var cursor = held.Cursor;
        for (var more = true; more;)
        {
            var answer = await catalog.ChangedSince(_ours, cursor, cancel);
            if (!answer.Try(out var changes))
            {
                if (answer.Failure!.Cause is Cause.Rejected or Cause.Stale)
                {
                    SweepAt = began; // its own cursor is taken no more: begin anew
                }

                return answer.Failure;
            }

            changed.UnionWith(changes.Keys.Select(key => new Sku(key)));
            (cursor, more) = (changes.Cursor, changes.More);
        }

        if (changed.Count == 0)
        {
            _held = held with { Cursor = cursor, AsOf = began };
            return null;
        }

        var found = await Products(catalog, [.. changed], cancel);
        if (!found.Try(out var products))
        {
            return found.Failure;
        }

        // Overlap is on purpose: what comes again as it was needs no new index. What is named and not found is deleted.
        var now = products.Select(held.Texts.Compact).ToDictionary(product => product.Sku);
        var index = changed.All(sku => Same(held.Index.Find(sku), now.GetValueOrDefault(sku)))
            ? held.Index
            : new ProductIndex(held.Index.Products.Where(product => !changed.Contains(product.Sku)).Concat(now.Values), held.Categories);
        _held = held with { Index = index, Cursor = cursor, AsOf = began };
        return null;
    }

    private static bool Same(Product? one, Product? other) => (one, other) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        _ => one with { Units = other.Units, Attributes = other.Attributes } == other && one.Units.SequenceEqual(other.Units) && one.Attributes.SequenceEqual(other.Attributes),
    };

    private bool IsFresh(Held held) => Owned?.Freshness is { } age && time.GetUtcNow() - held.AsOf <= age;

    private static Page<Product> Page(Held held, CatalogQuery query)
    {
        var skip = CatalogueCursor.Position(query.Cursor);
        var hits = held.Index.Search(query.Text, query.Categories, skip, query.Limit);
        var next = skip + hits.Items.Count;
        return new Page<Product>(hits.Items, next < hits.Total ? CatalogueCursor.At(next) : null, hits.Total);
    }

    /// <summary>Until it is time, or a change was told.</summary>
    private async Task Pause(SemaphoreSlim woken, TimeSpan pause, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny(woken.WaitAsync(either.Token), Task.Delay(pause, time, either.Token));
        await either.CancelAsync();
        cancel.ThrowIfCancellationRequested();
    }

    private static void Wake(SemaphoreSlim woken)
    {
        try
        {
            if (woken.CurrentCount == 0)
            {
                woken.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Somebody else has woken it.
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < _longestPause ? pause * 2 : _longestPause;

    private sealed record ReadPage(IReadOnlyList<Product> Products, string? Cursor, bool More);

    private sealed record Held(ProductIndex Index, IReadOnlyList<Category> Categories, SharedTexts Texts, string? Cursor, DateTimeOffset AsOf, string System)
    {
        public Provenance Provenance => new(System, AsOf, Freshness.Snapshot);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 5601, Level = LogLevel.Information, Message = "Catalogue snapshot: {Products} products read in {Took}")]
        public static partial void Swept(ILogger logger, int products, TimeSpan took);

        [LoggerMessage(EventId = 5602, Level = LogLevel.Warning, Message = "Catalogue snapshot not read: {System} {Operation} failed with {Cause}; the owner answers searches once it is too old")]
        public static partial void NotRead(ILogger logger, string system, string operation, Cause cause);

        [LoggerMessage(EventId = 5603, Level = LogLevel.Warning, Message = "The catalogue has more than {Most} products and is not held; its owner answers searches")]
        public static partial void TooLarge(ILogger logger, int most);
    }
}
