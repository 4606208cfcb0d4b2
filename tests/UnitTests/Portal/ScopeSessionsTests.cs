using System.Security.Claims;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NSubstitute;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Portal;

public sealed class ScopeSessionsTests
{
    private static readonly PersonId Britta = new("P1");

    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
    private readonly IContacts _contacts = Substitute.For<IContacts>();
    private readonly IAccounts _accounts = Substitute.For<IAccounts>();
    private readonly IOwnershipMap _map = Substitute.For<IOwnershipMap>();
    private readonly SignInOptions _options = new() { Kind = SignInKind.PersonPicker };

    public ScopeSessionsTests()
    {
        _map.Owner<IContacts>().Returns(_contacts);
        _map.Owner<IAccounts>().Returns(_accounts);
        _map.OwnerOf(Entity.Contacts).Returns("crm");
        Contact(Role.Buyer, "A1", "A2");
        _accounts.Get(default!, default, default).ReturnsForAnyArgs(call => Task.FromResult(Ok(Account(call.Arg<AccountId>()))));
    }

    [Fact]
    public async Task Contact_HasTheAccountsThatTheCrmNames_InOrderOfName()
    {
        var session = (await Sessions().SessionFor(await Ticket())).Value;

        session.Role.ShouldBe(Role.Buyer);
        session.Scope.Accounts.Select(account => account.Account.Value).ShouldBe(["A1", "A2"]);
        session.Acting!.Account.ShouldBe(new AccountId("A1"));
        session.ActingScope.Covers(new CustomerNumber("C-A2")).ShouldBeFalse();
        session.Scope.Covers(new CustomerNumber("C-A2")).ShouldBeTrue();
    }

    [Fact]
    public async Task Confirmed_IsNotAskedAgain_UntilItIsDue()
    {
        var sessions = Sessions();
        var user = await Ticket(sessions);
        await sessions.ScopeFor(user);
        await sessions.ScopeFor(user);
        await _contacts.ReceivedWithAnyArgs(1).Get(default!, default, default);

        _clock.Advance(_options.Confirm);
        await sessions.ScopeFor(user);

        await _contacts.ReceivedWithAnyArgs(2).Get(default!, default, default);
    }

