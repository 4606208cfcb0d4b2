using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Tests.Ports;

/// <summary>
/// What every implementation of a port must do, whatever the system behind it. A connector's tests derive one sealed class from each suite of a port
/// that it has, and say what its seeded system holds. There is nothing to override and no asking who the vendor is: what a system cannot do, its connector
/// declares (<see cref="PortDeclaration.Lacks"/>), and the suites hold it to the declaration in both directions.
/// </summary>
/// <typeparam name="TFacts">What the suites have to know of the system's data.</typeparam>
public abstract class PortContract<TFacts> : IAsyncDisposable
    where TFacts : SystemFacts
{
    /// <summary>The portal's own work: every customer.</summary>
    protected static Scope Portal { get; } = Scope.ForPortal("port-contract", Lane.Interactive);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await AfterEach();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<TFacts> Facts();

    /// <summary>For what must hold after every test of the suite.</summary>
    protected virtual ValueTask AfterEach() => ValueTask.CompletedTask;

    protected static T Value<T>(Outcome<T> outcome, string what = "")
    {
        outcome.Succeeded.ShouldBeTrue($"{what} {outcome}");
        outcome.Provenance!.Freshness.ShouldBe(Freshness.Live);
        return outcome.Value;
    }

    protected static Failure NotFound<T>(Outcome<T> outcome)
    {
        outcome.Succeeded.ShouldBeFalse();
        outcome.Failure!.Cause.ShouldBe(Cause.NotFound, outcome.Failure.Detail);
        return outcome.Failure;
    }

    protected static async Task<TPort> Port<TPort>(Task<TFacts> facts)
        where TPort : class =>
        (await facts).Connection.Find<TPort>() ?? throw new InvalidOperationException($"The connection has no {typeof(TPort).Name}.");

    /// <summary>That the connector declares the port to be without this.</summary>
    protected async Task<bool> Lacks(Feature feature)
    {
        var facts = await Facts();
        var declared = facts.Declared.SingleOrDefault(declared => declared.Port == Features.Ports[feature])
            ?? throw new InvalidOperationException($"The connector declares no {Features.Ports[feature].Name}.");
        return declared.Lacks.Any(lack => lack.Feature == feature);
    }

    /// <summary>A system that can tell this does; one that cannot, tells nothing.</summary>
    /// <param name="told">For everything that was asked, whether it came.</param>
    protected async Task TellsSomewhere(Feature feature, IEnumerable<bool> told)
    {
        if (await Lacks(feature))
        {
            told.ShouldAllBe(one => !one, $"{feature} is declared as lacking, and was told");
        }
        else
        {
            told.ShouldContain(true, $"{feature} is not declared as lacking, and was never told");
        }
    }

    /// <inheritdoc cref="TellsSomewhere"/>
    protected async Task TellsEverywhere(Feature feature, IEnumerable<bool> told)
    {
        var lacks = await Lacks(feature);
        told.ShouldNotBeEmpty();
        told.ShouldAllBe(one => one == !lacks, $"{feature} is {(lacks ? "" : "not ")}declared as lacking");
    }

    /// <summary>A whole call that the system lacks is answered so, and with nothing else.</summary>
    protected async Task<bool> SupportedUnlessLacking<T>(Feature feature, Outcome<T> outcome)
    {
        var lacks = await Lacks(feature);
        (outcome.Failure?.Cause == Cause.NotSupported).ShouldBe(lacks, $"{feature}: {outcome}");
        return !lacks;
    }

    /// <summary>All pages of a list, each as large as the port makes it, up to a limit.</summary>
    protected static async Task<List<T>> All<T>(Func<string?, Task<Outcome<Page<T>>>> page, int mostPages = 50)
    {
        var items = new List<T>();
        string? cursor = null;
        for (var pages = 0; pages < mostPages; pages++)
        {
            var answer = Value(await page(cursor));
            items.AddRange(answer.Items);
            if (answer.Next is null)
            {
                return items;
            }

            answer.Next.ShouldNotBe(cursor, "a cursor leads on");
            cursor = answer.Next;
        }

        return items;
    }
}

public abstract record SystemFacts
{
    public required ISystemConnection Connection { get; init; }

    /// <summary>What the connector says of its ports.</summary>
    public required IReadOnlyList<PortDeclaration> Declared { get; init; }

    /// <summary>Only what the suites of the connector's own ports need has to be said.</summary>
    protected static T Told<T>(T? value, [CallerMemberName] string name = "") =>
        value is null || EqualityComparer<T>.Default.Equals(value, default) ? throw new InvalidOperationException($"Say {name} in the facts: a suite asks for it.") : value;
}

