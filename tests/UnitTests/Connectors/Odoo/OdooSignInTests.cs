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
        var odoo = new Odoo { Accepts = false };
        var orders = Orders(odoo, clock);

        for (var i = 0; i < 3; i++)
        {
            (await Ask(orders)).ShouldBe(Cause.Unauthorized);
        }

        odoo.Calls.ShouldBe(1);
        clock.Advance(OdooRpc.Pause);
        (await Ask(orders)).ShouldBe(Cause.Unauthorized);
        odoo.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task Password_ChangedWhileThePortalRuns_IsNotSentWithEveryQuestion()
    {
        var clock = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        var odoo = new Odoo();
        var orders = Orders(odoo, clock);
        (await Ask(orders)).ShouldBe(Cause.NotFound);

        odoo.Accepts = false;
        var before = odoo.Calls;
        for (var i = 0; i < 3; i++)
        {
            (await Ask(orders)).ShouldBe(Cause.Unauthorized);
        }

        odoo.Calls.ShouldBe(before + 1);
        odoo.Accepts = true;
        clock.Advance(OdooRpc.Pause);
        (await Ask(orders)).ShouldBe(Cause.NotFound);
    }

    private static IOrders Orders(Odoo odoo, ManualTimeProvider clock) => new OdooConnector(new PipelineEnvironment(clock, NullLoggerFactory.Instance) { Transport = _ => odoo })
        .Open(new SystemSettings
        {
            Name = "erp",
            Connector = "odoo",
            Address = new Uri("http://127.0.0.1:1"),
            ReadRetries = 0,
            Credentials = new Dictionary<string, string> { ["Database"] = "production", ["User"] = "portal", ["Password"] = "wrong" },
        }).Find<IOrders>()!;

    private static async Task<Cause> Ask(IOrders orders) => (await orders.Get(Scope.ForPortal("test", Lane.Interactive), new OrderNumber("S00001"))).Failure!.Cause;

    /// <summary>Knows the user while it accepts him, and no order.</summary>
    private sealed class Odoo : HttpMessageHandler
    {
        public bool Accepts { get; set; } = true;

        public int Calls { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
        {
            Calls++;
            var asked = await request.Content!.ReadAsStringAsync(cancel);
            var signIn = asked.Contains("authenticate", StringComparison.Ordinal);
            var answer = (Accepts, signIn) switch
            {
                (true, true) => "\"result\": 7",
                (false, true) => "\"result\": false",
                (false, false) => """ "error": { "code": 200, "message": "Odoo Server Error", "data": { "name": "odoo.exceptions.AccessDenied", "message": "Access Denied" } }""",
                _ when asked.Contains("res.users", StringComparison.Ordinal) => """ "result": [{ "id": 7, "company_id": [1, "Ours"] }]""",
                _ when asked.Contains("res.company", StringComparison.Ordinal) => """ "result": [{ "id": 1, "currency_id": [1, "EUR"] }]""",
                _ => "\"result\": []",
            };
            return new HttpResponseMessage(HttpStatusCode.OK)
            {
                RequestMessage = request, Content = new StringContent($$"""{"jsonrpc": "2.0", "id": 1, {{answer}}}""", Encoding.UTF8, "application/json"),
            };
        }
    }
}
