using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Returns;
using PortalIntegration.Tests.Fuzz;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests;

/// <summary>
/// Nonsense in any answer of Odoo's is a named failure of every port method of the ERP, never a made-up value and never an exception. The genuine answers are
/// recorded on the live Odoo, then played again with one thing spoiled.
/// </summary>
[Collection(OdooErpTurns.Name)]
public sealed class OdooErpFault43Tests(OdooFixture odoo)
{
    private static readonly CustomerNumber Customer = new("C1001");

    // Fixed, so that a replay asks the same; one each, so that no test depends on which ran before it.
    private static readonly NewOrder Quoted = Order();
    private static readonly NewOrder Created = Order();
    private static readonly NewOrder Found = Order();
    private static readonly NewQuotation Kept = Quotation();
    private static readonly NewQuotation Listed = Quotation();
    private static readonly DateTimeOffset Recorded = StandingClock.Began;

    private static readonly Dictionary<string, Func<ISystemConnection, Task<Told>>> Methods = new(StringComparer.Ordinal)
    {
        ["Search products"] = erp => Ask(erp.Find<ICatalog>()!.Search(OdooFixture.Scope, new CatalogQuery("ratchet", Customer, Limit: 3))),
        ["Get products"] = erp => Ask(erp.Find<ICatalog>()!.Get(OdooFixture.Scope, Customer, [new Sku("CUT-001"), new Sku("PPE-001-S")])),
        ["Resolve"] = erp => Ask(erp.Find<ICatalog>()!.Resolve(OdooFixture.Scope, Customer, ["fas-001", "TOO-003"])),
        ["Categories"] = erp => Ask(erp.Find<ICatalog>()!.Categories(OdooFixture.Scope)),
        ["Image"] = erp => Ask(erp.Find<ICatalog>()!.Image(OdooFixture.Scope, new Sku("TOO-001"))),
        ["Changed products"] = erp => Ask(erp.Find<ICatalog>()!.ChangedSince(OdooFixture.Scope, null)),
        ["Prices"] = erp => Ask(erp.Find<IPricing>()!.Prices(
            OdooFixture.Scope, new CustomerNumber("C1002"), [new PriceLine(new Sku("FAS-001"), 200, "Units"), new PriceLine(new Sku("TOO-001"), 1)])),
        ["Availability"] = erp => Ask(erp.Find<IInventory>()!.Availability(OdooFixture.Scope, [new Sku("CUT-002")])),
        ["Customer"] = erp => Ask(erp.Find<ICustomers>()!.Get(OdooFixture.Scope, Customer)),
        ["Credit"] = erp => Ask(erp.Find<ICredit>()!.Get(OdooFixture.Scope, Customer)),
        ["Delivery methods"] = erp => Ask(erp.Find<IQuoting>()!.DeliveryMethods(OdooFixture.Scope, Customer)),
        ["Quote"] = erp => Ask(erp.Find<IQuoting>()!.Quote(OdooFixture.Scope, Quoted.Request)),
        ["Sweep drafts"] = erp => Ask(erp.Find<IQuoting>()!.SweepDrafts(OdooFixture.Scope, DateTimeOffset.UnixEpoch)),
        ["Create order"] = erp => Ask(erp.Find<IOrders>()!.Create(OdooFixture.Scope, Created, Recorded.AddMinutes(1))),
        ["Find order"] = erp => Ask(erp.Find<IOrders>()!.FindByReference(OdooFixture.Scope, Found.Request.Customer, Found.Submission)),
        ["Get order"] = erp => Ask(erp.Find<IOrders>()!.Get(OdooFixture.Scope, new OrderNumber("S00005"))),
        ["Search orders"] = erp => Ask(erp.Find<IOrders>()!.Search(OdooFixture.Scope, new OrderQuery { PoNumber = "EM-4500029" })),
        ["Search open orders"] = erp => Ask(erp.Find<IOrders>()!.Search(OdooFixture.Scope, new OrderQuery { Customer = Customer, Status = OrderStatus.Open })),
        ["Changed orders"] = erp => Ask(erp.Find<IOrders>()!.ChangedSince(OdooFixture.Scope, "{}")),
        ["Orders changed from now on"] = erp => Ask(erp.Find<IOrders>()!.ChangedSince(OdooFixture.Scope, null)),
        ["Backorders"] = erp => Ask(erp.Find<IOrders>()!.Backorders(OdooFixture.Scope, new CustomerNumber("C1008"))),
        ["Order activity"] = erp => Ask(erp.Find<IOrders>()!.Activity(OdooFixture.Scope, [Customer, new CustomerNumber("C1003")])),
        ["Keep quotation"] = erp => Ask(erp.Find<IQuotations>()!.Create(OdooFixture.Scope, Kept, Recorded.AddMinutes(1))),
        ["Find quotation"] = erp => Ask(erp.Find<IQuotations>()!.FindByReference(OdooFixture.Scope, Listed.Request.Customer, Listed.Submission)),
        ["List quotations"] = erp => Ask(erp.Find<IQuotations>()!.List(OdooFixture.Scope, new QuotationQuery { Customer = Listed.Request.Customer, State = QuotationState.Open, Limit = 1 })),
        ["Overdue"] = erp => Ask(erp.Find<IInvoices>()!.Overdue(OdooFixture.Scope, [Customer, new CustomerNumber("C1009")])),
        ["Invoices"] = erp => Ask(erp.Find<IInvoices>()!.List(OdooFixture.Scope, Customer)),
        ["Invoice document"] = async erp =>
        {
            var listed = await erp.Find<IInvoices>()!.List(OdooFixture.Scope, Customer);
            return listed.Try(out var invoices) && invoices.Items is [] ? new Told(null, "") : listed.Succeeded ? await Ask(erp.Find<IInvoices>()!.Document(OdooFixture.Scope, listed.Value.Items[0].Number)) : new Told(listed.Failure, "");
        },
        ["Returns"] = erp => Ask(erp.Find<IReturns>()!.List(OdooFixture.Scope, Customer)),
    };

