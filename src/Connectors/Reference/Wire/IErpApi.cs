using RestEase;

namespace PortalIntegration.Connectors.Reference.Wire;

/// <summary>docs/contracts/erp.openapi.yaml, as far as the portal calls it. Named as its operations.</summary>
[Header("Accept", "application/json, application/problem+json")]
internal interface IErpApi : IWebhookApi
{
    [Get("products")]
    Task<ProductPageWire> ListProducts(
        [Query("q")] string? q,
        [Query("category")] IReadOnlyList<string> categories,
        [Query("customerNumber")] string? customerNumber,
        [Query("counts")] string? counts,
        [Query("changedSince")] string? changedSince,
        [Query("cursor")] string? cursor,
        [Query("limit")] int limit,
        CancellationToken cancel);

    [Post("products/query")]
    Task<ProductsWire> ProductsQuery([Body] ProductsQueryWire query, CancellationToken cancel);

    [Get("categories")]
    Task<ListWire<CategoryWire>> ListCategories(CancellationToken cancel);

    [Get("products/{sku}")]
    Task<ProductWire> GetProduct([Path(UrlEncode = false)] string sku, CancellationToken cancel);

    [Get("products/{sku}/images/{imageId}")]
    [Header("Accept", "image/png, image/jpeg, image/svg+xml, application/problem+json")]
    Task<HttpResponseMessage> GetProductImage([Path(UrlEncode = false)] string sku, [Path(UrlEncode = false)] string imageId, CancellationToken cancel);

    [Post("prices/query")]
    Task<PricesWire> PricesQuery([Body] PricesQueryWire query, CancellationToken cancel);

    [Post("availability/query")]
    Task<AvailabilityWire> AvailabilityQuery([Body] AvailabilityQueryWire query, CancellationToken cancel);

    [Get("delivery-methods")]
    Task<ListWire<DeliveryMethodWire>> ListDeliveryMethods([Query("customerNumber")] string customerNumber, CancellationToken cancel);

    [Post("quotes")]
    Task<QuoteWire> QuoteOrder([Body] QuoteRequestWire request, CancellationToken cancel);

    [Post("orders")]
    Task<OrderWire> CreateOrder([Header("Idempotency-Key")] string idempotencyKey, [Body] NewOrderWire order, CancellationToken cancel);

    [Get("orders")]
    Task<PageWire<OrderWire>> ListOrders(
        [Query("customerNumber")] IReadOnlyList<string> customerNumbers,
        [Query("externalReference")] string? externalReference,
        [Query("poNumber")] string? poNumber,
        [Query("number")] string? number,
        [Query("trackingNumber")] string? trackingNumber,
        [Query("q")] string? q,
        [Query("status")] IReadOnlyList<string> statuses,
        [Query("changedSince")] string? changedSince,
        [Query("cursor")] string? cursor,
        [Query("limit")] int limit,
        CancellationToken cancel);

    [Get("backorders")]
    Task<PageWire<BackorderWire>> ListBackorders([Query("customerNumber")] string customerNumber, [Query("cursor")] string? cursor, [Query("limit")] int limit, CancellationToken cancel);

    [Get("orders/{number}")]
    Task<OrderWire> GetOrder([Path(UrlEncode = false)] string number, CancellationToken cancel);

    [Post("quotations")]
    Task<QuotationWire> CreateQuotation([Header("Idempotency-Key")] string idempotencyKey, [Body] NewQuotationWire quotation, CancellationToken cancel);

    [Get("quotations")]
    Task<PageWire<QuotationWire>> ListQuotations(
        [Query("customerNumber")] string customerNumber,
        [Query("externalReference")] string? externalReference,
        [Query("kind")] string? kind,
        [Query("status")] string? status,
        [Query("cursor")] string? cursor,
        [Query("limit")] int limit,
        CancellationToken cancel);

    [Get("quotations/{number}")]
    Task<QuotationWire> GetQuotation([Path(UrlEncode = false)] string number, CancellationToken cancel);

