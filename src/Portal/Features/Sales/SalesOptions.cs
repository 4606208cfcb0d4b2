using PortalIntegration.Core.Settings;

namespace PortalIntegration.Portal.Features.Sales;

/// <summary>Section <c>Sales</c>.</summary>
public sealed class SalesOptions
{
    public const string Section = "Sales";

    /// <summary>An account that has not ordered for so many days is shown as quiet to its rep. 1 to 3,650 days.</summary>
    [Within(1, 3_650, Unit = "days")]
    public int QuietAfterDays { get; set; } = 60;
}
