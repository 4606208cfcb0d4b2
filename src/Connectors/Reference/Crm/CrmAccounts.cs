using System.Globalization;
using System.Text.Json;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Reference.Crm;

internal sealed class CrmAccounts(SystemPipeline pipeline, Func<Call, ICrmApi> api) : IAccounts
{
    private const string Capability = "Accounts";

    private static readonly Operation _get = Operation.Read("getAccount", Capability);
    private static readonly Operation _list = Operation.Read("listAccounts", Capability);
    private static readonly Operation _update = Operation.Write("updateAccount", Capability);
    private static readonly Operation _putAddress = Operation.Write("putAddress", Capability);
    private static readonly Operation _removeAddress = Operation.Write("removeAddress", Capability);

    /// <summary>How often the account may change beside the address while it is written.</summary>
    private const int MostRounds = 4;

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
        (call, token) => api(call).ListAccounts(
            string.IsNullOrWhiteSpace(query.Text) ? null : query.Text, query.Owner?.Value, query.Customer?.Value, null, query.Cursor, query.Limit, token),
        page => new Page<Account>(Strict.Each(page.Items, "items", (account, at) => Map(account, $"{at}.")), page.NextCursor, page.Total),
        page => page.AsOf,
        cancel: cancel);

    public Task<Outcome<Account>> Update(Scope scope, AccountId account, AccountChange change, string? version, CancellationToken cancel = default) =>
        Ask.ByKey(pipeline, _update, account.Value, key => pipeline.Send(
            scope,
            _update,
            (call, token) => api(call).UpdateAccount(key, Ask.IfMatch(version), Wire(change), token),
            answer =>
            {
                Strict.Same(answer.Id, account.Value, "id");
                return Map(answer, "");
            },
            cancel: cancel));

    /// <summary>
    /// The contract's version is the whole account's, which changes with every copied figure: it guards the moment between look and write, and whether somebody else
    /// changed the address, the address itself says.
    /// </summary>
    public async Task<Outcome<Account>> ChangeAddress(Scope scope, AccountId account, AddressChange change, CancellationToken cancel = default)
    {
        for (var round = 1; ; round++)
        {
            var found = await Get(scope, account, cancel);
            if (!found.Try(out var standing))
            {
                // Nothing was written yet: whatever kept the question from an answer left no effect.
                return found.Failure!.MayHaveTakenEffect ? Outcome.Failed<Account>(found.Failure with { Cause = Cause.Unavailable }) : found;
            }

            // The contract has a name at every address: the account's own where none is given.
            change = change.Wanted is { Name: null or "" } nameless ? change with { Wanted = nameless with { Name = standing.Name } } : change;
            var now = standing.Addresses.FirstOrDefault(address => address.Id == change.Id);
            if (change.IsDone(now))
            {
                return found;
            }

            if (now is null && change.Seen is not null)
            {
                return pipeline.Fail<Account>(_putAddress, Cause.NotFound);
            }

            if (now is not null && (change.Seen is null || !now.SaysTheSameAs(change.Seen)))
            {
                return pipeline.Fail<Account>(_putAddress, Cause.Stale);
            }

            var written = await (change.Wanted is { } wanted ? Put(scope, standing, now, change.Id, wanted, cancel) : Remove(scope, standing, change.Id, cancel));
            if (written.Failure?.Cause is not Cause.Stale || round == MostRounds)
            {
                return written;
            }
        }
    }

    private Task<Outcome<Account>> Put(Scope scope, Account account, AccountAddress? standing, string address, AccountAddress wanted, CancellationToken cancel) =>
        wanted.Lines is not ([_] or [_, _])
            ? Task.FromResult(pipeline.Fail<Account>(_putAddress, Cause.Rejected, "An address has one or two lines here."))
            : Ask.ByKey(pipeline, _putAddress, account.Id.Value, key => Ask.ByKey(pipeline, _putAddress, address, addressKey => pipeline.Send(
                scope,
                _putAddress,
                (call, token) => api(call).PutAddress(
                    key,
                    addressKey,
                    standing is null ? null : Ask.IfMatch(account.Version),
                    new AccountAddressInputWire(
                        wanted.Kind is AddressKind.Billing ? AddressKindWire.Billing : AddressKindWire.Shipping,
                        wanted.Name is { Length: > 0 } name ? name : account.Name,
                        wanted.Lines[0],
                        wanted.Lines.ElementAtOrDefault(1),
                        wanted.PostalCode,
                        wanted.City ?? "",
                        wanted.Region,
                        wanted.Country ?? "",
                        wanted.IsDefault),
                    token),
                answer => Asked(answer, account.Id),
                cancel: cancel)));

    private Task<Outcome<Account>> Remove(Scope scope, Account account, string address, CancellationToken cancel) =>
        Ask.ByKey(pipeline, _removeAddress, account.Id.Value, key => Ask.ByKey(pipeline, _removeAddress, address, addressKey => pipeline.Send(
            scope,
            _removeAddress,
            (call, token) => api(call).RemoveAddress(key, addressKey, Ask.IfMatch(account.Version), token),
            answer => Asked(answer, account.Id),
            cancel: cancel)));

    private static Account Asked(AccountWire answer, AccountId asked)
    {
        Strict.Same(answer.Id, asked.Value, "id");
        return Map(answer, "");
    }

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel = default) =>
        ChangeFeed.Follow(pipeline, _list, cursor, position => pipeline.Send(
            scope,
            _list,
            (call, token) => api(call).ListAccounts(null, null, null, position.ChangedSince(), position.Next, position.PageSize, token),
            page => position.After(
                [
                    .. Strict.Each(page.Items, "items", (account, at) => new Stamped(Strict.Filled(account.Id, $"{at}.id"), account.UpdatedAt)),
                    .. Strict.Each(page.Tombstones, "tombstones", (gone, at) => new Stamped(Strict.Filled(gone.Key, $"{at}.key"), gone.DeletedAt)),
                ],
                page.NextCursor,
                page.AsOf),
            page => page.AsOf,
            cancel: cancel));

    private static AccountChangeWire Wire(AccountChange change) => new()
    {
        ErpCustomerNumber = change.Customer?.Value,
        CustomFields = change.CustomFields.Count == 0 ? null : change.CustomFields.ToDictionary(field => field.Key, field => Wire(field.Value), StringComparer.Ordinal),
    };

    private static JsonElement Wire(FieldValue? value) => value switch
    {
        null => JsonSerializer.SerializeToElement<string?>(null),
        { Type: FieldType.Number or FieldType.Amount } => JsonSerializer.SerializeToElement(decimal.Parse(value.Text, CultureInfo.InvariantCulture)),
        { Type: FieldType.Flag } => JsonSerializer.SerializeToElement(value.Text == "true"),
        _ => JsonSerializer.SerializeToElement(value.Text),
    };

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
            address.Country)
        {
            Name = address.Name,
            Region = address.Region,
            IsDefault = address.IsDefault,
            ErpAddress = address.ErpAddressId is { Length: > 0 } erp ? erp : null,
        }),
        Email = account.Email is { Length: > 0 } ? account.Email : null,
        Phone = account.Phone is { Length: > 0 } ? account.Phone : null,
        CustomFields =
        [
            .. account.CustomFields.Where(field => field.Value.ValueKind != JsonValueKind.Null)
                .Select(field => new KeyValuePair<string, string>(field.Key, Text(field.Value, $"{at}customFields.{field.Key}"))),
        ],
        EmptyFields = [.. account.CustomFields.Where(field => field.Value.ValueKind == JsonValueKind.Null).Select(field => field.Key)],
        Version = account.Version.ToString(CultureInfo.InvariantCulture),
    };

    private static string Text(JsonElement value, string at) => value.ValueKind switch
    {
        JsonValueKind.String => value.Deserialize<string>()!, // which tells half a letter as no JSON
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => throw new MalformedAnswerException($"{at} is no simple value"),
    };
}

