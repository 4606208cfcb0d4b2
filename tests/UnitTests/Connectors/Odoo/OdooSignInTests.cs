using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Connectors.Odoo;

/// <summary>Odoo locks an address out that keeps trying, and with it every other system of the portal's behind the same Odoo.</summary>
public sealed class OdooSignInTests
{
    [Fact]
    public async Task SignIn_Refused_IsNotTriedAgainForAMinute()
    {
        var clock = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        var signIns = 0;
        var connector = new OdooConnector(new PipelineEnvironment(clock, NullLoggerFactory.Instance)
        {
            Transport = _ => new Refusing(() => signIns++),
        });
        var orders = connector.Open(new SystemSettings
        {
            Name = "erp",
            Connector = "odoo",
            Address = new Uri("http://127.0.0.1:1"),
            ReadRetries = 0,
            Credentials = new Dictionary<string, string> { ["Database"] = "production", ["User"] = "portal", ["Password"] = "wrong" },
        }).Find<IOrders>()!;

        for (var i = 0; i < 3; i++)
        {
            (await Ask()).ShouldBe(Cause.Unauthorized);
        }

        signIns.ShouldBe(1);
        clock.Advance(OdooRpc.Pause);
        (await Ask()).ShouldBe(Cause.Unauthorized);
        signIns.ShouldBe(2);

        async Task<Cause> Ask() => (await orders.Get(Scope.ForPortal("test", Lane.Interactive), new OrderNumber("S00001"))).Failure!.Cause;
    }

    private sealed class Refusing(Action asked) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
        {
            asked();
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
            {
                RequestMessage = request,
                Content = new StringContent("""{"jsonrpc": "2.0", "id": 1, "result": false}""", Encoding.UTF8, "application/json"),
            });
        }
    }
}
