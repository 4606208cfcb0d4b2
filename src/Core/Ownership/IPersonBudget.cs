using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Core.Ownership;

/// <summary>
/// How much one person may ask the owners, whichever page, panel, file or socket it is asked from. What memory answers costs nothing, and so does what the portal
/// does on its own: delivering what was accepted, confirming who is signed in.
/// </summary>
public interface IPersonBudget
{
    /// <summary>Counts one question.</summary>
    /// <returns>Null when it may be asked; else <see cref="Cause.Throttled"/> of the portal itself, with the time after which it may be asked again.</returns>
    Failure? Refuses(PersonId person, string operation);
}
