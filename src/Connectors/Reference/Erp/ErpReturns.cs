using System.Globalization;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Reference.Erp;

internal sealed class ErpReturns(SystemPipeline pipeline, Func<Call, IErpApi> api) : IReturns
{
    private const string Capability = "Returns";
    private const int PageSize = 50;

    private static readonly Operation _list = Operation.Read("listReturns", Capability);
    private static readonly Operation _get = Operation.Read("getReturn", Capability);
    private static readonly Operation _returnable = Operation.Read("getReturnable", Capability);
    private static readonly Operation _create = Operation.Write("createReturn", Capability);

    public Task<Outcome<Page<Return>>> List(Scope scope, CustomerNumber customer, string? cursor = null, CancellationToken cancel = default) => pipeline.Send(
        scope,
        _list,
        (call, token) => api(call).ListReturns(customer.Value, null, cursor, PageSize, token),
        page => new Page<Return>(
            Strict.Each(page.Items, "items", (sentBack, at) =>
            {
                Strict.Same(sentBack.CustomerNumber, customer.Value, $"{at}.customerNumber");
                return Map(sentBack, $"{at}.");
            }),
            page.NextCursor,
            page.Total),
        page => page.AsOf,
        cancel: cancel);

    public Task<Outcome<Return>> Get(Scope scope, string number, CancellationToken cancel = default) => Ask.ByKey(pipeline, _get, number, key =>
        pipeline.Send(scope, _get, (call, token) => api(call).GetReturn(key, token), sentBack => Map(sentBack, ""), cancel: cancel));

    public Task<Outcome<Returnable>> Returnable(Scope scope, OrderNumber order, CancellationToken cancel = default) => Ask.ByKey(pipeline, _returnable, order.Value, key =>
        pipeline.Send(
            scope,
            _returnable,
            (call, token) => api(call).GetReturnable(key, token),
            answer =>
            {
                Strict.Same(answer.OrderNumber, order.Value, "orderNumber");
                return new Returnable
                {
                    Order = order,
                    Customer = new CustomerNumber(Strict.Filled(answer.CustomerNumber, "customerNumber")),
                    Reasons = Strict.Each(answer.Reasons, "reasons", (reason, at) => new ReturnReason(Strict.Filled(reason.Code, $"{at}.code"), Strict.Filled(reason.Name, $"{at}.name"))),
                    Lines = Strict.Each(answer.Lines, "lines", (line, at) => new ReturnableLine
                    {
                        LineNumber = line.LineNumber.ToString(CultureInfo.InvariantCulture),
                        Sku = new Sku(Strict.Filled(line.Sku, $"{at}.sku")),
                        Description = line.Description,
                        Unit = Strict.Filled(line.Unit, $"{at}.unit"),
                        Shipped = Strict.NotNegative(line.Shipped, $"{at}.shipped"),
                        Left = Strict.NotNegative(line.Left, $"{at}.left"),
                        Until = line.Until,
                        WhyNot = line.Reason,
                        Shipments = line.Shipments,
                        Invoices = line.Invoices,
                    }),
                };
            },
            cancel: cancel));

    public async Task<Outcome<Return>> Create(Scope scope, NewReturn sentBack, CancellationToken cancel = default)
    {
        var reference = sentBack.Id.ExternalReference;
        var by = sentBack.RequestedBy;
        var created = await pipeline.Send(
            scope,
            _create,
            (call, token) => api(call).CreateReturn(
                reference,
                new NewReturnWire
                {
                    ExternalReference = reference,
                    CustomerNumber = sentBack.Customer.Value,
                    OrderNumber = sentBack.Order.Value,
                    RequestedBy = new OrderedByWire(by.Person.Value, by.Name, by.OnBehalfOf),
                    Note = sentBack.Note,
                    Lines = [.. sentBack.Lines.Select(line => new NewReturnLineWire(OrderMapping.LineNumber(line.LineNumber), line.Quantity, line.Reason, line.Note))],
                },
                token),
            answer => Registered(answer, sentBack.Customer, reference, ""),
            cancel: cancel);
        if (created.Failure is not { Code: "external_reference_exists" or "idempotency_key_reused" } taken)
        {
            return created;
        }

        // It stands already: that one is the answer. Or it is still being registered: then this is no refusal.
        var standing = await FindByReference(scope, sentBack.Customer, sentBack.Id, cancel);
        return standing is { Succeeded: true, Value: not null }
            ? standing.Select(found => found!)
            : Outcome.Failed<Return>(taken with { Cause = Cause.Conflict });
    }

    public Task<Outcome<Return?>> FindByReference(Scope scope, CustomerNumber customer, SubmissionId id, CancellationToken cancel = default) => pipeline.Send(
        scope,
        _list,
        (call, token) => api(call).ListReturns(customer.Value, id.ExternalReference, null, 2, token),
        page => page.Items.Count switch
        {
            0 => null,
            1 => Strict.Each(page.Items, "items", (found, at) => Registered(found, customer, id.ExternalReference, $"{at}."))[0],
            _ => throw new MalformedAnswerException("items has several returns under one external reference"),
        },
        page => page.AsOf,
        cancel: cancel);

    /// <summary>A return of another's is no answer to ours.</summary>
    private static Return Registered(ReturnWire sentBack, CustomerNumber customer, string reference, string at)
    {
        Strict.Same(sentBack.ExternalReference ?? "", reference, $"{at}externalReference");
        Strict.Same(sentBack.CustomerNumber, customer.Value, $"{at}customerNumber");
        return Map(sentBack, at);
    }

    private static Return Map(ReturnWire sentBack, string at) => new()
    {
        Number = Strict.Filled(sentBack.Number, $"{at}number"),
        Customer = new CustomerNumber(Strict.Filled(sentBack.CustomerNumber, $"{at}customerNumber")),
        Order = new OrderNumber(Strict.Filled(sentBack.OrderNumber, $"{at}orderNumber")),
        RequestedAt = sentBack.RequestedAt,
        Status = sentBack.Status switch
        {
            ReturnStatusWire.Requested => ReturnStatus.Requested,
            ReturnStatusWire.Approved => ReturnStatus.Approved,
            ReturnStatusWire.Received => ReturnStatus.Received,
            ReturnStatusWire.Credited => ReturnStatus.Credited,
            ReturnStatusWire.Rejected => ReturnStatus.Rejected,
            ReturnStatusWire.Cancelled => ReturnStatus.Cancelled,
            _ => throw new MalformedAnswerException($"{at}status is unknown"),
        },
        Reason = sentBack.Note,
        Lines = Strict.Each(sentBack.Lines, $"{at}lines", (line, lineAt) => new ReturnLine(
            new Sku(Strict.Filled(line.Sku, $"{lineAt}.sku")),
            new Quantity(Strict.Positive(line.Quantity, $"{lineAt}.quantity"), Strict.Filled(line.Unit, $"{lineAt}.unit")),
            line.Note is { Length: > 0 } note ? note : Strict.Filled(line.Reason, $"{lineAt}.reason"))),
    };
}
