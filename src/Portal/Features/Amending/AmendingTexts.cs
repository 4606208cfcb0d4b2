namespace PortalIntegration.Portal.Features.Amending;

/// <summary>Names the resource file of the same name.</summary>
public sealed class AmendingTexts;
