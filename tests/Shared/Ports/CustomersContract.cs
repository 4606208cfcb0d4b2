using PortalIntegration.Core;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Returns;

namespace PortalIntegration.Tests.Ports;

public abstract class CustomersContract : PortContract<ErpFacts>
{
    private Task<ICustomers> Customers => Port<ICustomers>(Facts());

    [Fact]
    public virtual async Task Get_ACustomer_SaysWhereToShipAndWhomToBill()
    {
        var facts = await Facts();
        var customer = Value(await (await Customers).Get(Portal, facts.Customer, Cancel));

        customer.Number.ShouldBe(facts.Customer);
        customer.Name.ShouldNotBeNullOrWhiteSpace();
        customer.Currency.Length.ShouldBe(3);
        await TellsEverywhere(Feature.PaymentTerms, [customer.PaymentTerms is not null]);
        customer.ShipTos.ShouldNotBeEmpty();
        customer.BillTos.ShouldNotBeEmpty();
        foreach (var addresses in new[] { customer.ShipTos, customer.BillTos })
        {
            addresses.ShouldAllBe(address => !string.IsNullOrEmpty(address.Id) && address.Name.Length > 0);
            addresses.Select(address => address.Id).Distinct().Count().ShouldBe(addresses.Count);
            addresses.Count(address => address.IsDefault).ShouldBeLessThanOrEqualTo(1);
        }
    }

    [Fact]
    public virtual async Task Get_Nobody_IsNotFound() => NotFound(await (await Customers).Get(Portal, (await Facts()).NoCustomer, Cancel));

    [Fact]
    public virtual async Task Update_OneThing_ChangesItAndNothingElseAndIsTold()
    {
        var facts = await Facts();
        var customers = await Customers;
        var before = Value(await customers.Get(Portal, facts.OtherCustomer, Cancel));
        var feed = await customers.ChangedSince(Portal, null, Cancel);
        var followed = await SupportedUnlessLacking(Feature.CustomerChanges, feed);
        if (followed)
        {
            feed.Value.Keys.ShouldBeEmpty("without a cursor it is from now on");
        }

        var phone = $"+351 {Random.Shared.Next(100_000, 999_999)}";
        var updated = await customers.Update(Portal, facts.OtherCustomer, new CustomerChange { Phone = phone }, before.Version, Cancel);
        if (!await SupportedUnlessLacking(Feature.CustomerUpdates, updated))
        {
            return;
        }

        var after = Value(await customers.Get(Portal, facts.OtherCustomer, Cancel));
        after.Phone.ShouldBe(phone);
        (after.Name, after.Currency, after.Email, after.TaxNumber, after.Account).ShouldBe((before.Name, before.Currency, before.Email, before.TaxNumber, before.Account));
        Flat(after.ShipTos).ShouldBe(Flat(before.ShipTos));
        Flat(after.BillTos).ShouldBe(Flat(before.BillTos));
        if (before.Version is not null)
        {
            var late = await customers.Update(Portal, facts.OtherCustomer, new CustomerChange { Phone = "+351 0" }, before.Version, Cancel);
            late.Failure!.Cause.ShouldBe(Core.Outcomes.Cause.Stale);
        }

        if (followed)
        {
            Value(await customers.ChangedSince(Portal, feed.Value.Cursor, Cancel)).Keys.ShouldContain(facts.OtherCustomer.Value);
        }
    }

    [Fact]
    public virtual async Task Update_Addresses_KeepsTheirIds()
    {
        var facts = await Facts();
        var customers = await Customers;
        var before = Value(await customers.Get(Portal, facts.OtherCustomer, Cancel));
        var moved = new List<ErpAddress>(before.ShipTos);
        moved[0] = moved[0] with { Lines = ["Moved street 7", "Gate 2"] };
        var updated = await customers.Update(Portal, facts.OtherCustomer, new CustomerChange { ShipTos = moved }, before.Version, Cancel);
        if (await SupportedUnlessLacking(Feature.CustomerUpdates, updated))
        {
            Flat(Value(await customers.Get(Portal, facts.OtherCustomer, Cancel)).ShipTos).ShouldBe(Flat(moved));
        }
    }

