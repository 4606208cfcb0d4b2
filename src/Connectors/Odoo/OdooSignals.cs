using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>
/// What to look at first among many customers. Odoo adds up and finds the earliest and the latest by itself (<c>read_group</c>), in one question whatever their number.
/// </summary>
internal sealed class OdooSignals(OdooRpc rpc, OdooPartners partners, TimeProvider time)
{
    /// <summary>By the day that each delivery is promised for, which Odoo keeps on it; the day of an order changes with its stock.</summary>
    public async Task<Outcome<IReadOnlyList<OrderActivity>>> Activity(PortCall call, IReadOnlyList<CustomerNumber> customers)
    {
        var numbers = customers.Select(customer => customer.Value).ToList();
        var knowing = Known(call, numbers);
        var ordering = Grouped<OrderedGroup>(
            call,
            "sale.order",
            Domain.All(SaleStates.IsOrder, Domain.In(OdooPartners.CustomerNumber, numbers)),
            "partner_id",
            "date_order:max");
        var waiting = Grouped<LateGroup>(
            call,
            "stock.picking",
            Domain.All(
                SaleStates.IsPendingDelivery,
                Domain.Before("date_deadline", OdooJson.Text(new DateTimeOffset(Today.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero))),
                Domain.In($"sale_id.{OdooPartners.CustomerNumber}", numbers)),
            "sale_id",
            "date_deadline:min");
        await Task.WhenAll(knowing, ordering, waiting);
        var (known, ordered, waited) = (await knowing, await ordering, await waiting);
        if (OdooSales.FirstFailure(known.Failure, ordered.Failure, waited.Failure) is { } failure)
        {
            return Outcome.Failed<IReadOnlyList<OrderActivity>>(failure);
        }

        var late = await rpc.ReadIds<PartnerOfRow>(call, "sale.order", waited.Value.Select(group => group.SaleId.Id));
        if (!late.Try(out var sales))
        {
            return late.As<IReadOnlyList<OrderActivity>>();
        }

        var named = await partners.Customers(call, [.. ordered.Value.Select(group => group.PartnerId.Id), .. sales.Values.Select(sale => sale.PartnerId.Id)]);
        return rpc.Map<IReadOnlyDictionary<long, CustomerRow>, IReadOnlyList<OrderActivity>>(call, named, who =>
        {
            var last = ordered.Value.ToLookup(group => who.GetValueOrDefault(group.PartnerId.Id)?.Ref, group => group.DateOrder, StringComparer.Ordinal);
            var over = waited.Value.ToLookup(group => who.GetValueOrDefault(sales[group.SaleId.Id].PartnerId.Id)?.Ref, group => group.DateDeadline, StringComparer.Ordinal);
            return
            [
                .. known.Value.Select(number => new OrderActivity(
                    new CustomerNumber(number),
                    over[number].Count(),
                    over[number].Any() ? DateOnly.FromDateTime(over[number].Min().UtcDateTime) : null,
                    last[number].Any() ? last[number].Max() : null)),
            ];
        });
    }

    /// <summary>Of invoices only: what is owed to a customer is not set against what he owes.</summary>
    public async Task<Outcome<IReadOnlyList<OverdueSignal>>> Overdue(PortCall call, IReadOnlyList<CustomerNumber> customers)
    {
        var numbers = customers.Select(customer => customer.Value).ToList();
        var session = await rpc.Session(call);
        if (!session.Try(out var us))
        {
            return session.As<IReadOnlyList<OverdueSignal>>();
        }

        var knowing = Known(call, numbers);
        var owing = Grouped<OwedGroup>(
            call,
            "account.move",
            Domain.All(
                Domain.Is("move_type", "out_invoice"),
                Domain.Is("state", "posted"),
                Domain.In("payment_state", new[] { "not_paid", "partial" }),
                Domain.Before("invoice_date_due", OdooJson.Text(Today)),
                Domain.In("commercial_partner_id.ref", numbers)),
            "commercial_partner_id",
            "amount_residual_signed:sum",
            "invoice_date_due:min");
        await Task.WhenAll(knowing, owing);
        var (known, owed) = (await knowing, await owing);
        if (OdooSales.FirstFailure(known.Failure, owed.Failure) is { } failure)
        {
            return Outcome.Failed<IReadOnlyList<OverdueSignal>>(failure);
        }

        var named = await partners.Customers(call, owed.Value.Select(group => group.CommercialPartnerId.Id));
        return rpc.Map<IReadOnlyDictionary<long, CustomerRow>, IReadOnlyList<OverdueSignal>>(call, named, who =>
        [
            .. known.Value.Select(number => owed.Value.FirstOrDefault(group => who.GetValueOrDefault(group.CommercialPartnerId.Id)?.Ref == number) is { AmountResidualSigned: > 0 } due
                ? new OverdueSignal(new CustomerNumber(number), new Money(due.AmountResidualSigned, us.CurrencyCode), due.InvoiceDateDue)
                : new OverdueSignal(new CustomerNumber(number), new Money(0, us.CurrencyCode), Since: null)),
        ]);
    }

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>The numbers that some customer has.</summary>
    private async Task<Outcome<IReadOnlyList<string>>> Known(PortCall call, IReadOnlyList<string> numbers)
    {
        var found = await rpc.Search<NumberedRow>(call, "res.partner", Domain.All(Domain.In("ref", numbers), Domain.IsEmpty("parent_id")));
        return found.Select<IReadOnlyList<string>>(rows => [.. rows.Select(row => row.Ref).Distinct(StringComparer.Ordinal)]);
    }

    private Task<Outcome<IReadOnlyList<TGroup>>> Grouped<TGroup>(PortCall call, string model, object?[] domain, string by, params string[] fields) =>
        rpc.Read<IReadOnlyList<TGroup>>(call, model, "read_group", ids: null, new(StringComparer.Ordinal)
        {
            ["domain"] = domain,
            ["fields"] = fields,
            ["groupby"] = new[] { by },
        });

    private sealed record NumberedRow : OdooRow
    {
        public required string Ref { get; init; }
    }

    private sealed record PartnerOfRow : OdooRow
    {
        public required Ref PartnerId { get; init; }
    }

    private sealed record OrderedGroup
    {
        public required Ref PartnerId { get; init; }

        public required DateTimeOffset DateOrder { get; init; }

        public required int PartnerIdCount { get; init; }
    }

    private sealed record LateGroup
    {
        public required Ref SaleId { get; init; }

        public required DateTimeOffset DateDeadline { get; init; }

        public required int SaleIdCount { get; init; }
    }

    private sealed record OwedGroup
    {
        public required Ref CommercialPartnerId { get; init; }

        /// <summary>In the company's currency.</summary>
        public required decimal AmountResidualSigned { get; init; }

        public required DateOnly InvoiceDateDue { get; init; }

        public required int CommercialPartnerIdCount { get; init; }
    }
}
