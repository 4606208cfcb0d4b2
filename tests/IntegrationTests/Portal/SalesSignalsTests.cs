using PortalIntegration.Core.Scopes;
using PortalIntegration.Sandbox;
using PortalIntegration.Sandbox.Faults;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>What a rep's list of accounts costs its owners, and what is left of it without one of them.</summary>
[Collection(PortalCollection.Name)]
public sealed class SalesSignalsTests(PortalFixture portal)
{
    private static readonly string[] Questions = ["creditQuery", "overdueQuery", "orderActivityQuery"];

    [Fact]
    public async Task MyAccounts_HoweverMany_AreOneQuestionToEachOwner_AndEachFailsAlone()
    {
        using var control = new SandboxControl(portal.Sandbox.ErpControlUrl);
        using var rep = await portal.SignedIn((await People.Of(portal)).ByRole[Role.Rep].Value);
        await rep.Read("/");

        await control.SetFaultAsync(new FaultRule { Kind = FaultKind.Error, Operation = "creditQuery", Status = 422 });
        try
        {
            var without = await rep.Read("/sales/accounts");
            without.ShouldContain("Holds and limits:");
            without.ShouldContain("overdue, since");
            without.ShouldContain("Not every signal was known");
        }
        finally
        {
            await control.ClearFaultsAsync();
        }

        var (before, _) = await control.CallsAsync();
        var page = await rep.Read("/sales/accounts");
        var (_, calls) = await control.CallsAsync(before);

        page.ShouldContain("Whoever needs attention comes first");
        page.ShouldNotContain("Holds and limits:");
        foreach (var question in Questions)
        {
            calls.Count(call => call is { Lane: "interactive", Status: 200 } && call.Operation == question).ShouldBe(1, question); // one that timed out is asked again
        }

        calls.Count(call => call is { Lane: "interactive", Operation: "getCredit" or "getStatement" or "getCustomer" }).ShouldBe(0, "nobody is asked account by account");
    }
}
