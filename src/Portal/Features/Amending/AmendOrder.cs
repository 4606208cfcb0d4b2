using System.Globalization;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Changes;

namespace PortalIntegration.Portal.Features.Amending;

/// <summary>One change or one cancellation, as the browser keeps it until its end is known. Exactly one of the two is set.</summary>
public sealed record Amendment(OrderChange? Change, OrderCancellation? Cancellation)
{
    public OrderNumber Order => Change?.Order ?? Cancellation!.Order;

    /// <summary>By whoever is signed in, never whom the browser kept.</summary>
    public Amendment SignedBy(string name) => new(Change is { } change ? change with { By = name } : null, Cancellation is { } cancellation ? cancellation with { By = name } : null);

    /// <summary>Whether the order is as this wanted it: it may have taken effect although nobody heard so.</summary>
    public bool IsDone(Order order) => Change is { } change
        ? (change.PoNumber ?? order.PoNumber ?? "") == (order.PoNumber ?? "")
            && (change.Note ?? order.Note ?? "") == (order.Note ?? "")
            && (change.RequestedOn ?? order.RequestedOn) == order.RequestedOn
            && (change.ShipTo ?? order.ShipTo?.Id) == order.ShipTo?.Id
            && change.Lines.All(wanted => order.Lines.Any(line => line.LineNumber == wanted.LineNumber && line.Ordered == wanted.Quantity))
        : order.Lines.Where(line => Cancellation!.Lines.Count == 0 || Cancellation.Lines.Contains(line.LineNumber)).ToList() is [_, ..] lines
            && lines.All(line => line.Ordered - line.Shipped - line.Cancelled <= 0) && lines.Any(line => line.Cancelled > 0);
}

public enum AmendVerdict
{
    Done,

    /// <summary>The owner understood and does not let it: nothing was done.</summary>
    Refused,

    /// <summary>The order is another than the one that was seen: nothing was done.</summary>
    Stale,

    /// <summary>The owner was not reached: nothing was done.</summary>
    NotReached,

    /// <summary>It may have taken effect. The same may be asked for again.</summary>
    Unclear,
}

/// <param name="Order">As it is now; only when it is done.</param>
public sealed record Amended(AmendVerdict Verdict, Order? Order, Failure? Failure);

/// <summary>
/// Changes and cancels orders in their owner. An answer that is lost is asked for again under the same id, and where the owner does not know ids the order itself tells whether
/// it is done: what is wanted are values, not differences, so that nothing is done twice.
/// </summary>
public sealed class AmendOrder(IOwnershipMap map, IChangeBoard board, TimeProvider clock)
{
    /// <summary>While somebody waits. Later tries are the page's.</summary>
    private const int MostTries = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public Task<Outcome<OrderAllowance>> Allowed(Scope scope, OrderNumber number, CancellationToken cancel = default) => map.Owner<IOrders>().Allowed(scope, number, cancel);

    /// <param name="again">It was asked for before under this id, and its end is not known.</param>
    public async Task<Amended> Apply(Scope scope, Amendment wanted, bool again, CancellationToken cancel = default)
    {
        var orders = map.Owner<IOrders>();
        Failure? last = null;
        for (var tries = 0; tries < MostTries; tries++)
        {
            var outcome = wanted.Change is { } change
                ? await orders.Change(scope, change, cancel)
                : await orders.Cancel(scope, wanted.Cancellation!, cancel);
            if (outcome.Try(out var order))
            {
                board.Tell(Entity.Orders, wanted.Order.Value);
                return new Amended(AmendVerdict.Done, order, null);
            }

            last = outcome.Failure!;
            if (!last.MayHaveTakenEffect)
            {
                return again || tries > 0 ? await Compared(scope, wanted, last, cancel) : new Amended(Verdict(last), null, last);
            }

            await Task.Delay(last.RetryAfter is { } wait && wait < 5 * Pause ? wait : Pause * (tries + 1), clock, cancel);
        }

        return new Amended(AmendVerdict.Unclear, null, last);
    }

    private static AmendVerdict Verdict(Failure failure) => failure.Cause switch
    {
        Cause.Stale => AmendVerdict.Stale,
        _ when failure.RetryCanHelp => AmendVerdict.NotReached,
        _ => AmendVerdict.Refused,
    };

    /// <summary>An earlier try may have been what changed it, or what leaves nothing to do.</summary>
    private async Task<Amended> Compared(Scope scope, Amendment wanted, Failure failure, CancellationToken cancel)
    {
        var standing = await map.Owner<IOrders>().Get(scope, wanted.Order, cancel);
        if (standing.Try(out var order) && standing.Provenance!.Freshness is Freshness.Live && wanted.IsDone(order))
        {
            board.Tell(Entity.Orders, wanted.Order.Value);
            return new Amended(AmendVerdict.Done, order, null);
        }

        // Stale and refused are answers to this try: no earlier one took effect, unless the order could not be compared.
        return Verdict(failure) is var verdict && verdict is AmendVerdict.NotReached || !standing.Succeeded
            ? new Amended(AmendVerdict.Unclear, null, failure)
            : new Amended(verdict, null, failure);
    }

    /// <summary>A quantity as it is typed; null for what is none.</summary>
    public static decimal? Quantity(string? text, CultureInfo culture) =>
        decimal.TryParse(text?.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var plain) ? plain
        : decimal.TryParse(text?.Trim(), NumberStyles.Number, culture, out var local) ? local
        : null;
}