    [Fact]
    public async Task ManyPanelsAtOnce_AskOnce()
    {
        var sessions = Sessions();
        var user = await Ticket();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => sessions.ScopeFor(user)));

        await _contacts.ReceivedWithAnyArgs(1 + 1).Get(default!, default, default); // One for the ticket, by another instance.
    }

    [Fact]
    public async Task CrmDown_WithinTheGrace_TheLastConfirmedScopeHolds()
    {
        var sessions = Sessions();
        var user = await Ticket(sessions);
        CrmDown();
        _clock.Advance(_options.Grace - TimeSpan.FromSeconds(1));

        var answer = await sessions.SessionFor(user);

        answer.Succeeded.ShouldBeTrue();
        answer.Provenance!.Freshness.ShouldBe(Freshness.LastKnown);
        answer.Failure!.Cause.ShouldBe(Cause.Unreachable);
        answer.Value.MayOrder.ShouldBeTrue();
    }

    [Fact]
    public async Task CrmDown_AfterARestart_TheCookieStillHolds()
    {
        var user = await Ticket();
        CrmDown();
        _clock.Advance(TimeSpan.FromMinutes(10));

        var answer = await Sessions().SessionFor(user);

        answer.Value.Scope.Accounts.Count.ShouldBe(2);
        answer.Provenance!.Freshness.ShouldBe(Freshness.LastKnown);
    }

    [Fact]
    public async Task CrmDown_AfterTheGrace_NothingIsShown()
    {
        var sessions = Sessions();
        var user = await Ticket(sessions);
        CrmDown();
        _clock.Advance(_options.Grace + TimeSpan.FromSeconds(1));

        (await sessions.SessionFor(user)).Failure!.Cause.ShouldBe(Cause.Unreachable);
        sessions.LastConfirmed(user)!.BrowserKey.ShouldBe("P1/A1", "what was typed is still kept under the same key");
    }

    [Fact]
    public async Task Crm_SaysNo_EndsItAtOnce_WhateverTheCookieSays()
    {
        var sessions = Sessions();
        var user = await Ticket(sessions);
        _clock.Advance(_options.Confirm);
        Contact(role: null, "A1");

        var refused = (await sessions.SessionFor(user)).Failure!;
        (refused.Cause, refused.Code).ShouldBe((Cause.NotFound, CurrentSession.NoAccess));

        CrmDown();
        (await sessions.SessionFor(user)).Succeeded.ShouldBeFalse();
        sessions.LastConfirmed(user).ShouldBeNull();
    }

    [Fact]
    public async Task LastKnownAnswerOfTheCrm_ConfirmsNothing()
    {
        var sessions = Sessions();
        var user = await Ticket(sessions);
        var confirmedAt = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromMinutes(10));
        var person = new Person { Id = Britta, Name = "Britta", Role = Role.Buyer, Accounts = [new("A1"), new("A2")] };
        _contacts.Get(default!, default, default).ReturnsForAnyArgs(Outcome.LastKnown(person, new Provenance("crm", confirmedAt), Down()));

        var answer = await sessions.SessionFor(user);

        answer.Provenance!.AsOf.ShouldBe(confirmedAt);
        answer.Provenance.Freshness.ShouldBe(Freshness.LastKnown);
    }

    [Fact]
    public async Task CrmHangs_NobodyWaitsLongerThanThePatience()
    {
        var sessions = Sessions();
        var user = await Ticket(sessions);
        _clock.Advance(TimeSpan.FromMinutes(5));
        var never = new TaskCompletionSource<Outcome<Person>>();
        _contacts.Get(default!, default, default).ReturnsForAnyArgs(never.Task);

        var asking = sessions.SessionFor(user);
        SpinWait.SpinUntil(() => _clock.Waiting > 0, TimeSpan.FromSeconds(60)).ShouldBeTrue();
        asking.IsCompleted.ShouldBeFalse();
        _clock.Advance(_options.Patience);

        var answer = await asking.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        answer.Succeeded.ShouldBeTrue();
        answer.Failure!.Cause.ShouldBe(Cause.TimedOut);
    }

    [Fact]
    public async Task AccountTakenAway_IsNotActedForAnyMore()
    {
        var sessions = Sessions();
        var user = await Ticket(sessions);
        _clock.Advance(_options.Confirm);
        Contact(Role.Buyer, "A2", "A3");

        var session = (await sessions.SessionFor(user)).Value;

        session.Acting.ShouldBeNull();
        session.Scope.Covers(new AccountId("A1")).ShouldBeFalse();
    }

    [Fact]
    public async Task Rep_HasTheAccountsInHisCare_OverAllPages_AndNoOther()
    {
        Contact(Role.Rep);
        _accounts.Search(default!, default!, default).ReturnsForAnyArgs(call => Task.FromResult(call.Arg<AccountQuery>().Cursor is null
            ? Ok(new Page<Account>([Account(new("A1")) with { Owner = Britta }, Account(new("A9")) with { Owner = new PersonId("P7") }], "next"))
            : Ok(new Page<Account>([Account(new("A2")) with { Owner = Britta }]))));

        var session = (await Sessions().SessionFor(await Ticket())).Value;

        session.Scope.Accounts.Select(account => account.Account.Value).ShouldBe(["A1", "A2"]);
        session.Acting.ShouldBeNull("a rep chooses");
    }

    /// <summary>Three hundred accounts of this kind do not fit into a cookie.</summary>
    [Fact]
    public async Task RepWithMoreAccountsThanTheCookieHolds_AfterARestart_HasAllOnceTheCrmAnswersAndIsToldUntilThen()
    {
        List<AccountId> all = [.. Enumerable.Range(1, 300).Select(number => new AccountId(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(number)))[..18]))];
        Contact(Role.Rep);
        _accounts.Search(default!, default!, default).ReturnsForAnyArgs(Ok(new Page<Account>([.. all.Select(id => Account(id) with { Owner = Britta })])));
        var user = await Ticket();
        _clock.Advance(TimeSpan.FromMinutes(5));

        CrmDown();
        var without = (await Sessions().SessionFor(user)).Value;
        without.Scope.Accounts.Count.ShouldBeInRange(40, 299);
        without.LeftOut.ShouldBe(300 - without.Scope.Accounts.Count);

        // Slower than it is waited for where nothing is missing, and the rep's page still has all.
        var slow = new TaskCompletionSource<Outcome<Person>>();
        _contacts.Get(default!, default, default).ReturnsForAnyArgs(slow.Task);
        var asking = Sessions().SessionFor(user);
        SpinWait.SpinUntil(() => _clock.Waiting > 0, TimeSpan.FromSeconds(60)).ShouldBeTrue();
        _clock.Advance(_options.Patience);
        asking.IsCompleted.ShouldBeFalse();
        slow.SetResult(Ok(new Person { Id = Britta, Name = "Britta", Role = Role.Rep }));
        var whole = (await asking.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).Value;
        (whole.Scope.Accounts.Count, whole.LeftOut).ShouldBe((300, 0));
    }

    [Fact]
    public async Task Admin_SeesNoCustomersBusiness()
    {
        Contact(Role.Admin, "A1");

        (await Sessions().SessionFor(await Ticket())).Value.Scope.Accounts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nobody_IsNotFound()
    {
        var answer = await Sessions().SessionFor(new ClaimsPrincipal(new ClaimsIdentity()));

        answer.Failure!.Cause.ShouldBe(Cause.NotFound);
        await _contacts.DidNotReceiveWithAnyArgs().Get(default!, default, default);
    }

    private static Account Account(AccountId id) => new() { Id = id, Name = $"Account {id}", Customer = new CustomerNumber($"C-{id}") };

    private ScopeSessions Sessions() => new(_map, _clock, Options.Create(_options), NullLogger<ScopeSessions>.Instance);

    private async Task<ClaimsPrincipal> Ticket(ScopeSessions? sessions = null)
    {
        var confirmed = (await (sessions ?? Sessions()).Ask(Britta)).Value;
        return SessionTicket.Issue(confirmed, confirmed.Role is Role.Rep or Role.Admin ? null : confirmed.Accounts[0].Account);
    }

    private void Contact(Role? role, params string[] accounts) => _contacts.Get(default!, default, default).ReturnsForAnyArgs(
        Ok(new Person { Id = Britta, Name = "Britta", Role = role, Accounts = [.. accounts.Select(account => new AccountId(account))] }));

    private void CrmDown() => _contacts.Get(default!, default, default).ReturnsForAnyArgs(Outcome.Failed<Person>(Down()));

    private Failure Down() => new(Cause.Unreachable, "crm", "contactGet", _clock.GetUtcNow());

    private Outcome<T> Ok<T>(T value) => Outcome.Success(value, new Provenance("crm", _clock.GetUtcNow()));
}
