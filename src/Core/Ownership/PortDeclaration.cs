using System.Collections.Frozen;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.SalesProducts;

namespace PortalIntegration.Core.Ownership;

/// <summary>
/// What a connector says of one port of its: <c>docs/connectors.md</c> is written from it, the port suites (<c>tests/Shared/Ports</c>) hold it to it in
/// both directions, and the portal shows what is lacking as not available from that system.
/// </summary>
/// <param name="Port">One of <see cref="Entities.Ports"/>, or <see cref="IWebhooks"/> and <see cref="IWebhookSubscriptions"/>.</param>
/// <param name="Calls">How it is answered: the system's own calls, as the system's documentation spells them.</param>
public sealed record PortDeclaration(Type Port, params IReadOnlyList<string> Calls)
{
    /// <summary>As of when the system answers, and how a change of it becomes known; a sentence or two.</summary>
    public string Freshness { get; init; } = "As it stands when asked.";

    public IReadOnlyList<Lack> Lacks { get; init; } = [];
}

/// <summary>Something that a port can tell and this system cannot.</summary>
/// <param name="Reason">For people, in a sentence: what the system has instead, or that it has nothing.</param>
public sealed record Lack(Feature Feature, string Reason);

/// <param name="System">Its name in the ownership map, such as <c>erp</c>.</param>
public sealed record NotAvailable(string System, Lack Lack);

/// <summary>
/// What a system may or may not be able to do within a port. Each is held to by the port's suite: where it is not declared lacking, the system must do it; where
/// it is, the answer must be empty and never made up.
/// </summary>
public enum Feature
{
    /// <summary><see cref="ICatalog.Image"/>; lacking, it is <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    ProductImages,

    /// <summary><see cref="Product.CategoryCode"/> and <see cref="ICatalog.Categories"/>.</summary>
    Categories,

    /// <summary><see cref="ICatalog.CategoryCounts"/>; lacking, it is <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    CategoryCounts,

    /// <summary><see cref="Product.CustomerPartNumber"/>, in searching and resolving too.</summary>
    CustomerPartNumbers,

    /// <summary><see cref="Product.PackSize"/> and <see cref="Product.MinimumQuantity"/>.</summary>
    QuantityRules,

    /// <summary><see cref="Product.Attributes"/>.</summary>
    ProductAttributes,

    /// <summary><see cref="ICatalog.ChangedSince"/>; lacking, it is <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    ProductChanges,

    /// <summary><see cref="Price.ListPrice"/>.</summary>
    ListPrices,

    /// <summary><see cref="Price.Tiers"/>. Prices by quantity are given all the same when they are asked for.</summary>
    PriceTiers,

    /// <summary><see cref="Price.Source"/>.</summary>
    PriceReasons,

    /// <summary><see cref="Price.ExtendedAmount"/>.</summary>
    LineAmounts,

    /// <summary><see cref="Availability.Warehouses"/>.</summary>
    StockByWarehouse,

    /// <summary><see cref="Availability.NextAvailableOn"/> and <see cref="WarehouseStock.Inbound"/>.</summary>
    InboundStock,

    /// <summary><see cref="Customer.PaymentTerms"/>.</summary>
    PaymentTerms,

    /// <summary><see cref="CreditStanding.Available"/>, of a customer with a limit.</summary>
    CreditLeft,

    /// <summary><see cref="CreditStanding.OpenOrders"/>.</summary>
    OpenOrdersApart,

    /// <summary><see cref="CreditStanding.OnHold"/>.</summary>
    CreditHolds,

    /// <summary><see cref="Quote.Subtotal"/> beside freight.</summary>
    QuoteSubtotals,

    /// <summary><see cref="Quote.Taxes"/>, one by one; their sum is told all the same.</summary>
    TaxBreakdown,

    /// <summary><see cref="QuoteLine.PromisedOn"/>.</summary>
    QuotedDates,

    /// <summary>
    /// <see cref="Quote.Credit"/>; lacking, <see cref="QuotingCapabilities.DecidedAtConfirmation"/> says when it is decided, unless
    /// <see cref="CreditChecks"/> are lacking too.
    /// </summary>
    CreditInQuotes,

