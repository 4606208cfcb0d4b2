using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Tryton;
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

namespace PortalIntegration.LiveTests;

/// <summary>
/// Nonsense in any answer of Tryton's is a named failure of every port method, never a made-up value and never an exception. The genuine
/// answers are recorded on the live Tryton, then played again with one thing spoiled.
/// </summary>
[Collection(SharedTryton.Name)]
public sealed class TrytonFault43Tests(TrytonFixture tryton)
{
    private static readonly CustomerNumber Customer = new("C1001");
    private static readonly CustomerNumber Invoiced = new("C1009");

    /// <summary>One that there is: its number carries the year in which the seed was made.</summary>
    private static string _invoice = "";

    // Fixed, so that a replay asks the same; one each, so that no test depends on which ran before it.
    private static readonly NewOrder Quoted = TrytonFixture.Order("C1007", ("CUT-002", 1), ("FAS-002", 1));
    private static readonly NewOrder Created = TrytonFixture.Order("C1007", ("CUT-002", 1), ("FAS-002", 1));
    private static readonly NewOrder Found = TrytonFixture.Order("C1007", ("CUT-002", 1), ("FAS-002", 1));

    private static readonly NewOrder Kept = TrytonFixture.Order("C1007", ("CUT-002", 1), ("FAS-002", 1));

    private static readonly Dictionary<string, Func<ISystemConnection, Task<Failure?>>> Methods = new(StringComparer.Ordinal)
    {
        ["Search products"] = erp => Ask(erp.Find<ICatalog>()!.Search(TrytonFixture.Scope, new CatalogQuery("ratchet", Customer, Limit: 3))),
        ["Get products"] = erp => Ask(erp.Find<ICatalog>()!.Get(TrytonFixture.Scope, Customer, [new Sku("FAS-001")])),
        ["Resolve"] = erp => Ask(erp.Find<ICatalog>()!.Resolve(TrytonFixture.Scope, Customer, ["EM-001FAS", "TOO-003"])),
        ["Categories"] = erp => Ask(erp.Find<ICatalog>()!.Categories(TrytonFixture.Scope)),
        ["Changed products"] = erp => Ask(erp.Find<ICatalog>()!.ChangedSince(TrytonFixture.Scope, null)),
        ["Prices"] = erp => Ask(erp.Find<IPricing>()!.Prices(TrytonFixture.Scope, Customer, [new PriceLine(new Sku("FAS-001"), 2), new PriceLine(new Sku("TOO-001"), 1)])),
        ["Availability"] = erp => Ask(erp.Find<IInventory>()!.Availability(TrytonFixture.Scope, [new Sku("ELE-005")])),
        ["Customer"] = erp => Ask(erp.Find<ICustomers>()!.Get(TrytonFixture.Scope, Customer)),
        ["Credit"] = erp => Ask(erp.Find<ICredit>()!.Get(TrytonFixture.Scope, Customer)),
        ["Delivery methods"] = erp => Ask(erp.Find<IQuoting>()!.DeliveryMethods(TrytonFixture.Scope, Customer)),
        ["Quote"] = erp => Ask(erp.Find<IQuoting>()!.Quote(TrytonFixture.Scope, Quoted.Request)),
        ["Create order"] = erp => Ask(erp.Find<IOrders>()!.Create(TrytonFixture.Scope, Created, TrytonFixture.Deadline)),
        ["Find order"] = erp => Ask(erp.Find<IOrders>()!.FindByReference(TrytonFixture.Scope, Found.Request.Customer, Found.Submission)),
        ["Get order"] = erp => Ask(erp.Find<IOrders>()!.Get(TrytonFixture.Scope, new OrderNumber("SO00005"))),
        ["Search orders"] = erp => Ask(erp.Find<IOrders>()!.Search(TrytonFixture.Scope, new OrderQuery { PoNumber = "RW-0091" })),
        ["Changed orders"] = erp => Ask(erp.Find<IOrders>()!.ChangedSince(TrytonFixture.Scope, null)),
        ["Create quotation"] = erp => Ask(erp.Find<IQuotations>()!.Create(TrytonFixture.Scope, Quotation, TrytonFixture.Deadline)),
        ["Find quotation"] = erp => Ask(erp.Find<IQuotations>()!.FindByReference(TrytonFixture.Scope, Kept.Request.Customer, Kept.Submission)),
        ["Quotations"] = erp => Ask(erp.Find<IQuotations>()!.List(TrytonFixture.Scope, new QuotationQuery { Customer = Kept.Request.Customer, Limit = 1 })),
        ["Returnable"] = erp => Ask(erp.Find<IReturns>()!.Returnable(TrytonFixture.Scope, new OrderNumber("SO00001"))),
        ["Invoices"] = erp => Ask(erp.Find<IInvoices>()!.List(TrytonFixture.Scope, Invoiced)),
        ["Invoice document"] = erp => Ask(erp.Find<IInvoices>()!.Document(TrytonFixture.Scope, _invoice)),
    };

