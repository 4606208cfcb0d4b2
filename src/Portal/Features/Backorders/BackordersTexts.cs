namespace PortalIntegration.Portal.Features.Backorders;

/// <summary>Names the resource file of the same name.</summary>
public sealed class BackordersTexts;
