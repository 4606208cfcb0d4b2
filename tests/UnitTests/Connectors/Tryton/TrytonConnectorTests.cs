using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo;
using PortalIntegration.Connectors.Tryton;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Connectors.Tryton;

/// <summary>What can be said of the Tryton connector without a Tryton; the rest is said on a live one, in <c>tests/LiveTests</c>.</summary>
public sealed class TrytonConnectorTests
{
    private static readonly Operation Reading = Operation.Read("x", "Orders");

    [Fact]
    public void Check_NothingSet_NamesEveryKey()
    {
        var connector = new TrytonConnector(new PipelineEnvironment(TimeProvider.System, NullLoggerFactory.Instance));

        var mistakes = connector.Check(new SystemSettings
        {
            Name = "erp", Connector = "tryton", Address = new Uri("http://127.0.0.1:1"), WebhookSecrets = ["whsec_AAAA"],
        });

        mistakes.Select(mistake => mistake.Split(' ')[0]).ShouldBe(
            ["Systems:erp:Credentials:Database", "Systems:erp:Credentials:User", "Systems:erp:Credentials:Password", "Systems:erp:WebhookSecrets"]);
    }

    [Fact]
    public void Open_EveryPortThatItNames_IsThere()
    {
        var connector = new TrytonConnector(new PipelineEnvironment(TimeProvider.System, NullLoggerFactory.Instance));
        var connection = connector.Open(Settings);

        foreach (var port in connector.Ports.Select(declared => declared.Port))
        {
            typeof(ISystemConnection).GetMethod(nameof(ISystemConnection.Find))!.MakeGenericMethod(port).Invoke(connection, null).ShouldNotBeNull(port.Name);
        }
    }

    [Theory]
    [InlineData("""{"id":1,"error":["UserError",["Not enough.","",null]]}""", Cause.Rejected, "user_error", "Not enough.")]
    [InlineData("""{"id":1,"error":["UserWarning",["credit_17","Above the limit.",""]]}""", Cause.Rejected, "user_warning", "Above the limit.")]
    [InlineData("""{"id":1,"error":["ConcurrencyException","Records were modified in the meanwhile"]}""", Cause.Stale, "concurrency", null)]
    [InlineData("""{"id":1,"error":["could not obtain lock on relation \"stock_move\"\n",""]}""", Cause.Conflict, "locked", null)]
    [InlineData("""{"id":1,"error":["could not serialize access due to concurrent update\n",""]}""", Cause.Conflict, "locked", null)]
    [InlineData("""{"id":1,"error":["'nope'",""]}""", Cause.ServerError, "server_exception", "'nope'")]
    [InlineData("""{"id":1,"error":{}}""", Cause.ServerError, null, null)]
    [InlineData("""{"id":1,"result":[{"lines.":[null]}]}""", Cause.Malformed, null, null)]
    [InlineData("<html>", Cause.Malformed, null, null)]
    public void Judge_ErrorWithStatus200_HasItsCause(string body, Cause cause, string? code, string? detail)
    {
        var refusal = TrytonRefusals.Judge(Answer(body), Reading, DateTimeOffset.UnixEpoch).ShouldNotBeNull();

        refusal.Cause.ShouldBe(cause);
        refusal.Code.ShouldBe(code);
        if (detail is not null)
        {
            refusal.Detail.ShouldBe(detail);
        }
    }

    [Theory]
    [InlineData("""{"id":1,"result":null}""")]
    [InlineData("""{"id":1,"result":[{"name":null,"error":["UserError"],"lines.":[{"a":[1,[2]]}]}]}""")]
    public void Judge_Result_IsASuccess(string body) => TrytonRefusals.Judge(Answer(body), Reading, DateTimeOffset.UnixEpoch).ShouldBeNull();

    [Theory]
    [InlineData(HttpStatusCode.Created)]
    [InlineData(HttpStatusCode.PartialContent)]
    [InlineData(HttpStatusCode.NotModified)]
    public void Judge_AnotherSuccess_IsMalformed(HttpStatusCode status)
    {
        var answer = Answer("""{"id":1,"result":[null]}""") with { Status = status };

        TrytonRefusals.Judge(answer, Reading, DateTimeOffset.UnixEpoch).ShouldNotBeNull().Cause.ShouldBe(Cause.Malformed);
        OdooRefusals.Judge(answer, Reading, DateTimeOffset.UnixEpoch).ShouldNotBeNull().Cause.ShouldBe(Cause.Malformed);
    }

