using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Connectors.Odoo;

/// <summary>Polling by time over pages, on a table that answers as Odoo does: whole seconds, compared with more.</summary>
public sealed class OdooChangeFeedTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _clock = new(Noon.AddHours(1));
    private readonly Table _table = new();
    private readonly OdooRpc _rpc;
    private readonly ChangeFeed _feed;

    public OdooChangeFeedTests()
    {
        _rpc = new OdooRpc(
            new SystemSettings
            {
                Name = "odoo",
                Connector = "odoo",
                Address = new Uri("http://odoo.test"),
                Credentials = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    [OdooConnector.Database] = "odoo", [OdooConnector.User] = "portal", [OdooConnector.Password] = "secret",
                },
            },
            new PipelineEnvironment(_clock, NullLoggerFactory.Instance) { Transport = _ => _table });
        _feed = new ChangeFeed(_rpc, [new Feed<ThingRow>("thing", condition: null, row => row.Name)]);
    }

    public void Dispose() => _rpc.Dispose();

    [Fact]
    public async Task Fault36_MoreThanAPageInOneSecond_NoneMissedEachOnce()
    {
        for (var i = 1; i <= 950; i++)
        {
            // 30 before, 890 within one second, the higher ids not the later ones, and 30 after.
            _table.Set(i, i <= 30 ? Noon.AddSeconds(-i) : i <= 920 ? Noon.AddMilliseconds(i * 7919 % 1000) : Noon.AddSeconds(i - 919));
        }

        var (keys, _) = await Drain(cursor: null);

        keys.Count.ShouldBe(950);
        keys.Distinct(StringComparer.Ordinal).Count().ShouldBe(950);
    }

    [Fact]
    public async Task Fault36_PageEndsWithASecond_NoneMissed()
    {
        for (var i = 1; i <= 601; i++)
        {
            _table.Set(i, Noon.AddSeconds(i / 2));
        }

        var (keys, _) = await Drain(cursor: null);

        keys.Distinct(StringComparer.Ordinal).Count().ShouldBe(601);
    }

    [Fact]
    public async Task Since_NothingNew_TellsNothing()
    {
        _table.Set(1, Noon);
        _table.Set(2, Noon.AddSeconds(30));
        var (_, cursor) = await Drain(cursor: null);

        var (again, _) = await Drain(cursor);

        again.ShouldBeEmpty();
    }

    [Fact]
    public async Task Fault36_CommittedLateBehindOneSeen_IsTold()
    {
        _table.Set(1, Noon);
        var (_, cursor) = await Drain(cursor: null);
        _table.Set(2, Noon - ChangeFeed.Overlap + TimeSpan.FromSeconds(1)); // its transaction began before

        var (keys, _) = await Drain(cursor);

        keys.ShouldBe(["thing 2"]);
    }

    [Fact]
    public async Task Since_ChangedAgainWithinTheSecondOfThePoll_IsToldAgain()
    {
        _table.Set(1, _clock.GetUtcNow());
        var (first, cursor) = await Drain(cursor: null);
        _table.Set(1, _clock.GetUtcNow().AddMilliseconds(400)); // Odoo answers the same second

        var (second, _) = await Drain(cursor);

        first.ShouldBe(["thing 1"]);
        second.ShouldBe(["thing 1"]);
    }

    [Fact]
    public async Task FromNowOn_OnlyWhatChangesLater_IsTold()
    {
        for (var i = 1; i <= 300; i++)
        {
            _table.Set(i, Noon.AddSeconds(-i));
        }

        var start = (await _feed.FromNowOn(Call)).Value;
        _table.Set(7, Noon.AddSeconds(5));

        var (keys, _) = await Drain(start.Cursor);

        start.Keys.ShouldBeEmpty();
        keys.ShouldBe(["thing 7"]);
    }

    [Fact]
    public async Task Since_CursorOfAnother_IsRefused() =>
        (await _feed.Since(Call, "17")).Failure!.Cause.ShouldBe(Cause.Rejected);

    private static PortCall Call => new(Scope.ForPortal("test", Lane.Sync), Entity.Orders, "changes", CancellationToken.None);

    /// <summary>Page after page until there is no more.</summary>
    private async Task<(List<string> Keys, string Cursor)> Drain(string? cursor)
    {
        var keys = new List<string>();
        for (var pages = 0; pages < 50; pages++)
        {
            var page = (await _feed.Since(Call, cursor)).Value;
            keys.AddRange(page.Keys);
            cursor = page.Cursor;
            if (!page.More)
            {
                return (keys, cursor);
            }
        }

        throw new InvalidOperationException("There is no end to it.");
    }

    private sealed record ThingRow : StampRow
    {
        public required string Name { get; init; }
    }

    /// <summary>One table, and the sign-in.</summary>
    private sealed class Table : HttpMessageHandler
    {
        private readonly Dictionary<long, DateTimeOffset> _rows = [];

        public void Set(long id, DateTimeOffset at) => _rows[id] = at;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var arguments = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!["params"]!["args"]!.AsArray();
            JsonNode result = arguments.Count < 5 ? JsonValue.Create(2) : arguments[3]!.GetValue<string>() switch
            {
                "res.users" => new JsonArray(new JsonObject { ["id"] = 2, ["company_id"] = new JsonArray(1, "Ours") }),
                "res.company" => new JsonArray(new JsonObject { ["id"] = 1, ["currency_id"] = new JsonArray(1, "EUR") }),
                _ => Search(arguments[6]!),
            };
            return new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["result"] = result }.ToJsonString(), Encoding.UTF8, "application/json"),
            };
        }

        private JsonArray Search(JsonNode asked)
        {
            var conditions = asked["domain"]!.AsArray().OfType<JsonArray>().ToList();
            var found = _rows.Where(row => conditions.TrueForAll(condition => Holds(row, condition)));
            found = asked["order"]!.GetValue<string>() switch
            {
                "id" => found.OrderBy(row => row.Key),
                "write_date, id" => found.OrderBy(row => row.Value).ThenBy(row => row.Key),
                "write_date desc, id desc" => found.OrderByDescending(row => row.Value).ThenByDescending(row => row.Key),
                var other => throw new InvalidOperationException(other),
            };
            return [.. found.Take(asked["limit"]!.GetValue<int>()).Select(row => (JsonNode)new JsonObject
            {
                ["id"] = row.Key,
                ["name"] = $"thing {row.Key}",
                ["write_date"] = row.Value.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            })];
        }

        private static bool Holds(KeyValuePair<long, DateTimeOffset> row, JsonArray condition) => (condition[0]!.GetValue<string>(), condition[1]!.GetValue<string>()) switch
        {
            ("id", ">") => row.Key > condition[2]!.GetValue<long>(),
            ("write_date", ">=") => row.Value >= Time(condition[2]!),
            ("write_date", "<") => row.Value < Time(condition[2]!),
            var other => throw new InvalidOperationException(other.ToString()),
        };

        private static DateTimeOffset Time(JsonNode text) =>
            DateTimeOffset.ParseExact(text.GetValue<string>(), "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
    }
}
