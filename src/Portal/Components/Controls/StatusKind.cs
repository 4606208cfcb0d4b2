namespace PortalIntegration.Portal.Components.Controls;

/// <summary>The four loudnesses, and one for what is simply so.</summary>
public enum StatusKind
{
    Neutral,
    Good,
    Notice,
    Warning,
    Bad,
}

internal static class StatusIcons
{
    public static string Of(StatusKind kind) => kind switch
    {
        StatusKind.Good => "check-circle-fill",
        StatusKind.Notice => "info-circle-fill",
        StatusKind.Warning => "exclamation-triangle-fill",
        StatusKind.Bad => "exclamation-octagon-fill",
        _ => "circle",
    };
}
