using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Quotations;

namespace PortalIntegration.Tests.Ports;

public abstract class QuotationsContract : PortContract<ErpFacts>
{
    private static readonly OrderedBy _other = new(new PersonId("con-2"), "Other Person");

    private Task<IQuotations> Quotations => Port<IQuotations>(Facts());

    private static DateTimeOffset Soon => TimeProvider.System.GetUtcNow().AddMinutes(2);

    [Theory]
    [InlineData(QuotationKind.Quote)]
    [InlineData(QuotationKind.Basket)]
    [InlineData(QuotationKind.List)]
    [InlineData(QuotationKind.Approval)]
    public virtual async Task Create_ThenAsked_StandsAsAskedForAndIsNoOrder(QuotationKind kind)
    {
        var facts = await Facts();
        var quotations = await Quotations;
        var wanted = New(facts, kind);

        var created = Value(await quotations.Create(Portal, wanted, Soon, Cancel));

        foreach (var standing in new[] { Value(await quotations.Get(Portal, created.Number, Cancel)), Value(await quotations.FindByReference(Portal, facts.Customer, wanted.Submission, Cancel))! })
        {
            standing.Number.ShouldBe(created.Number);
            standing.Submission.ShouldBe(wanted.Submission);
            standing.Customer.ShouldBe(facts.Customer);
            standing.Kind.ShouldBe(kind);
            standing.State.ShouldBe(QuotationState.Open);
            standing.Label.ShouldBe(wanted.Label);
            standing.Reason.ShouldBe(wanted.Reason);
            standing.RequestedBy.ShouldBe(wanted.RequestedBy.Person);
            standing.RequesterName.ShouldBe(wanted.RequestedBy.Name);
            standing.PoNumber.ShouldBe(wanted.Request.PoNumber);
            standing.ShipTo!.Id.ShouldNotBeNull();
            standing.Lines.Select(line => (line.Sku, line.Quantity.Value, line.Note)).ShouldBe([(facts.Sku, facts.Quantity, "Blue box"), (facts.OtherSku, facts.Quantity, null)]);
            standing.Lines.ShouldAllBe(line => line.ExtendedAmount != null && line.Problem == null);
            standing.Total!.Value.Amount.ShouldBeGreaterThan(0);
            standing.Order.ShouldBeNull();
            standing.End.ShouldBeNull();
            (standing.ValidUntil is not null).ShouldBe(kind is QuotationKind.Quote or QuotationKind.Approval && !await Lacks(Feature.QuotationExpiry));
        }

        Value(await (await Port<IOrders>(Facts())).FindByReference(Portal, facts.Customer, wanted.Submission, Cancel)).ShouldBeNull();
    }

