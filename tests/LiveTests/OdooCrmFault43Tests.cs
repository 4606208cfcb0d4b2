using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Tests.Fuzz;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests;

/// <summary>
/// Nonsense in any answer of Odoo's is a named failure of every port method of the CRM, never a made-up value and never an exception. The genuine answers are
/// recorded on the live Odoo, then played again with one thing spoiled.
/// </summary>
public sealed class OdooCrmFault43Tests(OdooFixture odoo)
{
    private static readonly TimelineEntry Written = new(
        "fault-43", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), TimelineKind.Order, "Fault 43", "Text", new OrderNumber("SO-43"));

    private static readonly Dictionary<string, Func<ISystemConnection, Known, Task<Failure?>>> Methods = new(StringComparer.Ordinal)
    {
        ["Account"] = (crm, known) => Ask(crm.Find<IAccounts>()!.Get(OdooFixture.Scope, known.Account)),
        ["Search accounts"] = (crm, known) => Ask(crm.Find<IAccounts>()!.Search(OdooFixture.Scope, new AccountQuery(Owner: known.Rep, Limit: 3))),
        ["Timeline"] = (crm, known) => Ask(crm.Find<ITimeline>()!.List(OdooFixture.Scope, known.Written)),
        ["Put"] = (crm, known) => Ask(crm.Find<ITimeline>()!.Put(OdooFixture.Scope, known.Account, Written with { Key = known.NewKey })),
        ["Contact"] = (crm, known) => Ask(crm.Find<IContacts>()!.Get(OdooFixture.Scope, known.Contact)),
        ["User"] = (crm, known) => Ask(crm.Find<IContacts>()!.Get(OdooFixture.Scope, known.Rep)),
        ["Search contacts"] = (crm, known) => Ask(crm.Find<IContacts>()!.Search(OdooFixture.Scope, new PersonQuery(Account: known.Account))),
        ["Search staff"] = (crm, _) => Ask(crm.Find<IContacts>()!.Search(OdooFixture.Scope, new PersonQuery(Staff: true))),
        ["Opportunities"] = (crm, known) => Ask(crm.Find<IOpportunities>()!.List(OdooFixture.Scope, known.Account)),
    };

    /// <summary>Recorded once: what was written is there the next time.</summary>
    private static readonly Dictionary<string, (Tape Tape, Known Known)> Tapes = new(StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Methods.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Fault43_AnyAnswerSpoiled_IsMalformed(string method)
    {
        var (tape, ask) = await Recorded(method);
        var spoiled = 0;
        foreach (var answer in tape.Answers)
        {
            foreach (var (what, body) in OdooSpoiler.Of(answer))
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
        await FuzzLength.Run($"answers of Odoo's CRM, {method}", FuzzLength.Of(25, 10_000), async mutator =>
        {
            var (answer, seed) = (mutator.Of(answers), mutator.Dice.Next());
            await ask(Over(tape.Player(answer, (genuine, type) => HostileAnswer.Of(new Mutator(seed), genuine, type)), () => 0));
        }, alone: false);
    }

    /// <summary>What Odoo answered to this method's questions.</summary>
    private async Task<(Tape Tape, Func<ISystemConnection, Task<Failure?>> Ask)> Recorded(string method)
    {
        if (Tapes.TryGetValue(method, out var once))
        {
            return (once.Tape, connection => Methods[method](connection, once.Known));
        }

        var known = await Read();
        var tape = new Tape();
        (await Methods[method](Over(tape.Recorder(), attempt: TimeSpan.FromMinutes(1)), known)).ShouldBeNull(); // recorded
        (await Methods[method](Over(tape.Player()), known)).ShouldBeNull(); // and played as it was
        Tapes[method] = (tape, known);
        return (tape, connection => Methods[method](connection, known));
    }

    private static async Task<Failure?> Ask<T>(Task<Outcome<T>> asked) => (await asked).Failure;

    private async Task<Known> Read()
    {
        using var desk = await OdooDesk.SignIn(odoo.Address);
        var written = new AccountId(await Id("res.partner", """["ref", "=", "C1003"]"""));
        (await odoo.Port<ITimeline>().Put(OdooFixture.Scope, written, Written)).Succeeded.ShouldBeTrue();
        return new Known(
            new AccountId(await Id("res.partner", """["ref", "=", "C1001"]""")),
            written,
            new PersonId($"user-{await Id("res.users", """["login", "=", "anna"]""")}"),
            new PersonId($"contact-{await Id("res.partner", """["name", "=", "Karl Jensen"]""")}"),
            $"fault-43-{Guid.NewGuid():N}");

        async Task<string> Id(string model, string condition) => (await desk.Only(model, condition, "id")).GetProperty("id").GetRawText();
    }

    /// <param name="random">How much of a pause between two rounds is waited; by default as ever.</param>
    /// <param name="attempt">For who asks the system itself, which may be printing its first page.</param>
    private ISystemConnection Over(HttpMessageHandler transport, Func<double>? random = null, TimeSpan? attempt = null)
    {
        var settings = odoo.Settings() with { ReadRetries = 0 };
        return new OdooConnector(new PipelineEnvironment(new StandingClock(), NullLoggerFactory.Instance) { Transport = _ => transport, Random = random ?? Random.Shared.NextDouble })
            .Open(attempt is { } time ? settings with { AttemptTimeout = time, TotalTimeout = 2 * time } : settings);
    }

    private sealed record Known(AccountId Account, AccountId Written, PersonId Rep, PersonId Contact, string NewKey);
}
