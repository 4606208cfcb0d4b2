namespace PortalIntegration.Portal.Features.Sales;

/// <summary>Names the resource file of the same name.</summary>
public sealed class SalesTexts;
