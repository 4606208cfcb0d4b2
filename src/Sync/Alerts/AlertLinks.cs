namespace PortalIntegration.Sync.Alerts;

internal static class AlertLinks
{
    /// <summary>The sync-health page; null where nobody said how admins reach the portal.</summary>
    public static Uri? Page(Uri? portal) => portal is null ? null : new Uri($"{portal.AbsoluteUri.TrimEnd('/')}/admin/sync");
}
