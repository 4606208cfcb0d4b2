using PortalIntegration.Sandbox.Http;
using PortalIntegration.Sandbox.Seed;
using PortalIntegration.Sandbox.Webhooks;

namespace PortalIntegration.Sandbox.Crm;

/// <summary>The stand-in CRM: what it holds and the operations of its contract.</summary>
internal sealed class CrmSystem : IAsyncDisposable
{
    private static readonly string[] Events =
        ["account.changed", "account.deleted", "contact.changed", "contact.deleted", "opportunity.changed", "user.changed"];

    private readonly SandboxOptions options;

    public CrmSystem(SandboxOptions options)
    {
        this.options = options;
        System = new SandboxSystem("crm", options, options.CrmToken);
        State = new CrmState(options.Clock, System.Webhooks.Publish);
        Reset();
        Operations =
        [
            System.Health,
            System.Tokens.Endpoint(),
            .. new AccountOperations(State).All,
            .. new PeopleOperations(State).All,
            .. new OpportunityOperations(State).All,
            .. new TimelineOperations(State).All,
            .. new ProductOperations(State).All,
            .. new SubscriptionOperations(System.Webhooks, Events).All,
        ];
    }

    public SandboxSystem System { get; }

    public CrmState State { get; }

    public IReadOnlyList<Operation> Operations { get; }

    /// <summary>Makes all data anew, as at the start.</summary>
    public void Reset() => CrmSeed.Fill(State, options, ErpSeed.DayOf(options.Clock));

    public ValueTask DisposeAsync() => System.Webhooks.DisposeAsync();
}
