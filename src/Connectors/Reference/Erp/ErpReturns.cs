using System.Text.Json;
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

    public Task<Outcome<Page<Return>>> List(Scope scope, CustomerNumber customer, string? cursor = null, CancellationToken cancel = default) => pipeline.Send(
        scope,
        _list,
        (call, token) => api(call).ListReturns(customer.Value, cursor, PageSize, token),
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
            line.Note is { Length: > 0 } note ? note : JsonNamingPolicy.CamelCase.ConvertName(line.Reason.ToString()))),
    };
}