    /// <summary>Recorded once: what was created is found the next time.</summary>
    private static readonly Dictionary<string, Tape> Tapes = new(StringComparer.Ordinal);

    private static NewQuotation Quotation => new()
    {
        Submission = Kept.Submission, Kind = QuotationKind.Basket, Request = Kept.Request, RequestedBy = Kept.OrderedBy, Note = Kept.Note,
    };

    public static TheoryData<string> Names => [.. Methods.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Fault43_AnyAnswerSpoiled_IsMalformed(string method)
    {
        var (tape, ask) = await Recorded(method);
        var spoiled = 0;
        foreach (var answer in tape.Answers)
        {
            if (answer.Method is "model.sale.sale.draft")
            {
                continue; // putting the draft back changes nothing about the quote
            }

            foreach (var (what, body) in Spoiler.Of(answer))
            {
                spoiled++;
                var failure = await ask(Over(tape.Player(answer with { Body = body })));

                failure.ShouldNotBeNull($"{answer.Method}: {what}");
                failure.Cause.ShouldBe(Cause.Malformed, $"{answer.Method}: {what}: {failure}");
            }
        }

        spoiled.ShouldBeGreaterThan(20);
        TestContext.Current.TestOutputHelper?.WriteLine($"{spoiled} answers spoiled");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Fuzz_AnyAnswerMutated_IsAnOutcome(string method)
    {
        var (tape, ask) = await Recorded(method);
        var answers = tape.Answers;
        await FuzzLength.Run($"answers of Tryton, {method}", FuzzLength.Of(25, 10_000), async mutator =>
        {
            var (answer, seed) = (mutator.Of(answers), mutator.Dice.Next());
            await ask(Over(tape.Player(answer, (genuine, type) => HostileAnswer.Of(new Mutator(seed), genuine, type)), () => 0));
        }, alone: false);
    }

    /// <summary>What Tryton answered to this method's questions.</summary>
    private async Task<(Tape Tape, Func<ISystemConnection, Task<Failure?>> Ask)> Recorded(string method)
    {
        if (Tapes.TryGetValue(method, out var once))
        {
            return (once, Methods[method]);
        }

        if (method is "Find order")
        {
            (await tryton.Port<IOrders>().Create(TrytonFixture.Scope, Found, TrytonFixture.Deadline)).Succeeded.ShouldBeTrue();
        }

        if (method is "Find quotation" or "Quotations")
        {
            (await tryton.Port<IQuotations>().Create(TrytonFixture.Scope, Quotation, TrytonFixture.Deadline)).Succeeded.ShouldBeTrue();
        }

        if (method is "Invoice document")
        {
            _invoice = (await tryton.Port<IInvoices>().List(TrytonFixture.Scope, Invoiced)).Value.Items.Select(invoice => invoice.Number).OfType<string>().Last(); // of the seed, not of another test
        }

        var tape = new Tape();
        var ask = Methods[method];
        (await ask(Over(tape.Recorder(), attempt: TimeSpan.FromMinutes(1)))).ShouldBeNull(); // recorded
        (await ask(Over(tape.Player()))).ShouldBeNull(); // and played as it was
        Tapes[method] = tape;
        return (tape, ask);
    }

    private static async Task<Failure?> Ask<T>(Task<Outcome<T>> asked) => (await asked).Failure;

    /// <param name="random">How much of a pause between two rounds is waited; by default as ever.</param>
    /// <param name="attempt">For who asks the system itself, which may be printing its first page.</param>
    private ISystemConnection Over(HttpMessageHandler transport, Func<double>? random = null, TimeSpan? attempt = null)
    {
        var settings = tryton.Settings() with { ReadRetries = 0 };
        return new TrytonConnector(new PipelineEnvironment(new StandingClock(), NullLoggerFactory.Instance) { Transport = _ => transport, Random = random ?? Random.Shared.NextDouble })
            .Open(attempt is { } time ? settings with { AttemptTimeout = time, TotalTimeout = 2 * time } : settings);
    }

    /// <summary>Every way to spoil one answer that nothing may take for a value.</summary>
    private static class Spoiler
    {
        public static IEnumerable<(string What, string Body)> Of(Tape.Recorded answer)
        {
            yield return ("HTML", "<!doctype html><title>Login</title>");
            yield return ("cut", answer.Body[..(answer.Body.Length / 2)]);
            yield return ("empty", "{}");
            if (answer.Method.EndsWith(".quote", StringComparison.Ordinal) || answer.Method.EndsWith(".confirm", StringComparison.Ordinal)
                || answer.Method.EndsWith(".write", StringComparison.Ordinal) || answer.Method.EndsWith(".delete", StringComparison.Ordinal))
            {
                yield break; // they answer null
            }

            yield return ("null", """{"id": 1, "result": null}""");
            var count = Places(JsonNode.Parse(answer.Body)!["result"]!, "result").Count();
            for (var i = 0; i < count; i++)
            {
                var copy = JsonNode.Parse(answer.Body)!;
                var (path, node) = Places(copy["result"]!, "result").ElementAt(i);
                if (Unread(answer.Method, path))
                {
                    continue;
                }

                var nonsense = node is JsonObject ? JsonValue.Create("nonsense") : (JsonNode)new JsonObject { ["nonsense"] = 1 };
                node.ReplaceWith(nonsense);
                yield return ($"{path} is nonsense", copy.ToJsonString());
            }
        }

        /// <summary>Every value there is; of a list, those in its first place.</summary>
        private static IEnumerable<(string Path, JsonNode Node)> Places(JsonNode node, string path)
        {
            yield return (path, node);
            var inner = node switch
            {
                JsonObject fields => fields.Select(field => (Path: $"{path}/{field.Key}", field.Value)),
                JsonArray { Count: > 0 } list => [(Path: $"{path}/0", list[0])],
                _ => [],
            };
            foreach (var (place, value) in inner)
            {
                if (value is not null)
                {
                    foreach (var deeper in Places(value, place))
                    {
                        yield return deeper;
                    }
                }
            }
        }

        /// <summary>What Tryton sends unasked.</summary>
        private static bool Unread(string method, string path) => method switch
        {
            "model.res.user.get_preferences" => path is not ("result" or "result/company" or "result/warehouse"),
            _ when method.EndsWith(".on_change", StringComparison.Ordinal) =>
                !Array.Exists(["unit_price", "amount", "taxes", "_address", "payment_term", "price_list", "carrier"], name => path.Contains($"{name}", StringComparison.Ordinal))
                    && path.Length > "result/0".Length
                || path.Contains("./", StringComparison.Ordinal) || path.EndsWith('.') || path.EndsWith("/add/0/0", StringComparison.Ordinal),
            _ => path.EndsWith("/id", StringComparison.Ordinal),
        };
    }
}
