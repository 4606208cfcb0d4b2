using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.CompanyDetails;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sandbox;
using PortalIntegration.Sandbox.Faults;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>A change of an address or a contact through the whole portal to the CRM, by those who may, whose answers are lost, late or come twice: done once, and known.</summary>
[Collection(PortalCollection.Name)]
public sealed class ChangeCompanyOnceTests(PortalFixture portal) : IAsyncLifetime
{
    private static readonly Scope Everything = Scope.ForPortal("test", Lane.Interactive);

    private readonly SandboxControl _control = new(portal.Sandbox.CrmControlUrl);

    private ChangeCompany Company => portal.Services.GetRequiredService<ChangeCompany>();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _control.ClearFaultsAsync();
        _control.Dispose();
    }

    [Theory]
    [InlineData(FaultKind.DropAnswer)]
    [InlineData(FaultKind.Truncate)]
    [InlineData(FaultKind.Error)]
    [InlineData(FaultKind.LateCommit)]
    public async Task Address_AnswerLostOrLate_IsThereOnce_AndToldOnce(FaultKind fault)
    {
        var (scope, account) = await Approver();
        var wanted = NewAddress(account);
        await _control.SetFaultAsync(new FaultRule { Kind = fault, Operation = "putAddress", Mode = fault is FaultKind.Error ? null : "drop", Seconds = 2, Count = 1 });

        var changed = await Company.Apply(scope, "Ann", wanted, again: false);
        changed.Verdict.ShouldBe(ChangeVerdict.Done, changed.Failure?.ToString());
        if (fault is FaultKind.LateCommit)
        {
            await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        }

        (await Company.Apply(scope, "Ann", wanted, again: true)).Verdict.ShouldBe(ChangeVerdict.Done, "asked again from another tab");
        (await Standing(account)).Addresses.Count(address => address.SaysTheSameAs(wanted.Address!.Wanted!)).ShouldBe(1);
        var told = (await portal.Map.Owner<ITimeline>().List(Everything, account)).Value.Items.Where(entry => entry.Key == $"company:{wanted.Id:N}");
        told.ShouldHaveSingleItem().Title.ShouldContain("Ann");
    }

    [Fact]
    public async Task Address_RemovedAndTheAnswerLost_IsGone_AndOthersStay()
    {
        var (scope, account) = await Approver();
        var added = NewAddress(account);
        (await Company.Apply(scope, "Ann", added, again: false)).Verdict.ShouldBe(ChangeVerdict.Done);
        var before = await Standing(account);
        var address = before.Addresses.Single(one => one.Id == added.Address!.Id);
        await _control.SetFaultAsync(new FaultRule { Kind = FaultKind.DropAnswer, Operation = "removeAddress", Mode = "drop", Count = 1 });

        (await Company.Apply(scope, "Ann", new CompanyChange(Guid.NewGuid(), account, new AddressChange { Id = address.Id, Seen = address }, null), again: false)).Verdict.ShouldBe(ChangeVerdict.Done);

        (await Standing(account)).Addresses.Select(one => one.Id).ShouldBe(before.Addresses.Select(one => one.Id).Where(id => id != address.Id));
    }

    [Fact]
    public async Task Address_TwoPeopleAtOnce_TheSecondIsToldThatItChanged_AFigureBesideItIsNoConflict()
    {
        var (scope, account) = await Approver();
        var seen = (await Standing(account)).Addresses.First(address => address.Kind is AddressKind.Shipping);
        var moved = seen with { Lines = [$"Hamngatan {Random.Shared.Next(1, 9_999)}"] };
        await _control.SetFaultAsync(new FaultRule { Kind = FaultKind.Latency, Operation = "putAddress", Milliseconds = 300, Count = 1 });

        // The account's version changes meanwhile, by a figure that a flow copies.
        var changing = Company.Apply(scope, "Ann", Change(seen, moved), again: false);
        var account2 = await Standing(account);
        await portal.Map.Owner<IAccounts>().Update(
            Everything, account, new AccountChange { CustomFields = new Dictionary<string, FieldValue?> { ["creditAvailable"] = FieldValue.Of(5m) } }, account2.Version);
        (await changing).Verdict.ShouldBe(ChangeVerdict.Done);

        (await Company.Apply(scope, "Ann", Change(seen, seen with { City = "Elsewhere" }), again: false)).Verdict.ShouldBe(ChangeVerdict.Stale);
        var now = (await Standing(account)).Addresses.Single(address => address.Id == seen.Id);
        (now.SaysTheSameAs(moved), now.ErpAddress, now.IsDefault).ShouldBe((true, seen.ErpAddress, seen.IsDefault));

        CompanyChange Change(AccountAddress from, AccountAddress to) =>
            new(Guid.NewGuid(), account, new AddressChange { Id = from.Id, Seen = from, Wanted = to }, null);
    }

    [Fact]
    public async Task Contact_AnswerLost_IsThereOnce_WithoutAnyRight_AndKeepsWhatItIsNotAbout()
    {
        var (scope, account) = await Approver();
        var id = new PersonId($"P-{Guid.NewGuid():N}");
        var details = new ContactDetails("Nils Nya", $"{id.Value.ToLowerInvariant()}@new.example", null);
        var add = new CompanyChange(Guid.NewGuid(), account, null, new ContactChange { Id = id, Account = account, Wanted = details });
        await _control.SetFaultAsync(new FaultRule { Kind = FaultKind.DropAnswer, Operation = "putContact", Mode = "drop", Count = 1 });

        (await Company.Apply(scope, "Ann", add, again: false)).Verdict.ShouldBe(ChangeVerdict.Done);
        var person = (await Company.People(scope, account, null)).Value.Items.Where(one => one.Email == details.Email).ShouldHaveSingleItem();
        (person.Id, person.Role, person.OrderLimit).ShouldBe((id, null, null));

        var buyer = (await portal.Map.Owner<IContacts>().Search(Everything, new PersonQuery(Account: account, Limit: 200))).Value.Items.First(one => one.Accounts.Count == 1);
        var change = new ContactChange { Id = buyer.Id, Account = account, Seen = buyer.Details, Wanted = buyer.Details with { Phone = $"+46 {Random.Shared.Next(100_000, 999_999)}" } };
        (await Company.Apply(scope, "Ann", new CompanyChange(Guid.NewGuid(), account, null, change), again: false)).Verdict.ShouldBe(ChangeVerdict.Done);
        var after = (await portal.Map.Owner<IContacts>().Get(Everything, buyer.Id)).Value;
        (after.Phone, after.Role, after.OrderLimit, after.Email).ShouldBe((change.Wanted.Phone, buyer.Role, buyer.OrderLimit, buyer.Email));
    }

    [Theory]
    [InlineData(Role.Viewer, false)]
    [InlineData(Role.Buyer, false)]
    [InlineData(Role.Admin, false)]
    [InlineData(Role.Approver, true)]
    [InlineData(Role.Rep, true)]
    public async Task Manage_OnlyApproversAndReps_WhateverThePageOffers(Role role, bool may)
    {
        var account = (await Approver()).Account;
        var named = (await Standing(account)) is var standing ? new ScopedAccount(account, standing.Customer, standing.Name) : null!;
        var scope = Scope.ForPerson(new PersonId("con-any"), role, [named]);
        var wanted = NewAddress(account);
        var person = new ContactChange { Id = new PersonId($"P-{Guid.NewGuid():N}"), Account = account, Wanted = new ContactDetails("Anybody", null, null) };

        (await Company.Apply(scope, "Ann", wanted, again: false)).Verdict.ShouldBe(may ? ChangeVerdict.Done : ChangeVerdict.Gone);
        (await Company.Apply(scope, "Ann", wanted with { Id = Guid.NewGuid(), Address = null, Contact = person }, again: false)).Verdict.ShouldBe(may ? ChangeVerdict.Done : ChangeVerdict.Gone);
        (await Standing(account)).Addresses.Any(address => address.Id == wanted.Address!.Id).ShouldBe(may);
    }

    [Fact]
    public async Task Contact_WhoActsForAnotherCompanyToo_IsNotOneCompanysToChange()
    {
        var people = (await portal.Map.Owner<IContacts>().Search(Everything, new PersonQuery(Limit: 200))).Value.Items;
        var both = people.First(person => person.Accounts.Count > 1);
        var account = await Standing(both.Accounts[0]);
        var change = new ContactChange { Id = both.Id, Account = account.Id, Seen = both.Details, Wanted = both.Details with { Name = "Taken Over" } };
        var one = Scope.ForPerson(new PersonId("con-any"), Role.Approver, [new ScopedAccount(account.Id, account.Customer, account.Name)]);

        (await portal.Map.Owner<IContacts>().Change(one, change)).Failure!.Cause.ShouldBe(Cause.NotFound);
        (await portal.Map.Owner<IContacts>().Get(Everything, both.Id)).Value.Name.ShouldBe(both.Name);
        var all = Scope.ForPerson(new PersonId("con-any"), Role.Approver, [.. both.Accounts.Select(id => new ScopedAccount(id, null, id.Value))]);
        (await portal.Map.Owner<IContacts>().Change(all, change with { Wanted = both.Details with { Phone = "+46 31 2" } })).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Page_ShowsBothPanels_OffersChangesToApproversOnly_AndEachPanelFailsAlone()
    {
        var people = await People.Of(portal);
        using var approver = await portal.SignedIn(people.ByRole[Role.Approver].Value);
        using var viewer = await portal.SignedIn(people.ByRole[Role.Viewer].Value);

        (await approver.Read("/company")).ShouldContain("href=\"/company/address\"");
        var read = await viewer.Read("/company");
        read.ShouldNotContain("href=\"/company/address");
        read.ShouldNotContain("href=\"/company/contact");
        using var known = await viewer.Get("/company/address");
        known.StatusCode.ShouldBe(HttpStatusCode.OK, "the form says that the role does not allow it");

        await _control.SetFaultAsync(new FaultRule { Kind = FaultKind.Error, Operation = "listContacts", Count = 20 });
        var half = await approver.Read("/company");
        half.ShouldContain("href=\"/company/address?id=");
        half.ShouldNotContain("mailto:");
        half.ShouldContain("class=\"failure\"");
    }

    [Fact]
    public async Task Page_OfANameThatWouldTurnItsLineAround_ShowsTheNameAndNothingElse()
    {
        var id = (await People.Of(portal)).ByRole[Role.Approver];
        var (_, account) = await Approver();
        var mark = $"{Random.Shared.Next(100_000, 999_999)}";
        var name = $"Gate\u202E{mark}\u2066\u2069\u200B\u0085East";
        var wanted = NewAddress(account).Address!;
        (await portal.Map.Owner<IAccounts>().ChangeAddress(Everything, account, wanted with { Wanted = wanted.Wanted! with { Name = name } })).Succeeded.ShouldBeTrue();

        using var approver = await portal.SignedIn(id.Value);
        var page = WebUtility.HtmlDecode(await approver.Read("/company")); // with what is streamed after it
        page.ShouldContain($"Gate{mark} East");
        page.Where(letter => PlainText.IsInvisible(letter) || PlainText.IsControl(letter)).ShouldBeEmpty();
    }

    private static CompanyChange NewAddress(AccountId account)
    {
        var address = new AccountAddress($"P-{Guid.NewGuid():N}", AddressKind.Shipping, [$"Hamngatan {Guid.NewGuid():N}"], "411 05", "Göteborg", "SE") { Name = "Gate 3" };
        return new CompanyChange(Guid.NewGuid(), account, new AddressChange { Id = address.Id, Wanted = address }, null);
    }

    private async Task<Account> Standing(AccountId account) => (await portal.Map.Owner<IAccounts>().Get(Everything with { Lane = Lane.Sync }, account)).Value;

    private async Task<(Scope Scope, AccountId Account)> Approver()
    {
        var id = (await People.Of(portal)).ByRole[Role.Approver];
        var confirmed = (await portal.Services.GetRequiredService<ScopeSessions>().Ask(id)).Value;
        var scope = (await portal.Services.GetRequiredService<ScopeSessions>().ScopeFor(SessionTicket.Issue(confirmed, null))).Value;
        return (scope, scope.Accounts[0].Account);
    }
}
