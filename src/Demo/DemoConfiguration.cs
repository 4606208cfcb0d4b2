using PortalIntegration.Sandbox;

namespace PortalIntegration.Demo;

/// <summary>What the portal is told in the demo: the same keys that an integrator sets.</summary>
internal static class DemoConfiguration
{
    /// <summary>A shared secret between two servers in this very process.</summary>
    private const string WebhookSecret = "whsec_ZGVtby1wb3J0YWwtc2hhcmVkLXNlY3JldC0wMDE=";

    public static Dictionary<string, string?> For(SandboxHost sandbox, Uri portal, string state) => new()
    {
        ["SignIn:Kind"] = "PersonPicker",
        ["Company:Name"] = "Halden Supply",
        ["Company:TimeZone"] = TimeZoneInfo.Local.HasIanaId ? TimeZoneInfo.Local.Id : "UTC",
        ["State:Directory"] = state,
        ["Systems:erp:Connector"] = "reference-erp",
        ["Systems:erp:Address"] = sandbox.ErpUrl.ToString(),
        ["Systems:erp:Credentials:Token"] = sandbox.Options.ErpToken,
        ["Systems:erp:WebhookSecrets:0"] = WebhookSecret,
        ["Systems:crm:Connector"] = "reference-crm",
        ["Systems:crm:Address"] = sandbox.CrmUrl.ToString(),
        ["Systems:crm:Credentials:Token"] = sandbox.Options.CrmToken,
        ["Systems:crm:WebhookSecrets:0"] = WebhookSecret,
        ["Sync:Webhooks:PublicAddress"] = portal.ToString(),
    };
}
