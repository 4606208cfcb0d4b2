using System.Globalization;

namespace PortalIntegration.Benchmarks;

internal static class Statistics
{
    public static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];
    }

    public static string Row(params object[] cells) =>
        "| " + string.Join(" | ", cells.Select(cell => cell is double number ? number.ToString(number >= 100 ? "0" : "0.0", CultureInfo.InvariantCulture) : Convert.ToString(cell, CultureInfo.InvariantCulture))) + " |";
}
