namespace PortalIntegration.Portal.Features.OrderPad;

/// <summary>Names the resource file of the same name.</summary>
public sealed class OrderPadTexts;
