namespace PortalIntegration.Demo;

/// <summary>What the portal is told in the demo: the same keys that an integrator sets.</summary>
internal static class DemoConfiguration
{
    private static readonly string[] Flows = ["account-to-erp", "terms-to-crm", "credit-to-crm", "order-to-crm", "opportunity-to-order", "product-to-crm"];

    /// <summary>A shared secret between two servers in this very process.</summary>
    private const string WebhookSecret = "whsec_ZGVtby1wb3J0YWwtc2hhcmVkLXNlY3JldC0wMDE=";

    public static Dictionary<string, string?> For(DemoSystems systems, Uri portal, string state)
    {
        var settings = new Dictionary<string, string?>
        {
            ["SignIn:Kind"] = "PersonPicker",
            ["Company:Name"] = "Halden Supply",
            ["Company:TimeZone"] = TimeZoneInfo.Local.HasIanaId ? TimeZoneInfo.Local.Id : "UTC",
            ["State:Directory"] = state,
            ["Sync:Webhooks:PublicAddress"] = portal.ToString(),
            ["Sync:Polling:Interval"] = "00:00:02",
            ["Sync:Flows:opportunity-to-order:MaxAgeDays"] = "7",
            // Time runs hundreds of times as fast here: what would be an accident elsewhere is an ordinary afternoon.
            ["Sync:Flows:product-to-crm:BrakeKeys"] = "2000",
        };
        foreach (var (name, system) in new[] { ("erp", systems.Erp), ("crm", systems.Crm) })
        {
            settings[$"Systems:{name}:Connector"] = system.Connector;
            settings[$"Systems:{name}:Address"] = system.Address.ToString();
            foreach (var (key, value) in system.Credentials)
            {
                settings[$"Systems:{name}:Credentials:{key}"] = value;
            }

            foreach (var (key, value) in system.Options)
            {
                settings[$"Systems:{name}:Options:{key}"] = value;
            }

            if (system.SendsWebhooks)
            {
                settings[$"Systems:{name}:WebhookSecrets:0"] = WebhookSecret;
            }
        }

        foreach (var flow in Flows)
        {
            settings[$"Sync:Flows:{flow}:Mode"] = "apply";
        }

        if (systems.Crm.Connector == "reference-crm")
        {
            settings["Ownership:Entities:SalesProducts:Owner"] = "crm";
        }

        return settings;
    }
}