    [Fact]
    public virtual async Task Create_AgainOrSeveralAtOnce_IsOneQuotation()
    {
        var facts = await Facts();
        var quotations = await Quotations;
        var wanted = New(facts, QuotationKind.Quote);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => quotations.Create(Portal, wanted, Soon, Cancel)));
        var again = Value(await quotations.Create(Portal, wanted, Soon, Cancel));

        outcomes.Where(outcome => outcome.Succeeded).Select(outcome => outcome.Value.Number).Append(again.Number).Distinct().ShouldHaveSingleItem();
        outcomes.Where(outcome => !outcome.Succeeded).ShouldAllBe(outcome => outcome.Failure!.RetryCanHelp);
        (await All(cursor => quotations.List(Portal, new QuotationQuery { Customer = facts.Customer, Limit = 100, Cursor = cursor }, Cancel)))
            .Count(one => one.Submission == wanted.Submission).ShouldBe(1);
    }

    [Fact]
    public virtual async Task Create_AfterTheDeadline_SendsNothing()
    {
        var facts = await Facts();
        var quotations = await Quotations;
        var wanted = New(facts, QuotationKind.Quote);

        var outcome = await quotations.Create(Portal, wanted, TimeProvider.System.GetUtcNow().AddSeconds(-1), Cancel);

        outcome.Failure!.MayHaveTakenEffect.ShouldBeFalse(outcome.Failure.ToString());
        Value(await quotations.FindByReference(Portal, facts.Customer, wanted.Submission, Cancel)).ShouldBeNull();
    }

    [Fact]
    public virtual async Task Create_UnknownSku_IsRefusedWithAReason()
    {
        var facts = await Facts();
        var quotations = await Quotations;
        var wanted = New(facts, QuotationKind.Quote);

        var outcome = await quotations.Create(Portal, wanted with { Request = wanted.Request with { Lines = [new OrderLineRequest("a", facts.NoSku, 1)] } }, Soon, Cancel);

        outcome.Failure!.Cause.ShouldBe(Cause.Rejected, outcome.Failure.ToString());
        Value(await quotations.FindByReference(Portal, facts.Customer, wanted.Submission, Cancel)).ShouldBeNull();
    }

    [Theory]
    [InlineData("NO-SUCH-QUOTATION")]
    [InlineData("..")]
    [InlineData("a/b c?d=e#f%20")]
    public virtual async Task Get_Unknown_IsNotFound(string number) => NotFound(await (await Quotations).Get(Portal, new QuotationNumber(number), Cancel));

    [Fact]
    public virtual async Task FindByReference_NeverKeptOrAnothers_IsNothing()
    {
        var facts = await Facts();
        var quotations = await Quotations;
        var wanted = New(facts, QuotationKind.Quote);
        Value(await quotations.Create(Portal, wanted, Soon, Cancel));

        Value(await quotations.FindByReference(Portal, facts.Customer, new SubmissionId(Guid.NewGuid()), Cancel)).ShouldBeNull();
        Value(await quotations.FindByReference(Portal, facts.OtherCustomer, wanted.Submission, Cancel)).ShouldBeNull();
    }

    [Fact]
    public virtual async Task List_ByKindAndState_HoldsThoseAndNoOthers()
    {
        var facts = await Facts();
        var quotations = await Quotations;
        var list = Value(await quotations.Create(Portal, New(facts, QuotationKind.List), Soon, Cancel));
        var basket = Value(await quotations.Create(Portal, New(facts, QuotationKind.Basket), Soon, Cancel));
        Value(await quotations.Change(Portal, basket.Number, new QuotationChange(_other, State: QuotationState.Withdrawn), basket.Version, Cancel));

        var lists = Value(await quotations.List(Portal, new QuotationQuery { Customer = facts.Customer, Kind = QuotationKind.List }, Cancel)).Items;
        var withdrawn = Value(await quotations.List(Portal, new QuotationQuery { Customer = facts.Customer, State = QuotationState.Withdrawn }, Cancel)).Items;

        lists[0].Number.ShouldBe(list.Number, "newest first");
        lists.ShouldAllBe(one => one.Kind == QuotationKind.List && one.Customer == facts.Customer);
        withdrawn.ShouldContain(one => one.Number == basket.Number);
        withdrawn.ShouldAllBe(one => one.State == QuotationState.Withdrawn);
        Value(await quotations.List(Portal, new QuotationQuery { Customer = facts.OtherCustomer }, Cancel)).Items.ShouldAllBe(one => one.Customer == facts.OtherCustomer);
    }

    [Fact]
    public virtual async Task Change_Renamed_IsCalledSoAndAnOldVersionIsStale()
    {
        var facts = await Facts();
        var quotations = await Quotations;
        var list = Value(await quotations.Create(Portal, New(facts, QuotationKind.List), Soon, Cancel));

        var renamed = Value(await quotations.Change(Portal, list.Number, new QuotationChange(_other, Label: "Another name"), list.Version, Cancel));
        var late = await quotations.Change(Portal, list.Number, new QuotationChange(_other, Label: "Too late"), list.Version, Cancel);

        renamed.Label.ShouldBe("Another name");
        late.Failure!.Cause.ShouldBe(Cause.Stale);
        Value(await quotations.Get(Portal, list.Number, Cancel)).Label.ShouldBe("Another name");
    }

    [Fact]
    public virtual async Task Change_SentBack_KeepsReasonAndCannotBeOrdered()
    {
        var facts = await Facts();
        var quotations = await Quotations;
        var waiting = Value(await quotations.Create(Portal, New(facts, QuotationKind.Approval), Soon, Cancel));

        Value(await quotations.Change(Portal, waiting.Number, new QuotationChange(_other, State: QuotationState.SentBack, Reason: "Take the larger pack"), waiting.Version, Cancel));

        var standing = Value(await quotations.Get(Portal, waiting.Number, Cancel));
        standing.State.ShouldBe(QuotationState.SentBack);
        standing.End!.Reason.ShouldBe("Take the larger pack");
        standing.End.By.ShouldBe(_other.Name);
        var order = facts.Order(facts.Sku) with { MadeOf = waiting.Number };
        (await (await Port<IOrders>(Facts())).Create(Portal, order, Soon, Cancel)).Failure!.Cause.ShouldBe(Cause.Rejected);
    }

    [Fact]
    public virtual async Task Order_MadeOfAQuotation_IsMadeOnce()
    {
        var facts = await Facts();
        var quotations = await Quotations;
        var orders = await Port<IOrders>(Facts());
        var quotation = Value(await quotations.Create(Portal, New(facts, QuotationKind.Approval), Soon, Cancel));

        var placed = Value(await orders.Create(Portal, facts.Order(facts.Sku, facts.OtherSku) with { MadeOf = quotation.Number, ApprovedBy = _other }, Soon, Cancel));
        var second = await orders.Create(Portal, facts.Order(facts.Sku, facts.OtherSku) with { MadeOf = quotation.Number }, Soon, Cancel);

        second.Failure!.Cause.ShouldBe(Cause.Rejected, "under another reference it would be a second order");
        var standing = Value(await quotations.Get(Portal, quotation.Number, Cancel));
        standing.State.ShouldBe(QuotationState.Ordered);
        standing.Order.ShouldBe(placed.Number);
        var late = await quotations.Change(Portal, quotation.Number, new QuotationChange(_other, State: QuotationState.Withdrawn), standing.Version, Cancel);
        late.Succeeded.ShouldBeFalse();
    }

    [Fact]
    public virtual async Task Order_MadeOfAnothersQuotation_IsRefused()
    {
        var facts = await Facts();
        var quotation = Value(await (await Quotations).Create(Portal, New(facts, QuotationKind.Quote), Soon, Cancel));
        var order = facts.Order(facts.Sku) with { MadeOf = quotation.Number };

        var outcome = await (await Port<IOrders>(Facts())).Create(Portal, order with { Request = order.Request with { Customer = facts.OtherCustomer } }, Soon, Cancel);

        outcome.Failure!.Cause.ShouldBe(Cause.Rejected);
    }

    private static NewQuotation New(ErpFacts facts, QuotationKind kind)
    {
        var basket = facts.Basket(facts.Sku, facts.OtherSku);
        return new NewQuotation
        {
            Submission = basket.Submission,
            Kind = kind,
            Label = $"Suite {basket.Submission}"[..20],
            Reason = kind == QuotationKind.Approval ? "aboveLimit" : null,
            Request = basket with { Lines = [.. basket.Lines.Select((line, i) => i == 0 ? line with { Note = "Blue box" } : line)] },
            RequestedBy = new OrderedBy(new PersonId("con-1"), "Port Contract"),
            Note = "From the port's suite",
        };
    }
}
