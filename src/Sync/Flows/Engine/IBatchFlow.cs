using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Sync.Flows;

/// <summary>A flow whose systems are asked about many keys at once, where all of them are compared.</summary>
internal interface IBatchFlow
{
    /// <summary>How many, 1 to 500.</summary>
    int BatchSize { get; }

    /// <summary>A look for each key, in their order.</summary>
    Task<IReadOnlyList<Look>> CompareAll(Scope scope, IReadOnlyList<string> keys, CancellationToken cancel);
}