    [Patch("quotations/{number}")]
    Task<QuotationWire> ChangeQuotation([Path(UrlEncode = false)] string number, [Header("If-Match")] string ifMatch, [Body] QuotationChangeWire change, CancellationToken cancel);

    [Get("orders/{number}/allowed")]
    Task<OrderAllowedWire> GetOrderAllowed([Path(UrlEncode = false)] string number, CancellationToken cancel);

    [Patch("orders/{number}")]
    Task<OrderWire> ChangeOrder(
        [Path(UrlEncode = false)] string number,
        [Header("Idempotency-Key")] string idempotencyKey,
        [Header("If-Match")] string ifMatch,
        [Body] OrderChangeWire change,
        CancellationToken cancel);

    [Post("orders/{number}/cancel")]
    Task<OrderWire> CancelOrder(
        [Path(UrlEncode = false)] string number,
        [Header("Idempotency-Key")] string idempotencyKey,
        [Header("If-Match")] string ifMatch,
        [Body] CancelOrderWire cancellation,
        CancellationToken cancel);

    [Get("invoices")]
    Task<PageWire<InvoiceWire>> ListInvoices([Query("customerNumber")] string? customerNumber, [Query("changedSince")] string? changedSince, [Query("cursor")] string? cursor, [Query("limit")] int limit, CancellationToken cancel);

    [Get("invoices/{number}")]
    Task<InvoiceWire> GetInvoice([Path(UrlEncode = false)] string number, CancellationToken cancel);

    [Get("invoices/{number}/pdf")]
    [Header("Accept", "application/pdf, application/problem+json")]
    Task<HttpResponseMessage> GetInvoicePdf([Path(UrlEncode = false)] string number, CancellationToken cancel);

    [Get("customers/{number}")]
    Task<CustomerWire> GetCustomer([Path(UrlEncode = false)] string number, CancellationToken cancel);

    [Get("customers")]
    Task<DeletablePageWire<CustomerWire>> ListCustomers(
        [Query("crmAccountId")] string? crmAccountId,
        [Query("changedSince")] string? changedSince,
        [Query("cursor")] string? cursor,
        [Query("limit")] int limit,
        CancellationToken cancel);

    [Post("customers")]
    Task<CustomerWire> CreateCustomer([Header("Idempotency-Key")] string idempotencyKey, [Body] NewCustomerWire customer, CancellationToken cancel);

    [Patch("customers/{number}")]
    Task<CustomerWire> UpdateCustomer([Path(UrlEncode = false)] string number, [Header("If-Match")] string ifMatch, [Body] CustomerChangeWire change, CancellationToken cancel);

    [Get("customers/{number}/credit")]
    Task<CreditWire> GetCredit([Path(UrlEncode = false)] string number, CancellationToken cancel);

    [Post("credit/query")]
    Task<CreditSignalsWire> CreditQuery([Body] CustomersQueryWire query, CancellationToken cancel);

    [Post("overdue/query")]
    Task<OverdueWire> OverdueQuery([Body] CustomersQueryWire query, CancellationToken cancel);

    [Post("order-activity/query")]
    Task<OrderActivityWire> OrderActivityQuery([Body] CustomersQueryWire query, CancellationToken cancel);

    [Get("returns")]
    Task<PageWire<ReturnWire>> ListReturns([Query("customerNumber")] string customerNumber, [Query("externalReference")] string? externalReference, [Query("cursor")] string? cursor, [Query("limit")] int limit, CancellationToken cancel);

    [Post("returns")]
    Task<ReturnWire> CreateReturn([Header("Idempotency-Key")] string idempotencyKey, [Body] NewReturnWire sentBack, CancellationToken cancel);

    [Get("orders/{number}/returnable")]
    Task<ReturnableWire> GetReturnable([Path(UrlEncode = false)] string number, CancellationToken cancel);

    [Get("customers/{number}/statement")]
    Task<StatementWire> GetStatement([Path(UrlEncode = false)] string number, CancellationToken cancel);

    [Get("returns/{number}")]
    Task<ReturnWire> GetReturn([Path(UrlEncode = false)] string number, CancellationToken cancel);
}
