namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>Names the resource file of the same name.</summary>
public sealed class CheckoutTexts;
