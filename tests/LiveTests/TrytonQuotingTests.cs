using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests;

[Collection(SharedTryton.Name)]
public sealed class TrytonQuotingTests(TrytonFixture tryton)
{
    [Fact]
    public async Task Quote_TwoLines_TellsAmountsFreightTaxAndDates()
    {
        var request = TrytonFixture.Order("C1001", ("TOO-001", 5), ("MAN-001", 1)).Request;

        var quote = Value(await tryton.Port<IQuoting>().Quote(TrytonFixture.Scope, request));

        quote.Lines.Select(line => line.LineId).ShouldBe(["l1", "l2"]);
        quote.Lines[0].UnitPrice.ShouldBe(new Money(19.90m, "EUR"));
        quote.Lines[0].ExtendedAmount.ShouldBe(new Money(99.50m, "EUR"));
        quote.Lines[0].PromisedOn.ShouldNotBeNull();
        quote.Freight.ShouldBe(new Money(8.90m, "EUR"));
        quote.Subtotal.ShouldBeNull(); // Tryton's has the freight in it
        quote.TaxTotal.ShouldNotBeNull();
        quote.Total.ShouldNotBeNull();
        quote.Problems.ShouldBeEmpty();
        quote.Credit.ShouldBeNull();
    }

    [Fact]
    public async Task Quote_ReverseChargeCustomer_HasNoTax()
    {
        var quote = Value(await tryton.Port<IQuoting>().Quote(TrytonFixture.Scope, TrytonFixture.Order("C1005", ("CUT-002", 2)).Request));

        quote.TaxTotal!.Value.Amount.ShouldBe(0);
    }

    [Fact]
    public async Task Quote_SameBasketAgain_ReusesTheDraft()
    {
        var request = TrytonFixture.Order("C1002", ("CUT-002", 2)).Request;
        using var desk = await tryton.Desk();

        var today = Today();
        var (first, before, second) = await Twice();
        if (today != Today())
        {
            (first, before, second) = await Twice(); // midnight came between the two, and promises a day later
        }

        second.ShouldBeEquivalentTo(first);
        (await desk.SalesUnder(request.Submission.ExternalReference)).ShouldBe(before);

        async Task<(Quote First, IReadOnlyList<(long Id, string State)> Before, Quote Second)> Twice()
        {
            var one = Value(await tryton.Port<IQuoting>().Quote(TrytonFixture.Scope, request));
            var there = await desk.SalesUnder(request.Submission.ExternalReference);
            return (one, there, Value(await tryton.Port<IQuoting>().Quote(TrytonFixture.Scope, request)));
        }

        static DateOnly Today() => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
    }

    [Fact]
    public async Task Quote_OtherBasketOfTheSubmission_LeavesOneDraft()
    {
        var request = TrytonFixture.Order("C1002", ("CUT-002", 2)).Request;
        using var desk = await tryton.Desk();
        Value(await tryton.Port<IQuoting>().Quote(TrytonFixture.Scope, request));

        Value(await tryton.Port<IQuoting>().Quote(TrytonFixture.Scope, request with { Lines = [request.Lines[0] with { Quantity = 3 }] }));

        (await desk.SalesUnder(request.Submission.ExternalReference)).ShouldHaveSingleItem().State.ShouldBe("draft");
    }

