using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Tests.Ports;

/// <summary>
/// What every implementation of a port must do, whatever the system behind it. A connector's tests derive one sealed class from each suite of a port
/// that it has, and say what its seeded system holds. What a system cannot do is overridden there, with the reason.
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
}

/// <summary>What the suites have to know of an ERP's data.</summary>
public sealed record ErpFacts : SystemFacts
{
    /// <summary>May order on credit, and has a ship-to.</summary>
    public required CustomerNumber Customer { get; init; }

    public required CustomerNumber OtherCustomer { get; init; }

    public CustomerNumber NoCustomer { get; init; } = new("NO-SUCH-CUSTOMER");

    /// <summary>A word that several products' names or descriptions have.</summary>
    public required string Word { get; init; }

    /// <summary>Two products that the customer may order, with letters in their SKUs.</summary>
    public required Sku Sku { get; init; }

    public required Sku OtherSku { get; init; }

    /// <summary>A quantity of either that may be ordered.</summary>
    public decimal Quantity { get; init; } = 1;

    public Sku NoSku { get; init; } = new("NO-SUCH-SKU");

    /// <summary>What <see cref="Customer"/> calls a product of his.</summary>
    public required (string Code, Sku Sku) PartNumber { get; init; }

    /// <summary>Somebody who has invoices.</summary>
    public required CustomerNumber Invoiced { get; init; }

    /// <summary>Somebody who has returns; null where the system keeps none.</summary>
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
    public required AccountId Account { get; init; }

    /// <summary>A word of its name.</summary>
    public required string AccountWord { get; init; }

    public AccountId NoAccount { get; init; } = new("no-such-account");

    /// <summary>Who looks after at least one account.</summary>
    public required PersonId Rep { get; init; }

    /// <summary>A person of <see cref="Account"/> with a role.</summary>
    public required PersonId Contact { get; init; }

    public PersonId NoPerson { get; init; } = new("no-such-person");

    /// <summary>An account with an opportunity.</summary>
    public required AccountId Dealing { get; init; }
}
