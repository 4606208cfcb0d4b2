using RestEase;

namespace PortalIntegration.Connectors.Reference.Wire;

/// <summary>docs/contracts/crm.openapi.yaml, as far as the portal calls it. Named as its operations.</summary>
[Header("Accept", "application/json, application/problem+json")]
internal interface ICrmApi : IWebhookApi
{
    [Get("accounts")]
    Task<PageWire<AccountWire>> ListAccounts([Query("q")] string? q, [Query("ownerId")] string? ownerId, [Query("cursor")] string? cursor, [Query("limit")] int limit, CancellationToken cancel);

    [Get("accounts/{id}")]
    Task<AccountWire> GetAccount([Path(UrlEncode = false)] string id, CancellationToken cancel);

    [Get("accounts/{id}/timeline")]
    Task<TimelinePageWire> ListTimeline([Path(UrlEncode = false)] string id, [Query("cursor")] string? cursor, [Query("limit")] int limit, CancellationToken cancel);

    [Put("accounts/{id}/timeline/{externalKey}")]
    Task<TimelineEntryWire> PutTimelineEntry([Path(UrlEncode = false)] string id, [Path(UrlEncode = false)] string externalKey, [Body] TimelineEntryInputWire entry, CancellationToken cancel);

    [Get("contacts")]
    Task<PageWire<ContactWire>> ListContacts([Query("accountId")] string? accountId, [Query("q")] string? q, [Query("cursor")] string? cursor, [Query("limit")] int limit, CancellationToken cancel);

    [Get("contacts/{id}")]
    Task<ContactWire> GetContact([Path(UrlEncode = false)] string id, CancellationToken cancel);

    [Get("users")]
    Task<PageWire<UserWire>> ListUsers([Query("q")] string? q, [Query("cursor")] string? cursor, [Query("limit")] int limit, CancellationToken cancel);

    [Get("users/{id}")]
    Task<UserWire> GetUser([Path(UrlEncode = false)] string id, CancellationToken cancel);

    [Get("opportunities")]
    Task<PageWire<OpportunityWire>> ListOpportunities([Query("accountId")] string accountId, [Query("cursor")] string? cursor, [Query("limit")] int limit, CancellationToken cancel);
}
