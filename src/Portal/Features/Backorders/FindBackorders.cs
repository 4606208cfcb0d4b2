using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Portal.Features.Backorders;

/// <summary>Everything a customer waits for, asked of its owner page after page, so that it can be sorted and searched as a whole.</summary>
public sealed class FindBackorders(IOwnershipMap map)
{
    /// <summary>Nobody reads more; the owner lists the earliest promises first.</summary>
    public const int MostLines = 2_000;

    public async Task<Outcome<BackorderList>> List(Scope scope, CustomerNumber customer, CancellationToken cancel = default)
    {
        var orders = map.Owner<IOrders>();
        var lines = new List<Backorder>();
        string? cursor = null;
        while (true)
        {
            var answer = await orders.Backorders(scope, customer, cursor, cancel);
            if (!answer.Try(out var page))
            {
                return answer.As<BackorderList>();
            }

            lines.AddRange(page.Items.Take(MostLines - lines.Count));
            if (page.Next is null || page.Next == cursor || lines.Count >= MostLines)
            {
                return answer.Select(_ => new BackorderList(lines, page.Next is not null));
            }

            cursor = page.Next;
        }
    }
}
