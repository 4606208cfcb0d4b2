using PortalIntegration.Sync.Placing;

namespace PortalIntegration.Portal.Features.Checkout;

public enum StepLook
{
    Done,
    Running,
    Stopped,
    Failed,
    Ahead,
}

/// <param name="Name">Names its words.</param>
public sealed record JourneyStep(string Name, StepLook Look, DateTimeOffset? At = null)
{
    public bool IsCurrent => Look is StepLook.Running or StepLook.Stopped or StepLook.Failed;

    public string Symbol => Look switch
    {
        StepLook.Done => "check-circle-fill",
        StepLook.Running => "hourglass-split",
        StepLook.Stopped => "exclamation-triangle-fill",
        StepLook.Failed => "x-circle-fill",
        _ => "circle",
    };
}

/// <summary>The three steps that a buyer sees: received, checked by the ERP, confirmed with its number.</summary>
public static class JourneySteps
{
    public static IReadOnlyList<JourneyStep> Of(Placing placing)
    {
        var check = placing.State switch
        {
            PlacingState.Confirmed or PlacingState.Kept => StepLook.Done,
            PlacingState.NeedsDecision or PlacingState.Waiting or PlacingState.OutcomeUnknown => StepLook.Stopped,
            PlacingState.Rejected or PlacingState.DeadLetter or PlacingState.Withdrawn => StepLook.Failed,
            PlacingState.Checking => StepLook.Running,
            _ => StepLook.Ahead,
        };
        return
        [
            new("Received", StepLook.Done, placing.ReceivedAt),
            new("Checked", check),
            placing.State switch
            {
                PlacingState.Confirmed => new("Confirmed", StepLook.Done, placing.Since),
                PlacingState.Kept => new("Kept", StepLook.Done, placing.Since),
                _ => new(placing.Keep is null ? "Confirmed" : "Kept", StepLook.Ahead),
            },
        ];
    }
}
