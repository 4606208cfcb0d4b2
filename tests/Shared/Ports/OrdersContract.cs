using PortalIntegration.Core;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Tests.Ports;

public abstract class OrdersContract : PortContract<ErpFacts>
{
    private Task<IOrders> Orders => Port<IOrders>(Facts());

    private static DateTimeOffset Soon => TimeProvider.System.GetUtcNow().AddMinutes(2);

    [Fact]
    public virtual async Task Create_ThenAsked_StandsAsOrdered()
    {
        var facts = await Facts();
        var orders = await Orders;
        var order = facts.Order(facts.Sku, facts.OtherSku);

        var created = Value(await orders.Create(Portal, order, Soon, Cancel));

        var number = created.Number.ShouldNotBeNull();
        created.Submission.ShouldBe(order.Submission);
        created.Customer.ShouldBe(facts.Customer);
        foreach (var standing in new[] { Value(await orders.Get(Portal, number, Cancel)), Value(await orders.FindByReference(Portal, facts.Customer, order.Submission, Cancel))! })
        {
            standing.Number.ShouldBe(number);
            standing.Submission.ShouldBe(order.Submission);
            standing.Customer.ShouldBe(facts.Customer);
            standing.PoNumber.ShouldBe(order.Request.PoNumber);
            standing.Status.ShouldNotBe(OrderStatus.Cancelled);
            standing.Lines.Select(line => (line.Sku, line.Ordered)).ShouldBe([(facts.Sku, facts.Quantity), (facts.OtherSku, facts.Quantity)], ignoreOrder: true);
            standing.Lines.ShouldAllBe(line => line.Shipped >= 0 && line.PricePer > 0);
            standing.Total!.Value.Amount.ShouldBeGreaterThan(0);
            standing.ShipTo.ShouldNotBeNull();
            standing.Shipments.ShouldAllBe(shipment => shipment.ShippedAt == null);
            await TellsEverywhere(Feature.OrderEvents, [standing.Events.Count > 0]);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public virtual async Task Create_LineOnADayOfItsOwn_InPartsOrNot_IsKeptWhereTheSystemCan(bool inParts)
    {
        var facts = await Facts();
        var orders = await Orders;
        var order = facts.Order(facts.Sku, facts.OtherSku);
        var day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().AddDays(30).UtcDateTime);
        var lines = order.Request.Lines.Select(line => line.Sku == facts.Sku ? line with { RequestedOn = day } : line);
        order = order with { Request = order.Request with { PartialDelivery = inParts, Lines = [.. lines] } };

        var number = Value(await orders.Create(Portal, order, Soon, Cancel)).Number!.Value;
        var standing = Value(await orders.Get(Portal, number, Cancel));

        await TellsEverywhere(Feature.LineDates, [standing.Lines.Single(line => line.Sku == facts.Sku).RequestedOn == day]);
        standing.Lines.Single(line => line.Sku == facts.OtherSku).RequestedOn.ShouldBeNull();
        await TellsEverywhere(Feature.PartialDelivery, [standing.PartialDelivery == inParts]);
    }

    [Fact]
    public virtual async Task Create_AgainWithTheSameSubmission_IsTheSameOrder()
    {
        var facts = await Facts();
        var orders = await Orders;
        var order = facts.Order(facts.Sku);

        var first = Value(await orders.Create(Portal, order, Soon, Cancel));
        var second = Value(await orders.Create(Portal, order, Soon, Cancel));

        second.Number.ShouldBe(first.Number);
        Value(await orders.Search(Portal, new OrderQuery { Customer = facts.Customer, PoNumber = order.Request.PoNumber }, Cancel)).Items.Count.ShouldBe(1);
    }

    [Fact]
    public virtual async Task Create_SeveralAtOnce_IsOneOrder()
    {
        var facts = await Facts();
        var orders = await Orders;
        var order = facts.Order(facts.Sku);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => orders.Create(Portal, order, Soon, Cancel)));

