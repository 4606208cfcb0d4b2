using System.Buffers.Text;
using System.Text.Json;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Reference.Erp;

internal sealed class ErpCustomers(SystemPipeline pipeline, Func<Call, IErpApi> api) : ICustomers
{
    private const string Capability = "Customers";

    private static readonly Operation _get = Operation.Read("getCustomer", Capability);
    private static readonly Operation _list = Operation.Read("listCustomers", Capability);
    private static readonly Operation _create = Operation.Write("createCustomer", Capability);
    private static readonly Operation _update = Operation.Write("updateCustomer", Capability);

    public Task<Outcome<Customer>> Get(Scope scope, CustomerNumber customer, CancellationToken cancel = default) => Ask.ByKey(pipeline, _get, customer.Value, key =>
        pipeline.Send(scope, _get, (call, token) => api(call).GetCustomer(key, token), answer => Asked(answer, customer), cancel: cancel));

    public Task<Outcome<Customer?>> FindByAccount(Scope scope, AccountId account, CancellationToken cancel = default) => pipeline.Send(
        scope,
        _list,
        (call, token) => api(call).ListCustomers(account.Value, null, null, 2, token),
        page => page.Items.Count switch
        {
            0 => null,
            1 => Strict.Each(page.Items, "items", (customer, at) =>
            {
                Strict.Same(customer.CrmAccountId ?? "", account.Value, $"{at}.crmAccountId");
                return Map(customer);
            })[0],
            _ => throw new MalformedAnswerException("items has several customers of one account"),
        },
        page => page.AsOf,
        cancel: cancel);

    public async Task<Outcome<Customer>> Create(Scope scope, NewCustomer customer, CancellationToken cancel = default)
    {
        var created = await pipeline.Send(
            scope,
            _create,
            (call, token) => api(call).CreateCustomer(
                $"customer-{customer.Account.Value}",
                new NewCustomerWire
                {
                    ExternalReference = customer.Account.Value,
                    CrmAccountId = customer.Account.Value,
                    Name = customer.Name,
                    Currency = customer.Currency,
                    Email = customer.Email,
                    Phone = customer.Phone,
                    BillTos = [.. customer.BillTos.Select(Wire)],
                    ShipTos = [.. customer.ShipTos.Select(Wire)],
                },
                token),
            answer =>
            {
                Strict.Same(answer.ExternalReference ?? "", customer.Account.Value, "externalReference");
                return Map(answer);
            },
            cancel: cancel);
        if (created.Failure is not { Code: "external_reference_exists" or "link_exists" or "idempotency_key_reused" })
        {
            return created;
        }

        // It stands already: that one is the answer.
        var standing = await FindByAccount(scope, customer.Account, cancel);
        return standing is { Succeeded: true, Value: not null } ? standing.Select(found => found!) : created;
    }

    public Task<Outcome<Customer>> Update(Scope scope, CustomerNumber customer, CustomerChange change, string? version, CancellationToken cancel = default) =>
        Ask.ByKey(pipeline, _update, customer.Value, key => pipeline.Send(
            scope,
            _update,
            (call, token) => api(call).UpdateCustomer(
                key,
                Ask.IfMatch(version),
                new CustomerChangeWire
                {
                    Name = change.Name,
                    Email = change.Email,
                    Phone = change.Phone,
                    TaxNumber = change.TaxNumber,
                    BillTos = change.BillTos is null ? null : [.. change.BillTos.Select(Wire)],
                    ShipTos = change.ShipTos is null ? null : [.. change.ShipTos.Select(Wire)],
                },
                token),
            answer => Asked(answer, customer),
            cancel: cancel));

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel = default) =>
        ChangeFeed.Follow(pipeline, _list, cursor, position => pipeline.Send(
            scope,
            _list,
            (call, token) => api(call).ListCustomers(null, position.ChangedSince(), position.Next, position.PageSize, token),
            page => position.After(
                [
                    .. Strict.Each(page.Items, "items", (customer, at) => new Stamped(Strict.Filled(customer.Number, $"{at}.number"), customer.UpdatedAt)),
                    .. Strict.Each(page.Tombstones, "tombstones", (gone, at) => new Stamped(Strict.Filled(gone.Key, $"{at}.key"), gone.DeletedAt)),
                ],
                page.NextCursor,
                page.AsOf),
            page => page.AsOf,
            cancel: cancel));

    private static Customer Asked(CustomerWire customer, CustomerNumber asked)
    {
        Strict.Same(customer.Number, asked.Value, "number");
        return Map(customer);
    }

    private static Customer Map(CustomerWire customer) => new()
    {
        Number = new CustomerNumber(Strict.Filled(customer.Number, "number")),
        Name = Strict.Filled(customer.Name, "name"),
        Currency = Strict.Currency(customer.Currency, "currency"),
        PaymentTerms = customer.Terms.Description,
        Email = Given(customer.Email),
        Phone = Given(customer.Phone),
        TaxNumber = Given(customer.TaxNumber),
        ShipTos = Strict.Each(customer.ShipTos, "shipTos", Chosen),
        BillTos = Strict.Each(customer.BillTos, "billTos", Chosen),
        Account = customer.CrmAccountId is { Length: > 0 } account ? new AccountId(account) : null,
        Version = customer.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static AddressInputWire Wire(ErpAddress address) => new(
        address.Id,
        address.Name,
        address.Lines is [var first, ..] ? first : "-",
        address.Lines.Count > 1 ? string.Join(", ", address.Lines.Skip(1)) : null,
        address.PostalCode,
        address.City ?? "-",
        address.Region,
        address.Country ?? "",
        address.IsDefault);

    private static ErpAddress Chosen(AddressWire address, string at)
    {
        Strict.Filled(address.Id ?? "", $"{at}.id");
        return Lines.Address(address, at);
    }
}