/// <summary>What the suites have to know of an ERP's data.</summary>
public sealed record ErpFacts : SystemFacts
{
    /// <summary>May order on credit, and has a ship-to.</summary>
    public CustomerNumber Customer { get => Told(field); init; }

    public CustomerNumber OtherCustomer { get => Told(field); init; }

    public CustomerNumber NoCustomer { get; init; } = new("NO-SUCH-CUSTOMER");

    /// <summary>A word that several products' names or descriptions have.</summary>
    [field: AllowNull, MaybeNull]
    public string Word { get => Told(field); init; }

    /// <summary>From this quantity on, the customer named pays less for the product than for one of it.</summary>
    public (CustomerNumber Customer, Sku Sku, decimal Quantity) Stepped { get => Told(field); init; }

    /// <summary>Two products that the customer may order, with letters in their SKUs.</summary>
    public Sku Sku { get => Told(field); init; }

    public Sku OtherSku { get => Told(field); init; }

    /// <summary>A hundred or more of what is sold, some of it out of stock, some on its way, some cheaper by quantity: enough to meet what only some products have.</summary>
    [field: AllowNull, MaybeNull]
    public IReadOnlyList<Sku> Many { get => Told(field); init; }

    /// <summary>A quantity of either that may be ordered.</summary>
    public decimal Quantity { get; init; } = 1;

    public Sku NoSku { get; init; } = new("NO-SUCH-SKU");

    /// <summary>What <see cref="Customer"/> calls a product of his; null where the connector declares <see cref="Feature.CustomerPartNumbers"/> lacking.</summary>
    public (string Code, Sku Sku)? PartNumber { get; init; }

    /// <summary>Has a credit limit, and may order.</summary>
    public CustomerNumber Limited { get => Told(field); init; }

    /// <summary>Whose orders are refused or held for want of credit.</summary>
    public CustomerNumber WithoutCredit { get => Told(field); init; }

    /// <summary>Somebody on credit hold; null where the connector declares <see cref="Feature.CreditHolds"/> lacking.</summary>
    public CustomerNumber? Held { get; init; }

    /// <summary>Of which something was sent, with a tracking number where the system has those, and something was not.</summary>
    public OrderNumber PartlyShipped { get => Told(field); init; }

    /// <summary>Nothing of it was sent.</summary>
    public OrderNumber Unshipped { get => Told(field); init; }

    /// <summary>All of it sent and invoiced.</summary>
    public OrderNumber Finished { get => Told(field); init; }

    public OrderNumber Cancelled { get => Told(field); init; }

    /// <summary>Somebody who has invoices.</summary>
    public CustomerNumber Invoiced { get => Told(field); init; }

    /// <summary>Somebody who waits for goods; null where the connector declares <see cref="Feature.Backorders"/> lacking.</summary>
    public CustomerNumber? Waiting { get; init; }

    /// <summary>An order of which something may be sent back; null where the connector declares <see cref="Feature.ReturnCreation"/> lacking.</summary>
    public OrderNumber? Returnable { get; init; }

    /// <summary>Somebody who has returns; null where the connector has no <see cref="Core.Returns.IReturns"/>.</summary>
    public CustomerNumber? Returning { get; init; }

    public QuoteRequest Basket(params Sku[] skus) => new()
    {
        Submission = new SubmissionId(Guid.NewGuid()),
        Customer = Customer,
        PoNumber = $"PO-{Guid.NewGuid():N}"[..20],
        Lines = [.. skus.Select((sku, i) => new OrderLineRequest($"line-{i}", sku, Quantity))],
    };

    public NewOrder Order(params Sku[] skus)
    {
        var basket = Basket(skus);
        return new NewOrder { Submission = basket.Submission, Request = basket, OrderedBy = new OrderedBy(new PersonId("con-1"), "Port Contract"), Note = "From the port's suite" };
    }
}

/// <summary>What the suites have to know of a CRM's data.</summary>
public sealed record CrmFacts : SystemFacts
{
    public AccountId Account { get => Told(field); init; }

    /// <summary>A word of its name.</summary>
    [field: AllowNull, MaybeNull]
    public string AccountWord { get => Told(field); init; }

    public AccountId NoAccount { get; init; } = new("no-such-account");

    /// <summary>Who looks after at least one account.</summary>
    public PersonId Rep { get => Told(field); init; }

    /// <summary>A person of <see cref="Account"/> with a role.</summary>
    public PersonId Contact { get => Told(field); init; }

    public PersonId NoPerson { get; init; } = new("no-such-person");

    /// <summary>An added field of an account, of text, that may be written; not asked for where the connector declares <see cref="Feature.AccountUpdates"/> lacking.</summary>
    public string Field { get; init; } = "x_not_written";

    /// <summary>An account with an opportunity.</summary>
    public AccountId Dealing { get => Told(field); init; }
}