    [Fact]
    public async Task Quote_LinesThatCannotBeOrdered_CarryTheirProblemAndTheRestIsQuoted()
    {
        var request = TrytonFixture.Order("C1002", ("CUT-002", 2), ("ELE-005", 5), ("NOPE", 1), ("TOO-008", 1)).Request;

        var quote = Value(await tryton.Port<IQuoting>().Quote(TrytonFixture.Scope, request));

        quote.Lines.Select(line => line.Problem?.Code).ShouldBe([null, "out_of_stock", "unknown_sku", "out_of_stock"]);
        quote.Lines[0].ExtendedAmount.ShouldNotBeNull();
        quote.Lines[1].UnitPrice.ShouldNotBeNull();
        quote.Lines[1].ExtendedAmount.ShouldBeNull();
        quote.Total.ShouldBeNull();
        quote.TaxTotal.ShouldBeNull();
        using var desk = await tryton.Desk();
        (await desk.SalesUnder(request.Submission.ExternalReference)).ShouldBeEmpty(); // a part of a basket is never ordered
        (await desk.SalesUnder($"{request.Submission.ExternalReference}, in part")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Quote_LastOfTheStock_IsKeptFromNobody()
    {
        var stock = Value(await tryton.Port<Core.Inventory.IInventory>().Availability(TrytonFixture.Scope, [new Sku("HYD-021")]))[0].AvailableToPromise;
        var all = TrytonFixture.Order("C1007", ("HYD-021", stock)).Request;
        var others = TrytonFixture.Order("C1002", ("HYD-021", stock)).Request;

        var first = Value(await tryton.Port<IQuoting>().Quote(TrytonFixture.Scope, all));
        var second = Value(await tryton.Port<IQuoting>().Quote(TrytonFixture.Scope, others));

        first.Lines[0].Problem.ShouldBeNull();
        second.Lines[0].Problem.ShouldBeNull();
    }

    [Fact]
    public async Task Quote_ForeignAddress_IsRefused()
    {
        var isar = Value(await tryton.Port<Core.Customers.ICustomers>().Get(TrytonFixture.Scope, new CustomerNumber("C1002")));
        var request = TrytonFixture.Order("C1001", ("CUT-002", 2)).Request with { ShipTo = isar.ShipTos[0].Id };

        var quote = Value(await tryton.Port<IQuoting>().Quote(TrytonFixture.Scope, request));
        var placed = await tryton.Port<IOrders>().Create(TrytonFixture.Scope, TrytonFixture.Order("C1001", ("CUT-002", 2)) with { Request = request, Submission = request.Submission }, TrytonFixture.Deadline);

        quote.Problems.ShouldHaveSingleItem().Code.ShouldBe("user_error");
        quote.Total.ShouldBeNull();
        placed.Failure!.Cause.ShouldBe(Cause.Rejected);
    }

    [Fact]
    public async Task Quote_LeavesNoOrderToBeFound()
    {
        var request = TrytonFixture.Order("C1004", ("CUT-002", 2)).Request;
        var orders = tryton.Port<IOrders>();

        Value(await tryton.Port<IQuoting>().Quote(TrytonFixture.Scope, request));

        Value(await orders.FindByReference(TrytonFixture.Scope, request.Customer, request.Submission)).ShouldBeNull();
        Value(await orders.Search(TrytonFixture.Scope, new OrderQuery { PoNumber = request.PoNumber })).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task SweepDrafts_Abandoned_AreRemovedAndNothingElse()
    {
        var order = TrytonFixture.Order("C1007", ("CUT-002", 1));
        Value(await tryton.Port<IOrders>().Create(TrytonFixture.Scope, order, TrytonFixture.Deadline));
        var abandoned = TrytonFixture.Order("C1002", ("CUT-002", 2)).Request;
        Value(await tryton.Port<IQuoting>().Quote(TrytonFixture.Scope, abandoned));
        using var desk = await tryton.Desk();
        var now = TimeProvider.System.GetUtcNow();

        Value(await tryton.Port<IQuoting>().SweepDrafts(TrytonFixture.Scope, now.AddHours(-1))).ShouldBe(0);
        (await desk.SalesUnder(abandoned.Submission.ExternalReference)).ShouldHaveSingleItem();
        Value(await tryton.Port<IQuoting>().SweepDrafts(TrytonFixture.Scope, now.AddMinutes(1))).ShouldBeGreaterThan(0);

        (await desk.SalesUnder(abandoned.Submission.ExternalReference)).ShouldBeEmpty();
        (await desk.SalesUnder(order.Submission.ExternalReference)).ShouldHaveSingleItem();
        Value(await tryton.Port<IOrders>().Search(TrytonFixture.Scope, new OrderQuery { PoNumber = "IM-233" })).Items.ShouldHaveSingleItem(); // a clerk's quotation
    }

    [Fact]
    public async Task Changes_OrderPlacedThenShipped_AreToldOnceEach()
    {
        var orders = tryton.Port<IOrders>();
        var start = Value(await orders.ChangedSince(TrytonFixture.Scope, null));
        start.Keys.ShouldBeEmpty();
        var order = TrytonFixture.Order("C1007", ("CUT-011", 4));
        Value(await tryton.Port<IQuoting>().Quote(TrytonFixture.Scope, TrytonFixture.Order("C1007", ("CUT-002", 1)).Request));
        var number = Value(await orders.Create(TrytonFixture.Scope, order, TrytonFixture.Deadline)).Number!.Value;

        var placed = Value(await orders.ChangedSince(TrytonFixture.Scope, start.Cursor));
        var quiet = Value(await orders.ChangedSince(TrytonFixture.Scope, placed.Cursor));
        using var desk = await tryton.Desk();
        await desk.Ship(number.Value, 0.5, "PX-HALF");
        var shipped = Value(await orders.ChangedSince(TrytonFixture.Scope, quiet.Cursor));
        var half = Value(await orders.Get(TrytonFixture.Scope, number));
        await desk.Ship(number.Value, 1, "PX-REST");
        var sent = Value(await orders.ChangedSince(TrytonFixture.Scope, shipped.Cursor));
        var whole = Value(await orders.Get(TrytonFixture.Scope, number));

        placed.Keys.ShouldBe([number.Value]);
        quiet.Keys.ShouldBeEmpty();
        shipped.Keys.ShouldBe([number.Value]);
        half.Status.ShouldBe(OrderStatus.PartlyShipped);
        half.Lines.ShouldHaveSingleItem().Shipped.ShouldBe(2);
        half.Shipments.Count(shipment => shipment.TrackingNumber == "PX-HALF" && shipment.ShippedAt is not null).ShouldBe(1);
        sent.Keys.ShouldBe([number.Value]);
        whole.Status.ShouldBe(OrderStatus.Shipped);
        whole.Lines.ShouldHaveSingleItem().Shipped.ShouldBe(4);
        whole.Shipments.Select(shipment => shipment.TrackingNumber).ShouldBe(["PX-HALF", "PX-REST"], ignoreOrder: true);
    }

    [Fact]
    public async Task Fault36_ManyProductsOfOneTime_AreAllTold()
    {
        var catalog = tryton.Port<ICatalog>();
        var told = new HashSet<string>(StringComparer.Ordinal);
        var pages = 0;
        Changes page;
        string? cursor = null;
        do
        {
            page = Value(await catalog.ChangedSince(TrytonFixture.Scope, cursor));
            told.UnionWith(page.Keys);
            cursor = page.Cursor;
        }
        while (page.More && ++pages < 20);

        var quiet = Value(await catalog.ChangedSince(TrytonFixture.Scope, cursor));
        using var admin = await TrytonDesk.SignIn(tryton.Address, "admin", "admin-Key8");
        await admin.SetListPrice("PPE-007-M", "9.1000");
        var changed = Value(await catalog.ChangedSince(TrytonFixture.Scope, quiet.Cursor));

        told.Count.ShouldBe(203);
        pages.ShouldBeGreaterThan(0);
        quiet.Keys.ShouldBeEmpty();
        changed.Keys.ShouldBe(["PPE-007-S", "PPE-007-M", "PPE-007-L", "PPE-007-XL"], ignoreOrder: true);
    }

    private static T Value<T>(Outcome<T> outcome) => outcome.Try(out var value) ? value : throw new InvalidOperationException(outcome.ToString());
}
