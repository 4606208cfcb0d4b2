using System.Text.Json;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Crm;

/// <summary>Opportunities on the wire.</summary>
internal sealed class OpportunityOperations(CrmState state)
{
    public IEnumerable<Operation> All =>
    [
        Operation.Get("listOpportunities", "/opportunities", List),
        Operation.Get("getOpportunity", "/opportunities/{id}", Show),
        Operation.Patch("updateOpportunity", "/opportunities/{id}", Update),
    ];

    private Answer List(Call call)
    {
        var account = call.Text("accountId");
        var owner = call.Text("ownerId");
        var stages = call.Enums<Stage>("stage");
        var words = (call.Text("q") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        lock (state.Gate)
        {
            var since = call.ChangedSince;
            var slice = state.Opportunities.List(since, call.CursorText, call.Limit, o =>
                (account is null || o.AccountId == account)
                && (owner is null || o.Owner?.Id == owner)
                && (stages.Count == 0 || stages.Contains(o.Stage))
                && words.All(w => o.Name.Contains(w, StringComparison.OrdinalIgnoreCase)),
                all => all.OrderByDescending(o => o.UpdatedAt).ThenBy(o => o.Id, StringComparer.Ordinal));
            return Answer.Ok(new ListPage<Opportunity>(slice.Items.Select(Body).ToList(), state.Opportunities.DeletedSince(since), slice.NextCursor, state.Now, null));
        }
    }

    private Answer Show(Call call)
    {
        lock (state.Gate)
        {
            var opportunity = Find(call);
            return call.Versioned(Body(opportunity), opportunity.Version);
        }
    }

    private Answer Update(Call call)
    {
        var change = call.Read<OpportunityChange>();
        using var document = JsonDocument.Parse(call.Body);
        var sent = document.RootElement.EnumerateObject().Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        lock (state.Gate)
        {
            var opportunity = Find(call);
            call.CheckIfMatch(opportunity.Version, required: true);
            if (sent.Count == 0)
            {
                throw Refusal.BadRequest("nothing to change");
            }

            var changed = opportunity with
            {
                Stage = change.Stage ?? opportunity.Stage,
                ErpOrderNumber = sent.Contains("erpOrderNumber") ? change.ErpOrderNumber : opportunity.ErpOrderNumber,
                CustomFields = change.CustomFields is null
                    ? opportunity.CustomFields
                    : state.CustomFields.Apply(CustomFieldEntity.Opportunity, opportunity.CustomFields, change.CustomFields),
                Version = opportunity.Version + 1,
                UpdatedAt = state.Now,
            };
            state.Opportunities.Put(changed);
            state.Publish("opportunity.changed", "opportunity", changed.Id);
            return Answer.Ok(Body(changed)).WithVersion(changed.Version);
        }
    }

    private Opportunity Body(Opportunity opportunity) =>
        opportunity with { CustomFields = state.CustomFields.Complete(CustomFieldEntity.Opportunity, opportunity.CustomFields) };

    private Opportunity Find(Call call) =>
        state.Opportunities.Find(call.Route("id")) ?? throw Refusal.NotFound($"There is no opportunity {call.Route("id")}.");

    private sealed record OpportunityChange
    {
        public Stage? Stage { get; init; }

        public string? ErpOrderNumber { get; init; }

        public Dictionary<string, JsonElement?>? CustomFields { get; init; }
    }
}
