using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.Amending;
using PortalIntegration.Portal.Features.Checkout;
using PortalIntegration.Portal.Features.CompanyDetails;
using PortalIntegration.Portal.Features.OrderPad;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Changes;
using PortalIntegration.Sync.Placing;
using OnItsWay = PortalIntegration.Sync.Placing.Placing;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>
/// What pages and open circuits call: every method of the portal's use cases that takes a scope or a session, found by reflection and called with a foreign thing for every parameter that
/// names one. A new method is walked by itself; a new kind of parameter stops the walk until it stands here.
/// </summary>
public sealed partial class IsolationWalkTests
{
    /// <summary>A foreign value, or several, for each type of parameter that a use case has.</summary>
    private static readonly Dictionary<Type, Func<Belongings, object?[]>> ForeignValues = new()
    {
        [typeof(CustomerNumber)] = f => [f.Customer],
        [typeof(CustomerNumber?)] = f => [f.Customer],
        [typeof(OrderNumber)] = f => [f.Order],
        [typeof(AccountId)] = f => [f.Account],
        [typeof(PersonId)] = f => [f.Contact],
        [typeof(SubmissionId)] = _ => [ForeignSubmission],
        [typeof(QuotationNumber)] = f => [new QuotationNumber(f.Quotation ?? "NONE")],
        [typeof(Quotation)] = f => [ForeignQuotation(f)],
        [typeof(QuotationChange)] = _ => [new QuotationChange(new OrderedBy(new PersonId("x"), "X"), Label: "Mine now")],
        [typeof(QuotationTerms)] = _ => [new QuotationTerms(QuotationKind.Basket, "Mine")],
        [typeof(QuoteRequest)] = f => [Request(f), Request(f) with { Submission = ForeignSubmission }],
        [typeof(CatalogQuery)] = f => [new CatalogQuery(string.Empty, f.Customer)],
        [typeof(CheckoutForm)] = _ => [new CheckoutForm()],
        [typeof(Quote)] = _ => [null],
        [typeof(NewReturn)] = f =>
        [
            new NewReturn { Id = NewId(), Customer = f.Customer, Order = f.Order, RequestedBy = new OrderedBy(new PersonId("x"), "X"), Lines = [new NewReturnLine("1", 1, "other", null)] },
        ],
        [typeof(Amendment)] = f =>
        [
            new Amendment(new OrderChange { Id = Guid.NewGuid(), Order = f.Order, Version = "1", By = "X", PoNumber = "MINE" }, null),
            new Amendment(null, new OrderCancellation { Id = Guid.NewGuid(), Order = f.Order, Version = "1", By = "X", Reason = "Mine" }),
        ],
        [typeof(CompanyChange)] = f =>
        [
            new CompanyChange(Guid.NewGuid(), f.Account, new AddressChange { Id = "K-00000001", Wanted = new AccountAddress("K-00000001", AddressKind.Shipping, ["Mine"], null, "Mine", "SE") }, null),
            new CompanyChange(Guid.NewGuid(), f.Account, null, new ContactChange { Id = f.Contact, Account = f.Account, Wanted = new ContactDetails("Mine", null, null) }),
        ],
        [typeof(IReadOnlyList<BasketLine>)] = _ => [new List<BasketLine> { new("1", "NO-SUCH-SKU", null, "1", null) }],
        [typeof(IReadOnlyList<PadLine>)] = _ => [new List<PadLine> { new("1", 1, "NO-SUCH-SKU", null, "1", null) }],
        [typeof(Action<PadAnswer>)] = _ => [null],
        [typeof(QuotationKind?)] = _ => [null],
        [typeof(QuotationState?)] = _ => [null],
        [typeof(string)] = f => [null, f.Order.Value, f.Name, f.Address],
        [typeof(bool)] = _ => [false, true],
        [typeof(int)] = _ => [1],
        [typeof(long?)] = _ => [1L],
        [typeof(OrderStatus?)] = _ => [null],
        [typeof(PortalIntegration.Portal.Features.Sales.SignalSource)] = _ => [.. Enum.GetValues<PortalIntegration.Portal.Features.Sales.SignalSource>().Cast<object?>()],
        [typeof(Action<OnItsWay>)] = _ => [(Action<OnItsWay>)(_ => { })],
        [typeof(Action<OrderOnItsWay, OnItsWay>)] = _ => [(Action<OrderOnItsWay, OnItsWay>)((_, _) => { })],
        [typeof(CancellationToken)] = _ => [CancellationToken.None],
    };

