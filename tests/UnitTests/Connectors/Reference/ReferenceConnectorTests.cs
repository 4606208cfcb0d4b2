using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Connectors.Reference;

public sealed class ReferenceConnectorTests
{
    private static readonly DateTimeOffset _now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly Scope _portal = Scope.ForPortal("test", Lane.Batch);

    private readonly List<(HttpRequestMessage Request, string Body)> _sent = [];
    private readonly ManualTimeProvider _clock = new(_now);

    private static SystemSettings Settings { get; } = new()
    {
        Name = "erp",
        Connector = "reference-erp",
        Address = new Uri("http://erp.test/erp/v1"),
        Credentials = new Dictionary<string, string> { ["Token"] = "secret-token" },
        WebhookSecrets = ["whsec_c2FuZGJveC1zZWNyZXQtMzItYnl0ZXMtbG9uZyEhISE="],
        ReadRetries = 0,
    };

    private ISystemConnection Erp(Func<HttpRequestMessage, string, HttpResponseMessage> answer, Func<SystemSettings, SystemSettings>? change = null) => new ReferenceErp(
        new PipelineEnvironment(_clock, NullLoggerFactory.Instance)
        {
            Transport = _ => new Scripted((request, body) =>
            {
                lock (_sent)
                {
                    _sent.Add((request, body));
                }

                return answer(request, body);
            }),
        }).Open(change?.Invoke(Settings) ?? Settings);

