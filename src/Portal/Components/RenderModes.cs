using Microsoft.AspNetCore.Components.Web;

namespace PortalIntegration.Portal.Components;

/// <summary>See docs/adr/render-modes.md.</summary>
public static class RenderModes
{
    /// <summary>Interactive on the server and never rendered before: nothing is asked twice, and nothing typed is overwritten.</summary>
    public static InteractiveServerRenderMode Live { get; } = new(prerender: false);
}
