namespace PortalIntegration.Core.Orders;

/// <summary>What a customer's orders are up to, as their owner says.</summary>
/// <param name="Late">How many orders have goods still to come whose promised day has passed; 0 or more.</param>
/// <param name="LateSince">The earliest of those days; null where none is late.</param>
/// <param name="LastOrderedAt">When the customer ordered last, what was cancelled since included; null for never.</param>
public sealed record OrderActivity(CustomerNumber Customer, int Late, DateOnly? LateSince, DateTimeOffset? LastOrderedAt);
