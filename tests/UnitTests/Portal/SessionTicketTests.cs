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
        read.SaysTheSameAs(scope).ShouldBeTrue();
    }

    [Fact]
    public void Ticket_OfARepWithMoreAccountsThanFit_KeepsTheActingOneStaysSmallAndSaysWhatIsMissing()
    {
        var scope = Of([.. Enumerable.Range(1, 900).Select(Named)]);

        var user = SessionTicket.Issue(scope, new AccountId("acc-00899"));

        var read = SessionTicket.Scope(user).ShouldNotBeNull();
        read.Accounts.Count.ShouldBeInRange(150, 899);
        read.LeftOut.ShouldBe(900 - read.Accounts.Count);
        read.Accounts[0].ShouldBe(Named(899));
        user.Claims.Sum(claim => claim.Value.Length).ShouldBeLessThan(SessionTicket.LongestScope + 200);

        var again = SessionTicket.Issue(read, new AccountId("acc-00899"));
        SessionTicket.Scope(again).ShouldNotBeNull().LeftOut.ShouldBe(read.LeftOut, "what was missing stays missing");
    }

    [Fact]
    public void Ticket_OfARepWithAHundredAndFiftyAccounts_IsWhole()
    {
        var scope = Of([.. Enumerable.Range(1, 150).Select(Named)]);

        SessionTicket.Scope(SessionTicket.Issue(scope, null)).ShouldNotBeNull().SaysTheSameAs(scope).ShouldBeTrue();
    }

    [Fact]
    public void Ticket_OfAnOlderVersion_IsAskedForAnew()
    {
        var user = SessionTicket.Issue(Of(Account(1)), null);
        var claim = user.Claims.Single(candidate => candidate.Type == "portal:scope");
        foreach (var older in new[] { "{\"N\":\"Britta\",\"V\":2}", "AAAA", "not base64!" })
        {
            var identity = new System.Security.Claims.ClaimsIdentity(user.Claims.Where(candidate => candidate != claim).Append(new(claim.Type, older)), "test");
            SessionTicket.Scope(new System.Security.Claims.ClaimsPrincipal(identity)).ShouldBeNull(older);
        }
    }

    [Fact]
    public void Ticket_OfNobody_IsNobody()
    {
        var nobody = new System.Security.Claims.ClaimsPrincipal(new System.Security.Claims.ClaimsIdentity());

        SessionTicket.Person(nobody).ShouldBeNull();
        SessionTicket.Scope(nobody).ShouldBeNull();
    }

    private static ScopedAccount Account(int number) => new(new AccountId($"A{number}"), new CustomerNumber($"C{number}"), $"Account {number}");

    /// <summary>As long and as unlike each other as names and numbers are.</summary>
    private static ScopedAccount Named(int number)
    {
        var letters = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(number)));
        return new(new AccountId($"acc-{number:00000}"), new CustomerNumber($"C-{10_000 + (number * 7919 % 9_000)}"), $"{letters[..6]} Maskin {letters[6..9]} AB");
    }

    private static ConfirmedScope Of(params ScopedAccount[] accounts) => new(new PersonId("P1"), "Britta", Role.Rep, accounts, "crm", Now, new Money(2_500.5m, "EUR"));
}
