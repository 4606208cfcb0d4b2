using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Returns;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>What Odoo answers as an ERP, by which calls, and what it cannot do.</summary>
internal static class OdooErpPorts
{
    public static IReadOnlyList<PortDeclaration> Declared { get; } =
    [
        new(typeof(ICatalog), "product.product.search_read", "product.product.search_count", "product.product.read_group", "product.category.search_read", "uom.uom.search_read",
            "product.template.attribute.value.read", "product.packaging.read", "product.template.search_read")
        {
            Freshness = "As it stands when asked. Changes by polling the dates of change of variants and templates; what was deleted is not told.",
            Lacks =
            [
                new(Feature.CustomerPartNumbers, "Odoo 14 keeps suppliers' part numbers and no customers'."),
                new(Feature.QuantityRules, "Odoo 14 holds no quantity to a pack; packagings are shown as properties."),
            ],
        },
        new(typeof(IPricing), "product.product.search_read", "product.product.read", "product.pricelist.read", "product.pricelist.item.search_read",
            "res.partner.search_read", "uom.uom.search_read")
        {
            Lacks =
            [
                new(Feature.PriceReasons, "A price is told without the rule that it comes from."),
                new(Feature.LineAmounts, "Amounts are stated in a quote only."),
            ],
        },
        new(typeof(IInventory), "product.product.search_read", "product.product.read", "stock.warehouse.search_read", "stock.move.search_read", "sale.order.default_get"),
        new(typeof(ICustomers), "res.partner.search_read", "res.partner.address_get", "res.country.read", "product.pricelist.read")
        {
            Lacks =
            [
                new(Feature.CustomerChanges, "Changes of partners are not followed."),
                new(Feature.CustomerUpdates, "Partners are not written: the connector only orders."),
                new(Feature.CustomerCreation, "Partners are not written: the connector only orders."),
            ],
        },
        new(typeof(ICredit), "res.partner.search_read")
        {
            Lacks =
            [
                new(Feature.CreditLeft, "Odoo states limit and balance, and nothing that is left."),
                new(Feature.OpenOrdersApart, "Odoo does not add up what is ordered and not yet invoiced."),
                new(Feature.CreditChanges, "Changes of a standing are not followed."),
                new(Feature.CreditSignals, "Odoo 14 puts no customer on hold, holds no order to the limit that it states, and says of none that he is over it."),
                new(Feature.CreditHolds, "Odoo 14 puts no customer on hold."),
            ],
        },
        new(typeof(IQuoting), "sale.order.onchange", "sale.order.create", "sale.order.write", "sale.order.unlink", "sale.order.search_read",
            "sale.order.line.search_read", "sale.order.line.onchange", "choose.delivery.carrier.create", "choose.delivery.carrier.update_price",
            "choose.delivery.carrier.button_confirm", "delivery.carrier.search_read", "product.product.search_read", "res.partner.search_read", "uom.uom.search_read")
        {
            Lacks =
            [
                new(Feature.QuoteSubtotals, "The untaxed amount includes the freight."),
                new(Feature.CreditInQuotes, "Odoo 14 states a credit limit and holds no order to it."),
            ],
        },
        new(typeof(IOrders), "sale.order.load", "sale.order.action_confirm", "sale.order.unlink", "sale.order.onchange", "sale.order.search_read", "sale.order.read", "sale.order.read_group",
            "sale.order.line.search_read", "sale.order.line.read", "sale.order.line.read_group", "sale.order.line.onchange", "choose.delivery.carrier.create",
            "choose.delivery.carrier.update_price", "choose.delivery.carrier.button_confirm", "stock.picking.search_read", "stock.picking.read_group", "stock.move.search_read",
            "ir.model.data.search_read", "account.move.search_read", "product.product.search_read", "product.product.read", "res.partner.search_read", "res.partner.read", "res.country.read",
            "uom.uom.search_read")
        {
            Freshness = "As it stands when asked. Changes by polling the dates of change of orders, pickings and invoices.",
            Lacks =
            [
                new(Feature.OrderEvents, "What is logged at an order is for Odoo's users."),
                new(Feature.LineDates, "An order has one delivery date; another one for a line is told in the order's note."),
                new(Feature.CreditChecks, "Odoo 14 states a credit limit and holds no order to it."),
                new(Feature.CreditHoldStatus, "Odoo 14 holds no order for want of credit."),
                new(Feature.BackorderedStatus, "A delivery waits for its goods; the order's state does not say so."),
                new(Feature.ReturnedStatus, "A return is a picking of its own; the order stays confirmed."),
                new(Feature.OrderEdits, "Odoo 14 does not carry a smaller quantity to the delivery, and cancels an order of which a part was sent: whether that is still right, its own people look up."),
                new(Feature.TrackingLinks, "Carriers with a fixed price have a tracking number and no address."),
            ],
        },
        new(typeof(IQuotations), "sale.order.load", "sale.order.write", "sale.order.action_cancel", "sale.order.unlink", "sale.order.onchange", "sale.order.search_read",
            "sale.order.line.search_read", "sale.order.line.onchange", "choose.delivery.carrier.create", "choose.delivery.carrier.update_price",
            "choose.delivery.carrier.button_confirm", "ir.model.data.search_read", "product.product.search_read", "product.product.read", "res.partner.search_read", "res.partner.read",
            "res.country.read", "uom.uom.search_read")
        {
            Freshness = "As it stands when asked. Changes are not followed: a page that is open shows them when it is loaded again.",
        },
        new(typeof(IInvoices), "account.move.search_read", "account.move.read_group", "res.partner.search_read", "sale.order.search_read", "res.partner.read", "/web/session/authenticate", "/report/pdf")
        {
            Lacks =
            [
                new(Feature.Statements, "What is open by age is a report of Odoo's accounting, and not read."),
            ],
        },
        new(typeof(IReturns), "stock.picking.search_read", "stock.move.search_read", "sale.order.read", "product.product.read", "res.partner.read")
        {
            Lacks =
            [
                new(Feature.ReturnReasons, "A return picking has no reason."),
                new(Feature.ReturnCreation, "A return picking is made by Odoo's own people."),
            ],
        },
    ];
}
