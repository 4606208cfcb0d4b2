namespace PortalIntegration.Portal.Features.Returns;

/// <summary>Names the resource file of the same name.</summary>
public sealed class ReturnsTexts;
