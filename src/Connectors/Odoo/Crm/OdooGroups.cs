using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Odoo.Crm;

/// <summary>The two groups of users that have access to the portal, by their external ids; looked up once.</summary>
internal sealed class OdooGroups(OdooRpc rpc, CrmOptions options)
{
    private volatile StaffGroups? _known;

    public async Task<Outcome<StaffGroups>> Get(PortCall call)
    {
        if (_known is { } known)
        {
            return Outcome.Success(known, new Provenance(rpc.Pipeline.System, rpc.Pipeline.Time.GetUtcNow()));
        }

        var (rep, admin) = (Split(options.RepGroup), Split(options.AdminGroup));
        var found = await rpc.Search<ExternalIdRow>(call, "ir.model.data", Domain.All(Domain.Is("model", "res.groups"), Domain.Any(Named(rep), Named(admin))));
        if (!found.Try(out var rows))
        {
            return found.As<StaffGroups>();
        }

        return Of(rep) is not { } reps ? Missing(options.RepGroup)
            : Of(admin) is not { } admins ? Missing(options.AdminGroup)
            : found.Select(_ => _known = new StaffGroups(reps, admins));

        long? Of((string Module, string Name) id) => rows.FirstOrDefault(row => row.Module == id.Module && row.Name == id.Name)?.ResId;

        Outcome<StaffGroups> Missing(string name) =>
            Outcome.Failed<StaffGroups>(rpc.Failure(call, Cause.Rejected, $"There is no group '{name}': see the options of this system.", "missing_group"));
    }

    private static object?[] Named((string Module, string Name) id) => Domain.All(Domain.Is("module", id.Module), Domain.Is("name", id.Name));

    private static (string Module, string Name) Split(string externalId)
    {
        var point = externalId.IndexOf('.', StringComparison.Ordinal);
        return (externalId[..point], externalId[(point + 1)..]);
    }

    private sealed record ExternalIdRow : OdooRow
    {
        public required string Module { get; init; }

        public required string Name { get; init; }

        public required long ResId { get; init; }
    }
}

internal sealed record StaffGroups(long Reps, long Admins);
