namespace PortalIntegration.Portal.Features.CompanyDetails;

/// <summary>Names the resource file of the same name.</summary>
public sealed class CompanyDetailsTexts;
