namespace PortalIntegration.Portal.Features.Orders;

/// <summary>Names the resource file of the same name.</summary>
public sealed class OrdersTexts;