    [Fact]
    public virtual async Task Create_Twice_IsOneCustomerFoundByItsAccount()
    {
        var customers = await Customers;
        var account = new AccountId($"acc-{Guid.NewGuid():N}");
        var none = await customers.FindByAccount(Portal, account, Cancel);
        if (!await SupportedUnlessLacking(Feature.CustomerCreation, none))
        {
            return;
        }

        Value(none).ShouldBeNull();
        var address = new ErpAddress { Id = null, Name = "Port Contract", Lines = ["Main street 1"], City = "Porto", Country = "PT" };
        var wanted = new NewCustomer { Account = account, Name = "Port Contract", Currency = "EUR", ShipTos = [address], BillTos = [address] };

        var first = Value(await customers.Create(Portal, wanted, Cancel));
        var second = Value(await customers.Create(Portal, wanted, Cancel));

        second.Number.ShouldBe(first.Number);
        var found = Value(await customers.FindByAccount(Portal, account, Cancel)).ShouldNotBeNull();
        (found.Number, found.Name, found.Account).ShouldBe((first.Number, "Port Contract", account));
    }

    private static IEnumerable<string> Flat(IEnumerable<ErpAddress> addresses) =>
        addresses.Select(address => $"{address.Id}|{address.Name}|{string.Join('/', address.Lines)}|{address.PostalCode}|{address.City}|{address.Region}|{address.Country}|{address.IsDefault}");
}

public abstract class CreditContract : PortContract<ErpFacts>
{
    private Task<ICredit> Credit => Port<ICredit>(Facts());

    [Fact]
    public virtual async Task Get_ACustomer_StatesHisStandingInOneCurrency()
    {
        var facts = await Facts();
        var credit = Value(await (await Credit).Get(Portal, facts.Customer, Cancel));

        credit.Customer.ShouldBe(facts.Customer);
        new[] { credit.Limit, credit.Balance, credit.OpenOrders, credit.Available }.Where(amount => amount is not null)
            .Select(amount => amount!.Value.Currency).Distinct().ShouldHaveSingleItem().Length.ShouldBe(3);
        credit.OnHold.ShouldBeFalse("he may order");
    }

    [Fact]
    public virtual async Task Get_ALimitedCustomer_TellsWhatTheSystemHas()
    {
        var facts = await Facts();
        var limited = Value(await (await Credit).Get(Portal, facts.Limited, Cancel));

        limited.Limit!.Value.Amount.ShouldBeGreaterThan(0);
        await TellsEverywhere(Feature.CreditLeft, [limited.Available is not null]);
        await TellsEverywhere(Feature.OpenOrdersApart, [limited.OpenOrders is not null]);
    }

    [Fact]
    public virtual async Task Get_AHeldCustomer_SaysSoAndWhy()
    {
        var facts = await Facts();
        await TellsEverywhere(Feature.CreditHolds, [facts.Held is not null]);
        var standing = Value(await (await Credit).Get(Portal, facts.Held ?? facts.WithoutCredit, Cancel));

        await TellsEverywhere(Feature.CreditHolds, [standing.OnHold]);
        (standing.HoldReason is { Length: > 0 }).ShouldBe(standing.OnHold);
    }

