using System.Globalization;

namespace PortalIntegration.Tests.Servers;

/// <summary>
/// The sandbox's hour of dispatch, as far from now as can be: what is quoted just before it and ordered just after it is promised for another day, and the buyer is asked.
/// </summary>
internal static class DispatchHour
{
    public static int FarFromNow => (TimeProvider.System.GetUtcNow().Hour + 12) % 24;

    public static string Argument => FarFromNow.ToString(CultureInfo.InvariantCulture);
}
