namespace PortalIntegration.Sync.Placing;

/// <summary>The boundaries between the steps of placing an order. Killed at any of them, it is placed once.</summary>
public static class PlacingSteps
{
    /// <summary>The submission is durable; nobody was told yet.</summary>
    public const string Received = "placing:received";

    /// <summary>A run has leased it.</summary>
    public const string Claimed = "placing:claimed";

    /// <summary>The ERP answered the lookup; nothing is written.</summary>
    public const string LookedUp = "placing:looked-up";

    /// <summary>The ERP answered the quote; nothing is written.</summary>
    public const string Quoted = "placing:quoted";

    /// <summary>"A create begins" is durable; nothing was sent.</summary>
    public const string CreateStarted = "placing:create-started";

    /// <summary>The ERP answered the create; nothing is written.</summary>
    public const string Created = "placing:created";

    /// <summary>The result is durable; nobody was told yet.</summary>
    public const string Settled = "placing:settled";

    /// <summary>Everybody was told.</summary>
    public const string Told = "placing:told";

    public static IReadOnlyList<string> All { get; } = [Received, Claimed, LookedUp, Quoted, CreateStarted, Created, Settled, Told];
}
