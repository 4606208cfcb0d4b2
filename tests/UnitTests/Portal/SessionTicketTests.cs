using PortalIntegration.Core;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.UnitTests.Portal;

public sealed class SessionTicketTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Ticket_CarriesPersonActingAccountAndScope()
    {
        var scope = Of(Account(1), Account(2) with { Customer = null });

        var user = SessionTicket.Issue(scope, new AccountId("A2"));

        SessionTicket.Person(user).ShouldBe(scope.Person);
        SessionTicket.Acting(user).ShouldBe(new AccountId("A2"));
        var read = SessionTicket.Scope(user).ShouldNotBeNull();
        read.ConfirmedAt.ShouldBe(Now);
        read.Accounts.ShouldBe([scope.Accounts[1], scope.Accounts[0]]);
        (read with { Accounts = scope.Accounts }).SaysTheSameAs(scope).ShouldBeTrue();
    }

    [Fact]
    public void Ticket_OfARepWithManyAccounts_KeepsTheActingOneAndStaysSmall()
    {
        var scope = Of([.. Enumerable.Range(1, 500).Select(Account)]);

        var user = SessionTicket.Issue(scope, new AccountId("A499"));

        var read = SessionTicket.Scope(user).ShouldNotBeNull();
        read.Accounts.Count.ShouldBe(SessionTicket.MostAccounts);
        read.Accounts[0].Account.ShouldBe(new AccountId("A499"));
        user.Claims.Sum(claim => claim.Value.Length).ShouldBeLessThan(4_000);
    }

    [Fact]
    public void Ticket_OfNobody_IsNobody()
    {
        var nobody = new System.Security.Claims.ClaimsPrincipal(new System.Security.Claims.ClaimsIdentity());

        SessionTicket.Person(nobody).ShouldBeNull();
        SessionTicket.Scope(nobody).ShouldBeNull();
    }

    private static ScopedAccount Account(int number) => new(new AccountId($"A{number}"), new CustomerNumber($"C{number}"), $"Account {number}");

    private static ConfirmedScope Of(params ScopedAccount[] accounts) => new(new PersonId("P1"), "Britta", Role.Rep, accounts, "crm", Now, new Money(2_500.5m, "EUR"));
}
