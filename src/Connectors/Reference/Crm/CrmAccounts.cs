using System.Globalization;
using System.Text.Json;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Reference.Crm;

internal sealed class CrmAccounts(SystemPipeline pipeline, Func<Call, ICrmApi> api) : IAccounts
{
    private const string Capability = "Accounts";

    private static readonly Operation _get = Operation.Read("getAccount", Capability);
    private static readonly Operation _list = Operation.Read("listAccounts", Capability);

    public Task<Outcome<Account>> Get(Scope scope, AccountId account, CancellationToken cancel = default) => Ask.ByKey(pipeline, _get, account.Value, key => pipeline.Send(
        scope,
        _get,
        (call, token) => api(call).GetAccount(key, token),
        answer =>
        {
            Strict.Same(answer.Id, account.Value, "id");
            return Map(answer, "");
        },
        cancel: cancel));

    public Task<Outcome<Page<Account>>> Search(Scope scope, AccountQuery query, CancellationToken cancel = default) => pipeline.Send(
        scope,
        _list,
        (call, token) => api(call).ListAccounts(string.IsNullOrWhiteSpace(query.Text) ? null : query.Text, query.Owner?.Value, query.Cursor, query.Limit, token),
        page => new Page<Account>(Strict.Each(page.Items, "items", (account, at) => Map(account, $"{at}.")), page.NextCursor, page.Total),
        page => page.AsOf,
        cancel: cancel);

    private static Account Map(AccountWire account, string at) => new()
    {
        Id = new AccountId(Strict.Filled(account.Id, $"{at}id")),
        Name = Strict.Filled(account.Name, $"{at}name"),
        Customer = account.ErpCustomerNumber is { Length: > 0 } number ? new CustomerNumber(number) : null,
        Owner = account.Owner is { } owner ? new PersonId(Strict.Filled(owner.Id, $"{at}owner.id")) : null,
        OwnerName = account.Owner?.Name,
        Addresses = Strict.Each(account.Addresses, $"{at}addresses", (address, addressAt) => new AccountAddress(
            Strict.Filled(address.Id, $"{addressAt}.id"),
            address.Kind switch
            {
                AddressKindWire.Billing => AddressKind.Billing,
                AddressKindWire.Shipping => AddressKind.Shipping,
                _ => throw new MalformedAnswerException($"{addressAt}.kind is unknown"),
            },
            address.Line2 is { Length: > 0 } second ? [address.Line1, second] : [address.Line1],
            address.PostalCode,
            address.City,
            address.Country)),
        CustomFields =
        [
            .. account.CustomFields.Where(field => field.Value.ValueKind != JsonValueKind.Null)
                .Select(field => new KeyValuePair<string, string>(field.Key, Text(field.Value, $"{at}customFields.{field.Key}"))),
        ],
        Version = account.Version.ToString(CultureInfo.InvariantCulture),
    };

    private static string Text(JsonElement value, string at) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => throw new MalformedAnswerException($"{at} is no simple value"),
    };
}

internal sealed class CrmTimeline(SystemPipeline pipeline, Func<Call, ICrmApi> api) : ITimeline
{
    private const string Capability = "Timeline";
    private const int PageSize = 50;

    private static readonly Operation _list = Operation.Read("listTimeline", Capability);
    private static readonly Operation _put = Operation.Write("putTimelineEntry", Capability);

    public Task<Outcome<Page<TimelineEntry>>> List(Scope scope, AccountId account, string? cursor = null, CancellationToken cancel = default) => Ask.ByKey(pipeline, _list, account.Value, key => pipeline.Send(
        scope,
        _list,
        (call, token) => api(call).ListTimeline(key, cursor, PageSize, token),
        page => new Page<TimelineEntry>(
            Strict.Each(page.Items, "items", (entry, at) =>
            {
                Strict.Same(entry.AccountId, account.Value, $"{at}.accountId");
                return new TimelineEntry(
                    Strict.Filled(entry.ExternalKey, $"{at}.externalKey"),
                    entry.At,
                    Kind(entry.Kind, at),
                    Strict.Filled(entry.Title, $"{at}.title"),
                    entry.Text,
                    entry.OrderNumber is { Length: > 0 } number ? new OrderNumber(number) : null);
            }),
            page.NextCursor),
        cancel: cancel));

    public Task<Outcome<Done>> Put(Scope scope, AccountId account, TimelineEntry entry, CancellationToken cancel = default) =>
        Ask.ByKey(pipeline, _put, account.Value, key => Ask.ByKey(pipeline, _put, entry.Key, entryKey => pipeline.Send(
            scope,
            _put,
            (call, token) => api(call).PutTimelineEntry(key, entryKey, new TimelineEntryInputWire(Kind(entry.Kind), entry.At, entry.Title, entry.Text, entry.Order?.Value), token),
            answer =>
            {
                Strict.Same(answer.ExternalKey, entry.Key, "externalKey");
                return default(Done);
            },
            cancel: cancel)));

    private static TimelineKind Kind(TimelineKindWire kind, string at) => kind switch
    {
        TimelineKindWire.Order => TimelineKind.Order,
        TimelineKindWire.Shipment => TimelineKind.Shipment,
        TimelineKindWire.Invoice => TimelineKind.Invoice,
        TimelineKindWire.Return => TimelineKind.Return,
        TimelineKindWire.Credit => TimelineKind.Credit,
        TimelineKindWire.Note => TimelineKind.Note,
        _ => throw new MalformedAnswerException($"{at}.kind is unknown"),
    };

    private static TimelineKindWire Kind(TimelineKind kind) => kind switch
    {
        TimelineKind.Order => TimelineKindWire.Order,
        TimelineKind.Shipment => TimelineKindWire.Shipment,
        TimelineKind.Invoice => TimelineKindWire.Invoice,
        TimelineKind.Return => TimelineKindWire.Return,
        TimelineKind.Credit => TimelineKindWire.Credit,
        TimelineKind.Note => TimelineKindWire.Note,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
