using Microsoft.Extensions.Options;
using NSubstitute;
using PortalIntegration.Core;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Core.Settings;
using PortalIntegration.Portal.Features.Sales;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Portal;

public sealed class AccountSignalsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly Provenance Live = new("erp", Now);

    private readonly IOwnershipMap _map = Substitute.For<IOwnershipMap>();
    private readonly ICredit _credit = Substitute.For<ICredit>();
    private readonly IInvoices _invoices = Substitute.For<IInvoices>();
    private readonly IOrders _orders = Substitute.For<IOrders>();
    private readonly AccountSignals _signals;

    public AccountSignalsTests()
    {
        _map.Owner<ICredit>().Returns(_credit);
        _map.Owner<IInvoices>().Returns(_invoices);
        _map.Owner<IOrders>().Returns(_orders);
        _map.Lacking(default).ReturnsForAnyArgs((NotAvailable?)null);
        _signals = new AccountSignals(_map, Options.Create(new SalesOptions { QuietAfterDays = 30 }), new ManualTimeProvider(Now));
    }

    [Fact]
    public async Task Ask_ThreeHundredAccounts_IsOneQuestionToEachOwner()
    {
        var scope = Rep([.. Enumerable.Range(1, 300).Select(number => Account(number))]);
        _credit.Signals(default!, default!, default).ReturnsForAnyArgs(Outcome.Success<IReadOnlyList<CreditSignal>>([], Live));
        _invoices.Overdue(default!, default!, default).ReturnsForAnyArgs(Outcome.Success<IReadOnlyList<OverdueSignal>>([], Live));
        _orders.Activity(default!, default!, default).ReturnsForAnyArgs(Outcome.Success<IReadOnlyList<OrderActivity>>([], Live));

        foreach (var source in _signals.Askable)
        {
            (await _signals.Ask(scope, source)).Succeeded.ShouldBeTrue();
        }

        await _credit.Received(1).Signals(scope, Arg.Is<IReadOnlyList<CustomerNumber>>(asked => asked.Count == 300), Arg.Any<CancellationToken>());
        await _invoices.Received(1).Overdue(scope, Arg.Is<IReadOnlyList<CustomerNumber>>(asked => asked.Count == 300), Arg.Any<CancellationToken>());
        await _orders.Received(1).Activity(scope, Arg.Is<IReadOnlyList<CustomerNumber>>(asked => asked.Count == 300), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Ask_TheCreditsOwner_SaysWhoIsHeldAndWhoIsOver()
    {
        _credit.Signals(default!, default!, default).ReturnsForAnyArgs(Outcome.Success<IReadOnlyList<CreditSignal>>(
            [new(Number(1), true, "Payment overdue", true), new(Number(2), false, null, false)], Live));

        var signs = (await _signals.Ask(Rep(Account(1), Account(2)), SignalSource.Credit)).Value;

        signs.For(Number(1)).Select(sign => (sign.Signal, sign.Reason)).ShouldBe([(Signal.OnHold, "Payment overdue"), (Signal.OverLimit, null)]);
        signs.For(Number(2)).ShouldBeEmpty();
        (signs.Count(Signal.OnHold), signs.Count(Signal.Late)).ShouldBe((1, 0));
    }

    [Theory]
    [InlineData(29, false)]
    [InlineData(30, true)]
    [InlineData(null, true)]
    public async Task Ask_TheOrdersOwner_QuietIsWhoHasNotOrderedForTheDaysOfTheConfiguration(int? daysAgo, bool quiet)
    {
        _orders.Activity(default!, default!, default).ReturnsForAnyArgs(Outcome.Success<IReadOnlyList<OrderActivity>>(
            [new(Number(1), 2, new DateOnly(2026, 2, 20), daysAgo is { } days ? Now.AddDays(-days) : null)], Live));

        var signs = (await _signals.Ask(Rep(Account(1)), SignalSource.Orders)).Value.For(Number(1));

        signs[0].ShouldBe(new Sign(Signal.Late) { Count = 2, Since = new DateOnly(2026, 2, 20) });
        signs.Any(sign => sign.Signal == Signal.Quiet).ShouldBe(quiet);
    }

    [Fact]
    public async Task Ask_AnOwnerWhoFails_FailsAlone()
    {
        _invoices.Overdue(default!, default!, default).ReturnsForAnyArgs(
            Outcome.Failed<IReadOnlyList<OverdueSignal>>(new Failure(Cause.TimedOut, "erp", "overdueQuery", Now)));

        (await _signals.Ask(Rep(Account(1)), SignalSource.Invoices)).Failure!.Cause.ShouldBe(Cause.TimedOut);
    }

    [Fact]
    public void Askable_WhatAnOwnerCannotSay_IsNotAsked()
    {
        _map.Lacking(Feature.OverdueSignals).Returns(new NotAvailable("erp", new Lack(Feature.OverdueSignals, "A report, and not read.")));

        _signals.Askable.ShouldBe([SignalSource.Credit, SignalSource.Orders]);
    }

    [Fact]
    public void List_NeedsAttentionFirst_IsTheLoudestThenTheMostThenTheName()
    {
        var signs = new Signs(new Dictionary<CustomerNumber, IReadOnlyList<Sign>>
        {
            [Number(2)] = [new(Signal.Overdue)],
            [Number(4)] = [new(Signal.OnHold)],
            [Number(5)] = [new(Signal.Overdue), new(Signal.Quiet)],
        });
        ScopedAccount[] accounts = [Account(1), Account(2), Account(3) with { Customer = null }, Account(4), Account(5)];

        Names(AccountList.Of(accounts, null, null, AccountSort.Attention, [signs])).ShouldBe(["Account 3", "Account 4", "Account 5", "Account 2", "Account 1"]);
        Names(AccountList.Of(accounts, null, null, AccountSort.Name, [signs])).ShouldBe(["Account 3", "Account 1", "Account 2", "Account 4", "Account 5"]);
        Names(AccountList.Of(accounts, null, Signal.Overdue, AccountSort.Attention, [signs])).ShouldBe(["Account 5", "Account 2"]);
        Names(AccountList.Of(accounts, " count 2 ", null, AccountSort.Attention, [signs])).ShouldBe(["Account 2"]);
        Names(AccountList.Of(accounts, "c4", null, AccountSort.Attention, [])).ShouldBe(["Account 4"]);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(3_650, true)]
    [InlineData(3_651, false)]
    public void Options_QuietAfterDays_LiesWithinTenYears(int days, bool right)
    {
        var mistakes = Sections.Mistakes(SalesOptions.Section, new SalesOptions { QuietAfterDays = days });

        mistakes.Count.ShouldBe(right ? 0 : 1);
        mistakes.ShouldAllBe(mistake => mistake.Contains("Sales:QuietAfterDays"));
    }

    private static IEnumerable<string> Names(IReadOnlyList<ScopedAccount> accounts) => accounts.Select(account => account.Name);

    private static CustomerNumber Number(int number) => new($"C{number}");

    private static ScopedAccount Account(int number) => new(new AccountId($"A{number}"), Number(number), $"Account {number}");

    private static Scope Rep(params ScopedAccount[] accounts) => Scope.ForPerson(new PersonId("P1"), Role.Rep, accounts);
}
