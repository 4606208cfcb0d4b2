namespace PortalIntegration.Portal.Features.Ownership;

/// <summary>Names the resource file of the same name.</summary>
public sealed class OwnershipTexts;