    /// <summary><see cref="Quote.ValidUntil"/>.</summary>
    QuoteValidity,

    /// <summary><see cref="IQuoting.DeliveryMethods"/>; lacking, none is answered.</summary>
    DeliveryMethods,

    /// <summary><see cref="IOrders.ChangedSince"/>; lacking, it is <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    OrderChanges,

    /// <summary><see cref="IOrders.Backorders"/>; lacking, it is <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    Backorders,

    /// <summary><see cref="IOrders.Activity"/>; lacking, it is <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    OrderActivity,

    /// <summary><see cref="IOrders.Allowed"/>, <see cref="IOrders.Change"/> and <see cref="IOrders.Cancel"/>; lacking, they are <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    OrderEdits,

    /// <summary><see cref="Order.Events"/>.</summary>
    OrderEvents,

    /// <summary><see cref="OrderLineRequest.RequestedOn"/> as the line's own date, told as <see cref="OrderLine.RequestedOn"/>.</summary>
    LineDates,

    /// <summary><see cref="QuoteRequest.PartialDelivery"/> is kept to, and told as <see cref="Order.PartialDelivery"/>.</summary>
    PartialDelivery,

    /// <summary>An order beyond the customer's credit is refused or held; lacking, it is taken like any other.</summary>
    CreditChecks,

    /// <summary><see cref="OrderStatus.CreditHold"/>.</summary>
    CreditHoldStatus,

    /// <summary><see cref="OrderStatus.Backordered"/>.</summary>
    BackorderedStatus,

    /// <summary><see cref="OrderStatus.Returned"/>.</summary>
    ReturnedStatus,

    /// <summary><see cref="Shipment.TrackingNumber"/>.</summary>
    TrackingNumbers,

    /// <summary><see cref="Shipment.TrackingUrl"/>.</summary>
    TrackingLinks,

    /// <summary><see cref="IInvoices.Document"/>; lacking, it is <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    InvoiceDocuments,

    /// <summary><see cref="IInvoices.Document"/> as PDF; lacking, it may come in another format, under its true content type.</summary>
    InvoicePdf,

    /// <summary><see cref="Invoice.DueOn"/>.</summary>
    DueDates,

    /// <summary><see cref="Invoice.Open"/>.</summary>
    OpenAmounts,

    /// <summary><see cref="IInvoices.Statement"/>; lacking, it is <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    Statements,

    /// <summary><see cref="IInvoices.Overdue"/>; lacking, it is <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    OverdueSignals,

    /// <summary>
    /// <see cref="IReturns.Returnable"/>, <see cref="IReturns.Create"/> and <see cref="IReturns.FindByReference"/>; lacking, they are <see cref="Outcomes.Cause.NotSupported"/>.
    /// </summary>
    ReturnCreation,

    /// <summary><see cref="Return.Reason"/> or <see cref="ReturnLine.Reason"/>.</summary>
    ReturnReasons,

    /// <summary><see cref="Quotation.ValidUntil"/> of a quote and of what waits for an approval; lacking, neither runs out.</summary>
    QuotationExpiry,

    /// <summary><see cref="Account.Version"/>.</summary>
    AccountVersions,

    /// <summary><see cref="Account.CustomFields"/>.</summary>
    CustomFields,

    /// <summary><see cref="TimelineEntry.Order"/>.</summary>
    OrdersInTimeline,

    /// <summary><see cref="Person.OrderLimit"/>.</summary>
    OrderLimits,

    /// <summary><see cref="Opportunity.Lines"/>.</summary>
    OpportunityLines,

    /// <summary><see cref="ICustomers.ChangedSince"/>; lacking, it is <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    CustomerChanges,

    /// <summary><see cref="ICustomers.Update"/>; lacking, it is <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    CustomerUpdates,

    /// <summary><see cref="ICustomers.FindByAccount"/> and <see cref="ICustomers.Create"/>; lacking, they are <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    CustomerCreation,