        outcomes.ShouldContain(outcome => outcome.Succeeded);
        outcomes.Where(outcome => outcome.Succeeded).Select(outcome => outcome.Value.Number).Distinct().ShouldHaveSingleItem();
        outcomes.Where(outcome => !outcome.Succeeded).ShouldAllBe(outcome => outcome.Failure!.RetryCanHelp);
        Value(await orders.Search(Portal, new OrderQuery { Customer = facts.Customer, PoNumber = order.Request.PoNumber }, Cancel)).Items.Count.ShouldBe(1);
    }

    [Fact]
    public virtual async Task Create_AfterTheDeadline_SendsNothing()
    {
        var facts = await Facts();
        var orders = await Orders;
        var order = facts.Order(facts.Sku);

        var outcome = await orders.Create(Portal, order, TimeProvider.System.GetUtcNow().AddSeconds(-1), Cancel);

        outcome.Failure!.MayHaveTakenEffect.ShouldBeFalse(outcome.Failure.ToString());
        Value(await orders.FindByReference(Portal, facts.Customer, order.Submission, Cancel)).ShouldBeNull();
    }

    [Fact]
    public virtual async Task Fault27_CreateWithAnUnknownSku_IsRefusedForGoodWithAReason()
    {
        var facts = await Facts();
        var orders = await Orders;
        var order = facts.Order(facts.NoSku);

        var outcome = await orders.Create(Portal, order, Soon, Cancel);

        outcome.Failure!.Cause.ShouldBe(Cause.Rejected, outcome.Failure.ToString());
        (outcome.Failure.Detail ?? (outcome.Failure.Problems is [var problem, ..] ? problem.Message : null)).ShouldNotBeNullOrWhiteSpace();
        Value(await orders.FindByReference(Portal, facts.Customer, order.Submission, Cancel)).ShouldBeNull();
    }

    [Fact]
    public virtual async Task FindByReference_NeverPlacedOrAnothers_IsNothing()
    {
        var facts = await Facts();
        var orders = await Orders;
        var order = facts.Order(facts.Sku);
        Value(await orders.Create(Portal, order, Soon, Cancel));

        Value(await orders.FindByReference(Portal, facts.Customer, new SubmissionId(Guid.NewGuid()), Cancel)).ShouldBeNull();
        Value(await orders.FindByReference(Portal, facts.OtherCustomer, order.Submission, Cancel)).ShouldBeNull();
    }

    [Theory]
    [InlineData("NO-SUCH-ORDER")]
    [InlineData("..")]
    [InlineData("a/b c?d=e#f%20")]
    public virtual async Task Get_Unknown_IsNotFound(string number) => NotFound(await (await Orders).Get(Portal, new OrderNumber(number), Cancel));

    [Fact]
    public virtual async Task Search_ByNumberPoOrPart_FindsIt()
    {
        var facts = await Facts();
        var orders = await Orders;
        var order = facts.Order(facts.Sku);
        var number = Value(await orders.Create(Portal, order, Soon, Cancel)).Number!.Value;
        var po = order.Request.PoNumber!;

        foreach (var query in new OrderQuery[]
        {
            new() { Number = number.Value },
            new() { PoNumber = po },
            new() { PoNumber = po.ToLowerInvariant() },
            new() { Text = po[..12] },
            new() { Text = number.Value, Customer = facts.Customer },
        })
        {
            var found = Value(await orders.Search(Portal, query, Cancel)).Items;
            found.ShouldContain(summary => summary.Number == number && summary.Customer == facts.Customer && summary.PoNumber == po, query.ToString());
        }

        Value(await orders.Search(Portal, new OrderQuery { PoNumber = po, Customer = facts.OtherCustomer }, Cancel)).Items.ShouldBeEmpty();
        Value(await orders.Search(Portal, new OrderQuery { PoNumber = po, Number = "other" }, Cancel)).Items.ShouldBeEmpty("all conditions must hold");
    }

    [Fact]
    public virtual async Task Search_OfACustomer_IsHisOnlyNewestFirstPageByPage()
    {
        var facts = await Facts();
        var orders = await Orders;
        for (var i = 0; i < 3; i++)
        {
            Value(await orders.Create(Portal, facts.Order(facts.Sku), Soon, Cancel));
        }

        var found = await All(cursor => orders.Search(Portal, new OrderQuery { Customer = facts.Customer, Limit = 2, Cursor = cursor }, Cancel), mostPages: 3);

        found.Count.ShouldBeGreaterThanOrEqualTo(3);
        found.ShouldAllBe(order => order.Customer == facts.Customer);
        found.Select(order => order.Number).Distinct().Count().ShouldBe(found.Count, string.Join(", ", found.Select(order => $"{order.Number} of {order.OrderedAt:T}")));
        found.Select(order => order.OrderedAt).ShouldBe(found.Select(order => order.OrderedAt).OrderDescending());
    }

    [Fact]
    public virtual async Task Create_WithoutCredit_IsRefusedWithAReasonOrHeldUnlessNobodyChecks()
    {
        var facts = await Facts();
        var orders = await Orders;
        var order = facts.Order(facts.Sku);
        order = order with { Request = order.Request with { Customer = facts.WithoutCredit } };

        var outcome = await orders.Create(Portal, order, Soon, Cancel);

        if (await Lacks(Feature.CreditChecks))
        {
            Value(outcome).Status.ShouldBe(OrderStatus.Open);
        }
        else if (outcome.Succeeded)
        {
            outcome.Value.Status.ShouldBe(OrderStatus.CreditHold);
            (await Lacks(Feature.CreditHoldStatus)).ShouldBeFalse("a held order is told as one");
        }
        else
        {
            outcome.Failure!.Cause.ShouldBe(Cause.Rejected, outcome.Failure.ToString());
            outcome.Failure.Detail.ShouldNotBeNullOrWhiteSpace();
            Value(await orders.FindByReference(Portal, facts.WithoutCredit, order.Submission, Cancel)).ShouldBeNull();
        }
    }

    [Fact]
    public virtual async Task Get_InEveryState_SaysWhichAndIsFoundByIt()
    {
        var facts = await Facts();
        var orders = await Orders;
        foreach (var (number, status) in new[]
        {
            (facts.PartlyShipped, OrderStatus.PartlyShipped), (facts.Unshipped, OrderStatus.Open), (facts.Finished, OrderStatus.Invoiced), (facts.Cancelled, OrderStatus.Cancelled),
        })
        {
            Value(await orders.Get(Portal, number, Cancel)).Status.ShouldBe(status, number.Value);
            Value(await orders.Search(Portal, new OrderQuery { Number = number.Value, Status = status }, Cancel)).Items.ShouldHaveSingleItem().Status.ShouldBe(status);
            Value(await orders.Search(Portal, new OrderQuery { Number = number.Value, Status = OrderStatus.Received }, Cancel)).Items.ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData(OrderStatus.Received)]
    [InlineData(OrderStatus.Open)]
    [InlineData(OrderStatus.PartlyShipped)]
    [InlineData(OrderStatus.Shipped)]
    [InlineData(OrderStatus.Invoiced)]
    [InlineData(OrderStatus.Cancelled)]
    public virtual async Task Search_ByStatus_FindsOnlyThat(OrderStatus status) =>
        Value(await (await Orders).Search(Portal, new OrderQuery { Status = status, Limit = 20 }, Cancel)).Items.ShouldAllBe(order => order.Status == status);

    [Fact]
    public virtual async Task Search_ToCome_FindsWhatIsStillToComeAndNothingElse()
    {
        var orders = await Orders;
        // Asked first: what is ordered meanwhile is then missing here and not there.
        var newest = Value(await orders.Search(Portal, new OrderQuery { Limit = 50 }, Cancel)).Items.Where(order => order.Status.IsToCome()).Select(order => order.Number).ToList();
        var found = Value(await orders.Search(Portal, new OrderQuery { ToCome = true, Limit = 100 }, Cancel));

        found.Items.ShouldNotBeEmpty();
        found.Items.ShouldAllBe(order => order.Status.IsToCome());
        newest.Take(20).Except(found.Items.Select(order => order.Number)).ShouldBeEmpty("none of the newest is left out");
    }

    [Theory]
    [InlineData(OrderStatus.CreditHold, Feature.CreditHoldStatus)]
    [InlineData(OrderStatus.Backordered, Feature.BackorderedStatus)]
    [InlineData(OrderStatus.Returned, Feature.ReturnedStatus)]
    public virtual async Task Search_ByAStatusThatNotAllHave_FindsOnlyThat(OrderStatus status, Feature feature)
    {
        var found = Value(await (await Orders).Search(Portal, new OrderQuery { Status = status, Limit = 20 }, Cancel)).Items;

        found.ShouldAllBe(order => order.Status == status);
        await TellsEverywhere(feature, [found.Count > 0]);
    }

    [Fact]
    public virtual async Task Get_PartlyShipped_SaysWhatWasSentAndHow()
    {
        var order = Value(await (await Orders).Get(Portal, (await Facts()).PartlyShipped, Cancel));
        var sent = order.Shipments.Where(shipment => shipment.ShippedAt is not null).ToList();

        sent.ShouldNotBeEmpty();
        sent.ShouldAllBe(shipment => shipment.Number.Length > 0 && shipment.Lines.Count > 0 && shipment.Lines.All(line => line.Quantity > 0));
        order.Lines.ShouldAllBe(line => line.Description != null && !line.Description.Contains(line.Sku.Value), "the number stands beside it");
        order.Lines.ShouldContain(line => line.Shipped > 0);
        order.Lines.ShouldContain(line => line.Shipped < line.Ordered);
        foreach (var line in order.Lines)
        {
            sent.SelectMany(shipment => shipment.Lines).Where(item => item.LineNumber == line.LineNumber).Sum(item => item.Quantity).ShouldBe(line.Shipped, line.LineNumber);
        }

        await TellsEverywhere(Feature.TrackingNumbers, sent.Select(shipment => shipment.TrackingNumber is not null));
        foreach (var tracking in sent.Select(shipment => shipment.TrackingNumber).OfType<string>())
        {
            var query = new OrderQuery { TrackingNumber = tracking };
            Value(await (await Orders).Search(Portal, query, Cancel)).Items.ShouldContain(found => found.Number == order.Number, tracking);
            Value(await (await Orders).Search(Portal, query with { TrackingNumber = tracking.ToLowerInvariant(), Customer = order.Customer }, Cancel)).Items
                .ShouldContain(found => found.Number == order.Number, tracking);
            Value(await (await Orders).Search(Portal, query with { TrackingNumber = tracking[..^1] }, Cancel)).Items.ShouldNotContain(found => found.Number == order.Number, tracking);
        }

        await TellsEverywhere(Feature.TrackingLinks, sent.Select(shipment => shipment.TrackingUrl is not null));
    }

    [Fact]
    public virtual async Task Get_Finished_NamesInvoicesThatNameIt()
    {
        var facts = await Facts();
        var order = Value(await (await Orders).Get(Portal, facts.Finished, Cancel));

        order.Invoices.ShouldNotBeEmpty();
        order.Lines.ShouldAllBe(line => line.Shipped == line.Ordered - line.Cancelled);
        if (facts.Connection.Find<IInvoices>() is { } invoices)
        {
            Value(await invoices.Get(Portal, order.Invoices[0], Cancel)).Orders.ShouldContain(facts.Finished);
        }
    }

    [Fact]
    public virtual async Task Change_WhatIsAllowed_IsDoneOnceUnderItsId()
    {
        if (await Amendable() is not { } order || await Orders is not { } orders)
        {
            return;
        }

        var facts = await Facts();
        var allowed = Value(await orders.Allowed(Portal, order.Number!.Value, Cancel));
        (allowed.Order, allowed.Customer).ShouldBe((order.Number.Value, facts.Customer));
        allowed.MayCancel.ShouldBeTrue();
        var line = allowed.Lines.First(candidate => candidate.Quantity is not null);
        var quantity = order.Lines.Single(candidate => candidate.LineNumber == line.LineNumber).Ordered + line.Quantity!.Step;
        var change = new OrderChange
        {
            Id = Guid.NewGuid(), Order = order.Number.Value, Version = allowed.Version, By = "Port Contract", PoNumber = "PO-CHANGED", Lines = [new LineChange(line.LineNumber, quantity)],
        };

        foreach (var changed in new[] { Value(await orders.Change(Portal, change, Cancel)), Value(await orders.Change(Portal, change, Cancel)), Value(await orders.Get(Portal, change.Order, Cancel)) })
        {
            changed.PoNumber.ShouldBe("PO-CHANGED");
            changed.Lines.Single(candidate => candidate.LineNumber == line.LineNumber).Ordered.ShouldBe(quantity);
            changed.Total!.Value.Amount.ShouldBeGreaterThan(order.Total!.Value.Amount);
        }

        var stale = await orders.Change(Portal, change with { Id = Guid.NewGuid(), PoNumber = "PO-OTHER" }, Cancel);
        stale.Failure!.Cause.ShouldBe(Cause.Stale, stale.ToString());
        Value(await orders.Get(Portal, change.Order, Cancel)).PoNumber.ShouldBe("PO-CHANGED");
    }

    [Fact]
    public virtual async Task Cancel_ALineThenTheRest_IsDoneOnceUnderItsIdAndRefusedWhenNothingIsLeft()
    {
        if (await Amendable() is not { } order || await Orders is not { } orders)
        {
            return;
        }

        var number = order.Number!.Value;
        var allowed = Value(await orders.Allowed(Portal, number, Cancel));
        var line = allowed.Lines.First(candidate => candidate.MayCancel).LineNumber;
        var first = new OrderCancellation { Id = Guid.NewGuid(), Order = number, Version = allowed.Version, By = "Port Contract", Reason = "Not needed", Lines = [line] };
        Value(await orders.Cancel(Portal, first, Cancel)).Lines.Single(one => one.LineNumber == line).Cancelled.ShouldBeGreaterThan(0);
        Value(await orders.Cancel(Portal, first, Cancel)).Status.ShouldNotBe(OrderStatus.Cancelled, "once more under the same id");
        (await orders.Cancel(Portal, first with { Id = Guid.NewGuid(), Lines = [] }, Cancel)).Failure!.Cause.ShouldBe(Cause.Stale);

        var now = Value(await orders.Allowed(Portal, number, Cancel)).Version;
        Value(await orders.Cancel(Portal, first with { Id = Guid.NewGuid(), Lines = [], Version = now }, Cancel)).Status.ShouldBe(OrderStatus.Cancelled);

        var nothing = Value(await orders.Allowed(Portal, number, Cancel));
        nothing.IsNothing.ShouldBeTrue();
        nothing.Reason.ShouldNotBeNullOrWhiteSpace();
        var refused = await orders.Change(
            Portal, new OrderChange { Id = Guid.NewGuid(), Order = number, Version = nothing.Version, By = "Port Contract", PoNumber = "PO-LATE" }, Cancel);
        refused.Failure!.Cause.ShouldBe(Cause.Rejected, refused.ToString());
        refused.Failure.Detail.ShouldNotBeNullOrWhiteSpace();
    }

    /// <summary>A fresh order of two lines; null where the system lets nothing be changed.</summary>
    private async Task<Order?> Amendable()
    {
        var facts = await Facts();
        var orders = await Orders;
        var order = Value(await orders.Create(Portal, facts.Order(facts.Sku, facts.OtherSku), Soon, Cancel));
        return await SupportedUnlessLacking(Feature.OrderEdits, await orders.Allowed(Portal, order.Number!.Value, Cancel)) ? order : null;
    }

    [Fact]
    public virtual async Task Activity_OfManyCustomers_IsWhatTheirOrdersSay()
    {
        var facts = await Facts();
        var orders = await Orders;
        var asked = await orders.Activity(Portal, [facts.Customer, facts.NoCustomer, facts.Invoiced], Cancel);
        if (!await SupportedUnlessLacking(Feature.OrderActivity, asked))
        {
            return;
        }

        var told = Value(asked);
        told.Select(activity => activity.Customer).ShouldBe(new[] { facts.Customer, facts.Invoiced }.Distinct(), ignoreOrder: true);
        foreach (var activity in told)
        {
            var newest = Value(await orders.Search(Portal, new OrderQuery { Customer = activity.Customer, Limit = 1 }, Cancel)).Items;
            (activity.LastOrderedAt is null).ShouldBe(newest.Count == 0);
            (activity.LastOrderedAt >= newest[0].OrderedAt).ShouldBeTrue("nothing was ordered after it");
            (activity.LateSince is not null).ShouldBe(activity.Late > 0);
        }

        Value(await orders.Activity(Portal, [], Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public virtual async Task Backorders_OfWhoWaits_AreHisLinesAsTheOrdersHaveThem()
    {
        var facts = await Facts();
        var orders = await Orders;
        if (!await SupportedUnlessLacking(Feature.Backorders, await orders.Backorders(Portal, facts.Waiting ?? facts.Customer, null, Cancel)))
        {
            return;
        }

        var waiting = facts.Waiting.ShouldNotBeNull();
        var lines = await All(cursor => orders.Backorders(Portal, waiting, cursor, Cancel));

        lines.ShouldNotBeEmpty();
        lines.ShouldAllBe(line => line.Customer == waiting && line.Open > 0);
        lines.Select(line => (line.Order, line.LineNumber)).ShouldBeUnique();
        lines.Select(line => line.PromisedOn ?? DateOnly.MaxValue).ShouldBeInOrder();
        foreach (var line in lines.Take(5))
        {
            var standing = Value(await orders.Get(Portal, line.Order, Cancel)).Lines.Single(candidate => candidate.LineNumber == line.LineNumber);
            (standing.Sku, standing.Ordered, standing.Shipped, standing.PromisedOn).ShouldBe((line.Sku, line.Ordered, line.Shipped, line.PromisedOn));
            line.Open.ShouldBe(standing.Ordered - standing.Shipped - standing.Cancelled);
            if (line.Deliveries.Count > 0)
            {
                line.Deliveries.Sum(part => part.Quantity).ShouldBe(line.Open);
                line.Deliveries.Select(part => part.On ?? DateOnly.MaxValue).ShouldBeInOrder();
            }
        }

        Value(await orders.Backorders(Portal, facts.NoCustomer, null, Cancel)).Items.ShouldBeEmpty();
    }

    [Fact]
    public virtual async Task ChangedSince_AfterAnOrder_NamesIt()
    {
        var facts = await Facts();
        var orders = await Orders;
        var beginning = await orders.ChangedSince(Portal, null, Cancel);
        if (!await SupportedUnlessLacking(Feature.OrderChanges, beginning))
        {
            return;
        }

        var cursor = Value(beginning).Cursor;
        var number = Value(await orders.Create(Portal, facts.Order(facts.Sku), Soon, Cancel)).Number!.Value.Value;

        var seen = new HashSet<string>();
        for (var rounds = 0; rounds < 20 && !seen.Contains(number); rounds++)
        {
            var changes = Value(await orders.ChangedSince(Portal, cursor, Cancel));
            seen.UnionWith(changes.Keys);
            cursor = changes.Cursor;
            await Task.Delay(changes.More ? 0 : 100, Cancel);
        }

        seen.ShouldContain(number);
    }

    [Fact]
    public virtual async Task Placing_SaysHowItIsOnceOnly()
    {
        var placing = (await Orders).Placing;

        (placing.IdempotencyKey || placing.UniqueReference || placing.Claim is { Length: > 0 }).ShouldBeTrue();
        placing.CommitHorizon.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
    }
}
