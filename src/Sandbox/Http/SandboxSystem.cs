using PortalIntegration.Sandbox.Faults;
using PortalIntegration.Sandbox.Webhooks;

namespace PortalIntegration.Sandbox.Http;

/// <summary>What the stand-in ERP and the stand-in CRM have in common: everything but the business.</summary>
internal sealed class SandboxSystem
{
    public SandboxSystem(string name, SandboxOptions options, string staticToken)
    {
        Name = name;
        BasePath = $"/{name}/v1";
        Clock = options.Clock;
        Faults = new FaultBook(options.Seed);
        Tokens = new Tokens(staticToken, options.ClientId, options.ClientSecret, options.TokenLifetime, options.Clock);
        Quota = new Quota(options.Quota, TimeProvider.System);
        Webhooks = new WebhookDispatcher(options.Clock, options.Webhooks, Faults);
    }

    /// <summary><c>erp</c> or <c>crm</c>.</summary>
    public string Name { get; }

    public string BasePath { get; }

    public TimeProvider Clock { get; }

    public FaultBook Faults { get; }

    public CallLog Calls { get; } = new();

    public Tokens Tokens { get; }

    public Quota Quota { get; }

    public WebhookDispatcher Webhooks { get; }

    public Operation Health => Operation.Get("getHealth", "/health", _ => Answer.Ok(new { Status = "ok", AsOf = Clock.GetUtcNow() }));
}
