namespace PortalIntegration.Portal.Features.SyncHealth;

/// <summary>Names the resource file of the same name.</summary>
public sealed class SyncTexts;
