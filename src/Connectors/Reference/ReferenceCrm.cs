using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Crm;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.SalesProducts;

namespace PortalIntegration.Connectors.Reference;

/// <summary>Any CRM, or a middleware in front of it, that answers docs/contracts/crm.openapi.yaml.</summary>
public sealed class ReferenceCrm(PipelineEnvironment environment) : IConnector
{
    public string Name => "reference-crm";

    public IReadOnlyList<PortDeclaration> Ports { get; } =
    [
        new(typeof(IAccounts), "GET /accounts", "GET /accounts/{id}", "PATCH /accounts/{id}", "PUT /accounts/{id}/addresses/{addressId}",
            "DELETE /accounts/{id}/addresses/{addressId}")
        {
            Freshness = "As it stands when asked. Changes by webhook, and by polling with the system's own clock.",
        },
        new(typeof(ITimeline), "GET /accounts/{id}/timeline", "PUT /accounts/{id}/timeline/{externalKey}"),
        new(typeof(IContacts), "GET /contacts", "GET /contacts/{id}", "PUT /contacts/{id}", "GET /users", "GET /users/{id}"),
        new(typeof(IOpportunities), "GET /opportunities", "GET /opportunities/{id}", "PATCH /opportunities/{id}")
        {
            Freshness = "As it stands when asked. Changes by webhook, and by polling with the system's own clock.",
        },
        new(typeof(ISalesProducts), "GET /products/{sku}", "PUT /products/{sku}"),
        new(typeof(IWebhooks), "Standard Webhooks, signed") { Freshness = "Sent when something changes." },
        new(typeof(IWebhookSubscriptions), "GET /webhook-subscriptions", "POST /webhook-subscriptions"),
    ];

    public IReadOnlyList<string> Check(SystemSettings settings) => ReferenceConnection.Check(settings);

    public ISystemConnection Open(SystemSettings settings) => ReferenceConnection.Open<ICrmApi>(settings, environment, ReferenceEvents.Crm, (pipeline, api) => new()
    {
        [typeof(IAccounts)] = new CrmAccounts(pipeline, api),
        [typeof(ITimeline)] = new CrmTimeline(pipeline, api),
        [typeof(IContacts)] = new CrmContacts(pipeline, api),
        [typeof(IOpportunities)] = new CrmOpportunities(pipeline, api),
        [typeof(ISalesProducts)] = new CrmProducts(pipeline, api),
    });
}