    [Fact]
    public virtual async Task Signals_OfManyCustomers_SayWhatEachStandingSays()
    {
        var facts = await Facts();
        var credit = await Credit;
        CustomerNumber[] known = [facts.Customer, facts.Limited, facts.WithoutCredit, .. facts.Held is { } held ? [held] : Array.Empty<CustomerNumber>()];
        var asked = await credit.Signals(Portal, [.. known.Distinct(), facts.NoCustomer], Cancel);
        if (!await SupportedUnlessLacking(Feature.CreditSignals, asked))
        {
            return;
        }

        var told = Value(asked);
        told.Select(signal => signal.Customer).ShouldBe(known.Distinct(), ignoreOrder: true);
        foreach (var signal in told)
        {
            var standing = Value(await credit.Get(Portal, signal.Customer, Cancel));
            (signal.OnHold, signal.HoldReason).ShouldBe((standing.OnHold, standing.HoldReason));
            (signal.OverLimit && standing.Limit is null).ShouldBeFalse("nobody is over a limit that he has not");
        }
    }

    [Fact]
    public virtual async Task Get_Nobody_IsNotFound() => NotFound(await (await Credit).Get(Portal, (await Facts()).NoCustomer, Cancel));

    [Fact]
    public virtual async Task ChangedSince_WithoutACursor_IsFromNowOn()
    {
        var credit = await Credit;
        var feed = await credit.ChangedSince(Portal, null, Cancel);
        if (await SupportedUnlessLacking(Feature.CreditChanges, feed))
        {
            Value(feed).Keys.ShouldBeEmpty();
            (await credit.ChangedSince(Portal, feed.Value.Cursor, Cancel)).Succeeded.ShouldBeTrue();
            (await credit.ChangedSince(Portal, "none of ours", Cancel)).Failure!.Cause.ShouldBe(Core.Outcomes.Cause.Rejected);
        }
    }
}

public abstract class InvoicesContract : PortContract<ErpFacts>
{
    private Task<IInvoices> Invoices => Port<IInvoices>(Facts());

    [Fact]
    public virtual async Task List_OfACustomer_IsHisOnlyNewestFirst()
    {
        var facts = await Facts();
        var invoices = await Invoices;
        var list = await All(cursor => invoices.List(Portal, facts.Invoiced, cursor, Cancel), mostPages: 4);

        list.ShouldNotBeEmpty();
        list.ShouldAllBe(invoice => invoice.Customer == facts.Invoiced && invoice.Number.Length > 0 && invoice.Total.Amount >= 0);
        list.Select(invoice => invoice.Number).Distinct().Count().ShouldBe(list.Count);
        list.Select(invoice => invoice.IssuedOn).ShouldBe(list.Select(invoice => invoice.IssuedOn).OrderDescending());
        await TellsEverywhere(Feature.OpenAmounts, list.Select(invoice => invoice.Open is not null));
        await TellsSomewhere(Feature.DueDates, list.Select(invoice => invoice.DueOn is not null));
    }

    [Fact]
    public virtual async Task Get_OneOfTheList_IsTheSame()
    {
        var facts = await Facts();
        var invoices = await Invoices;
        var listed = Value(await invoices.List(Portal, facts.Invoiced, null, Cancel)).Items[0];

        var invoice = Value(await invoices.Get(Portal, listed.Number, Cancel));

        (invoice.Number, invoice.Customer, invoice.IssuedOn, invoice.DueOn, invoice.Total, invoice.Open, invoice.Status, invoice.Kind)
            .ShouldBe((listed.Number, listed.Customer, listed.IssuedOn, listed.DueOn, listed.Total, listed.Open, listed.Status, listed.Kind));
        invoice.Orders.ShouldBe(listed.Orders);
    }

    [Fact]
    public virtual async Task Document_OfAnInvoice_IsWhatItSaysAndWhose()
    {
        var facts = await Facts();
        var invoices = await Invoices;
        var number = Value(await invoices.List(Portal, facts.Invoiced, null, Cancel)).Items[0].Number;

        var outcome = await invoices.Document(Portal, number, Cancel);

        if (!await SupportedUnlessLacking(Feature.InvoiceDocuments, outcome))
        {
            return;
        }

        var document = Value(outcome);
        document.Customer.ShouldBe(facts.Invoiced);
        document.File.FileName.ShouldNotContain('/');
        if (!await Lacks(Feature.InvoicePdf))
        {
            document.File.ContentType.ShouldBe("application/pdf");
        }

        var (ending, signature) = document.File.ContentType switch
        {
            "application/pdf" => (".pdf", "%PDF-"),
            "application/vnd.oasis.opendocument.text" => (".odt", "PK\u0003\u0004"),
            var other => throw new InvalidOperationException($"Invoices come as {other}: say here how such a file begins."),
        };
        document.File.FileName.ShouldEndWith(ending);
        System.Text.Encoding.Latin1.GetString(document.File.Content.Span[..signature.Length]).ShouldBe(signature);
    }

