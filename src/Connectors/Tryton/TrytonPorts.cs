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

namespace PortalIntegration.Connectors.Tryton;

/// <summary>What Tryton answers, by which calls, and what it cannot do.</summary>
internal static class TrytonPorts
{
    public static IReadOnlyList<PortDeclaration> Declared { get; } =
    [
        new(typeof(ICatalog), "product.product.search_read", "product.product.search_count", "product.category.search_read", "sale.product_customer.search_read",
            "product.template.search_read")
        {
            Freshness = "As it stands when asked. Changes by polling the dates of change of variants and templates; what was deleted is not told.",
            Lacks =
            [
                new(Feature.ProductImages, "Tryton 6.0 keeps no images of products."),
                new(Feature.CategoryCounts, "Tryton counts one category a call."),
                new(Feature.QuantityRules, "Tryton knows neither packs nor least quantities, only whole units."),
                new(Feature.ProductAttributes, "The module product_attribute is not asked."),
            ],
        },
        new(typeof(IPricing), "product.product.search_read", "product.product.read", "party.party.search_read")
        {
            Lacks =
            [
                new(Feature.PriceTiers, "A price list is a formula: it prices a quantity and does not name its steps."),
                new(Feature.PriceReasons, "Tryton does not tell which line of a price list applied."),
                new(Feature.LineAmounts, "Amounts are stated in a quote only."),
            ],
        },
        new(typeof(IInventory), "product.product.search_read", "product.product.read", "stock.location.search_read", "stock.move.search_read"),
        new(typeof(ICustomers), "party.party.search_read")
        {
            Lacks =
            [
                new(Feature.CustomerChanges, "Changes of parties are not followed."),
                new(Feature.CustomerUpdates, "Parties are not written: the connector only orders."),
                new(Feature.CustomerCreation, "Parties are not written: the connector only orders."),
            ],
        },
        new(typeof(ICredit), "party.party.search_read")
        {
            Lacks =
            [
                new(Feature.CreditLeft, "Tryton states limit and balance, and nothing that is left."),
                new(Feature.OpenOrdersApart, "Open orders are counted into the balance."),
                new(Feature.CreditChanges, "Changes of a standing are not followed."),
                new(Feature.CreditHolds, "Tryton puts no customer on hold: it refuses what exceeds the limit when it is confirmed."),
            ],
        },
        new(typeof(IQuoting), "sale.sale.search_read", "sale.sale.create", "sale.sale.write", "sale.sale.quote", "sale.sale.draft", "sale.sale.delete",
            "sale.sale.on_change", "sale.sale.on_change_with", "sale.line.on_change", "product.product.search_read", "party.party.search_read", "carrier.search_read",
            "sale.complaint.search_read", "sale.complaint.delete")
        {
            Lacks =
            [
                new(Feature.QuoteSubtotals, "The untaxed amount includes the freight."),
                new(Feature.TaxBreakdown, "Only the sum is read."),
                new(Feature.CreditInQuotes, "The limit is checked when an order is confirmed."),
                new(Feature.QuoteValidity, "A quotation has no end."),
            ],
        },
        new(typeof(IOrders), "sale.sale.search_read", "sale.sale.create", "sale.sale.write", "sale.sale.quote", "sale.sale.confirm",
            "sale.sale.delete", "sale.sale.cancel", "sale.sale.on_change", "sale.line.on_change", "stock.move.search_read", "product.product.search_read",
            "party.party.search_read", "stock.shipment.out.search_read", "stock.package.search_read", "account.invoice.search_read",
            "sale.complaint.search_read")
        {
            Freshness = "As it stands when asked. Changes by polling the dates of change of sales, shipments, packages and invoices.",
            Lacks =
            [
                new(Feature.OrderEvents, "The history of a sale is not kept."),
                new(Feature.LineDates, "A sale has one shipping date; another one for a line is a note of that line."),
                new(Feature.PartialDelivery, "A shipment goes out with what is assigned; a sale cannot say that it is to wait for the rest."),
                new(Feature.CreditHoldStatus, "What exceeds the limit is refused, not held."),
                new(Feature.BackorderedStatus, "A shipment waits for its goods; the sale's state does not say so."),
                new(Feature.ReturnedStatus, "A return is a sale of its own; that of the goods stays done."),
                new(Feature.OrderEdits, "What the portal places is confirmed, and Tryton cancels nothing that is; it can be amended, which checks neither stock nor credit: that is for Tryton's own people."),
                new(Feature.OrderActivity, "Tryton adds nothing up over many customers for who asks from outside: all their sales would have to be read."),
                new(Feature.Backorders, "A shipment waits until somebody assigns goods to it, whether they are there or not; which of those that wait gets what is there, Tryton decides only then."),
                new(Feature.TrackingLinks, "Packages carry a number; an address comes only with a carrier's own module."),
            ],
        },
        new(typeof(IQuotations), "sale.sale.search_read", "sale.sale.create", "sale.sale.write", "sale.sale.quote", "sale.sale.draft", "sale.sale.delete", "sale.sale.cancel",
            "sale.sale.on_change", "sale.line.on_change", "product.product.search_read", "party.party.search_read")
        {
            Freshness = "As it stands when asked. Changes are not followed: a page that is open shows them when it is loaded again.",
            Lacks = [new(Feature.QuotationExpiry, "A sale has no end in Tryton 6.0: neither a quote nor an approval runs out.")],
        },
        new(typeof(IInvoices), "account.invoice.search_read", "report.account.invoice.execute")
        {
            Lacks =
            [
                new(Feature.InvoicePdf, "PDF only where LibreOffice is installed beside Tryton; else OpenDocument text."),
                new(Feature.Statements, "What is open by age is a report of Tryton's accounting, and not read."),
                new(Feature.OverdueSignals, "What a party owes today includes what falls due today, less what he paid in advance; what is overdue is a report of Tryton's accounting, and not read."),
            ],
        },
        new(typeof(IReturns), "sale.complaint.search_read", "sale.line.search_read", "sale.sale.search_read", "account.invoice.search_read",
            "account.invoice.line.search_read", "sale.complaint.type.search_read", "sale.complaint.create", "sale.complaint.wait", "sale.complaint.delete",
            "stock.move.search_read"),
    ];
}
