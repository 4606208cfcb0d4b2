using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sandbox;
using PortalIntegration.Sandbox.Faults;
using PortalIntegration.Tests.Ports;

namespace PortalIntegration.IntegrationTests.Connectors;

/// <summary>What the connector makes of a system that is ill: the sandbox's own faults over real sockets.</summary>
[Collection(OnSandbox.Name)]
public sealed class ReferenceFaultTests(SandboxFixture sandbox) : IAsyncLifetime
{
    private readonly SandboxControl _erp = new(sandbox.Host.ErpControlUrl);
    private readonly SandboxControl _crm = new(sandbox.Host.CrmControlUrl);

    private static Scope Scope => SandboxFixture.Scope;

    private static DateTimeOffset Soon => TimeProvider.System.GetUtcNow().AddMinutes(1);

    public static IEnumerable<TheoryDataRow<string>> ErpOperations => Rows(
        "listProducts", "productsQuery", "listCategories", "getProduct", "pricesQuery", "availabilityQuery", "quoteOrder", "listDeliveryMethods", "createOrder",
        "listOrders", "getOrder", "getCredit", "getCustomer", "listInvoices", "getInvoice", "listReturns", "getReturn");

    public static IEnumerable<TheoryDataRow<string>> CrmOperations => Rows(
        "listAccounts", "getAccount", "listTimeline", "putTimelineEntry", "listContacts", "getContact", "listUsers", "listOpportunities");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _erp.ClearFaultsAsync();
        await _crm.ClearFaultsAsync();
        _erp.Dispose();
        _crm.Dispose();
    }

    [Theory]
    [MemberData(nameof(ErpOperations))]
    public async Task Fault43_ErpAnswersNonsense_IsANamedFailure(string operation) =>
        await Spoil(_erp, operation, async connection => await AskErp(await sandbox.ErpFacts(), connection, operation), () => sandbox.OpenErp(sandbox.Host.ErpUrl, Once));

    [Theory]
    [MemberData(nameof(CrmOperations))]
    public async Task Fault43_CrmAnswersNonsense_IsANamedFailure(string operation) =>
        await Spoil(_crm, operation, async connection => await AskCrm(await sandbox.CrmFacts(), connection, operation), () => sandbox.OpenCrm(sandbox.Host.CrmUrl, Once));

    [Theory]
    [InlineData("availabilityQuery", "negative", null)]
    [InlineData("getOrder", "negative", "ordered")]
    [InlineData("getOrder", "unknownEnum", "status")]
    [InlineData("getOrder", "null", "total")]
    [InlineData("pricesQuery", "negative", "unitPrice")]
    [InlineData("pricesQuery", "unknownEnum", "source")]
    [InlineData("pricesQuery", "null", "currency")]
    [InlineData("quoteOrder", "unknownEnum", "decision")]
    [InlineData("quoteOrder", "null", "total")]
    [InlineData("createOrder", "null", "number")]
    [InlineData("createOrder", "unknownEnum", "status")]
    [InlineData("getInvoice", "unknownEnum", "status")]
    [InlineData("listProducts", "unknownEnum", "status")]
    [InlineData("listProducts", "null", "name")]
    [InlineData("getCustomer", "null", "shipTos")]
    [InlineData("getReturn", "negative", "quantity")]
    public async Task Fault43_ImpossibleValues_AreANamedFailureWithTheField(string operation, string mode, string? field)
    {
        var facts = await sandbox.ErpFacts();
        var connection = sandbox.OpenErp(sandbox.Host.ErpUrl, Once);
        var rule = await _erp.SetFaultAsync(new FaultRule { Kind = FaultKind.Nonsense, Operation = operation, Mode = mode, Field = field });

        var failure = await AskErp(facts, connection, operation);

        failure.ShouldNotBeNull();
        failure.Cause.ShouldBe(Cause.Malformed, failure.ToString());
        failure.Operation.ShouldBe(operation);
        failure.Detail!.ShouldContain(field ?? "availableToPromise", Case.Sensitive);
        (await _erp.FaultsAsync()).Single(candidate => candidate.Id == rule.Id).Hits.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(FaultKind.DropAnswer, Cause.Interrupted)]
    [InlineData(FaultKind.Truncate, Cause.Interrupted)]
    [InlineData(FaultKind.Malformed, Cause.Malformed)]
    public async Task Fault02_AnswerToACreateLost_SaysItMayHaveTakenEffectAndItIsFound(FaultKind kind, Cause cause)
    {
        var facts = await sandbox.ErpFacts();
        var orders = sandbox.OpenErp(sandbox.Host.ErpUrl, Once).Find<IOrders>()!;
        var order = facts.Order(facts.Sku);
        await _erp.SetFaultAsync(new FaultRule { Kind = kind, Operation = "createOrder", Count = 1 });

        var failure = (await orders.Create(Scope, order, Soon)).Failure!;

        failure.Cause.ShouldBe(cause, failure.ToString());
        failure.MayHaveTakenEffect.ShouldBeTrue();
        (await orders.FindByReference(Scope, facts.Customer, order.Submission)).Value.ShouldNotBeNull();
        (await _erp.OrdersAsync(order.Submission.ExternalReference)).Count.ShouldBe(1, "the write was not repeated");
    }

    [Fact]
    public async Task Fault03_AnswerToACreateLostBeforeCommit_IsNotFoundAndCreatedOnceLater()
    {
        var facts = await sandbox.ErpFacts();
        var orders = sandbox.OpenErp(sandbox.Host.ErpUrl, Once).Find<IOrders>()!;
        var order = facts.Order(facts.Sku);
        await _erp.SetFaultAsync(new FaultRule { Kind = FaultKind.Hang, Operation = "createOrder", Count = 1 });

        (await sandbox.OpenErp(sandbox.Host.ErpUrl, Impatient).Find<IOrders>()!.Create(Scope, order, Soon)).Failure!.Cause.ShouldBe(Cause.TimedOut);
        (await orders.FindByReference(Scope, facts.Customer, order.Submission)).Value.ShouldBeNull();
        (await orders.Create(Scope, order, Soon)).Succeeded.ShouldBeTrue();

        (await _erp.OrdersAsync(order.Submission.ExternalReference)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Fault22_TooManyWithRetryAfter_IsNotCalledBefore()
    {
        var facts = await sandbox.ErpFacts();
        var connection = sandbox.OpenErp(sandbox.Host.ErpUrl, Once);
        await _erp.SetFaultAsync(new FaultRule { Kind = FaultKind.RateLimit, Operation = "pricesQuery", RetryAfterSeconds = 60, Count = 1 });
        (await AskErp(facts, connection, "pricesQuery"))!.RetryAfter.ShouldBe(TimeSpan.FromSeconds(60));
        // Counted as they arrive, and not, as in the list of calls, as they end: a call that hung in another test may end now.
        var arrivals = await _erp.SetFaultAsync(new FaultRule { Kind = FaultKind.Latency, Operation = "pricesQuery", Milliseconds = 1 });

        var second = await AskErp(facts, connection, "pricesQuery");

        second!.Cause.ShouldBe(Cause.Throttled);
        second.CountsAsAttempt.ShouldBeFalse();
        second.RetryAfter!.Value.ShouldBeInRange(TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(60));
        (await _erp.FaultsAsync()).Single(rule => rule.Id == arrivals.Id).Hits.ShouldBe(0);
    }

    [Fact]
    public async Task Fault42_PricingHangs_EndsInItsBudgetAndTheOthersAnswer()
    {
        var facts = await sandbox.ErpFacts();
        var connection = sandbox.OpenErp(sandbox.Host.ErpUrl, settings => settings with { AttemptTimeout = TimeSpan.FromSeconds(2), TotalTimeout = TimeSpan.FromSeconds(10) });
        await _erp.SetFaultAsync(new FaultRule { Kind = FaultKind.Hang, Operation = "pricesQuery" });

        // Until the breaker of pricing has opened as well. Looked at at once: on a slow machine it soon asks again, and waits again.
        Failure? last = null;
        for (var round = 0; round < 10 && last is not { Cause: Cause.CircuitOpen }; round++)
        {
            var started = TimeProvider.System.GetTimestamp();
            var pricing = AskErp(facts, connection, "pricesQuery");
            var others = Task.WhenAll(
                AskErp(facts, connection, "listProducts"),
                AskErp(facts, connection, "availabilityQuery"),
                AskErp(facts, connection, "listOrders"),
                AskErp(facts, connection, "getCredit"));

            (await others).ShouldAllBe(failure => failure == null);
            last = (await pricing)!;
            last.Cause.ShouldBeOneOf(Cause.TimedOut, Cause.CircuitOpen);
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(60));
        }

        last!.Cause.ShouldBe(Cause.CircuitOpen);
        last.Since.ShouldNotBeNull();
        var capabilities = connection.Monitor.Status.Capabilities.ToDictionary(capability => capability.Capability);
        capabilities["Pricing"].Breaker.ShouldBe(BreakerState.Open);
        capabilities["Pricing"].FailingSince.ShouldBe(last.Since);
        capabilities.Values.Count(capability => capability.Breaker != BreakerState.Closed).ShouldBe(1);
    }

    [Fact]
    public async Task Fault42_EverythingHangs_EachCallEndsInItsBudget()
    {
        var facts = await sandbox.ErpFacts();
        await _erp.SetFaultAsync(new FaultRule { Kind = FaultKind.Hang });

        // Asked first, by a connection that has the usual ten seconds: it still waits when those with two are done. A machine may stand still for so long, but not each time.
        var inTheirOwn = false;
        for (var round = 0; round < 3 && !inTheirOwn; round++)
        {
            var connection = sandbox.OpenErp(sandbox.Host.ErpUrl, settings => Impatient(settings) with { Concurrency = 50 });
            var patient = AskErp(facts, sandbox.OpenErp(sandbox.Host.ErpUrl), "getCredit");
            var failures = await Task.WhenAll(ErpOperations.Select(row => AskErp(facts, connection, row.Data)));
            inTheirOwn = !patient.IsCompleted;
            failures.ShouldAllBe(failure => failure!.Cause == Cause.TimedOut);
        }

        inTheirOwn.ShouldBeTrue();
    }

    [Fact]
    public async Task Outage_AndBack_IsToldAndForgotten()
    {
        var facts = await sandbox.ErpFacts();
        var connection = sandbox.OpenErp(sandbox.Host.ErpUrl, Once);
        var fault = await _erp.SetFaultAsync(new FaultRule { Kind = FaultKind.Outage, Mode = "unavailable" });

        var first = (await AskErp(facts, connection, "getCredit"))!;
        first.Cause.ShouldBe(Cause.Unavailable);
        connection.Monitor.Status.FailingSince.ShouldBe(first.Since);
        (await connection.Monitor.Probe()).Failure!.Cause.ShouldBe(Cause.Unavailable);

        await _erp.ClearFaultsAsync(fault.Id);
        (await AskErp(facts, connection, "getCredit")).ShouldBeNull();
        connection.Monitor.Status.FailingSince.ShouldBeNull();
        (await connection.Monitor.Probe()).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Fault26_TokensRevokedUnderFiftyCalls_OneIsFetched()
    {
        var connection = sandbox.OpenErp(sandbox.Host.ErpUrl, settings => settings with
        {
            Concurrency = 50,
            Credentials = new Dictionary<string, string> { ["ClientId"] = sandbox.Host.Options.ClientId, ["ClientSecret"] = sandbox.Host.Options.ClientSecret },
        });
        var facts = await sandbox.ErpFacts();
        (await AskErp(facts, connection, "getCredit")).ShouldBeNull();
        await _erp.RevokeTokensAsync();
        var (mark, _) = await _erp.CallsAsync();

        var failures = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => AskErp(facts, connection, "getCredit")));

        failures.ShouldAllBe(failure => failure == null);
        (await _erp.CallsAsync(mark, "requestToken")).Calls.Count.ShouldBe(1);
    }

    private async Task Spoil(SandboxControl control, string operation, Func<ISystemConnection, Task<Failure?>> ask, Func<ISystemConnection> open)
    {
        (await ask(open())).ShouldBeNull("well, it answers");
        foreach (var (kind, causes) in new (FaultKind, Cause[])[]
        {
            (FaultKind.Html, [Cause.Malformed]),
            (FaultKind.Malformed, [Cause.Malformed]),
            (FaultKind.Truncate, [Cause.Interrupted]),
            (FaultKind.DropAnswer, [Cause.Interrupted]),
            (FaultKind.Error, [Cause.ServerError]),
        })
        {
            var rule = await control.SetFaultAsync(new FaultRule { Kind = kind, Operation = operation });
            var failure = await ask(open());

            failure.ShouldNotBeNull(kind.ToString());
            causes.ShouldContain(failure.Cause, $"{kind}: {failure}");
            failure.Operation.ShouldBe(operation);
            failure.Since.ShouldNotBeNull();
            (await control.FaultsAsync()).Single(candidate => candidate.Id == rule.Id).Hits.ShouldBeGreaterThan(0);
            await control.ClearFaultsAsync(rule.Id);
        }
    }

    private static SystemSettings Once(SystemSettings settings) => settings with { AttemptTimeout = TimeSpan.FromSeconds(10), TotalTimeout = TimeSpan.FromSeconds(20), ReadRetries = 0 };

    private static SystemSettings Impatient(SystemSettings settings) => settings with { AttemptTimeout = TimeSpan.FromSeconds(1), TotalTimeout = TimeSpan.FromSeconds(2), ReadRetries = 0 };

    private static TheoryDataRow<string>[] Rows(params string[] operations) => [.. operations.Select(operation => new TheoryDataRow<string>(operation))];

    /// <summary>Makes the call that the operation is for, and answers what went wrong.</summary>
    private async Task<Failure?> AskErp(ErpFacts facts, ISystemConnection erp, string operation) => operation switch
    {
        "listProducts" => (await erp.Find<ICatalog>()!.Search(Scope, new CatalogQuery(facts.Word))).Failure,
        "productsQuery" => (await erp.Find<ICatalog>()!.Get(Scope, null, [facts.Sku])).Failure,
        "listCategories" => (await erp.Find<ICatalog>()!.Categories(Scope)).Failure,
        "getProduct" => (await erp.Find<ICatalog>()!.Image(Scope, sandbox.Samples.Pictured)).Failure,
        "pricesQuery" => (await erp.Find<IPricing>()!.Prices(Scope, facts.Customer, [new PriceLine(facts.Sku, 1)])).Failure,
        "availabilityQuery" => (await erp.Find<IInventory>()!.Availability(Scope, [facts.Sku])).Failure,
        "quoteOrder" => (await erp.Find<IQuoting>()!.Quote(Scope, facts.Basket(facts.Sku))).Failure,
        "listDeliveryMethods" => (await erp.Find<IQuoting>()!.DeliveryMethods(Scope, facts.Customer)).Failure,
        "createOrder" => (await erp.Find<IOrders>()!.Create(Scope, facts.Order(facts.Sku), Soon)).Failure,
        "listOrders" => (await erp.Find<IOrders>()!.Search(Scope, new OrderQuery { Limit = 5 })).Failure,
        "getOrder" => (await erp.Find<IOrders>()!.Get(Scope, new OrderNumber(sandbox.Samples.Order))).Failure,
        "getCredit" => (await erp.Find<ICredit>()!.Get(Scope, facts.Customer)).Failure,
        "getCustomer" => (await erp.Find<ICustomers>()!.Get(Scope, facts.Customer)).Failure,
        "listInvoices" => (await erp.Find<IInvoices>()!.List(Scope, facts.Invoiced)).Failure,
        "getInvoice" => (await erp.Find<IInvoices>()!.Get(Scope, sandbox.Samples.Invoice)).Failure,
        "listReturns" => (await erp.Find<IReturns>()!.List(Scope, facts.Returning!.Value)).Failure,
        "getReturn" => (await erp.Find<IReturns>()!.Get(Scope, sandbox.Samples.Return)).Failure,
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
    };

    private static async Task<Failure?> AskCrm(CrmFacts facts, ISystemConnection crm, string operation) => operation switch
    {
        "listAccounts" => (await crm.Find<IAccounts>()!.Search(Scope, new AccountQuery(facts.AccountWord))).Failure,
        "getAccount" => (await crm.Find<IAccounts>()!.Get(Scope, facts.Account)).Failure,
        "listTimeline" => (await crm.Find<ITimeline>()!.List(Scope, facts.Account)).Failure,
        "putTimelineEntry" => (await crm.Find<ITimeline>()!.Put(Scope, facts.Account, new TimelineEntry("fault", TimeProvider.System.GetUtcNow(), TimelineKind.Note, "n"))).Failure,
        "listContacts" => (await crm.Find<IContacts>()!.Search(Scope, new PersonQuery(Account: facts.Account))).Failure,
        "getContact" => (await crm.Find<IContacts>()!.Get(Scope, facts.Contact)).Failure,
        "listUsers" => (await crm.Find<IContacts>()!.Search(Scope, new PersonQuery(Staff: true))).Failure,
        "listOpportunities" => (await crm.Find<IOpportunities>()!.List(Scope, facts.Dealing)).Failure,
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
    };
}
