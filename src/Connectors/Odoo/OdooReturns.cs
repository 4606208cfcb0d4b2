using System.Globalization;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>Returns: pickings that bring back what another one of an order delivered.</summary>
internal sealed class OdooReturns(OdooRpc rpc, OdooPartners partners) : IReturns
{
    private const int PageSize = 50;
    private const string OfCustomer = "sale_id." + OdooPartners.CustomerNumber;

    public async Task<Outcome<Page<Return>>> List(Scope scope, CustomerNumber customer, string? cursor, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Returns, "returns", cancel);
        return int.TryParse(cursor ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? await Read(call, Domain.Is(OfCustomer, customer.Value), offset)
            : Outcome.Failed<Page<Return>>(rpc.Failure(call, Cause.Rejected, "The cursor is not one of ours."));
    }

    public async Task<Outcome<Return>> Get(Scope scope, string number, CancellationToken cancel)
    {
        var call = new PortCall(scope, Entity.Returns, "return", cancel);
        var read = await Read(call, Domain.Is("name", number), 0);
        return read.Try(out var page) && page.Items is [] ? Outcome.Failed<Return>(rpc.Failure(call, Cause.NotFound)) : read.Select(found => found.Items[0]);
    }

    public Task<Outcome<Returnable>> Returnable(Scope scope, OrderNumber order, CancellationToken cancel) => NotSupported<Returnable>(scope, "returnable", cancel);

    public Task<Outcome<Return>> Create(Scope scope, NewReturn sentBack, CancellationToken cancel) => NotSupported<Return>(scope, "createReturn", cancel);

    public Task<Outcome<Return?>> FindByReference(Scope scope, CustomerNumber customer, SubmissionId id, CancellationToken cancel) => NotSupported<Return?>(scope, "returnByReference", cancel);

    private static object?[] IsReturn => Domain.All(
        Domain.Is("picking_type_id.code", "incoming"), Domain.IsSet("move_lines.origin_returned_move_id"), Domain.IsSet(OfCustomer));

    private Task<Outcome<T>> NotSupported<T>(Scope scope, string operation, CancellationToken cancel) =>
        Task.FromResult(Outcome.Failed<T>(rpc.Failure(new PortCall(scope, Entity.Returns, operation, cancel), Cause.NotSupported)));

    private async Task<Outcome<Page<Return>>> Read(PortCall call, object?[] condition, int offset)
    {
        var found = await rpc.Search<ReturnRow>(call, "stock.picking", Domain.All(IsReturn, condition), "create_date desc, id desc", offset, PageSize + 1);
        if (!found.Try(out var rows))
        {
            return found.As<Page<Return>>();
        }

        var shown = rows.Take(PageSize).ToList();
        var moving = rpc.Search<ReturnedRow>(call, "stock.move", Domain.In("picking_id", shown.Select(row => row.Id)));
        var selling = rpc.ReadIds<SoldToRow>(call, "sale.order", shown.Select(row => row.SaleId.Id));
        await Task.WhenAll(moving, selling);
        var (moved, sold) = (await moving, await selling);
        if (!moved.Try(out var moves) || !sold.Try(out var sales))
        {
            return Outcome.Failed<Page<Return>>((moved.Failure ?? sold.Failure)!);
        }

        var coding = rpc.ReadIds<OdooSales.CodeRow>(call, "product.product", moves.Select(move => move.ProductId.Id));
        var naming = partners.Customers(call, sales.Values.Select(sale => sale.PartnerId.Id));
        await Task.WhenAll(coding, naming);
        var (coded, named) = (await coding, await naming);
        if (!coded.Try(out var codes) || !named.Try(out var customers))
        {
            return Outcome.Failed<Page<Return>>((coded.Failure ?? named.Failure)!);
        }

        return found.Select(_ => new Page<Return>(
            [
                .. shown.Where(row => customers.ContainsKey(sales[row.SaleId.Id].PartnerId.Id)).Select(row => new Return
                {
                    Number = row.Name,
                    Customer = new CustomerNumber(customers[sales[row.SaleId.Id].PartnerId.Id].Ref!),
                    Order = new OrderNumber(row.SaleId.Name),
                    RequestedAt = row.CreateDate,
                    Status = row.State switch
                    {
                        PickingState.Done => ReturnStatus.Received,
                        PickingState.Cancel => ReturnStatus.Cancelled,
                        PickingState.Draft => ReturnStatus.Requested,
                        _ => ReturnStatus.Approved,
                    },
                    Lines =
                    [
                        .. moves
                            .Where(move => move.PickingId?.Id == row.Id)
                            .Select(move => new ReturnLine(
                                new Sku(codes[move.ProductId.Id].DefaultCode ?? ""),
                                new Quantity(row.State is PickingState.Done ? move.QuantityDone : move.ProductUomQty, move.ProductUom.Name),
                                Reason: null)),
                    ],
                }),
            ],
            rows.Count > PageSize ? (offset + PageSize).ToString(CultureInfo.InvariantCulture) : null));
    }

    private sealed record ReturnRow : OdooRow
    {
        public required string Name { get; init; }

        public required PickingState State { get; init; }

        public required Ref SaleId { get; init; }

        public required DateTimeOffset CreateDate { get; init; }
    }

    private sealed record ReturnedRow : OdooRow
    {
        public required Ref? PickingId { get; init; }

        public required Ref ProductId { get; init; }

        public required Ref ProductUom { get; init; }

        public required decimal ProductUomQty { get; init; }

        public required decimal QuantityDone { get; init; }
    }

    private sealed record SoldToRow : OdooRow
    {
        public required Ref PartnerId { get; init; }
    }
}
