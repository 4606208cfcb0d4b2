using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Reference.Crm;

internal sealed class CrmOpportunities(SystemPipeline pipeline, Func<Call, ICrmApi> api) : IOpportunities
{
    private const int PageSize = 50;

    private static readonly Operation _list = Operation.Read("listOpportunities", "Opportunities");
    private static readonly Operation _get = Operation.Read("getOpportunity", "Opportunities");
    private static readonly Operation _update = Operation.Write("updateOpportunity", "Opportunities");

    public Task<Outcome<Page<Opportunity>>> List(Scope scope, AccountId account, string? cursor = null, CancellationToken cancel = default) => pipeline.Send(
        scope,
        _list,
        (call, token) => api(call).ListOpportunities(account.Value, null, null, cursor, PageSize, token),
        page => new Page<Opportunity>(
            Strict.Each(page.Items, "items", (opportunity, at) =>
            {
                Strict.Same(opportunity.AccountId, account.Value, $"{at}.accountId");
                return Map(opportunity, at);
            }),
            page.NextCursor,
            page.Total),
        page => page.AsOf,
        cancel: cancel);

    public Task<Outcome<Opportunity>> Get(Scope scope, string opportunity, CancellationToken cancel = default) => Ask.ByKey(pipeline, _get, opportunity, key =>
        pipeline.Send(scope, _get, (call, token) => api(call).GetOpportunity(key, token), answer => Asked(answer, opportunity), cancel: cancel));

    public Task<Outcome<Page<Opportunity>>> Won(Scope scope, string? cursor = null, CancellationToken cancel = default) => pipeline.Send(
        scope,
        _list,
        (call, token) => api(call).ListOpportunities(null, "closedWon", null, cursor, PageSize, token),
        page => new Page<Opportunity>(Strict.Each(page.Items, "items", Map), page.NextCursor, page.Total),
        page => page.AsOf,
        cancel: cancel);

    public Task<Outcome<Opportunity>> SetOrder(Scope scope, string opportunity, OrderNumber order, string? version, CancellationToken cancel = default) =>
        Ask.ByKey(pipeline, _update, opportunity, key => pipeline.Send(
            scope,
            _update,
            (call, token) => api(call).UpdateOpportunity(key, Ask.IfMatch(version), new OpportunityChangeWire(order.Value), token),
            answer => Asked(answer, opportunity),
            cancel: cancel));

    public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel = default) =>
        ChangeFeed.Follow(pipeline, _list, cursor, position => pipeline.Send(
            scope,
            _list,
            (call, token) => api(call).ListOpportunities(null, null, position.ChangedSince(), position.Next, position.PageSize, token),
            page => position.After(
                [
                    .. Strict.Each(page.Items, "items", (opportunity, at) => new Stamped(Strict.Filled(opportunity.Id, $"{at}.id"), opportunity.UpdatedAt)),
                    .. Strict.Each(page.Tombstones, "tombstones", (gone, at) => new Stamped(Strict.Filled(gone.Key, $"{at}.key"), gone.DeletedAt)),
                ],
                page.NextCursor,
                page.AsOf),
            page => page.AsOf,
            cancel: cancel));

    private static Opportunity Asked(OpportunityWire opportunity, string asked)
    {
        Strict.Same(opportunity.Id, asked, "id");
        return Map(opportunity, "opportunity");
    }

    private static Opportunity Map(OpportunityWire opportunity, string at) => new()
    {
        Id = Strict.Filled(opportunity.Id, $"{at}.id"),
        Account = new AccountId(opportunity.AccountId),
        Name = Strict.Filled(opportunity.Name, $"{at}.name"),
        Stage = opportunity.Stage switch
        {
            StageWire.Prospecting or StageWire.Qualification or StageWire.Proposal or StageWire.Negotiation => OpportunityStage.Open,
            StageWire.ClosedWon => OpportunityStage.Won,
            StageWire.ClosedLost => OpportunityStage.Lost,
            _ => throw new MalformedAnswerException($"{at}.stage is unknown"),
        },
        Amount = Strict.Price(opportunity.Amount, Strict.Currency(opportunity.Currency, $"{at}.currency"), $"{at}.amount"),
        Currency = opportunity.Currency,
        ClosesOn = opportunity.CloseOn,
        PoNumber = opportunity.PoNumber is { Length: > 0 } purchase ? purchase : null,
        ShipTo = opportunity.ShippingAddressId is { Length: > 0 } address ? address : null,
        Version = opportunity.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Lines = Strict.Each(opportunity.Lines, $"{at}.lines", (line, lineAt) => new OpportunityLine(
            new Sku(Strict.Filled(line.Sku, $"{lineAt}.sku")),
            new Quantity(Strict.Positive(line.Quantity, $"{lineAt}.quantity"), Strict.Filled(line.Unit, $"{lineAt}.unit")))),
        Order = opportunity.ErpOrderNumber is { Length: > 0 } number ? new OrderNumber(number) : null,
    };
}