internal sealed class CrmTimeline(SystemPipeline pipeline, Func<Call, ICrmApi> api) : ITimeline
{
    private const string Capability = "Timeline";
    private const int PageSize = 50;

    /// <summary>No order has 100,000 entries: whatever goes on after them goes in a circle.</summary>
    private const int MostPages = 200;

    private static readonly Operation _list = Operation.Read("listTimeline", Capability);
    private static readonly Operation _put = Operation.Write("putTimelineEntry", Capability);

    public Task<Outcome<Page<TimelineEntry>>> List(Scope scope, AccountId account, string? cursor = null, CancellationToken cancel = default) =>
        Page(scope, account, null, cursor, PageSize, cancel);

    private Task<Outcome<Page<TimelineEntry>>> Page(Scope scope, AccountId account, string? order, string? cursor, int limit, CancellationToken cancel) => Ask.ByKey(pipeline, _list, account.Value, key => pipeline.Send(
        scope,
        _list,
        (call, token) => api(call).ListTimeline(key, order, cursor, limit, token),
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

    public async Task<Outcome<IReadOnlyList<TimelineEntry>>> About(Scope scope, AccountId account, OrderNumber order, CancellationToken cancel = default)
    {
        var entries = new List<TimelineEntry>();
        string? cursor = null;
        for (var asked = 0; asked < MostPages; asked++)
        {
            var answer = await Page(scope, account, order.Value, cursor, Ask.LargestBatch, cancel);
            if (!answer.Try(out var page))
            {
                return answer.As<IReadOnlyList<TimelineEntry>>();
            }

            entries.AddRange(page.Items);
            if (page.Next is null || page.Next == cursor)
            {
                return answer.Select<IReadOnlyList<TimelineEntry>>(_ => entries);
            }

            cursor = page.Next;
        }

        return pipeline.Fail<IReadOnlyList<TimelineEntry>>(_list, Cause.Malformed, "The timeline has no end.");
    }

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
