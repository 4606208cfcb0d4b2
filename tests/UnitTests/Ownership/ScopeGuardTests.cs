using System.Reflection;
using Microsoft.Extensions.Logging;
using NSubstitute;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.SalesProducts;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.UnitTests.Ownership;

public sealed class ScopeGuardTests
{
    private static readonly Scope Ann = Scope.ForPerson(new PersonId("ann"), Role.Buyer, [new ScopedAccount(new AccountId("A1"), new CustomerNumber("C1"), "One")]);
    private readonly Systems _systems = new();

    [Fact]
    public async Task Get_OrderOfAnotherCustomer_IsAnsweredExactlyAsAnUnknownOne()
    {
        _systems.Port<IOrders>().Get(default!, default).ReturnsForAnyArgs(Systems.Answer(OrderOf("C2")), Systems.Fails<Order>(Cause.NotFound));
        var orders = _systems.Build(new Tests.ManualTimeProvider(Systems.Now)).Owner<IOrders>();

        var foreign = await orders.Get(Ann, new OrderNumber("SO-1"));
        var unknown = await orders.Get(Ann, new OrderNumber("SO-1"));

        foreign.Succeeded.ShouldBeFalse();
        foreign.Failure.ShouldBe(unknown.Failure);
        foreign.Failure!.Detail.ShouldBeNull();
    }