    /// <summary><see cref="ICredit.Signals"/>; lacking, it is <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    CreditSignals,

    /// <summary><see cref="ICredit.ChangedSince"/>; lacking, it is <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    CreditChanges,

    /// <summary><see cref="IAccounts.ChangedSince"/>; lacking, it is <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    AccountChanges,

    /// <summary><see cref="IAccounts.Update"/>; lacking, it is <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    AccountUpdates,

    /// <summary><see cref="IAccounts.ChangeAddress"/>; lacking, it is <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    AddressChanges,

    /// <summary><see cref="AccountAddress.IsDefault"/>; lacking, no address is a default, and none can be made one.</summary>
    DefaultAddresses,

    /// <summary><see cref="IContacts.Change"/>; lacking, it is <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    ContactChanges,

    /// <summary>
    /// <see cref="IOpportunities.ChangedSince"/>, <see cref="IOpportunities.Get"/> and <see cref="IOpportunities.Won"/>; lacking, they are
    /// <see cref="Outcomes.Cause.NotSupported"/>.
    /// </summary>
    OpportunityChanges,

    /// <summary><see cref="IOpportunities.SetOrder"/>; lacking, it is <see cref="Outcomes.Cause.NotSupported"/>.</summary>
    OpportunityOrders,
}

public static class Features
{
    /// <summary>The port that each feature is of.</summary>
    public static FrozenDictionary<Feature, Type> Ports { get; } = new Dictionary<Type, IReadOnlyList<Feature>>
    {
        [typeof(ICatalog)] =
        [
            Feature.ProductImages, Feature.Categories, Feature.CategoryCounts, Feature.CustomerPartNumbers, Feature.QuantityRules, Feature.ProductAttributes,
            Feature.ProductChanges,
        ],
        [typeof(IPricing)] = [Feature.ListPrices, Feature.PriceTiers, Feature.PriceReasons, Feature.LineAmounts],
        [typeof(IInventory)] = [Feature.StockByWarehouse, Feature.InboundStock],
        [typeof(ICustomers)] = [Feature.PaymentTerms, Feature.CustomerChanges, Feature.CustomerUpdates, Feature.CustomerCreation],
        [typeof(ICredit)] = [Feature.CreditLeft, Feature.OpenOrdersApart, Feature.CreditHolds, Feature.CreditSignals, Feature.CreditChanges],
        [typeof(IQuoting)] =
        [
            Feature.QuoteSubtotals, Feature.TaxBreakdown, Feature.QuotedDates, Feature.CreditInQuotes, Feature.QuoteValidity, Feature.DeliveryMethods,
        ],
        [typeof(IOrders)] =
        [
            Feature.OrderChanges, Feature.OrderEvents, Feature.CreditChecks, Feature.CreditHoldStatus, Feature.BackorderedStatus, Feature.ReturnedStatus,
            Feature.TrackingNumbers, Feature.TrackingLinks, Feature.Backorders, Feature.OrderActivity, Feature.OrderEdits, Feature.LineDates, Feature.PartialDelivery,
        ],
        [typeof(IInvoices)] = [Feature.InvoiceDocuments, Feature.InvoicePdf, Feature.DueDates, Feature.OpenAmounts, Feature.Statements, Feature.OverdueSignals],
        [typeof(IQuotations)] = [Feature.QuotationExpiry],
        [typeof(IReturns)] = [Feature.ReturnReasons, Feature.ReturnCreation],
        [typeof(IAccounts)] = [Feature.AccountVersions, Feature.CustomFields, Feature.AccountChanges, Feature.AccountUpdates, Feature.AddressChanges, Feature.DefaultAddresses],
        [typeof(ITimeline)] = [Feature.OrdersInTimeline],
        [typeof(IContacts)] = [Feature.OrderLimits, Feature.ContactChanges],
        [typeof(IOpportunities)] = [Feature.OpportunityLines, Feature.OpportunityChanges, Feature.OpportunityOrders],
    }.SelectMany(port => port.Value, (port, feature) => (port.Key, feature)).ToFrozenDictionary(pair => pair.feature, pair => pair.Key);
}