    /// <summary>
    /// Here an answer to a write that makes no sense is looked into, as one that got lost is: what was placed is found, or the write is sent again. And the removal
    /// of the quote's draft fails nothing.
    /// </summary>
    private static readonly HashSet<string> Recovering = ["Create order", "Keep quotation"];

    /// <summary>Recorded once: what was created is found the next time.</summary>
    private static readonly Dictionary<string, (Tape Tape, Told Genuine)> Tapes = new(StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Methods.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Fault43_AnyAnswerSpoiled_IsMalformed(string method)
    {
        var (tape, ask, genuine) = await OnTape(method);
        var (spoiled, recovered) = (0, 0);
        foreach (var answer in tape.Answers)
        {
            foreach (var (what, body) in OdooSpoiler.Of(answer))
            {
                spoiled++;
                var told = await ask(Over(tape.Player(answer with { Body = body })));
                if (told.Failure is null && Recovering.Contains(method))
                {
                    told.ShouldBe(genuine, $"{answer.Method}: {what}");
                    recovered++;
                    continue;
                }

                told.Failure.ShouldNotBeNull($"{answer.Method}: {what}");
                told.Failure.Cause.ShouldBe(Cause.Malformed, $"{answer.Method}: {what}: {told.Failure}");
            }
        }

        spoiled.ShouldBeGreaterThan(20);
        recovered.ShouldBeLessThan(spoiled);
        TestContext.Current.TestOutputHelper?.WriteLine($"{spoiled} answers spoiled, {recovered} of them made up for");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Fuzz_AnyAnswerMutated_IsAnOutcome(string method)
    {
        var (tape, ask, _) = await OnTape(method);
        var answers = tape.Answers;
        await FuzzLength.Run($"answers of Odoo's ERP, {method}", FuzzLength.Of(25, 10_000), async mutator =>
        {
            var (answer, seed) = (mutator.Of(answers), mutator.Dice.Next());
            await ask(Over(tape.Player(answer, (genuine, type) => HostileAnswer.Of(new Mutator(seed), genuine, type)), () => 0));
        }, alone: false);
    }

    /// <summary>What Odoo answered to this method's questions.</summary>
    private async Task<(Tape Tape, Func<ISystemConnection, Task<Told>> Ask, Told Genuine)> OnTape(string method)
    {
        if (Tapes.TryGetValue(method, out var once))
        {
            return (once.Tape, Methods[method], once.Genuine);
        }

        if (method is "Find order")
        {
            (await odoo.Port<IOrders>().Create(OdooFixture.Scope, Found, TimeProvider.System.GetUtcNow().AddMinutes(1))).Failure.ShouldBeNull();
        }

        if (method is "Backorders")
        {
            await odoo.ErpFactsWithBackorders();
        }

        if (method.EndsWith("d quotation", StringComparison.Ordinal) || method is "List quotations")
        {
            (await odoo.Port<IQuotations>().Create(OdooFixture.Scope, Listed, TimeProvider.System.GetUtcNow().AddMinutes(1))).Failure.ShouldBeNull();
        }

        var ask = Methods[method];
        var tape = new Tape();
        var genuine = await ask(Over(tape.Recorder(), attempt: TimeSpan.FromMinutes(1)));
        genuine.Failure.ShouldBeNull(); // recorded
        (await ask(Over(tape.Player()))).ShouldBe(genuine); // and played as it was
        Tapes[method] = (tape, genuine);
        return (tape, ask, genuine);
    }

    private static async Task<Told> Ask<T>(Task<Outcome<T>> asked)
    {
        var outcome = await asked;
        return new Told(outcome.Failure, outcome.Try(out var value) ? JsonSerializer.Serialize(value) : "");
    }

    /// <param name="random">How much of a pause between two rounds is waited; by default as ever.</param>
    /// <param name="attempt">For who asks the system itself, which may be printing its first page.</param>
    private ISystemConnection Over(HttpMessageHandler transport, Func<double>? random = null, TimeSpan? attempt = null)
    {
        var settings = odoo.Settings() with { ReadRetries = 0 };
        return new OdooConnector(new PipelineEnvironment(new StandingClock(), NullLoggerFactory.Instance) { Transport = _ => transport, Random = random ?? Random.Shared.NextDouble })
            .Open(attempt is { } time ? settings with { AttemptTimeout = time, TotalTimeout = 2 * time } : settings);
    }

    private static NewOrder Order()
    {
        var submission = new SubmissionId(Guid.NewGuid());
        return new NewOrder
        {
            Submission = submission,
            OrderedBy = new OrderedBy(new PersonId("p-1"), "Sanne Smit"),
            Request = new QuoteRequest
            {
                Submission = submission,
                Customer = new CustomerNumber("C1007"),
                Lines = [new OrderLineRequest("l1", new Sku("CUT-002"), 1), new OrderLineRequest("l2", new Sku("FAS-002"), 100, "Units")],
            },
        };
    }

    private static NewQuotation Quotation()
    {
        var order = Order();
        return new NewQuotation { Submission = order.Submission, Kind = QuotationKind.Quote, Request = order.Request, RequestedBy = order.OrderedBy, Label = "Recorded" };
    }

    /// <summary>What was answered, in a form that can be compared.</summary>
    private sealed record Told(Failure? Failure, string Value);
}