    /// <summary>What writes, or answers from what was written under a new id: its owner is not asked by the control.</summary>
    private static readonly string[] WritingOrEmpty =
    [
        "AmendOrder.Apply", "ChangeCompany.Settle", "SendBack.Apply", "HandleQuotes.Change", "HandleQuotes.HandIn", "HandleQuotes.Keep", "PlaceOrder.Submit",
        "PlaceOrder.Withdraw", "PlaceOrder.Accept",
    ];

    [Fact]
    public async Task Fault39_EveryUseCase_ForeignThing_NotFoundForEveryRole()
    {
        var people = await People.Of(portal);
        await PlaceAsOwner(people.Foreign);
        await TellThatItMoved(people.Foreign);
        var useCases = UseCases(typeof(PortalHost).Assembly).ToList();
        useCases.Select(NameOf).ShouldContain("AmendOrder.Apply");
        useCases.Count.ShouldBeGreaterThan(30);

        var calls = 0;
        foreach (var role in Roles)
        {
            var session = await SessionOf(people.ByRole[role]);
            foreach (var method in useCases)
            {
                foreach (var arguments in Arguments(method, session, people.Foreign))
                {
                    var seen = await Call(method, arguments);
                    seen.Leaks(people.Foreign).ShouldBeNull($"{role} calls {NameOf(method)}({string.Join(", ", arguments)})");
                    calls++;
                }
            }
        }

        Say($"use cases: {useCases.Count} methods, {calls} calls for {Roles.Length} roles, nothing foreign came out");
    }

    /// <summary>The same calls do find something where there is something to find.</summary>
    [Fact]
    public async Task Control_EveryUseCase_ItsOwnerGetsSomething()
    {
        var people = await People.Of(portal);
        await PlaceAsOwner(people.Foreign);
        await TellThatItMoved(people.Foreign);
        var session = await SessionOf(people.Foreign.Contact);
        List<string> empty = [];
        foreach (var methods in UseCases(typeof(PortalHost).Assembly).Where(method => !WritingOrEmpty.Contains(NameOf(method))).GroupBy(NameOf))
        {
            var found = false;
            foreach (var arguments in methods.SelectMany(method => Arguments(method, session, people.Foreign).Select(arguments => (method, arguments))).ToList())
            {
                found |= (await Call(arguments.method, arguments.arguments)).Leaks(people.Foreign) is not null;
            }

            if (!found)
            {
                empty.Add(methods.Key);
            }
        }

        // Not the company's own things (products, the portal's health, delivery methods); nothing under a new id; for reps alone.
        empty.Order(StringComparer.Ordinal).ShouldBeSubsetOf(MayBeEmpty);
    }

    [Fact]
    public void Control_AUseCaseThatTakesNoScope_IsSeenToLeak()
    {
        var foreign = new Belongings(new("A-1"), new("C-1"), new("K-1"), new("S-1"), new("O-4711"), null, "I-1", null, null, "Victim") { Address = "X-1", Tracking = "T-1" };

        new Seen(Outcome.Success(foreign.Order, new Provenance("erp", DateTimeOffset.UnixEpoch))).Leaks(foreign).ShouldNotBeNull();
        new Seen(new List<object> { new { Inner = new { Number = "O-4711" } } }).Leaks(foreign).ShouldNotBeNull();
        new Seen(new SubmitResult(SubmitVerdict.Accepted, null)).Leaks(foreign).ShouldNotBeNull();
        new Seen(Outcome.Failed<int>(new Failure(Cause.TimedOut, "erp", "x", DateTimeOffset.UnixEpoch))).Leaks(foreign).ShouldNotBeNull("it proves nothing");
        new Seen(Outcome.Failed<int>(new Failure(Cause.NotFound, "erp", "x", DateTimeOffset.UnixEpoch))).Leaks(foreign).ShouldBeNull();
        new Seen(new SubmitResult(SubmitVerdict.NotFound, null)).Leaks(foreign).ShouldBeNull();
        UseCases(typeof(IsolationWalkTests).Assembly).Select(NameOf).ShouldContain("NewUseCase.Peek");
        Should.Throw<InvalidOperationException>(() => Arguments(typeof(NewUseCase).GetMethod(nameof(NewUseCase.Peek))!, null, foreign).ToList()).Message.ShouldContain("Version");
    }