    [Fact]
    public virtual async Task Get_Unknown_IsNotFound()
    {
        var invoices = await Invoices;
        NotFound(await invoices.Get(Portal, "NO-SUCH-INVOICE", Cancel));
        var document = await invoices.Document(Portal, "NO-SUCH-INVOICE", Cancel);
        if (await SupportedUnlessLacking(Feature.InvoiceDocuments, document))
        {
            NotFound(document);
        }

        NotFound(await invoices.Get(Portal, "..", Cancel));
    }

    [Fact]
    public virtual async Task Overdue_OfManyCustomers_IsWhatTheirStatementsSay()
    {
        var facts = await Facts();
        var invoices = await Invoices;
        var day = Today();
        var asked = await invoices.Overdue(Portal, [facts.Invoiced, facts.NoCustomer], Cancel);
        if (!await SupportedUnlessLacking(Feature.OverdueSignals, asked))
        {
            return;
        }

        var told = Value(asked).ShouldHaveSingleItem();
        told.Customer.ShouldBe(facts.Invoiced);
        (told.Since is not null).ShouldBe(told.Amount.Amount > 0);
        var statement = await invoices.Statement(Portal, facts.Invoiced, Cancel);
        if (statement.Succeeded && Today() == day) // at midnight more is overdue than a moment before
        {
            told.Amount.ShouldBe(statement.Value.Overdue);
        }

        static DateOnly Today() => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
    }

    [Fact]
    public virtual async Task Statement_OfWhoHasInvoices_AddsUp()
    {
        var facts = await Facts();
        var invoices = await Port<IInvoices>(Facts());
        var asked = await invoices.Statement(Portal, facts.Invoiced, Cancel);
        if (!await SupportedUnlessLacking(Feature.Statements, asked))
        {
            return;
        }

        var statement = Value(asked);
        statement.Customer.ShouldBe(facts.Invoiced);
        statement.Items.Sum(item => item.Open.Amount).ShouldBe(statement.Total.Amount);
        statement.Buckets.Sum(bucket => bucket.Amount.Amount).ShouldBe(statement.Total.Amount);
        statement.Items.Select(item => item.DaysOverdue).ShouldBeInOrder(SortDirection.Descending);
        foreach (var item in statement.Items.Take(5))
        {
            var invoice = Value(await invoices.Get(Portal, item.Number, Cancel));
            (invoice.Customer, invoice.Total, invoice.DueOn).ShouldBe((facts.Invoiced, item.Total, item.DueOn));
            invoice.Open!.Value.Amount.ShouldBe(Math.Abs(item.Open.Amount));
        }

        NotFound(await invoices.Statement(Portal, facts.NoCustomer, Cancel));
    }
}

public abstract class ReturnsContract : PortContract<ErpFacts>
{
    private Task<IReturns> Returns => Port<IReturns>(Facts());

