using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.LiveTests.Placing;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests;

/// <summary>
/// One submission, one order, on an ERP without idempotency keys or unique references. What stands in Tryton is asked of Tryton itself, past the
/// connector.
/// </summary>
public sealed class TrytonPlacingTests(TrytonFixture tryton) : IClassFixture<TrytonFixture>
{
    private const string Unlimited = "C1007";

    [Fact]
    public async Task Create_PlainOrder_StandsConfirmedAsAsked()
    {
        var order = TrytonFixture.Order(Unlimited, ("CUT-002", 3), ("FAS-002", 2));
        var orders = tryton.Port<IOrders>();

        var placed = Value(await orders.Create(TrytonFixture.Scope, order, TrytonFixture.Deadline));

        placed.Number.ShouldNotBeNull().Value.ShouldStartWith("SO");
        placed.Status.ShouldBe(OrderStatus.Open);
        placed.Submission.ShouldBe(order.Submission);
        placed.PoNumber.ShouldBe(order.Request.PoNumber);
        placed.Note.ShouldBe("Ramp 3\nOrdered by Petra Muster");
        placed.Lines.Select(line => (line.Sku.Value, line.Ordered, line.Unit)).ShouldBe([("CUT-002", 3m, "u"), ("FAS-002", 2m, "bx")]);
        placed.Freight.ShouldBe(new Money(8.90m, "EUR"));
        placed.Total.ShouldNotBeNull();
        (await Standing(order)).ShouldBe(["processing"]);
        Value(await orders.FindByReference(TrytonFixture.Scope, order.Request.Customer, order.Submission))!.Number.ShouldBe(placed.Number);
        Value(await orders.Search(TrytonFixture.Scope, new OrderQuery { PoNumber = order.Request.PoNumber })).Items.ShouldHaveSingleItem().Number.ShouldBe(placed.Number.Value);
        Value(await orders.Get(TrytonFixture.Scope, placed.Number.Value)).Total.ShouldBe(placed.Total);
    }

    [Fact]
    public async Task Create_AddressUnitNoteAndDateChosen_AreTaken()
    {
        var customer = Value(await tryton.Port<Core.Customers.ICustomers>().Get(TrytonFixture.Scope, new CustomerNumber("C1001")));
        var order = TrytonFixture.Order("C1001", ("CUT-005", 1), ("FAS-003", 100));
        order = order with
        {
            Request = order.Request with
            {
                ShipTo = customer.ShipTos[1].Id,
                RequestedOn = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(14),
                Lines = [order.Request.Lines[0] with { Note = "No rush" }, order.Request.Lines[1] with { Unit = "u" }],
            },
        };

        var placed = Value(await tryton.Port<IOrders>().Create(TrytonFixture.Scope, order, TrytonFixture.Deadline));

        placed.ShipTo!.Name.ShouldBe("Building site");
        placed.RequestedOn.ShouldBe(order.Request.RequestedOn);
        placed.Lines[1].Unit.ShouldBe("u");
        placed.Lines[0].PromisedOn.ShouldBe(order.Request.RequestedOn);
    }

    [Fact]
    public async Task Create_SameSubmissionAgain_AnswersTheFirst()
    {
        var order = TrytonFixture.Order(Unlimited, ("CUT-002", 1));

        var first = Value(await tryton.Port<IOrders>().Create(TrytonFixture.Scope, order, TrytonFixture.Deadline));
        var second = Value(await tryton.Connect().Find<IOrders>()!.Create(TrytonFixture.Scope, order, TrytonFixture.Deadline));

        second.Number.ShouldBe(first.Number);
        (await Standing(order)).ShouldBe(["processing"]);
    }

    [Fact]
    public async Task Create_AsQuoted_ConfirmsTheQuotedDraftItself()
    {
        var order = TrytonFixture.Order(Unlimited, ("CUT-002", 4));
        var quote = Value(await tryton.Port<IQuoting>().Quote(TrytonFixture.Scope, order.Request));
        using var desk = await tryton.Desk();
        var draft = (await desk.SalesUnder(order.Submission.ExternalReference)).ShouldHaveSingleItem();
        draft.State.ShouldBe("draft"); // and so keeps no stock from others

        var placed = Value(await tryton.Port<IOrders>().Create(TrytonFixture.Scope, order with { AcceptedTotal = quote.Total }, TrytonFixture.Deadline));

        placed.Total.ShouldBe(quote.Total);
        (await desk.SalesUnder(order.Submission.ExternalReference)).ShouldBe([(draft.Id, "processing")]);
    }

