using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Schedules;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync.Schedules;

public sealed class ScheduleTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTimeProvider _clock = ManualClock.Start();
    private readonly FakeErp _erp;
    private readonly Node _node;
    private readonly List<string> _told = [];

    public ScheduleTests()
    {
        _erp = new FakeErp(_clock) { Systems = [new FakeSystem("erp")] };
        _node = new Node(_directory.Path, _clock, _erp);
        _node.Board.WatchAll(Entity.Orders, _told.Add);
    }

    [Fact]
    public async Task Polling_ChangedOrders_AreToldAndTheCursorKept()
    {
        _erp.Feed.Enqueue(new Changes(["SO-1", "SO-2", "SO-1"], "c1", More: true));
        _erp.Feed.Enqueue(new Changes(["SO-3"], "c2", More: false));

        await _node.Stand();
        await _node.RunDue();

        _told.ShouldBe(["SO-1", "SO-2", "SO-3"], ignoreOrder: true);
        _erp.Cursors.ShouldBe([null, "c1"]);
        (await _node.Get<IMarks>().Get("poll:Orders:erp")).ShouldBe("c2");
    }

    [Fact]
    public async Task Polling_EveryFiveSeconds_WithoutWebhooks()
    {
        await _node.Stand();
        await _node.RunDue();
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        await _node.RunDue();
        _erp.Cursors.Count.ShouldBe(1);

        _clock.Advance(TimeSpan.FromSeconds(0.2));
        await _node.RunDue();

        _erp.Cursors.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Fault35_WebhooksNeverArrive_PollingCatchesUpWithinAMinute()
    {
        _erp.Systems = [new FakeSystem("erp", new NoWebhooks())];
        await _node.Stand();
        await _node.RunDue();
        _erp.Feed.Enqueue(new Changes(["SO-9"], "c9", More: false));
        _clock.Advance(TimeSpan.FromSeconds(59));
        await _node.RunDue();
        _told.ShouldBeEmpty();

        _clock.Advance(TimeSpan.FromSeconds(2));
        await _node.RunDue();

        _told.ShouldBe(["SO-9"]);
    }

    [Fact]
    public async Task Polling_ErpDown_BacksOffAndNeverGivesUp()
    {
        _erp.Down = Cause.Unreachable;
        await _node.Stand();
        await _node.RunToTheEnd(_clock, TimeSpan.FromHours(2));
        _erp.Feed.Enqueue(new Changes(["SO-1"], "c1", More: false));
        _erp.Down = null;

        await _node.RunToTheEnd(_clock, TimeSpan.FromMinutes(2));

        _told.ShouldBe(["SO-1"]);
        (await _node.Journal.Read(new WorkKey("poll", "Orders"), 100)).Count(entry => entry.Answered == "Unreachable").ShouldBe(1, "once, not every time");
    }

    [Theory]
    [InlineData(Cause.Rejected)]
    [InlineData(Cause.NotFound)]
    [InlineData(Cause.Stale)]
    public async Task Polling_CursorRefused_StartsFromNowOn(Cause cause)
    {
        await _node.Get<IMarks>().Set(new Mark("poll:Orders:erp", "too-old"));
        _erp.FeedFails = cause;
        await _node.Stand();
        await _node.RunDue();
        _erp.FeedFails = null;

        await _node.RunToTheEnd(_clock, TimeSpan.FromSeconds(10));

        _erp.Cursors[..2].ShouldBe(["too-old", null]);
    }

    [Theory]
    [InlineData(Cause.Forbidden)]
    [InlineData(Cause.NotSupported)]
    public async Task Polling_RefusedForAnotherReason_KeepsItsCursor(Cause cause)
    {
        await _node.Get<IMarks>().Set(new Mark("poll:Orders:erp", "too-old"));
        _erp.FeedFails = cause;
        await _node.Stand();
        await _node.RunDue();
        _erp.FeedFails = null;

        await _node.RunToTheEnd(_clock, TimeSpan.FromSeconds(10));

        _erp.Cursors[..2].ShouldBe(["too-old", "too-old"]);
    }

    [Fact]
    public async Task Fault31_TwoNodes_OneRunOfASchedule()
    {
        await using var second = new Node(_directory.Path, _clock, _erp);
        await _node.Stand();
        await second.Stand();

        await Task.WhenAll(_node.RunDue(), second.RunDue());

        _erp.Cursors.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Subscriptions_AreAskedForAndRenewedBeforeTheyExpire()
    {
        var subscriptions = new Subscriptions(_clock);
        _erp.Systems = [new FakeSystem("erp", subscriptions), new FakeSystem("crm")];
        await using var node = new Node(Path.Combine(_directory.Path, "s"), _clock, _erp, ("Sync:Webhooks:PublicAddress", "https://portal.example/base"));

        await node.Stand();
        await node.RunDue();
        subscriptions.Callbacks.ShouldBe([new Uri("https://portal.example/base/webhooks/erp")]);
        _clock.Advance(TimeSpan.FromSeconds(61));
        await node.RunDue();

        subscriptions.Callbacks.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Subscriptions_WithoutAPublicAddress_AreNotAskedFor()
    {
        var subscriptions = new Subscriptions(_clock);
        _erp.Systems = [new FakeSystem("erp", subscriptions)];

        await _node.Stand();
        await _node.RunDue();

        subscriptions.Callbacks.ShouldBeEmpty();
    }

    [Fact]
    public async Task Housekeeping_AfterThirtyDays_ForgetsJournalAndReceipts()
    {
        var receipt = new Receipt("erp", "d1", "hash");
        await _node.Get<IReceipts>().Take(receipt, []);
        var entry = new JournalEntry { At = _clock.Now, Key = new WorkKey("flow", "a"), Asked = "asked", By = "test" };
        await _node.Journal.Write([entry]);
        await _node.Stand();
        await _node.RunDue();
        (await _node.Get<IReceipts>().Take(receipt, [])).ShouldBe(ReceiptVerdict.Known);

        _clock.Advance(TimeSpan.FromDays(31));
        await _node.RunDue();

        (await _node.Journal.Read(entry.Key, 10)).ShouldBeEmpty();
        (await _node.Get<IReceipts>().Take(receipt, [])).ShouldBe(ReceiptVerdict.New);
    }

    /// <summary>Each number of days is its own, and each holds to the day.</summary>
    [Theory]
    [InlineData("State:JournalDays", 7, "journal")]
    [InlineData("State:ReceiptDays", 7, "receipts")]
    [InlineData("State:ReceiptDays", 7, "quarantine")]
    [InlineData("State:AuditDays", 7, "audit")]
    [InlineData("State:JournalDays", 7, "marks")]
    public async Task Housekeeping_OfEverythingThatIsKept_ForgetsAfterItsConfiguredDaysAndNotBefore(string setting, int days, string table)
    {
        var others = new[] { "State:JournalDays", "State:ReceiptDays", "State:AuditDays" }.Where(key => key != setting).Select(key => (key, "3000"));
        await using var node = new Node(Path.Combine(_directory.Path, table), _clock, _erp, [.. others, (setting, days.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        await node.Journal.Write([new JournalEntry { At = _clock.Now, Key = new WorkKey("kept", "kept-1"), Asked = "asked", By = "test" }]);
        await node.Get<IReceipts>().Take(new Receipt("kept-1", "d1", "hash"), []);
        await node.Get<IReceipts>().Quarantine(new Receipt("kept-1", "d2", "hash"), "why", new byte[] { 1 });
        await node.Get<IAudit>().Write(new AuditEntry(_clock.Now, "kept-1", "hold", "x"));
        await node.Get<IMarks>().Set(new Mark("drift:kept-1", new KeptDrift { StartedAt = _clock.Now, KeptAt = _clock.Now }.Write()));
        await node.Stand();

        _clock.Advance(TimeSpan.FromDays(days) - TimeSpan.FromHours(2));
        await node.RunDue();
        (await Kept()).ShouldBe(1, "its days are not over");
        _clock.Advance(TimeSpan.FromHours(4));
        await node.RunDue();

        (await Kept()).ShouldBe(0);

        Task<long> Kept() => node.Database.Read(session => session.First<long>(table switch
        {
            "journal" => "SELECT COUNT(*) FROM journal WHERE key = 'kept-1'",
            "audit" => "SELECT COUNT(*) FROM audit WHERE who = 'kept-1'",
            "marks" => "SELECT COUNT(*) FROM marks WHERE name = 'drift:kept-1'",
            _ => $"SELECT COUNT(*) FROM {table} WHERE system = 'kept-1'",
        }));
    }

    [Fact]
    public async Task DraftSweep_WhereTheErpQuotesByDraft_SweepsWhatIsTwoDaysOld()
    {
        _erp.Quoting = new QuotingCapabilities(QuotingKind.Draft);

        await _node.Stand();
        await _node.RunDue();

        _erp.Swept.ShouldBe([_clock.Now.AddDays(-2)]);
    }

    [Fact]
    public void Options_EveryMistake_IsNamed()
    {
        var wrong = new Dictionary<string, string?>
        {
            ["Sync:Worker:Concurrency"] = "0",
            ["Sync:Worker:Lease"] = "00:20:00",
            ["Sync:Placing:PacePerSecond"] = "0",
            ["Sync:Polling:Interval"] = "00:00:00",
            ["Sync:Webhooks:PublicAddress"] = "ftp://portal",
            ["State:JournalDays"] = "0",
        };
        var mistakes = new List<string>();
        foreach (var check in new Func<Node, object>[]
        {
            node => node.Get<Microsoft.Extensions.Options.IOptions<WorkerOptions>>().Value,
            node => node.Get<Microsoft.Extensions.Options.IOptions<PortalIntegration.Sync.Placing.PlacingOptions>>().Value,
            node => node.Get<Microsoft.Extensions.Options.IOptions<PollingOptions>>().Value,
            node => node.Get<Microsoft.Extensions.Options.IOptions<PortalIntegration.Sync.Receipts.WebhookOptions>>().Value,
            node => node.Get<Microsoft.Extensions.Options.IOptions<StateOptions>>().Value,
        })
        {
            var node = new Node(_directory.Path, _clock, _erp, [.. wrong.Select(setting => (setting.Key, setting.Value!))]);
            mistakes.AddRange(Should.Throw<Microsoft.Extensions.Options.OptionsValidationException>(() => check(node)).Failures);
        }

        mistakes.Select(mistake => mistake[..mistake.IndexOf(": ", StringComparison.Ordinal)]).ShouldBe(wrong.Keys, ignoreOrder: true);
    }

    [Fact]
    public void Options_UnknownKey_IsRefusedByName()
    {
        var node = new Node(_directory.Path, _clock, _erp, ("Sync:Worker:Concurency", "4"));

        Should.Throw<Microsoft.Extensions.Options.OptionsValidationException>(() => node.Get<Microsoft.Extensions.Options.IOptions<WorkerOptions>>().Value)
            .Message.ShouldContain("Concurency");
    }

    [Fact]
    public void Options_ValueOfAnotherKind_IsRefusedByName()
    {
        var node = new Node(_directory.Path, _clock, _erp, ("Sync:Worker:Concurrency", "many"));

        Should.Throw<Microsoft.Extensions.Options.OptionsValidationException>(() => node.Get<Microsoft.Extensions.Options.IOptions<WorkerOptions>>().Value)
            .Message.ShouldContain("Sync:Worker:Concurrency");
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _directory.Dispose();
    }

    private sealed class NoWebhooks : IWebhooks
    {
        public WebhookReading Read(WebhookDelivery delivery) => throw new NotSupportedException();
    }

    private sealed class Subscriptions(TimeProvider time) : IWebhookSubscriptions
    {
        public List<Uri> Callbacks { get; } = [];

        public Task<Outcome<WebhookSubscription>> Ensure(Uri callback, CancellationToken cancel)
        {
            Callbacks.Add(callback);
            var now = time.GetUtcNow();
            return Task.FromResult(Outcome.Success(new WebhookSubscription("sub-1", now.AddMinutes(2), Renewed: true), new Provenance("erp", now)));
        }
    }
}