    /// <summary>Names no customer's thing, and asks for the admin's right before every command (<see cref="PortalIntegration.Portal.Features.SyncHealth.AdminIsland"/>).</summary>
    private const string AdminsOwn = "PortalIntegration.Portal.Features.SyncHealth";

    private static IReadOnlyList<string> MayBeEmpty { get; } =
    [
        "AccountSignals.Ask", "FindInCare.Find", "HandleQuotes.Get", "HandleQuotes.Next", "HandleQuotes.QuoteNow", "QuoteBasket.FindPlaced", "QuoteBasket.Quote", "ReadBasket.Read",
        "ReadHealth.Read", "SearchProducts.Facets", "SearchProducts.Search", "SearchProducts.Suggest", "SuggestProducts.Suggest", "FindBackorders.List", "HandleQuotes.List", "HandleQuotes.Watch", "PlaceOrder.Watch",
        "SendBack.Returnable", "AskAboutLines.Ask", "FindOrders.OnTheirWay",
    ];

    private static IEnumerable<MethodInfo> UseCases(Assembly assembly) => assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false } && !typeof(IComponent).IsAssignableFrom(type)
            && type.GetCustomAttribute<CompilerGeneratedAttribute>() is null && type.Namespace?.StartsWith("PortalIntegration.Portal.Rehearsal", StringComparison.Ordinal) is not true)
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        .Where(method => !method.IsSpecialName && method.GetParameters().Any(parameter => parameter.ParameterType == typeof(Scope) || parameter.ParameterType == typeof(PortalSession)))
        .Where(method => method.Name is not ("Equals" or "Deconstruct"))
        .Where(method => method.DeclaringType!.Namespace?.StartsWith(AdminsOwn, StringComparison.Ordinal) is not true)
        .OrderBy(NameOf, StringComparer.Ordinal);

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    /// <summary>One call for each foreign value that there is for a parameter.</summary>
    private static IEnumerable<object?[]> Arguments(MethodInfo method, PortalSession? session, Belongings foreign)
    {
        var values = method.GetParameters().Select(parameter => parameter switch
        {
            _ when parameter.ParameterType == typeof(Scope) => [session?.Scope],
            _ when parameter.ParameterType == typeof(PortalSession) => [session],
            { IsOut: true } => [null],
            { Name: "cursor" or "note" } => [null],
            _ when ForeignValues.TryGetValue(parameter.ParameterType, out var make) => MayBeNull(parameter) ? make(foreign) : [.. make(foreign).Where(value => value is not null)],
            _ => throw new InvalidOperationException($"{NameOf(method)}: no foreign value for {parameter.ParameterType.Name} {parameter.Name}."),
        }).ToArray();
        var most = values.Max(list => list.Length);
        return Enumerable.Range(0, most).Select(at => values.Select(list => list[at % list.Length]).ToArray());
    }

    private static bool MayBeNull(ParameterInfo parameter) =>
        parameter.ParameterType.IsValueType || parameter.HasDefaultValue || new NullabilityInfoContext().Create(parameter).WriteState is not NullabilityState.NotNull;

    private async Task<Seen> Call(MethodInfo method, object?[] arguments)
    {
        object? answer;
        try
        {
            answer = method.Invoke(portal.Services.GetRequiredService(method.DeclaringType!), arguments);
        }
        catch (TargetInvocationException thrown)
        {
            throw new InvalidOperationException($"{NameOf(method)} threw.", thrown.InnerException);
        }

        if (answer is Task task)
        {
            await task;
            answer = task.GetType().GetProperty("Result")?.GetValue(task);
        }

        if (answer is IDisposable watch)
        {
            watch.Dispose(); // what it is told is the walk over placing
            return new Seen(null);
        }

        return new Seen(answer);
    }

    private static Quotation ForeignQuotation(Belongings of) => new()
    {
        Number = new QuotationNumber(of.Quotation ?? "NONE"),
        Customer = of.Customer,
        Kind = QuotationKind.Basket,
        State = QuotationState.Open,
        RequestedAt = DateTimeOffset.UnixEpoch,
        Lines = [],
        Version = "1",
    };

    /// <summary>A push: open pages are told that this order moved.</summary>
    private async Task TellThatItMoved(Belongings of)
    {
        var moved = portal.Services.GetRequiredService<PortalIntegration.Portal.Features.Notices.MovedOrders>();
        var owner = await SessionOf(of.Contact);
        for (var look = 0; !moved.Since(owner.Scope, 1, out _).Contains(of.Order); look++)
        {
            look.ShouldBeLessThan(300, "the owner is not told");
            portal.Services.GetRequiredService<IChangeBoard>().Tell(Entity.Orders, of.Order.Value);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private async Task<PortalSession> SessionOf(PersonId person)
    {
        var sessions = portal.Services.GetRequiredService<ScopeSessions>();
        var confirmed = (await sessions.Ask(person)).Value;
        return (await sessions.SessionFor(SessionTicket.Issue(confirmed, confirmed.Accounts is [var first, ..] ? first.Account : null))).Value;
    }

    private static void Say(string words) => TestContext.Current.TestOutputHelper!.WriteLine($"Isolation walk, {words}.");

    /// <summary>All that an answer says, down to its last string.</summary>
    private sealed class Seen(object? answer)
    {
        private readonly List<string> _words = [];

        /// <summary>What of somebody else's stands in it, or why it proves nothing; null when it is as good as "not found".</summary>
        public string? Leaks(Belongings foreign)
        {
            string? wrong = null;
            Look(answer, 0, ref wrong);
            string[] marks = [foreign.Order.Value, foreign.Invoice, foreign.Customer.Value, foreign.Account.Value, foreign.Contact.Value, foreign.Address, foreign.Tracking, foreign.Name];
            return wrong ?? _words.Find(word => marks.Contains(word, StringComparer.OrdinalIgnoreCase));
        }

        private void Look(object? thing, int depth, ref string? wrong)
        {
            switch (thing)
            {
                case null:
                    return;
                case string text:
                    _words.Add(text);
                    return;
                case Failure failure:
                    wrong ??= failure is { Cause: Cause.NotFound, Detail: null } or { Cause: Cause.NotSupported } ? null : failure.ToString();
                    return;
                case OnItsWay placing:
                    wrong ??= $"an order on its way, {placing.Id}";
                    return;
                case Enum verdict:
                    wrong ??= verdict.GetType().Name.EndsWith("Verdict", StringComparison.Ordinal) && verdict.ToString() is "Done" or "Accepted" or "Attached" or "Conflict" or "Untold" ? $"{verdict}" : null;
                    return;
                case IFormattable simple:
                    _words.Add(simple.ToString(null, CultureInfo.InvariantCulture));
                    return;
                case IEnumerable items:
                    foreach (var item in items)
                    {
                        Look(item, depth + 1, ref wrong);
                    }

                    return;
            }

            var type = thing.GetType();
            _words.Add(thing.ToString() ?? string.Empty);
            if (depth > 8)
            {
                return;
            }

            var outcome = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Outcome<>);
            foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Instance)) // of tuples
            {
                Look(field.GetValue(thing), depth + 1, ref wrong);
            }

            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0))
            {
                if (!outcome || property.Name != "Value" || type.GetProperty("Succeeded")!.GetValue(thing) is true)
                {
                    Look(property.GetValue(thing), depth + 1, ref wrong);
                }
            }
        }
    }

    private sealed class NewUseCase
    {
#pragma warning disable CA1822, S1144, S1172, IDE0060 // looked at, never called
        public Task Peek(Scope scope, Version which) => Task.CompletedTask;
#pragma warning restore CA1822, S1144, S1172, IDE0060
    }
}
