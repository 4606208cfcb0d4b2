using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>Reads orders whole, with what was shipped of them. A model is a call, whatever the number of orders.</summary>
internal sealed class OdooSales(OdooRpc rpc, OdooPartners partners, OdooProducts products)
{
    /// <summary>A line that is no text; notes and headings have a display type.</summary>
    public static object?[] IsLine => Domain.IsEmpty("display_type");

    public async Task<Outcome<IReadOnlyList<Order>>> Read(PortCall call, object?[] domain)
    {
        var session = await rpc.Session(call);
        if (!session.Try(out var us))
        {
            return session.As<IReadOnlyList<Order>>();
        }

        var found = await rpc.Search<SaleRow>(call, "sale.order", domain, limit: 10);
        if (!found.Try(out var sales))
        {
            return found.As<IReadOnlyList<Order>>();
        }

        if (sales is [])
        {
            return found.Select<IReadOnlyList<Order>>(_ => []);
        }

        var ids = sales.Select(sale => sale.Id).ToList();
        var lining = rpc.Search<SaleLineRow>(call, "sale.order.line", Domain.All(Domain.In("order_id", ids), IsLine), "order_id, sequence, id");
        var picking = rpc.Search<PickingRow>(call, "stock.picking", Domain.All(Domain.In("sale_id", ids), Domain.IsNot("state", "cancel")));
        var moving = rpc.Search<MoveRow>(
            call, "stock.move", Domain.All(Domain.In("sale_line_id.order_id", ids), Domain.IsNot("state", "cancel"), Domain.Is("picking_type_id.code", "outgoing")));
        var invoicing = rpc.Search<InvoiceNameRow>(
            call, "account.move", Domain.All(Domain.In("id", sales.SelectMany(sale => sale.InvoiceIds)), Domain.Is("state", "posted")));
        var naming = partners.Customers(call, sales.Select(sale => sale.PartnerId.Id));
        var addressing = partners.Addresses(call, sales.SelectMany(sale => new[] { sale.PartnerInvoiceId.Id, sale.PartnerShippingId.Id }));
        var listing = products.Units(call, archived: true); // what was moved in one was moved
        await Task.WhenAll(lining, picking, moving, invoicing, naming, addressing, listing);
        var (lines, pickings, moves, invoices) = (await lining, await picking, await moving, await invoicing);
        var (customers, addresses, units) = (await naming, await addressing, await listing);
        if (FirstFailure(lines.Failure, pickings.Failure, moves.Failure, invoices.Failure, customers.Failure, addresses.Failure, units.Failure) is { } failure)
        {
            return Outcome.Failed<IReadOnlyList<Order>>(failure);
        }

        var codes = await rpc.ReadIds<CodeRow>(call, "product.product", lines.Value.Select(line => line.ProductId.Id));
        return rpc.Map<IReadOnlyDictionary<long, CodeRow>, IReadOnlyList<Order>>(call, codes, skus =>
        [
            .. sales.Where(sale => customers.Value.ContainsKey(sale.PartnerId.Id)).Select(sale => new Whole(
                sale,
                us.User,
                customers.Value[sale.PartnerId.Id],
                [.. lines.Value.Where(line => line.OrderId.Id == sale.Id)],
                [.. pickings.Value.Where(one => one.SaleId?.Id == sale.Id)],
                moves.Value,
                [.. invoices.Value.Where(invoice => sale.InvoiceIds.Contains(invoice.Id)).Select(invoice => invoice.Name)],
                units.Value).ToOrder(addresses.Value, skus)),
        ]);
    }

    public static Failure? FirstFailure(params Failure?[] failures) => failures.FirstOrDefault(failure => failure is not null);

    internal sealed record CodeRow : OdooRow
    {
        public required string? DefaultCode { get; init; }

        public required string Name { get; init; }
    }

    private sealed record InvoiceNameRow : OdooRow
    {
        public required string Name { get; init; }
    }

