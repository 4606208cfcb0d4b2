using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.LiveTests;

public sealed class OdooConnectionTests(OdooFixture odoo)
{
    [Fact]
    public async Task Probe_OfAServerThatWorks_Succeeds() =>
        (await odoo.Connect().Monitor.Probe(TestContext.Current.CancellationToken)).Succeeded.ShouldBeTrue();

    [Fact]
    public async Task Probe_WithAWrongPassword_IsUnauthorized()
    {
        var outcome = await odoo.Connect(password: "wrong").Monitor.Probe(TestContext.Current.CancellationToken);

        outcome.Failure!.Cause.ShouldBe(Cause.Unauthorized, outcome.ToString());
    }
}