    [Fact]
    public async Task Create_TotalIsAnotherThanAccepted_IsRefusedAndLeavesNothing()
    {
        var order = TrytonFixture.Order(Unlimited, ("CUT-002", 4)) with { AcceptedTotal = new Money(1.23m, "EUR") };

        var refused = await tryton.Port<IOrders>().Create(TrytonFixture.Scope, order, TrytonFixture.Deadline);

        refused.Failure!.Cause.ShouldBe(Cause.Rejected);
        refused.Failure.Code.ShouldBe("total_changed");
        (await Standing(order)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Fault27_CreditRefused_SaysWhyAndLeavesNothing()
    {
        var order = TrytonFixture.Order("C1010", ("CUT-002", 1));

        var refused = await tryton.Port<IOrders>().Create(TrytonFixture.Scope, order, TrytonFixture.Deadline);

        refused.Failure!.Cause.ShouldBe(Cause.Rejected);
        refused.Failure.Detail.ShouldNotBeNull().ShouldContain("credit limit");
        (await Standing(order)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Fault27_CreditWarningToAUserWhoMightGoOn_IsARefusalAndLeavesNothing()
    {
        // Of a portal that runs on the account of a clerk: Tryton asks him whether to exceed the limit, and the portal does not answer for him.
        var order = TrytonFixture.Order("C1010", ("CUT-002", 1));

        var warned = await tryton.Connect(user: TrytonServer.ClerkUser, password: TrytonServer.ClerkPassword).Find<IOrders>()!
            .Create(TrytonFixture.Scope, order, TrytonFixture.Deadline);

        (warned.Failure!.Cause, warned.Failure.Code).ShouldBe((Cause.Rejected, "user_warning"));
        warned.Failure.Detail.ShouldNotBeNull().ShouldContain("credit limit");
        (await Standing(order)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Fault27_OutOfStock_NamesTheLineAndLeavesNothing()
    {
        var order = TrytonFixture.Order(Unlimited, ("CUT-002", 1), ("ELE-005", 5));

        var refused = await tryton.Port<IOrders>().Create(TrytonFixture.Scope, order, TrytonFixture.Deadline);

        refused.Failure!.Cause.ShouldBe(Cause.Rejected);
        refused.Failure.Problems.ShouldHaveSingleItem().LineId.ShouldBe("l2");
        (await Standing(order)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Create_UnknownSku_IsRefusedWithoutASale()
    {
        var order = TrytonFixture.Order(Unlimited, ("CUT-002", 1), ("NOPE", 5), ("CUT-003", 1.5m));

        var refused = await tryton.Port<IOrders>().Create(TrytonFixture.Scope, order, TrytonFixture.Deadline);

        refused.Failure!.Cause.ShouldBe(Cause.Rejected);
        refused.Failure.Problems.Select(problem => (problem.LineId, problem.Code)).ShouldBe([("l2", "unknown_sku"), ("l3", "quantity_not_multiple")]);
        (await Standing(order)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Create_DeadlinePassed_WritesNothing()
    {
        var order = TrytonFixture.Order(Unlimited, ("CUT-002", 1));

        var late = await tryton.Port<IOrders>().Create(TrytonFixture.Scope, order, TimeProvider.System.GetUtcNow());

        late.Succeeded.ShouldBeFalse();
        (await Standing(order)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Fault32_PausedBetweenListAndConfirm_OtherConfirmsTheSameDraft()
    {
        await using var proxy = await CuttingProxy.Start(tryton.Address);
        proxy.Arrange("sale.sale.confirm", Fate.Paused);
        var order = TrytonFixture.Order(Unlimited, ("CUT-008", 1));
        var paused = tryton.Connect(proxy.Address, TimeSpan.FromSeconds(60)).Find<IOrders>()!.Create(TrytonFixture.Scope, order, TrytonFixture.Deadline);
        await proxy.Paused.Task.WaitAsync(TimeSpan.FromSeconds(60));

        var other = Value(await tryton.Port<IOrders>().Create(TrytonFixture.Scope, order, TrytonFixture.Deadline));
        proxy.Resume();

        Value(await paused).Number.ShouldBe(other.Number);
        (await Standing(order)).ShouldBe(["processing"]);
    }

    [Fact]
    public async Task Fault32_PausedBetweenListAndConfirm_OtherPlacesAtAnotherPrice()
    {
        await using var proxy = await CuttingProxy.Start(tryton.Address);
        proxy.Arrange("sale.sale.confirm", Fate.Paused);
        var order = TrytonFixture.Order(Unlimited, ("HYD-004", 1));
        var paused = tryton.Connect(proxy.Address, TimeSpan.FromSeconds(60)).Find<IOrders>()!.Create(TrytonFixture.Scope, order, TrytonFixture.Deadline);
        await proxy.Paused.Task.WaitAsync(TimeSpan.FromSeconds(60));
        using var desk = await tryton.Desk();
        var seen = (await desk.SalesUnder(order.Submission.ExternalReference)).ShouldHaveSingleItem();

        // A new price makes the draft that was seen the wrong one.
        using var admin = await TrytonDesk.SignIn(tryton.Address, "admin", "admin-Key8");
        await admin.SetListPrice("HYD-004", "61.5000");
        var other = Value(await tryton.Port<IOrders>().Create(TrytonFixture.Scope, order, TrytonFixture.Deadline));
        proxy.Resume();

        Value(await paused).Number.ShouldBe(other.Number);
        other.Lines.ShouldHaveSingleItem().UnitPrice.ShouldBe(new Money(49.20m, "EUR"));
        var standing = (await desk.SalesUnder(order.Submission.ExternalReference)).ShouldHaveSingleItem();
        standing.State.ShouldBe("processing");
        standing.Id.ShouldNotBe(seen.Id);
    }

    [Fact]
    public async Task Fault32_PausedConfirmGoesOutBeforeTheOtherRemovesItsDraft_OneOrder()
    {
        await using var first = await CuttingProxy.Start(tryton.Address);
        first.Arrange("sale.sale.confirm", Fate.Paused);
        await using var second = await CuttingProxy.Start(tryton.Address);
        second.Arrange("sale.sale.delete", Fate.Paused);
        var order = TrytonFixture.Order(Unlimited, ("HYD-007", 1));
        var paused = tryton.Connect(first.Address, TimeSpan.FromSeconds(60)).Find<IOrders>()!.Create(TrytonFixture.Scope, order, TrytonFixture.Deadline);
        await first.Paused.Task.WaitAsync(TimeSpan.FromSeconds(60));
        using var admin = await TrytonDesk.SignIn(tryton.Address, "admin", "admin-Key8");
        await admin.SetListPrice("HYD-007", "70.0000");

        var other = tryton.Connect(second.Address, TimeSpan.FromSeconds(60)).Find<IOrders>()!.Create(TrytonFixture.Scope, order, TrytonFixture.Deadline);
        await second.Paused.Task.WaitAsync(TimeSpan.FromSeconds(60));
        first.Resume();
        var placed = Value(await paused);
        second.Resume();

        Value(await other).Number.ShouldBe(placed.Number);
        (await Standing(order)).ShouldBe(["processing"]);
    }

    [Fact]
    public async Task Fault32_PausedBeforeCreate_FindsTheOthers()
    {
        await using var proxy = await CuttingProxy.Start(tryton.Address);
        proxy.Arrange("sale.sale.create", Fate.Paused);
        var order = TrytonFixture.Order(Unlimited, ("CUT-009", 1));
        var paused = tryton.Connect(proxy.Address, TimeSpan.FromSeconds(60)).Find<IOrders>()!.Create(TrytonFixture.Scope, order, TrytonFixture.Deadline);
        await proxy.Paused.Task.WaitAsync(TimeSpan.FromSeconds(60));

        var other = Value(await tryton.Port<IOrders>().Create(TrytonFixture.Scope, order, TrytonFixture.Deadline));
        proxy.Resume();

        Value(await paused).Number.ShouldBe(other.Number);
        (await Standing(order)).ShouldBe(["processing"]); // the draft that came late is gone
    }

    [Fact]
    public async Task Fault32_RefusedWhileAnotherIsPaused_StaysRefused()
    {
        await using var proxy = await CuttingProxy.Start(tryton.Address);
        proxy.Arrange("sale.sale.confirm", Fate.Paused);
        var order = TrytonFixture.Order(Unlimited, ("CUT-012", 1));
        var orders = tryton.Connect(proxy.Address, TimeSpan.FromSeconds(60)).Find<IOrders>()!;
        var time = TimeProvider.System;
        var (patience, ends) = (TimeSpan.FromSeconds(10), time.GetUtcNow());
        Task<Outcome<Order>> paused;
        do
        {
            patience.ShouldBeLessThan(TimeSpan.FromMinutes(2), "it never came to its confirmation");
            ends = time.GetUtcNow() + patience;
            paused = orders.Create(TrytonFixture.Scope, order, ends);
            patience *= 2; // where this machine was so slow that it gave up on the way
        }
        while (await Task.WhenAny(paused, proxy.Paused.Task) == paused);

        var refused = await tryton.Port<IOrders>().Create(TrytonFixture.Scope, order with { AcceptedTotal = new Money(1m, "EUR") }, TrytonFixture.Deadline);
        if (ends - time.GetUtcNow() is { Ticks: > 0 } left)
        {
            await Task.Delay(left); // the paused one's lease ends
        }

        proxy.Resume();
        var late = await paused;

        refused.Failure!.Cause.ShouldBe(Cause.Rejected);
        late.Succeeded.ShouldBeFalse();
        (await Placed(order)).ShouldBe(0);
    }

    [Fact]
    public async Task Fault32_ManyWorkersInBadWeather_EachOrderOnce()
    {
        const int Orders = 4;
        const int Workers = 3;
        const int Seed = 20261121;
        await using var proxy = await CuttingProxy.Start(tryton.Address);
        proxy.Weather = new Random(Seed);
        var orders = Enumerable.Range(0, Orders).Select(index => TrytonFixture.Order(Unlimited, ($"HYD-{6 + index:000}", 1))).ToList();
        var connections = Enumerable.Range(0, Workers).Select(_ => tryton.Connect(proxy.Address).Find<IOrders>()!).ToList();

        await Task.WhenAll(orders.SelectMany(order => connections.Select(worker => AsTheFlowDoes(worker, order, attempts: 20))));

        foreach (var order in orders)
        {
            (await Placed(order)).ShouldBe(1, $"weather {Seed}");
        }
    }

    /// <summary>Create; after any unclear answer wait for the declared horizon, look it up, and only then create again.</summary>
    private static async Task<(OrderNumber Number, int Creates)> AsTheFlowDoes(
        IOrders orders, NewOrder order, int attempts = 6, Outcome<Order>? already = null)
    {
        var last = already?.Failure;
        var refused = 0;
        for (var creates = 0; creates < attempts; creates++)
        {
            if (last is { MayHaveTakenEffect: true })
            {
                await Task.Delay(orders.Placing.CommitHorizon);
                Outcome<Order?> found;
                for (var looks = 1; ; looks++)
                {
                    found = await orders.FindByReference(TrytonFixture.Scope, order.Request.Customer, order.Submission);
                    if (found.Succeeded || !found.Failure!.RetryCanHelp || looks == 200)
                    {
                        break;
                    }

                    await Task.Delay(300);
                }

                if (Value(found) is { Number: { } standing })
                {
                    return (standing, creates);
                }
            }

            var answer = await orders.Create(TrytonFixture.Scope, order, TrytonFixture.Deadline);
            if (answer.Succeeded)
            {
                return (answer.Value.Number!.Value, creates + 1);
            }

            answer.Failure!.RetryCanHelp.ShouldBeTrue(answer.ToString());
            if (!answer.Failure.CountsAsAttempt && refused++ < 200)
            {
                // It was not sent: the breaker is open, or the system asked for a pause. What was unclear before still is.
                creates--;
                await Task.Delay(300);
                continue;
            }

            last = answer.Failure;
        }

        throw new InvalidOperationException($"Not placed after {attempts} creates: {last}");
    }

    private async Task<IReadOnlyList<string>> Standing(NewOrder order)
    {
        using var desk = await tryton.Desk();
        return [.. (await desk.SalesUnder(order.Submission.ExternalReference)).Select(sale => sale.State)];
    }

    private async Task<int> Placed(NewOrder order) => (await Standing(order)).Count(state => state is "confirmed" or "processing" or "done");

    private static T Value<T>(Outcome<T> outcome) => outcome.Try(out var value) ? value : throw new InvalidOperationException(outcome.ToString());
}
