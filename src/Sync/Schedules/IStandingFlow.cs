using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Schedules;

/// <summary>
/// A flow whose items always stand in the queue, due again after every run: so that of all nodes on one store one runs it, and a stopped one is taken
/// up by another.
/// </summary>
public interface IStandingFlow : IFlow
{
    /// <summary>The keys that have to stand.</summary>
    IReadOnlyList<string> Keys { get; }
}
