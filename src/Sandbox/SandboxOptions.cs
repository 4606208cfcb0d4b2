using PortalIntegration.Sandbox.Http;
using PortalIntegration.Sandbox.Simulation;
using PortalIntegration.Sandbox.Webhooks;

namespace PortalIntegration.Sandbox;

/// <summary>What the sandbox holds and how it behaves. Every value has a default.</summary>
public sealed record SandboxOptions
{
    /// <summary>Where the ERP listens; port 0 takes a free one; null leaves the ERP out.</summary>
    public Uri? ErpUrl { get; init; } = new("http://127.0.0.1:5101");

    /// <summary>Where the CRM listens; port 0 takes a free one; null leaves the CRM out.</summary>
    public Uri? CrmUrl { get; init; } = new("http://127.0.0.1:5102");

    /// <summary>The same seed on the same day gives the same data.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Articles, 1 to 100,000 and more.</summary>
    public int Skus { get; init; } = 2_000;

    /// <summary>CRM accounts, and nearly as many ERP customers.</summary>
    public int Accounts { get; init; } = 200;

    /// <summary>CRM contacts.</summary>
    public int Contacts { get; init; } = 600;

    /// <summary>Past orders.</summary>
    public int Orders { get; init; } = 5_000;

    /// <summary>The time of both systems.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The static token that the ERP takes.</summary>
    public string ErpToken { get; init; } = "sandbox-erp-token";

    /// <summary>The static token that the CRM takes.</summary>
    public string CrmToken { get; init; } = "sandbox-crm-token";

    /// <summary>Client id for short-lived tokens.</summary>
    public string ClientId { get; init; } = "portal";

    /// <summary>Client secret for short-lived tokens.</summary>
    public string ClientSecret { get; init; } = "sandbox-secret";

    /// <summary>How long a short-lived token is good.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Calls a window.</summary>
    public QuotaOptions Quota { get; init; } = QuotaOptions.Wide;

    /// <summary>Off makes an ERP that does not know idempotency keys: each request with one is a new one.</summary>
    public bool HonourIdempotencyKeys { get; init; } = true;

    /// <summary>Off makes an ERP that takes the same external reference twice.</summary>
    public bool UniqueExternalReferences { get; init; } = true;

    /// <summary>How long the ERP works on a new order before it commits.</summary>
    public TimeSpan CreateOrderTakes { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Hour of UTC, 0 to 23, until which what is in stock leaves the same day.</summary>
    public int DispatchHour { get; init; } = 14;

    /// <summary>Whether and how fast time moves.</summary>
    public SimulationOptions Simulation { get; init; } = new();

    /// <summary>How webhooks go out.</summary>
    public WebhookOptions Webhooks { get; init; } = new();
}
