using System.Globalization;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Odoo.Crm;

/// <summary>Opportunities of the company and of its people. Their lines are those of the quotation that was made for them, which the module <c>sale_crm</c> links.</summary>
internal sealed class OdooOpportunities(OdooRpc rpc, CrmOptions options) : IOpportunities
{
    private const int PageSize = 50;

    private readonly IReadOnlyList<string> _more = options.OrderField is { } field ? [field] : [];

    /// <summary>What is lost is archived with no chance left; what was archived with one is only out of sight.</summary>
    private static object?[] AreToldOf => Domain.Any(Domain.Is("active", value: true), Domain.All(Domain.Is("active", value: false), Domain.Is("probability", 0)));

    public async Task<Outcome<Page<Opportunity>>> List(Scope scope, AccountId account, string? cursor = null, CancellationToken cancel = default)
    {
        var call = new PortCall(scope, Entity.Opportunities, "opportunities", cancel);
        var before = 0;
        if (cursor is not null && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            return Outcome.Failed<Page<Opportunity>>(rpc.Failure(call, Cause.Rejected, "The cursor is not one of ours."));
        }

        if (CrmKeys.Company(account) is not { } company)
        {
            return Outcome.Failed<Page<Opportunity>>(rpc.Failure(call, Cause.NotFound));
        }

        var found = await rpc.Search<LeadRow>(
            call,
            "crm.lead",
            Domain.All(
                Domain.Is("type", "opportunity"),
                Domain.Is("partner_id.commercial_partner_id", company),
                AreToldOf,
                cursor is null ? null : Domain.Before("id", before)),
            "id desc",
            limit: PageSize + 1,
            more: _more);
        if (!found.Try(out var rows))
        {
            return found.As<Page<Opportunity>>();
        }

        var page = rows.Take(PageSize).ToList();
        if (page.Count == 0)
        {
            return found.Select(_ => new Page<Opportunity>([]));
        }

        var winning = rpc.Search<StageRow>(call, "crm.stage", Domain.In("id", page.Select(lead => lead.StageId?.Id).OfType<long>().Distinct()));
        var quoting = Lines(call, page);
        await Task.WhenAll(winning, quoting);
        var (stages, lines) = (await winning, await quoting);
        if (!stages.Try(out var known) || !lines.Try(out var quoted))
        {
            return !stages.Succeeded ? stages.As<Page<Opportunity>>() : lines.As<Page<Opportunity>>();
        }

        var won = known.Where(stage => stage.IsWon).Select(stage => stage.Id).ToHashSet();
        return rpc.Map(call, found, _ => new Page<Opportunity>(
            [.. page.Select(lead => lead.ToOpportunity(account, options.OrderField, won, quoted[lead.Id]))],
            rows.Count > page.Count ? CrmKeys.Text(page[^1].Id) : null));
    }

    public Task<Outcome<Opportunity>> Get(Scope scope, string opportunity, CancellationToken cancel = default) => Lacking<Opportunity>(scope, "opportunity", cancel);

    public Task<Outcome<Page<Opportunity>>> Won(Scope scope, string? cursor = null, CancellationToken cancel = default) =>
        Lacking<Page<Opportunity>>(scope, "wonOpportunities", cancel);