internal sealed class ErpCredit(SystemPipeline pipeline, Func<Call, IErpApi> api) : ICredit
{
    private const string Capability = "Credit";

    private static readonly Operation _get = Operation.Read("getCredit", Capability);
    private static readonly Operation _signals = Operation.Read("creditQuery", Capability);
    private static readonly Operation _customers = Operation.Read("listCustomers", Capability);
    private static readonly Operation _orders = Operation.Read("listOrders", Capability);
    private static readonly Operation _invoices = Operation.Read("listInvoices", Capability);

    public Task<Outcome<CreditStanding>> Get(Scope scope, CustomerNumber customer, CancellationToken cancel = default) => Ask.ByKey(pipeline, _get, customer.Value, key =>
        pipeline.Send(scope, _get, (call, token) => api(call).GetCredit(key, token), answer => Map(answer, customer), answer => answer.AsOf, cancel: cancel));

    public Task<Outcome<IReadOnlyList<CreditSignal>>> Signals(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel = default) =>
        Batches.Ask(pipeline, customers, Ask.LargestBatch, batch => pipeline.Send(
            scope,
            _signals,
            (call, token) => api(call).CreditQuery(new CustomersQueryWire([.. batch.Select(customer => customer.Value)]), token),
            answer => (IReadOnlyList<CreditSignal>)Strict.Among(
                Strict.Each(answer.Items, "items", (item, _) => new CreditSignal(
                    new CustomerNumber(item.CustomerNumber), item.OnHold, item is { OnHold: true, HoldReason: { Length: > 0 } reason } ? reason : null, item.OverLimit)),
                batch,
                signal => signal.Customer,
                "items"),
            answer => answer.AsOf,
            cancel: cancel));

    /// <summary>The contract lists no standings by change; what moves them it does: the customer, his orders and his invoices.</summary>
    public async Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel = default)
    {
        var from = Cursors.Read(cursor);
        if (from is null)
        {
            return pipeline.Fail<Changes>(_customers, Cause.Rejected, "The cursor is none of this connector's.");
        }

        var customers = ChangeFeed.Follow(pipeline, _customers, from.Customers, position => pipeline.Send(
            scope,
            _customers,
            (call, token) => api(call).ListCustomers(null, position.ChangedSince(), position.Next, position.PageSize, token),
            page => position.After(Strict.Each(page.Items, "items", (customer, at) => new Stamped(Strict.Filled(customer.Number, $"{at}.number"), customer.UpdatedAt)), page.NextCursor, page.AsOf),
            page => page.AsOf,
            cancel: cancel));
        var orders = ChangeFeed.Follow(pipeline, _orders, from.Orders, position => pipeline.Send(
            scope,
            _orders,
            (call, token) => api(call).ListOrders([], null, null, null, null, null, [], position.ChangedSince(), position.Next, position.PageSize, token),
            page => position.After(Strict.Each(page.Items, "items", (order, at) => new Stamped(Strict.Filled(order.CustomerNumber, $"{at}.customerNumber"), order.UpdatedAt)), page.NextCursor, page.AsOf),
            page => page.AsOf,
            cancel: cancel));
        var invoices = ChangeFeed.Follow(pipeline, _invoices, from.Invoices, position => pipeline.Send(
            scope,
            _invoices,
            (call, token) => api(call).ListInvoices(null, position.ChangedSince(), position.Next, position.PageSize, token),
            page => position.After(Strict.Each(page.Items, "items", (invoice, at) => new Stamped(Strict.Filled(invoice.CustomerNumber, $"{at}.customerNumber"), invoice.UpdatedAt)), page.NextCursor, page.AsOf),
            page => page.AsOf,
            cancel: cancel));
        var answers = await Task.WhenAll(customers, orders, invoices);
        return Array.Find(answers, answer => !answer.Succeeded) is { } failed ? failed : answers[0].Select(_ => new Changes(
            [.. answers.SelectMany(answer => answer.Value.Keys).Distinct(StringComparer.Ordinal)],
            new Cursors(answers[0].Value.Cursor, answers[1].Value.Cursor, answers[2].Value.Cursor).Write(),
            answers.Any(answer => answer.Value.More)));
    }

    private static CreditStanding Map(CreditWire credit, CustomerNumber asked)
    {
        Strict.Same(credit.CustomerNumber, asked.Value, "customerNumber");
        var currency = Strict.Currency(credit.Currency, "currency");
        return new CreditStanding
        {
            Customer = asked,
            Limit = Strict.Price(credit.Limit, currency, "limit"),
            Balance = new Money(credit.Balance, currency),
            OpenOrders = Strict.Price(credit.OpenOrders, currency, "openOrders"),
            Available = Strict.Money(credit.Available, currency),
            OnHold = credit.OnHold,
            HoldReason = credit.HoldReason,
        };
    }

    /// <summary>How far each of the three lists was read.</summary>
    private sealed record Cursors(string? Customers, string? Orders, string? Invoices)
    {
        public static Cursors? Read(string? text)
        {
            try
            {
                return text is null ? new Cursors(null, null, null) : JsonSerializer.Deserialize<Cursors>(Base64Url.DecodeFromChars(text));
            }
            catch (Exception foreign) when (foreign is FormatException or JsonException)
            {
                return null;
            }
        }

        public string Write() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));
    }
}