    [Fact]
    public void Refusal_LongDomain_IsToldWithoutIt()
    {
        var body = $$"""{"id":1,"error":["UserError",["The value is not valid.","",[[["party","=",4]],{"x":"{{new string('y', 30_000)}}"}]]]}""";

        TrytonRefusals.Judge(Answer(body), Reading, DateTimeOffset.UnixEpoch)!.Detail.ShouldBe("The value is not valid.");
    }

    [Fact]
    public void Json_Values_SurviveTheWay()
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["amount"] = 12.3400m,
            ["day"] = new DateOnly(2026, 11, 20),
            ["at"] = new DateTimeOffset(2026, 11, 20, 23, 59, 58, TimeSpan.Zero).AddMicroseconds(123456),
            ["quantity"] = TrytonJson.Float(2.5m),
        };

        var json = JsonSerializer.Serialize(values, TrytonJson.Options);
        var read = JsonSerializer.Deserialize<Row>(json, TrytonJson.Options)!;

        json.ShouldContain("""{"__class__":"Decimal","decimal":"12.3400"}""");
        json.ShouldContain("\"quantity\":2.5");
        read.ShouldBe(new Row(12.34m, new DateOnly(2026, 11, 20), (DateTimeOffset)values["at"]!, 2.5m));
    }

    [Theory]
    [InlineData("13.8600000000000000", "13.86")]
    [InlineData("61", "61.00")]
    [InlineData("0.1683", "0.1683")]
    [InlineData("100.0", "100.00")]
    public void Plain_Price_LosesNeedlessZerosOnly(string given, string plain) =>
        TrytonJson.Plain(decimal.Parse(given, System.Globalization.CultureInfo.InvariantCulture))
            .ToString(System.Globalization.CultureInfo.InvariantCulture).ShouldBe(plain);

    [Fact]
    public void StockRefusal_OrderNamedAfterAnotherSku_FindsTheProduct()
    {
        OrderLineRequest[] lines = [new("l1", new Sku("CUT-002"), 1), new("l2", new Sku("ELE-005"), 5), new("l3", new Sku("ELE-005"), 1)];
        var failure = new Failure(Cause.Rejected, "erp", "quote", DateTimeOffset.UnixEpoch, "… for line \"5u [ELE-005] Breaker no. 5 @ [CUT-002]\" …")
        {
            Code = TrytonRefusals.UserError,
        };

        StockRefusal.Lines(failure, lines).Select(line => line.LineId).ShouldBe(["l2", "l3"]);
        StockRefusal.Lines(failure with { Detail = "Something else." }, lines).ShouldBeEmpty();
    }

    [Fact]
    public void Domain_TextWithWildcards_MeansThemLiterally() =>
        Domain.Contains("code", @"50%_\").ShouldBe(["code", "ilike", @"%50\%\_\\%"]);

    [Fact]
    public async Task SignIn_Refused_IsNotTriedAgainForAMinute()
    {
        var clock = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        var logins = 0;
        var connector = new TrytonConnector(new PipelineEnvironment(clock, NullLoggerFactory.Instance)
        {
            Transport = _ => new Answering(_ =>
            {
                logins++;
                return new HttpResponseMessage(HttpStatusCode.Unauthorized);
            }),
        });
        var orders = connector.Open(Settings).Find<IOrders>()!;
        var scope = Scope.ForPortal("test", Lane.Interactive);

        for (var i = 0; i < 3; i++)
        {
            (await orders.Get(scope, new OrderNumber("SO1"))).Failure!.Cause.ShouldBe(Cause.Unauthorized);
        }

        logins.ShouldBe(1);
        clock.Advance(TrytonSignIn.Pause);
        await orders.Get(scope, new OrderNumber("SO1"));
        logins.ShouldBe(2);
    }

    private static SystemSettings Settings => new()
    {
        Name = "erp",
        Connector = "tryton",
        Address = new Uri("http://127.0.0.1:1"),
        ReadRetries = 0,
        Credentials = new Dictionary<string, string>(StringComparer.Ordinal) { ["Database"] = "d", ["User"] = "u", ["Password"] = "p" },
    };

    private static Answer Answer(string body)
    {
        using var response = new HttpResponseMessage();
        return new Answer(HttpStatusCode.OK, response.Headers, "application/json", Encoding.UTF8.GetBytes(body));
    }

    private sealed record Row(decimal Amount, DateOnly Day, DateTimeOffset At, decimal Quantity);

    private sealed class Answering(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer(request));
    }
}
