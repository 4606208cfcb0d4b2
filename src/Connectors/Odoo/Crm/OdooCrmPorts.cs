using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Odoo.Crm;

/// <summary>What Odoo answers as a CRM, and by which calls: it lacks nothing.</summary>
internal static class OdooCrmPorts
{
    public static IReadOnlyList<PortDeclaration> Declared { get; } =
    [
        new(typeof(IAccounts), "res.partner.search_read", "res.country.read")
        {
            Lacks =
            [
                new(Feature.AccountChanges, "Changes of companies are not followed."),
                new(Feature.AccountUpdates, "Companies are not written: only their log is."),
                new(Feature.AddressChanges, "Addresses are read; they are changed in Odoo itself."),
                new(Feature.DefaultAddresses, "Odoo knows addresses by their purpose, and no default among several."),
            ],
        },
        new(typeof(ITimeline), "mail.message.search_read", "mail.message.search_count", "mail.message.load", "res.partner.search_count"),
        new(typeof(IContacts), "res.partner.search_read", "res.users.search_read", "ir.model.data.search_read")
        {
            Lacks = [new(Feature.ContactChanges, "People are read; they are changed in Odoo itself.")],
        },
        new(typeof(IOpportunities), "crm.lead.search_read", "crm.stage.search_read", "sale.order.search_read", "sale.order.line.search_read", "product.product.read")
        {
            Lacks =
            [
                new(Feature.OpportunityChanges, "Opportunities are listed by account; changes of them are not followed."),
                new(Feature.OpportunityOrders, "Opportunities are not written."),
            ],
        },
    ];
}
