using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>Handing over what was pressed, all orders of a checkout together.</summary>
public sealed partial class CheckoutIsland
{
    /// <summary>The browser keeps the order first, then the portal is asked: whatever breaks in between, the browser knows of it.</summary>
    private async Task Place()
    {
        if (_placing || Obstacle is not null || _next is not { Parts: { Count: > 0 } parts } || _session?.Customer is not { } customer)
        {
            return;
        }

        _placing = true;
        _trouble = null;
        // What is on the screen now: as soon as the browser keeps the orders, their lines leave the basket, and the quotes with them. What was filled in for all of
        // them may have been typed on since they were quoted, where that changes no quote.
        var now = Time.GetUtcNow();
        var orders = parts.Select((part, at) =>
        {
            var form = _form with { ShipTo = part.Form.ShipTo };
            var known = Known(part.Id);
            var order = known ?? Add(new OrderOnItsWay(part.Id, KeptOrder.From(part.Id, now, form, part.Lines) with
            {
                Part = part.Key,
                Checkout = parts.Count > 1 ? parts[0].Id.ToString() : null,
                Place = parts.Count > 1 ? at + 1 : 0,
                Among = parts.Count,
            }));
            order.IsBusy = true;
            return (Order: order, IsNew: known is null, Form: form, Request: form.ToRequest(part.Id, customer, part.Lines), Seen: part.Quote is { Succeeded: true } quote ? quote.Value : null);
        }).ToList();
        try
        {
            var kept = await Keep([.. orders.Select(one => one.Order)]);
            if (kept.All(keeping => keeping is Keeping.Kept or Keeping.Known))
            {
                foreach (var (one, keeping) in orders.Zip(kept))
                {
                    using var press = PressTrace.Begin("place", one.Order.Id);
                    await Hand(one.Order, one.Request, one.Form, one.Seen, isNew: keeping == Keeping.Kept);
                }
            }
            else
            {
                // Without an answer nothing goes out either: the lines may be divided anew, which makes other ids. If the browser keeps the orders after all, it offers
                // them again under these.
                foreach (var one in orders)
                {
                    if (one.IsNew && !await IsKnown(one.Order))
                    {
                        Forget(one.Order);
                    }
                }

                _trouble = Words[kept.Contains(Keeping.Refused) ? "Trouble.Moved" : "Trouble.NoWord"];
                await Changed();
            }

            _focusJourney = orders.Any(one => _onTheirWay.Contains(one.Order));
        }
        finally
        {
            orders.ForEach(one => one.Order.IsBusy = false);
            _placing = false;
        }
    }

    /// <param name="isNew">The browser began to keep it with this very click, so that nobody can have handed it over before.</param>
    private async Task Hand(OrderOnItsWay order, QuoteRequest request, CheckoutForm form, Quote? seen, bool isNew)
    {
        order.IsBusy = true;
        order.Trouble = null;
        try
        {
            // Rights may have changed since the page was opened.
            var now = await Session.Get(_closing.Token);
            if (!now.Try(out var session))
            {
                await NotHanded(order, Say.Failure(now.Failure!), isNew);
                return;
            }

            Follow(order);
            var result = await Placing.Submit(session, request, form, seen, _closing.Token);
            if (result.Placing is not { } placing)
            {
                await NotHanded(order, Words[result.Verdict == SubmitVerdict.Invalid ? "Trouble.Invalid" : "Trouble.NotAllowed"], isNew);
                return;
            }

            order.IsConflict = result.Verdict == SubmitVerdict.Conflict;
            await Take(order, placing);
        }
        catch (StoreUnavailableException)
        {
            await NotHanded(order, Words["Trouble.NotStored"], isNew: false);
        }
        finally
        {
            order.IsBusy = false;
        }
    }

    /// <summary>
    /// The portal did not take it. The browser lets go of an order of this very click; any other may have been handed over before, and keeps
    /// its id until it is known what became of it.
    /// </summary>
    private async Task NotHanded(OrderOnItsWay order, string why, bool isNew)
    {
        if (isNew)
        {
            _trouble = why;
            Forget(order);
            await Browser<object?>("unsend", order.Id.ToString());
            return;
        }

        order.Trouble = why;
        if (order is { Placing: null, IsForgotten: false })
        {
            await AskErp(order);
        }
    }
}
