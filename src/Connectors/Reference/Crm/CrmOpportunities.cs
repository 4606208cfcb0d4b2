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

    public Task<Outcome<Page<Opportunity>>> List(Scope scope, AccountId account, string? cursor = null, CancellationToken cancel = default) => pipeline.Send(
        scope,
        _list,
        (call, token) => api(call).ListOpportunities(account.Value, cursor, PageSize, token),
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
        ClosesOn = opportunity.CloseOn,
        Lines = Strict.Each(opportunity.Lines, $"{at}.lines", (line, lineAt) => new OpportunityLine(
            new Sku(Strict.Filled(line.Sku, $"{lineAt}.sku")),
            new Quantity(Strict.Positive(line.Quantity, $"{lineAt}.quantity"), Strict.Filled(line.Unit, $"{lineAt}.unit")))),
        Order = opportunity.ErpOrderNumber is { Length: > 0 } number ? new OrderNumber(number) : null,
    };
}