    [Fact]
    public virtual async Task List_OfACustomer_IsHisOnlyNewestFirstAndEachCanBeHad()
    {
        var facts = await Facts();
        var returns = await Returns;
        var customer = facts.Returning ?? throw new InvalidOperationException("Name somebody who has returns.");

        var list = await All(cursor => returns.List(Portal, customer, cursor, Cancel), mostPages: 4);

        list.ShouldNotBeEmpty();
        list.ShouldAllBe(entry => entry.Customer == customer && entry.Lines.Count > 0 && entry.Lines.All(line => line.Quantity.Value > 0));
        await TellsSomewhere(Feature.ReturnReasons, list.Select(entry => entry.Reason is not null || entry.Lines.Any(line => line.Reason is not null)));
        list.Select(entry => entry.RequestedAt).ShouldBe(list.Select(entry => entry.RequestedAt).OrderDescending());
        var one = Value(await returns.Get(Portal, list[0].Number, Cancel));
        (one.Number, one.Customer, one.Order, one.Status).ShouldBe((list[0].Number, customer, list[0].Order, list[0].Status));
        one.Lines.ShouldBe(list[0].Lines);
        if (one.Order is { } order && facts.Connection.Find<IOrders>() is { } orders)
        {
            Value(await orders.Get(Portal, order, Cancel)).Returns.ShouldContain(one.Number);
        }
    }

    [Fact]
    public virtual async Task Create_WhatMayBeSentBack_IsRegisteredOnceUnderItsIdAndRefusedBeyondThat()
    {
        var facts = await Facts();
        var returns = await Returns;
        var order = facts.Returnable ?? facts.Finished;
        var asked = await returns.Returnable(Portal, order, Cancel);
        if (!await SupportedUnlessLacking(Feature.ReturnCreation, asked))
        {
            return;
        }

        var returnable = Value(asked);
        returnable.Order.ShouldBe(order);
        returnable.Reasons.ShouldNotBeEmpty();
        var line = returnable.Lines.First(candidate => candidate.Left > 0);
        line.Shipments.ShouldNotBeEmpty();
        var sentBack = new NewReturn
        {
            Id = new SubmissionId(Guid.NewGuid()),
            Customer = returnable.Customer,
            Order = order,
            RequestedBy = new OrderedBy(new PersonId("con-1"), "Port Contract"),
            Note = "From the port's suite",
            Lines = [new NewReturnLine(line.LineNumber, Math.Min(1, line.Left), returnable.Reasons[0].Code, "The seal is torn")],
        };
        Value(await returns.FindByReference(Portal, returnable.Customer, sentBack.Id, Cancel)).ShouldBeNull();

        var both = await Task.WhenAll(returns.Create(Portal, sentBack, Cancel), returns.Create(Portal, sentBack, Cancel));
        var created = Value(await returns.Create(Portal, sentBack, Cancel));
        both.Where(outcome => outcome.Succeeded).ShouldAllBe(outcome => outcome.Value.Number == created.Number);
        (created.Customer, created.Order, created.Status).ShouldBe((returnable.Customer, order, ReturnStatus.Requested));
        Value(await returns.FindByReference(Portal, returnable.Customer, sentBack.Id, Cancel))!.Number.ShouldBe(created.Number);
        Value(await returns.List(Portal, returnable.Customer, null, Cancel)).Items.Count(entry => entry.Number == created.Number).ShouldBe(1);
        Value(await returns.Returnable(Portal, order, Cancel)).Lines.Single(one => one.LineNumber == line.LineNumber).Left.ShouldBe(line.Left - created.Lines[0].Quantity.Value);

        var tooMuch = await returns.Create(
            Portal, sentBack with { Id = new SubmissionId(Guid.NewGuid()), Lines = [sentBack.Lines[0] with { Quantity = line.Shipped + 1 }] }, Cancel);
        tooMuch.Failure!.Cause.ShouldBe(Cause.Rejected, tooMuch.ToString());
        (await returns.Create(Portal, sentBack with { Id = new SubmissionId(Guid.NewGuid()), Customer = facts.NoCustomer }, Cancel)).Failure!.Cause.ShouldBe(Cause.Rejected, "another's order");
    }

    [Fact]
    public virtual async Task Get_Unknown_IsNotFound() => NotFound(await (await Returns).Get(Portal, "NO-SUCH-RETURN", Cancel));
}
