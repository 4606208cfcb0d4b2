using System.Globalization;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Flows;

/// <summary>
/// Stops a flow that changes more than it should: a first comparison, or a system that lost its data, must not wreck the other one. Several nodes on one store
/// are counted together.
/// </summary>
internal sealed class Brake(FlowSettings settings, FlowSwitches switches, IFlowChanges changes, TimeProvider time)
{
    /// <summary>Counts a change that is about to be made. A sentence says why it must not be; null lets it pass.</summary>
    /// <param name="emptied">How many fields their owner has emptied.</param>
    public async Task<string?> Stops(string key, int emptied, CancellationToken cancel)
    {
        var since = time.GetUtcNow() - settings.BrakeWindow;
        if (switches.Released(settings.Name) > since)
        {
            return null; // and what was counted before is older than the window by the time that it holds again
        }

        var counted = await changes.Add(settings.Name, key, emptied, since, cancel);
        var most = Math.Max(settings.BrakeKeys, (int)Math.Min(settings.BrakeShare * (switches.Total(settings.Name) ?? 0), 1_000_000_000));
        if (settings.BrakeShare < 1 && counted.Keys > most)
        {
            return Text($"It was about to change {counted.Keys} keys within {settings.BrakeWindow.TotalMinutes} minutes; {most} are allowed.");
        }

        return counted.Emptied > settings.BrakeEmptied
            ? Text($"{counted.Emptied} fields have turned empty at their owner within {settings.BrakeWindow.TotalMinutes} minutes; {settings.BrakeEmptied} are allowed.")
            : null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