    public Task<Outcome<Opportunity>> SetOrder(Scope scope, string opportunity, OrderNumber order, string? version, CancellationToken cancel = default) =>
        Lacking<Opportunity>(scope, "setOrder", cancel);

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel = default) => Lacking<Changes>(scope, "opportunityChanges", cancel);

    private Task<Outcome<T>> Lacking<T>(Scope scope, string operation, CancellationToken cancel) =>
        Task.FromResult(Outcome.Failed<T>(rpc.Failure(new PortCall(scope, Entity.Opportunities, operation, cancel), Cause.NotSupported)));

    /// <summary>By opportunity, the lines of its order, or else of its newest quotation: several quotations are alternatives.</summary>
    private async Task<Outcome<ILookup<long, OpportunityLine>>> Lines(PortCall call, IReadOnlyList<LeadRow> leads)
    {
        var found = await rpc.Search<SaleRow>(
            call, "sale.order", Domain.All(Domain.In("opportunity_id", leads.Select(lead => lead.Id)), Domain.IsNot("state", "cancel")), "id desc");
        if (!found.Try(out var sales))
        {
            return found.As<ILookup<long, OpportunityLine>>();
        }

        var chosen = sales.GroupBy(sale => sale.OpportunityId.Id)
            .Select(alternatives => alternatives.FirstOrDefault(sale => sale.State is "sale" or "done") ?? alternatives.First())
            .ToDictionary(sale => sale.Id, sale => sale.OpportunityId.Id);
        if (chosen.Count == 0)
        {
            return found.Select(_ => Enumerable.Empty<OpportunityLine>().ToLookup(_ => 0L));
        }

        // Sections and notes have no product; freight is no goods.
        var listed = await rpc.Search<LineRow>(
            call,
            "sale.order.line",
            Domain.All(
                Domain.In("order_id", chosen.Keys), Domain.IsSet("product_id"), Domain.Is("is_delivery", value: false), Domain.Above("product_uom_qty", 0)),
            "sequence, id");
        if (!listed.Try(out var lines))
        {
            return listed.As<ILookup<long, OpportunityLine>>();
        }

        var products = await rpc.ReadIds<ProductRow>(call, "product.product", lines.Select(line => line.ProductId.Id));
        // What has no code cannot be ordered.
        return rpc.Map(call, products, codes => lines.Where(line => codes[line.ProductId.Id].DefaultCode is { Length: > 0 }).ToLookup(
            line => chosen.TryGetValue(line.OrderId.Id, out var lead) ? lead : throw new MalformedAnswerException("order_id is of another order"),
            line => new OpportunityLine(new Sku(codes[line.ProductId.Id].DefaultCode!), line.ToQuantity())));
    }

    private sealed record LeadRow : OpenRow
    {
        public required string Name { get; init; }

        public required bool Active { get; init; }

        public required Ref? StageId { get; init; }

        public required decimal ExpectedRevenue { get; init; }

        /// <summary>A currency's name is its ISO code.</summary>
        public required Ref? CompanyCurrency { get; init; }

        public required DateOnly? DateDeadline { get; init; }

        public Opportunity ToOpportunity(AccountId account, string? orderField, HashSet<long> won, IEnumerable<OpportunityLine> lines) => new()
        {
            Id = CrmKeys.Text(Id),
            Account = account,
            Name = Name,
            Stage = !Active ? OpportunityStage.Lost : StageId is { } stage && won.Contains(stage.Id) ? OpportunityStage.Won : OpportunityStage.Open,
            Amount = ExpectedRevenue switch
            {
                < 0 => throw new MalformedAnswerException("expected_revenue is negative"),
                0 => null, // Odoo does not tell it from none
                _ => new Money(ExpectedRevenue, CompanyCurrency?.Name ?? throw new MalformedAnswerException("company_currency is missing")),
            },
            ClosesOn = DateDeadline,
            Lines = [.. lines],
            Order = orderField is not null && Text(orderField) is { } number ? new OrderNumber(number) : null,
        };
    }

    private sealed record StageRow : OdooRow
    {
        public required bool IsWon { get; init; }
    }

    private sealed record SaleRow : OdooRow
    {
        public required string State { get; init; }

        public required Ref OpportunityId { get; init; }
    }

    private sealed record LineRow : OdooRow
    {
        public required Ref OrderId { get; init; }

        public required Ref ProductId { get; init; }

        public required decimal ProductUomQty { get; init; }

        public required Ref ProductUom { get; init; }

        public Quantity ToQuantity() => ProductUomQty > 0
            ? new Quantity(ProductUomQty, ProductUom.Name)
            : throw new MalformedAnswerException("product_uom_qty is not positive");
    }

    private sealed record ProductRow : OdooRow
    {
        public required string? DefaultCode { get; init; }
    }
}
