using Deque.AxeCore.Commons;

namespace PortalIntegration.BrowserTests;

/// <summary>What axe holds every page to: WCAG 2.2 A and AA, some of which axe leaves out unless it is asked for by name, and its own good practice.</summary>
internal static class Wcag
{
    public static AxeRunOptions Rules { get; } = new() { RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } };
}