    [Fact]
    public async Task Get_OwnOrder_IsAnswered()
    {
        _systems.Port<IOrders>().Get(default!, default).ReturnsForAnyArgs(Systems.Answer(OrderOf("C1")));

        (await _systems.Build().Owner<IOrders>().Get(Ann, new OrderNumber("SO-1"))).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Search_AnswerHoldsForeignOrders_TheyAreLeftOut()
    {
        _systems.Port<IOrders>().Search(default!, default!).ReturnsForAnyArgs(Systems.Answer(new Page<OrderSummary>([Summary("C1"), Summary("C2")])));

        var found = await _systems.Build().Owner<IOrders>().Search(Ann, new OrderQuery());

        found.Value.Items.ShouldHaveSingleItem().Customer.Value.ShouldBe("C1");
    }

    [Fact]
    public async Task Activity_OfManyAmongWhomOneIsForeign_NeverReachesTheSystem()
    {
        var orders = _systems.Build().Owner<IOrders>();

        var asked = await orders.Activity(Ann, [new CustomerNumber("C1"), new CustomerNumber("C2")]);

        asked.Failure!.Cause.ShouldBe(Cause.NotFound);
        await _systems.Port<IOrders>().DidNotReceiveWithAnyArgs().Activity(default!, default!);
    }

    [Fact]
    public async Task Activity_AnswerHoldsForeignCustomers_TheyAreLeftOut()
    {
        _systems.Port<IOrders>().Activity(default!, default!).ReturnsForAnyArgs(Systems.Answer<IReadOnlyList<OrderActivity>>(
            [new(new CustomerNumber("C1"), 0, null, null), new(new CustomerNumber("C2"), 3, null, null)]));

        var told = await _systems.Build().Owner<IOrders>().Activity(Ann, [new CustomerNumber("C1")]);

        told.Value.ShouldHaveSingleItem().Customer.Value.ShouldBe("C1");
    }

    [Fact]
    public async Task Create_ForAnotherCustomer_NeverReachesTheSystem()
    {
        var created = await _systems.Build().Owner<IOrders>().Create(Ann, PortArguments.NewOrderFor("C2"), Systems.Now);

        created.Failure!.Cause.ShouldBe(Cause.NotFound);
        await _systems.Port<IOrders>().DidNotReceiveWithAnyArgs().Create(default!, default!, default);
    }

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Admin)]
    public async Task Create_ByARoleThatMayNotOrder_NeverReachesTheSystem(Role role)
    {
        var scope = Scope.ForPerson(new PersonId("vic"), role, Ann.Accounts);

        (await _systems.Build().Owner<IOrders>().Create(scope, PortArguments.NewOrderFor("C1"), Systems.Now)).Failure!.Cause.ShouldBe(Cause.NotFound);
        await _systems.Port<IOrders>().DidNotReceiveWithAnyArgs().Create(default!, default!, default);
    }

    [Theory]
    [InlineData("C2", Role.Buyer)]
    [InlineData("C1", Role.Viewer)]
    public async Task ChangeAndCancel_OrderOfAnotherOrByWhoMayNotOrder_NeverReachTheSystem(string customer, Role role)
    {
        var scope = Scope.ForPerson(new PersonId("ann"), role, Ann.Accounts);
        _systems.Port<IOrders>().Get(default!, default).ReturnsForAnyArgs(Systems.Answer(OrderOf(customer)));
        var orders = _systems.Build().Owner<IOrders>();

        (await orders.Change(scope, Change)).Failure!.Cause.ShouldBe(Cause.NotFound);
        (await orders.Cancel(scope, Cancellation)).Failure!.Cause.ShouldBe(Cause.NotFound);
        await _systems.Port<IOrders>().DidNotReceiveWithAnyArgs().Change(default!, default!);
        await _systems.Port<IOrders>().DidNotReceiveWithAnyArgs().Cancel(default!, default!);
    }

    [Fact]
    public async Task ChangeAndCancel_OwnOrder_ReachTheSystem()
    {
        var port = _systems.Port<IOrders>();
        port.Get(default!, default).ReturnsForAnyArgs(Systems.Answer(OrderOf("C1")));
        port.Change(default!, default!).ReturnsForAnyArgs(Systems.Answer(OrderOf("C1")));
        port.Cancel(default!, default!).ReturnsForAnyArgs(Systems.Answer(OrderOf("C1")));
        var orders = _systems.Build().Owner<IOrders>();

        (await orders.Change(Ann, Change)).Succeeded.ShouldBeTrue();
        (await orders.Cancel(Ann, Cancellation)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Change_WhoseTheOrderIsIsNotAnswered_NothingWasWrittenAndTheFailureSaysSo()
    {
        _systems.Port<IOrders>().Get(default!, default).ReturnsForAnyArgs(Systems.Fails<Order>(Cause.TimedOut));

        var failure = (await _systems.Build().Owner<IOrders>().Change(Ann, Change)).Failure!;

        failure.MayHaveTakenEffect.ShouldBeFalse();
        failure.RetryCanHelp.ShouldBeTrue();
        await _systems.Port<IOrders>().DidNotReceiveWithAnyArgs().Change(default!, default!);
    }

    [Fact]
    public async Task Allowed_OrderOfAnother_IsNotFound()
    {
        _systems.Port<IOrders>().Allowed(default!, default).ReturnsForAnyArgs(Systems.Answer(
            new OrderAllowance { Order = new OrderNumber("SO-1"), Customer = new CustomerNumber("C2"), Version = "1", MayCancel = true }));

        (await _systems.Build().Owner<IOrders>().Allowed(Ann, new OrderNumber("SO-1"))).Failure!.Cause.ShouldBe(Cause.NotFound);
    }

    [Fact]
    public async Task Quotation_OfAnotherCustomer_IsNotFoundAndNeverChanged()
    {
        _systems.Port<IQuotations>().Get(default!, default).ReturnsForAnyArgs(Systems.Answer(QuotationOf("C2")), Systems.Fails<Quotation>(Cause.NotFound), Systems.Answer(QuotationOf("C2")));
        var quotations = _systems.Build(new Tests.ManualTimeProvider(Systems.Now)).Owner<IQuotations>();

        var foreign = await quotations.Get(Ann, new QuotationNumber("QU-1"));
        var unknown = await quotations.Get(Ann, new QuotationNumber("QU-1"));
        var changed = await quotations.Change(Ann, new QuotationNumber("QU-1"), new QuotationChange(By("ann"), State: QuotationState.Withdrawn), "1");

        foreign.Failure.ShouldBe(unknown.Failure);
        changed.Failure!.Cause.ShouldBe(Cause.NotFound);
        await _systems.Port<IQuotations>().DidNotReceiveWithAnyArgs().Change(default!, default, default!, default!);
    }

    [Theory]
    [InlineData("bob", Role.Approver, true)]
    [InlineData("ann", Role.Approver, false)] // asked for it himself
    [InlineData("bob", Role.Buyer, false)]
    [InlineData("bob", Role.Rep, false)]
    public async Task Quotation_SentBack_OnlyByAnApproverWhoDidNotAsk(string person, Role role, bool allowed)
    {
        _systems.Port<IQuotations>().Get(default!, default).ReturnsForAnyArgs(Systems.Answer(QuotationOf("C1", requester: "ann")));
        _systems.Port<IQuotations>().Change(default!, default, default!, default!).ReturnsForAnyArgs(Systems.Answer(QuotationOf("C1")));
        var scope = Scope.ForPerson(new PersonId(person), role, Ann.Accounts);

        var outcome = await _systems.Build().Owner<IQuotations>().Change(
            scope, new QuotationNumber("QU-1"), new QuotationChange(By(person), State: QuotationState.SentBack, Reason: "Too much"), "1");

        outcome.Succeeded.ShouldBe(allowed);
        await _systems.Port<IQuotations>().ReceivedWithAnyArgs(allowed ? 1 : 0).Change(default!, default, default!, default!);
    }

    private static OrderedBy By(string person) => new(new PersonId(person), person);

    [Fact]
    public async Task Get_ForeignSubject_IsLoggedWithWhoAsked()
    {
        var logs = new LogLines();
        _systems.Port<IOrders>().Get(default!, default).ReturnsForAnyArgs(Systems.Answer(OrderOf("C2")));

        await _systems.Build(loggers: logs).Owner<IOrders>().Get(Ann, new OrderNumber("SO-77"));

        logs.Lines.ShouldHaveSingleItem().ShouldBe("Out of scope: ann (Buyer) asked Get of Orders SO-77");
    }

    [Fact]
    public async Task Get_InvoiceReturnAndPersonOfOthers_AreNotFound()
    {
        _systems.Port<IInvoices>().Get(default!, default!).ReturnsForAnyArgs(Systems.Answer(new Invoice
        {
            Number = "I-1", Customer = new CustomerNumber("C2"), IssuedOn = new DateOnly(2026, 1, 1), Total = new Money(1, "EUR"), Status = InvoiceStatus.Open,
        }));
        _systems.Port<IInvoices>().Document(default!, default!).ReturnsForAnyArgs(Systems.Answer(
            new InvoiceDocument(new CustomerNumber("C2"), new Document(new byte[] { 1 }, "application/pdf", "i.pdf"))));
        _systems.Port<IReturns>().Get(default!, default!).ReturnsForAnyArgs(Systems.Answer(new Return
        {
            Number = "R-1", Customer = new CustomerNumber("C2"), RequestedAt = Systems.Now, Status = ReturnStatus.Requested,
        }));
        _systems.Port<IContacts>().Get(default!, default).ReturnsForAnyArgs(Systems.Answer(new Person
        {
            Id = new PersonId("bob"), Name = "Bob", Accounts = [new AccountId("A2")],
        }));
        var map = _systems.Build();

        (await map.Owner<IInvoices>().Get(Ann, "I-1")).Failure!.Cause.ShouldBe(Cause.NotFound);
        (await map.Owner<IInvoices>().Document(Ann, "I-1")).Failure!.Cause.ShouldBe(Cause.NotFound);
        (await map.Owner<IReturns>().Get(Ann, "R-1")).Failure!.Cause.ShouldBe(Cause.NotFound);
        (await map.Owner<IContacts>().Get(Ann, new PersonId("bob"))).Failure!.Cause.ShouldBe(Cause.NotFound);
    }

    [Fact]
    public async Task Returnable_OrderOfAnother_IsNotFound()
    {
        _systems.Port<IReturns>().Returnable(default!, default).ReturnsForAnyArgs(Systems.Answer(
            new Returnable { Order = new OrderNumber("SO-1"), Customer = new CustomerNumber("C2"), Reasons = [], Lines = [] }));

        (await _systems.Build().Owner<IReturns>().Returnable(Ann, new OrderNumber("SO-1"))).Failure!.Cause.ShouldBe(Cause.NotFound);
    }

    [Fact]
    public async Task Get_OpportunityOfAnotherAccount_IsNotFound()
    {
        _systems.Port<IOpportunities>().Get(default!, default!).ReturnsForAnyArgs(Systems.Answer(new Opportunity
        {
            Id = "opp-1", Account = new AccountId("A2"), Name = "Belts", Stage = OpportunityStage.Won,
        }));

        (await _systems.Build().Owner<IOpportunities>().Get(Ann, "opp-1")).Failure!.Cause.ShouldBe(Cause.NotFound);
    }

    [Fact]
    public async Task Get_ByAFlow_IsNeverAnsweredFromMemoryNorByAnEarlierRead()
    {
        _systems.With("Ownership:Entities:Customers:Freshness", "60");
        var name = 0;
        _systems.Port<ICustomers>().Get(default!, default).ReturnsForAnyArgs(_ => Systems.Answer(new Customer
        {
            Number = new CustomerNumber("C1"), Name = $"{++name}", Currency = "EUR",
        }));
        var customers = _systems.Build().Owner<ICustomers>();
        var flow = Scope.ForPortal("credit-to-crm", Lane.Sync);

        (await customers.Get(Ann, new CustomerNumber("C1"))).Value.Name.ShouldBe("1");
        (await customers.Get(flow, new CustomerNumber("C1"))).Value.Name.ShouldBe("2");
        (await customers.Get(Ann, new CustomerNumber("C1"))).Value.Name.ShouldBe("1", "a page may be answered from memory");
    }

    [Fact]
    public async Task Search_AccountsAndPeopleOfOthers_AreLeftOut()
    {
        _systems.Port<IAccounts>().Search(default!, default!).ReturnsForAnyArgs(Systems.Answer(new Page<Account>(
            [new Account { Id = new AccountId("A1"), Name = "One" }, new Account { Id = new AccountId("A2"), Name = "Two" }])));
        _systems.Port<IContacts>().Search(default!, default!).ReturnsForAnyArgs(Systems.Answer(new Page<Person>(
            [new Person { Id = new PersonId("bob"), Name = "Bob", Accounts = [new AccountId("A2")] }])));
        var map = _systems.Build();

        (await map.Owner<IAccounts>().Search(Ann, new AccountQuery())).Value.Items.ShouldHaveSingleItem().Name.ShouldBe("One");
        (await map.Owner<IContacts>().Search(Ann, new PersonQuery())).Value.Items.ShouldBeEmpty();
    }

    /// <summary>
    /// Every method of every port, with a customer and an account that are not in the scope and an answer that belongs to
    /// somebody else: none may come through. A new method is tried without anybody having to remember it.
    /// </summary>
    [Theory]
    [MemberData(nameof(EveryPersonalMethod))]
    public async Task EveryPort_ForeignCustomerInTheArguments_NeverReachesTheSystem(string port, string method)
    {
        var type = Entities.Ports.Values.SelectMany(ports => ports).Single(candidate => candidate.Name == port);
        var called = type.GetMethod(method)!;
        var guarded = typeof(OwnershipMap).GetMethod(nameof(OwnershipMap.Owner))!.MakeGenericMethod(type).Invoke(_systems.Build(), [])!;

        var task = (Task)called.Invoke(guarded, [.. called.GetParameters().Select(Foreign)])!;
        await task;

        dynamic outcome = ((dynamic)task).GetAwaiter().GetResult();
        ((Failure)outcome.Failure).Cause.ShouldBe(Cause.NotFound);
        typeof(Systems).GetMethod(nameof(Systems.Port))!.MakeGenericMethod(type).Invoke(_systems, [])!.ReceivedCalls()
            .ShouldNotContain(call => call.GetMethodInfo().Name == method);
    }

    /// <summary>Methods that name nobody: what they answer is checked by the tests above, or is the same for everybody.</summary>
    private static readonly string[] NameNobody =
    [
        "ICatalog.Categories", "ICatalog.Image", "IInventory.Availability", // the same for everybody
        "IOrders.Change", "IOrders.Cancel", // whose the order is, is asked first
        "IOrders.Get", "IOrders.Allowed", "IInvoices.Get", "IInvoices.Document", "IReturns.Get", "IReturns.Returnable", "IContacts.Get", "IOpportunities.Get",
        "IQuotations.Get", "IQuotations.Change", // what comes out is checked
        "IAccounts.Search", // foreign ones are left out
    ];

    public static IEnumerable<TheoryDataRow<string, string>> EveryPersonalMethod() =>
        from port in Entities.Ports.Values.SelectMany(ports => ports)
        from method in port.GetMethods()
        where !method.IsSpecialName && !NameNobody.Contains($"{port.Name}.{method.Name}")
        select new TheoryDataRow<string, string>(port.Name, method.Name);

    private static object? Foreign(ParameterInfo parameter) =>
        PortArguments.For(parameter, Scope.ForPerson(new PersonId("ann"), Role.Approver, Ann.Accounts), "C2", "A2"); // who may do most

    private static OrderChange Change => new() { Id = Guid.Empty, Order = new OrderNumber("SO-1"), Version = "1", By = "Ann", PoNumber = "P" };

    private static OrderCancellation Cancellation => new() { Id = Guid.Empty, Order = new OrderNumber("SO-1"), Version = "1", By = "Ann", Reason = "R" };

    private static Quotation QuotationOf(string customer, string requester = "ann") => new()
    {
        Number = new QuotationNumber("QU-1"), Customer = new CustomerNumber(customer), Kind = QuotationKind.Approval, State = QuotationState.Open,
        RequestedAt = Systems.Now, RequestedBy = new PersonId(requester), Lines = [], Version = "1",
    };

    private static Order OrderOf(string customer) => new()
    {
        Number = new OrderNumber("SO-1"), Customer = new CustomerNumber(customer), Status = OrderStatus.Open, OrderedAt = Systems.Now, Lines = [],
    };

    private static OrderSummary Summary(string customer) => new()
    {
        Number = new OrderNumber("SO-1"), Customer = new CustomerNumber(customer), Status = OrderStatus.Open, OrderedAt = Systems.Now,
    };

    private sealed class LogLines : ILoggerFactory, ILogger
    {
        public List<string> Lines { get; } = [];

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