    /// <summary>An order with all that belongs to it.</summary>
    private sealed record Whole(
        SaleRow Sale, long Portal, CustomerRow Customer, IReadOnlyList<SaleLineRow> Lines, IReadOnlyList<PickingRow> Pickings, IReadOnlyList<MoveRow> Moves,
        IReadOnlyList<string> Invoices, UnitsOfOdoo Units)
    {
        private IEnumerable<SaleLineRow> Goods => Lines.Where(line => !line.IsDelivery);

        public Order ToOrder(IReadOnlyDictionary<long, Core.Customers.ErpAddress> addresses, IReadOnlyDictionary<long, CodeRow> codes)
        {
            var freight = Freight(Sale, Lines);
            return new Order
            {
                Number = new OrderNumber(Sale.Name),
                Customer = new CustomerNumber(Customer.Ref!),
                CustomerName = Customer.Name,
                Submission = Sale.CreateUid?.Id == Portal && SubmissionId.TryParse(Sale.Origin, out var submission) && submission.ExternalReference == Sale.Origin
                    ? submission
                    : null,
                PoNumber = Sale.ClientOrderRef,
                Status = SaleStates.Status(Sale.State, Sale.InvoiceStatus, Pickings),
                OrderedAt = Sale.DateOrder,
                ShipTo = addresses[Sale.PartnerShippingId.Id],
                BillTo = addresses[Sale.PartnerInvoiceId.Id],
                DeliveryMethod = Sale.CarrierId?.Name,
                RequestedOn = Sale.CommitmentDate is { } date ? DateOnly.FromDateTime(date.UtcDateTime) : null,
                PartialDelivery = Sale.PickingPolicy != WantedHeader.AllTogether,
                Note = Sale.Note,
                Lines =
                [
                    .. Goods.Select(line => new OrderLine
                    {
                        LineNumber = line.LineNumber,
                        Sku = Sku(line),
                        Description = codes[line.ProductId.Id].Name, // the line's own text repeats code and name
                        Unit = line.ProductUom.Name,
                        Ordered = line.ProductUomQty,
                        Shipped = line.QtyDelivered,
                        UnitPrice = Sale.Amount(line.PriceUnit),
                        ExtendedAmount = Sale.Amount(line.PriceSubtotal),
                        PromisedOn = line.PromisedOn,
                    }),
                ],
                // Odoo's untaxed amount has the freight in it: beside a freight it would be counted twice.
                Subtotal = freight is null ? Sale.Amount(Sale.AmountUntaxed) : null,
                Freight = freight,
                TaxTotal = Sale.Amount(Sale.AmountTax),
                Total = Sale.Amount(Sale.AmountTotal),
                Shipments = [.. Pickings.Where(picking => picking.IsOut).Select(picking => ToShipment(picking, Sku))],
                Invoices = Invoices,
                Returns = [.. Pickings.Where(picking => picking.PickingTypeCode is PickingKind.Incoming).Select(picking => picking.Name)],
            };

            Sku Sku(SaleLineRow line) => new(codes[line.ProductId.Id].DefaultCode ?? "");
        }

        private Shipment ToShipment(PickingRow picking, Func<SaleLineRow, Sku> sku)
        {
            var shipped = picking.State is PickingState.Done;
            return new Shipment
            {
                Number = picking.Name,
                ShippedAt = shipped ? picking.DateDone : null,
                Carrier = picking.CarrierId?.Name,
                TrackingNumber = picking.CarrierTrackingRef,
                TrackingUrl = Uri.TryCreate(picking.CarrierTrackingUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null,
                Lines =
                [
                    .. Goods
                        .Select(line => (Line: line, Moves: Moves.Where(move => move.PickingId?.Id == picking.Id && move.SaleLineId?.Id == line.Id).ToList()))
                        .Select(pair => new ShipmentLine(pair.Line.LineNumber, sku(pair.Line), pair.Moves.Sum(move => In(pair.Line.ProductUom, move, shipped))))
                        .Where(line => line.Quantity > 0),
                ],
            };
        }

        /// <summary>Odoo moves goods in the product's own unit, whatever they were ordered in.</summary>
        private decimal In(Ref unit, MoveRow move, bool shipped)
        {
            var quantity = shipped ? move.QuantityDone : move.ProductUomQty;
            return move.ProductUom.Id == unit.Id ? quantity
                : Units[move.ProductUom] is { } from && Units[unit] is { FactorInv: > 0 } to ? Strict.Converted(quantity, from.FactorInv, to.FactorInv)
                : throw new MalformedAnswerException("A move is in a unit that is none.");
        }
    }

    /// <summary>Null without a line of freight, and where a clerk added a second one.</summary>
    public static Money? Freight(SaleRow sale, IReadOnlyList<SaleLineRow> lines) =>
        lines.Where(line => line.IsDelivery).ToList() is [var only] ? sale.Amount(only.PriceSubtotal) : null;
}