    private static HttpResponseMessage Json(object body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body as string ?? body.ToString()!, Encoding.UTF8, "application/json") };

    private static HttpResponseMessage Problem(HttpStatusCode status, string code) =>
        new(status) { Content = new StringContent($$"""{"type":"about:blank","title":"t","status":{{(int)status}},"code":"{{code}}"}""", Encoding.UTF8, "application/problem+json") };

    private static string Stock(string body)
    {
        var items = JsonNode.Parse(body)!["skus"]!.AsArray().Select(sku => $$"""{"sku":"{{sku}}","unit":"PCE","availableToPromise":1,"nextAvailableOn":null,"warehouses":[]}""");
        return $$"""{"asOf":"2026-03-02T07:59:00Z","items":[{{string.Join(',', items)}}]}""";
    }

    [Fact]
    public async Task Availability_MoreThanTheContractTakes_IsAskedInParts()
    {
        var erp = Erp((_, body) => Json(Stock(body)));
        var skus = Enumerable.Range(0, 1_201).Select(i => new Sku(i.ToString(CultureInfo.InvariantCulture))).ToList();

        var outcome = await erp.Find<IInventory>()!.Availability(_portal, skus);

        outcome.Value.Select(stock => stock.Sku).ShouldBe(skus);
        outcome.Provenance!.AsOf.ShouldBe(new DateTimeOffset(2026, 3, 2, 7, 59, 0, TimeSpan.Zero));
        _sent.Select(call => JsonNode.Parse(call.Body)!["skus"]!.AsArray().Count).Order().ShouldBe([201, 500, 500]);
    }

    [Fact]
    public async Task Availability_OnePartFails_TheWholeFails()
    {
        var erp = Erp((_, body) => body.Contains("\"700\"", StringComparison.Ordinal) ? Problem(HttpStatusCode.InternalServerError, "boom") : Json(Stock(body)));

        var outcome = await erp.Find<IInventory>()!.Availability(_portal, [.. Enumerable.Range(0, 1_000).Select(i => new Sku(i.ToString(CultureInfo.InvariantCulture)))]);

        outcome.Failure!.Cause.ShouldBe(Cause.ServerError);
        outcome.Failure.Code.ShouldBe("boom");
    }

    [Fact]
    public async Task Nothing_Asked_IsAnsweredWithoutACall()
    {
        var erp = Erp((_, _) => throw new InvalidOperationException("Called."));

        (await erp.Find<IInventory>()!.Availability(_portal, [])).Value.ShouldBeEmpty();
        (await erp.Find<IPricing>()!.Prices(_portal, new CustomerNumber("C-1"), [])).Value.ShouldBeEmpty();
        (await erp.Find<ICatalog>()!.Get(_portal, null, [])).Value.ShouldBeEmpty();
        (await erp.Find<ICatalog>()!.Resolve(_portal, null, ["", new string('x', 65)])).Value.ShouldBeEmpty();
        (await erp.Find<IQuoting>()!.SweepDrafts(_portal, _now)).Value.ShouldBe(0);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    public async Task Key_ThatWouldLeadElsewhere_IsNotFoundWithoutACall(string key)
    {
        var erp = Erp((_, _) => throw new InvalidOperationException("Called."));

        (await erp.Find<IOrders>()!.Get(_portal, new OrderNumber(key))).Failure!.Cause.ShouldBe(Cause.NotFound);
        (await erp.Find<IInvoices>()!.Document(_portal, key)).Failure!.Cause.ShouldBe(Cause.NotFound);
    }

    [Theory]
    [InlineData("../customers/C-1", "/erp/v1/orders/..%2Fcustomers%2FC-1")]
    [InlineData("a b/ü?x=1#y%2E", "/erp/v1/orders/a%20b%2F%C3%BC%3Fx%3D1%23y%252E")]
    public async Task Key_OfAnyLetters_StaysOneSegment(string key, string path)
    {
        var erp = Erp((_, _) => Problem(HttpStatusCode.NotFound, "not_found"));

        await erp.Find<IOrders>()!.Get(_portal, new OrderNumber(key));

        _sent.ShouldHaveSingleItem().Request.RequestUri!.AbsolutePath.ShouldBe(path);
    }

    [Fact]
    public async Task Requests_Carry_TokenLaneAndWhatTheyAccept()
    {
        var erp = Erp((_, _) => Problem(HttpStatusCode.NotFound, "not_found"));

        await erp.Find<IOrders>()!.Get(_portal, new OrderNumber("SO-1"));

        var headers = _sent.ShouldHaveSingleItem().Request.Headers;
        headers.Authorization!.ToString().ShouldBe("Bearer secret-token");
        headers.GetValues("X-Lane").ShouldBe(["batch"]);
        headers.Accept.ToString().ShouldBe("application/json, application/problem+json");
    }

    private static NewOrder Order(SubmissionId submission) => new()
    {
        Submission = submission,
        Request = new QuoteRequest { Submission = submission, Customer = new CustomerNumber("C-1"), Lines = [new OrderLineRequest("a", new Sku("X"), 1.5m)] },
        OrderedBy = new OrderedBy(new PersonId("con-1"), "Ana"),
        AcceptedTotal = new Money(12.34m, "EUR"),
    };

    private static string Placed(SubmissionId submission, string number = "SO-1") => $$"""
        {"number":"{{number}}","externalReference":"{{submission.ExternalReference}}","customerNumber":"C-1","poNumber":null,"status":"received",
        "updatedAt":"2026-03-02T08:00:00Z","orderedAt":"2026-03-02T08:00:00Z","orderedBy":null,"billTo":{{Address}},"shipTo":{{Address}},"deliveryMethod":null,"requestedDate":null,"partialDelivery":true,"note":null,
        "currency":"EUR","lines":[],"subtotal":0,"freight":0,"taxTotal":0,"total":0,"hold":null,"shipments":[],"invoices":[],"returns":[],"events":[]}
        """;

    private const string Address = """{"id":"S1","name":"n","line1":"l","line2":null,"postalCode":null,"city":"c","region":null,"country":"DE"}""";

    [Fact]
    public async Task Create_SendsTheSubmissionAsReferenceAndKey()
    {
        var submission = new SubmissionId(Guid.NewGuid());
        var erp = Erp((_, _) => Json(Placed(submission), HttpStatusCode.Created));

        var outcome = await erp.Find<IOrders>()!.Create(_portal, Order(submission), _now.AddSeconds(30));

        outcome.Value.Number.ShouldBe(new OrderNumber("SO-1"));
        outcome.Value.Submission.ShouldBe(submission);
        var (request, body) = _sent.ShouldHaveSingleItem();
        request.Headers.GetValues("Idempotency-Key").ShouldBe([submission.ExternalReference]);
        var order = JsonNode.Parse(body)!;
        order["externalReference"]!.GetValue<string>().ShouldBe(submission.ExternalReference);
        order["expectedTotal"]!.GetValue<decimal>().ShouldBe(12.34m);
        order["lines"]![0]!["quantity"]!.GetValue<decimal>().ShouldBe(1.5m);
        order["orderedBy"]!["contactId"]!.GetValue<string>().ShouldBe("con-1");
    }

    [Fact]
    public async Task Create_ReferenceStandsAlready_AnswersThatOrder()
    {
        var submission = new SubmissionId(Guid.NewGuid());
        var erp = Erp((request, _) => request.Method == HttpMethod.Post
            ? Problem(HttpStatusCode.Conflict, "external_reference_exists")
            : Json($$"""{"items":[{{Placed(submission, "SO-7")}}],"nextCursor":null,"asOf":"2026-03-02T08:00:00Z"}"""));

        (await erp.Find<IOrders>()!.Create(_portal, Order(submission), _now.AddSeconds(30))).Value.Number.ShouldBe(new OrderNumber("SO-7"));
    }

    [Fact]
    public async Task Create_KeyUsedWithOtherContentAndStandsAlready_AnswersThatOrder()
    {
        var submission = new SubmissionId(Guid.NewGuid());
        var erp = Erp((request, _) => request.Method == HttpMethod.Post
            ? Problem(HttpStatusCode.UnprocessableContent, "idempotency_key_reused")
            : Json($$"""{"items":[{{Placed(submission, "SO-7")}}],"nextCursor":null,"asOf":"2026-03-02T08:00:00Z"}"""));

        (await erp.Find<IOrders>()!.Create(_portal, Order(submission), _now.AddSeconds(30))).Value.Number.ShouldBe(new OrderNumber("SO-7"));
    }

    [Fact]
    public async Task Create_KeyUsedWithOtherContentAndStillRunning_IsNoRefusal()
    {
        var submission = new SubmissionId(Guid.NewGuid());
        var erp = Erp((request, _) => request.Method == HttpMethod.Post
            ? Problem(HttpStatusCode.UnprocessableContent, "idempotency_key_reused")
            : Json("""{"items":[],"nextCursor":null,"asOf":"2026-03-02T08:00:00Z"}"""));

        var failure = (await erp.Find<IOrders>()!.Create(_portal, Order(submission), _now.AddSeconds(30))).Failure!;

        failure.Cause.ShouldBe(Cause.Conflict);
        failure.MayHaveTakenEffect.ShouldBeTrue();
    }

    [Fact]
    public async Task Create_StillRunning_IsAConflictThatMayHaveTakenEffect()
    {
        var submission = new SubmissionId(Guid.NewGuid());
        var erp = Erp((_, _) => Problem(HttpStatusCode.Conflict, "request_in_progress"));

        var failure = (await erp.Find<IOrders>()!.Create(_portal, Order(submission), _now.AddSeconds(30))).Failure!;

        failure.Cause.ShouldBe(Cause.Conflict);
        failure.MayHaveTakenEffect.ShouldBeTrue();
        _sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Create_AfterTheDeadline_IsNotSent()
    {
        var erp = Erp((_, _) => throw new InvalidOperationException("Called."));

        var failure = (await erp.Find<IOrders>()!.Create(_portal, Order(new SubmissionId(Guid.NewGuid())), _now)).Failure!;

        failure.MayHaveTakenEffect.ShouldBeFalse();
        failure.CountsAsAttempt.ShouldBeFalse();
    }

    [Fact]
    public async Task Search_ForAPersonWithoutCustomer_AsksForHisCustomersOnly()
    {
        var erp = Erp((_, _) => Json("""{"items":[],"nextCursor":null,"asOf":"2026-03-02T08:00:00Z","total":3}"""));
        var rep = Scope.ForPerson(new PersonId("usr-1"), Role.Rep, [.. new[] { "C-1", "C-2" }.Select(number => new ScopedAccount(new AccountId($"acc-{number}"), new CustomerNumber(number), "n"))]);
        var nobody = Scope.ForPerson(new PersonId("usr-2"), Role.Rep, [new ScopedAccount(new AccountId("acc-3"), null, "not linked")]);
        var everybody = Scope.ForPerson(new PersonId("usr-3"), Role.Rep, [.. Enumerable.Range(0, 201).Select(i => new ScopedAccount(new AccountId($"acc-{i}"), new CustomerNumber($"C-{i}"), "n"))]);

        (await erp.Find<IOrders>()!.Search(rep, new OrderQuery { PoNumber = "PO 1&2", Status = OrderStatus.PartlyShipped })).Value.Total.ShouldBe(3);
        (await erp.Find<IOrders>()!.Search(nobody, new OrderQuery())).Value.Items.ShouldBeEmpty();
        (await erp.Find<IOrders>()!.Search(everybody, new OrderQuery())).Value.Total.ShouldBeNull("it would tell of others' orders");

        _sent.Select(call => call.Request.RequestUri!.Query).ShouldBe(["?customerNumber=C-1&customerNumber=C-2&poNumber=PO+1%262&status=partlyShipped&limit=25", "?limit=500"]);
    }

    [Fact]
    public async Task Document_OfAForeignInvoice_IsNotEvenFetched()
    {
        var erp = Erp((request, _) => request.RequestUri!.AbsolutePath.EndsWith("/pdf", StringComparison.Ordinal)
            ? throw new InvalidOperationException("Fetched.")
            : Json("""{"number":"INV-1","kind":"invoice","status":"open","customerNumber":"C-2","orderNumbers":[],"issuedOn":"2026-03-01","dueOn":null,"currency":"EUR","total":1,"balance":1,"hasPdf":true,"updatedAt":"2026-03-01T08:00:00Z"}"""));
        var buyer = Scope.ForPerson(new PersonId("con-1"), Role.Buyer, [new ScopedAccount(new AccountId("acc-1"), new CustomerNumber("C-1"), "n")]);

        (await erp.Find<IInvoices>()!.Document(buyer, "INV-1")).Failure!.Cause.ShouldBe(Cause.NotFound);
    }

    [Fact]
    public async Task Document_ThatIsNoPdf_IsMalformed()
    {
        var erp = Erp((request, _) => request.RequestUri!.AbsolutePath.EndsWith("/pdf", StringComparison.Ordinal)
            ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<html>", Encoding.UTF8, "application/pdf") }
            : Json("""{"number":"INV-1","kind":"invoice","status":"open","customerNumber":"C-2","orderNumbers":[],"issuedOn":"2026-03-01","dueOn":null,"currency":"EUR","total":1,"balance":1,"hasPdf":true,"updatedAt":"2026-03-01T08:00:00Z"}"""));

        (await erp.Find<IInvoices>()!.Document(_portal, "INV-1")).Failure!.Cause.ShouldBe(Cause.Malformed);
    }

    [Fact]
    public async Task ChangedSince_OverPages_TakesTheFirstPagesTimeForTheNextRound()
    {
        var answers = new Queue<string>(
        [
            """{"items":[],"nextCursor":null,"asOf":"2026-03-02T08:00:00Z"}""",
            Page("SO-1", "\"p2\"", "2026-03-02T08:01:00Z"),
            Page("SO-2", "null", "2026-03-02T08:01:30Z"),
            Page("SO-2", "null", "2026-03-02T08:02:00Z"),
        ]);
        var erp = Erp((_, _) => Json(answers.Dequeue()));
        var orders = erp.Find<IOrders>()!;

        var start = (await orders.ChangedSince(_portal, null)).Value;
        start.Keys.ShouldBeEmpty();
        var first = (await orders.ChangedSince(_portal, start.Cursor)).Value;
        (first.Keys.Single(), first.More).ShouldBe(("SO-1", true));
        var second = (await orders.ChangedSince(_portal, first.Cursor)).Value;
        (second.Keys.Single(), second.More).ShouldBe(("SO-2", false));
        await orders.ChangedSince(_portal, second.Cursor);

        _sent.Select(call => Uri.UnescapeDataString(call.Request.RequestUri!.Query)).ShouldBe(
        [
            "?limit=1",
            "?changedSince=2026-03-02T07:59:30.0000000Z&limit=500",
            "?changedSince=2026-03-02T07:59:30.0000000Z&cursor=p2&limit=500",
            "?changedSince=2026-03-02T08:00:30.0000000Z&limit=500",
        ]);

        static string Page(string number, string next, string asOf) =>
            $$"""{"items":[{{Placed(new SubmissionId(Guid.NewGuid()), number)}}],"nextCursor":{{next}},"asOf":"{{asOf}}"}""";
    }

    [Fact]
    public async Task Fault36_EqualTimesAndAChangeThatShowsLate_NoneIsMissedAndNoneToldTwice()
    {
        var answers = new Queue<string>(
        [
            """{"items":[],"nextCursor":null,"asOf":"2026-03-02T08:00:00Z"}""",
            Page("08:00:10", At("SO-1", "08:00:05"), At("SO-2", "08:00:05")),
            Page("08:00:20", At("SO-1", "08:00:05"), At("SO-2", "08:00:05"), At("SO-3", "08:00:05")), // stamped together, the third committed late
            Page("08:00:30", At("SO-1", "08:00:25"), At("SO-2", "08:00:05"), At("SO-3", "08:00:05")), // the first has changed once more
        ]);
        var orders = Erp((_, _) => Json(answers.Dequeue())).Find<IOrders>()!;
        var told = new List<string>();
        string? cursor = null;
        while (answers.Count > 0)
        {
            var changes = (await orders.ChangedSince(_portal, cursor)).Value;
            cursor = changes.Cursor;
            told.Add(string.Join(' ', changes.Keys));
        }

        told.ShouldBe(["", "SO-1 SO-2", "SO-3", "SO-1"]);

        static string At(string number, string time) => Placed(new SubmissionId(Guid.NewGuid()), number).Replace("\"updatedAt\":\"2026-03-02T08:00:00Z\"", $"\"updatedAt\":\"2026-03-02T{time}Z\"", StringComparison.Ordinal);
        static string Page(string asOf, params string[] items) => $$"""{"items":[{{string.Join(',', items)}}],"nextCursor":null,"asOf":"2026-03-02T{{asOf}}Z"}""";
    }

    [Fact]
    public async Task ChangedSince_PageRunOut_BeginsTheRoundAgain()
    {
        var erp = Erp((request, _) => request.RequestUri!.Query.Contains("cursor=", StringComparison.Ordinal)
            ? Problem(HttpStatusCode.BadRequest, "invalid_request")
            : Json("""{"items":[],"nextCursor":null,"asOf":"2026-03-02T09:00:00Z"}"""));
        var old = new ChangeCursor(_now, null, null).After([], "p9", _now).Cursor;

        var outcome = await erp.Find<IOrders>()!.ChangedSince(_portal, old);

        outcome.Value.More.ShouldBeFalse();
        ChangeCursor.Read(outcome.Value.Cursor)!.Since.ShouldBe(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("not a cursor")]
    [InlineData("bm90IGpzb24")]
    public async Task ChangedSince_ForeignCursor_IsRejected(string cursor)
    {
        var erp = Erp((_, _) => throw new InvalidOperationException("Called."));

        (await erp.Find<IOrders>()!.ChangedSince(_portal, cursor)).Failure!.Cause.ShouldBe(Cause.Rejected);
    }

    [Fact]
    public async Task Ensure_FirstInAProcess_MakesTheSubscriptionAnewThenOnlyWhenNeeded()
    {
        var status = "active";
        var expires = "null";
        string Subscription() => $$"""{"id":"sub-1","url":"http://portal.test/webhooks/erp","events":["product.changed","product.deleted","price.changed","stock.changed","order.changed","invoice.changed","customer.changed","credit.changed","return.changed","quotation.changed"],"status":"{{status}}","createdAt":"2026-03-02T08:00:00Z","expiresAt":{{expires}},"secret":null}""";
        var erp = Erp((request, _) => request.Method == HttpMethod.Post ? Json(Subscription(), HttpStatusCode.Created) : Json($$"""{"items":[{{Subscription()}}]}"""));
        var subscriptions = erp.Find<IWebhookSubscriptions>()!;
        var callback = new Uri("http://portal.test/webhooks/erp");

        (await subscriptions.Ensure(callback)).Value.ShouldBe(new WebhookSubscription("sub-1", null, Renewed: true));
        JsonNode.Parse(_sent[0].Body)!["secret"]!.GetValue<string>().ShouldBe(Settings.WebhookSecrets[0]);
        (await subscriptions.Ensure(callback)).Value.Renewed.ShouldBeFalse();
        status = "failing";
        (await subscriptions.Ensure(callback)).Value.Renewed.ShouldBeTrue();
        status = "active";
        expires = "\"2026-03-02T10:00:00Z\"";
        (await subscriptions.Ensure(callback)).Value.Renewed.ShouldBeTrue();
        (await subscriptions.Ensure(new Uri("http://elsewhere.test/"))).Value.Renewed.ShouldBeTrue();
    }

    [Fact]
    public async Task Ensure_WithoutASecret_SaysWhichSettingIsMissing()
    {
        var erp = Erp((_, _) => throw new InvalidOperationException("Called."), settings => settings with { WebhookSecrets = [] });

        (await erp.Find<IWebhookSubscriptions>()!.Ensure(new Uri("http://portal.test/"))).Failure!.Detail!.ShouldContain("Systems:erp:WebhookSecrets");
    }

    [Fact]
    public async Task ClientCredentials_TokenRunsOut_IsFetchedAgainOnce()
    {
        var tokens = 0;
        var valid = "";
        var erp = Erp(
            (request, body) =>
            {
                if (request.RequestUri!.AbsolutePath == "/erp/v1/oauth/token")
                {
                    body.ShouldBe("grant_type=client_credentials&client_id=portal&client_secret=s");
                    valid = $"t{++tokens}";
                    return Json($$"""{"access_token":"{{valid}}","token_type":"Bearer","expires_in":600}""");
                }

                return request.Headers.Authorization?.Parameter == valid ? Problem(HttpStatusCode.NotFound, "not_found") : Problem(HttpStatusCode.Unauthorized, "unauthorized");
            },
            settings => settings with { Credentials = new Dictionary<string, string> { ["ClientId"] = "portal", ["ClientSecret"] = "s" } });

        (await erp.Find<IOrders>()!.Get(_portal, new OrderNumber("1"))).Failure!.Cause.ShouldBe(Cause.NotFound);
        valid = "revoked";
        (await erp.Find<IOrders>()!.Get(_portal, new OrderNumber("1"))).Failure!.Cause.ShouldBe(Cause.NotFound);
        tokens.ShouldBe(2);
    }

    [Fact]
    public async Task ClientCredentials_Refused_IsUnauthorized()
    {
        var erp = Erp(
            (_, _) => Json("""{"error":"invalid_client"}""", HttpStatusCode.BadRequest),
            settings => settings with { Credentials = new Dictionary<string, string> { ["ClientId"] = "portal", ["ClientSecret"] = "wrong" } });

        (await erp.Find<IOrders>()!.Get(_portal, new OrderNumber("1"))).Failure!.Cause.ShouldBe(Cause.Unauthorized);
    }

    [Fact]
    public void Check_NamesEachKey()
    {
        var connector = new ReferenceErp(new PipelineEnvironment(_clock, NullLoggerFactory.Instance));

        connector.Check(Settings).ShouldBeEmpty();
        connector.Check(Settings with { Credentials = new Dictionary<string, string> { ["Token"] = " " }, WebhookSecrets = ["whsec_short", Settings.WebhookSecrets[0], "x"] })
            .Select(mistake => mistake.Split(' ')[0]).ShouldBe(["Systems:erp:Credentials:Token", "Systems:erp:WebhookSecrets:0", "Systems:erp:WebhookSecrets:2"]);
    }

    [Fact]
    public void Ports_Declared_AreOpened()
    {
        using var services = new ServiceCollection().AddLogging().AddReferenceConnectors().BuildServiceProvider();
        var connectors = services.GetServices<IConnector>().ToList();
        connectors.Select(connector => connector.Name).ShouldBe(["reference-erp", "reference-crm"]);
        foreach (var connector in connectors)
        {
            var connection = connector.Open(Settings with { Connector = connector.Name });
            foreach (var port in connector.Ports.Select(declared => declared.Port))
            {
                typeof(ISystemConnection).GetMethod(nameof(ISystemConnection.Find))!.MakeGenericMethod(port).Invoke(connection, null).ShouldNotBeNull(port.Name);
            }
        }
    }

    private sealed class Scripted(Func<HttpRequestMessage, string, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            answer(request, request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken));
    }
}
