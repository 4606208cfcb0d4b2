namespace PortalIntegration.Portal.Features.Quotes;

/// <summary>Names the resource file of the same name.</summary>
public sealed class QuotesTexts;
