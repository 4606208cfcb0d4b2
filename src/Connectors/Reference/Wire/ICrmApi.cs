using RestEase;

namespace PortalIntegration.Connectors.Reference.Wire;

/// <summary>docs/contracts/crm.openapi.yaml, as far as the portal calls it. Named as its operations.</summary>
[Header("Accept", "application/json, application/problem+json")]
internal interface ICrmApi : IWebhookApi
{
    [Get("accounts")]
    Task<DeletablePageWire<AccountWire>> ListAccounts(
        [Query("q")] string? q,
        [Query("ownerId")] string? ownerId,
        [Query("erpCustomerNumber")] string? erpCustomerNumber,
        [Query("changedSince")] string? changedSince,
        [Query("cursor")] string? cursor,
        [Query("limit")] int limit,
        CancellationToken cancel);

    [Patch("accounts/{id}")]
    Task<AccountWire> UpdateAccount([Path(UrlEncode = false)] string id, [Header("If-Match")] string ifMatch, [Body] AccountChangeWire change, CancellationToken cancel);

    [Put("accounts/{id}/addresses/{addressId}")]
    Task<AccountWire> PutAddress(
        [Path(UrlEncode = false)] string id, [Path(UrlEncode = false)] string addressId, [Header("If-Match")] string? ifMatch, [Body] AccountAddressInputWire address, CancellationToken cancel);

    [Delete("accounts/{id}/addresses/{addressId}")]
    Task<AccountWire> RemoveAddress(
        [Path(UrlEncode = false)] string id, [Path(UrlEncode = false)] string addressId, [Header("If-Match")] string ifMatch, CancellationToken cancel);

    [Get("accounts/{id}")]
    Task<AccountWire> GetAccount([Path(UrlEncode = false)] string id, CancellationToken cancel);

    [Get("accounts/{id}/timeline")]
    Task<TimelinePageWire> ListTimeline([Path(UrlEncode = false)] string id, [Query("orderNumber")] string? orderNumber, [Query("cursor")] string? cursor, [Query("limit")] int limit, CancellationToken cancel);

    [Put("accounts/{id}/timeline/{externalKey}")]
    Task<TimelineEntryWire> PutTimelineEntry([Path(UrlEncode = false)] string id, [Path(UrlEncode = false)] string externalKey, [Body] TimelineEntryInputWire entry, CancellationToken cancel);

    [Get("contacts")]
    Task<PageWire<ContactWire>> ListContacts([Query("accountId")] string? accountId, [Query("q")] string? q, [Query("cursor")] string? cursor, [Query("limit")] int limit, CancellationToken cancel);

    [Get("contacts/{id}")]
    Task<ContactWire> GetContact([Path(UrlEncode = false)] string id, CancellationToken cancel);

    [Put("contacts/{id}")]
    Task<ContactWire> PutContact([Path(UrlEncode = false)] string id, [Header("If-Match")] string? ifMatch, [Body] ContactInputWire contact, CancellationToken cancel);

    [Get("users")]
    Task<PageWire<UserWire>> ListUsers([Query("q")] string? q, [Query("cursor")] string? cursor, [Query("limit")] int limit, CancellationToken cancel);

    [Get("users/{id}")]
    Task<UserWire> GetUser([Path(UrlEncode = false)] string id, CancellationToken cancel);

    [Get("opportunities")]
    Task<DeletablePageWire<OpportunityWire>> ListOpportunities(
        [Query("accountId")] string? accountId,
        [Query("stage")] string? stage,
        [Query("changedSince")] string? changedSince,
        [Query("cursor")] string? cursor,
        [Query("limit")] int limit,
        CancellationToken cancel);

    [Get("opportunities/{id}")]
    Task<OpportunityWire> GetOpportunity([Path(UrlEncode = false)] string id, CancellationToken cancel);

    [Patch("opportunities/{id}")]
    Task<OpportunityWire> UpdateOpportunity([Path(UrlEncode = false)] string id, [Header("If-Match")] string ifMatch, [Body] OpportunityChangeWire change, CancellationToken cancel);

    [Get("products/{sku}")]
    Task<SalesProductWire> GetProduct([Path(UrlEncode = false)] string sku, CancellationToken cancel);

    [Put("products/{sku}")]
    Task<SalesProductWire> PutProduct([Path(UrlEncode = false)] string sku, [Header("If-Match")] string? ifMatch, [Body] SalesProductInputWire product, CancellationToken cancel);
}
