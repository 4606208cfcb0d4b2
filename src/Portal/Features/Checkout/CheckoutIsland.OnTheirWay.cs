using PortalIntegration.Core;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>Orders on their way: found again by their ids, followed, decided on.</summary>
public sealed partial class CheckoutIsland
{
    private OrderOnItsWay? Known(SubmissionId id) => _onTheirWay.FirstOrDefault(order => order.Id == id);

    private OrderOnItsWay Add(OrderOnItsWay order)
    {
        _onTheirWay.Add(order);
        return order;
    }

    private void Forget(OrderOnItsWay order)
    {
        _onTheirWay.Remove(order);
        order.Dispose();
    }

    private async Task TakeSent(IReadOnlyList<KeptOrder> sent)
    {
        var kept = sent.Select(order => order.Id).ToHashSet(StringComparer.Ordinal);
        // Another tab gave it up.
        _onTheirWay.Where(order => order is { IsForgotten: true, IsBusy: false, Number: null } && !kept.Contains(order.KeptId)).ToList().ForEach(Forget);
        // What the browser was told while the line was down it is told again.
        var tasks = _onTheirWay.Where(order => !order.IsBusy && (kept.Contains(order.KeptId) || !order.IsKept)).Select(Tell).ToList();
        foreach (var order in sent)
        {
            if (SubmissionId.TryParse(order.Id, out var id) && Known(id) is null)
            {
                tasks.Add(LookFor(Add(new OrderOnItsWay(id, order) { IsKept = true })));
            }
        }

        await Task.WhenAll(tasks);
    }

    private async Task LookFor(OrderOnItsWay order)
    {
        if (!await IsKnown(order) && !order.IsBusy)
        {
            await AskErp(order);
        }
    }

    /// <summary>Follows it and takes what the portal wrote down of it. False when that is nothing, or cannot be read.</summary>
    private async Task<bool> IsKnown(OrderOnItsWay order)
    {
        if (_session is not { } session)
        {
            return false;
        }

        Follow(order);
        try
        {
            if (await Placing.Find(session.Scope, order.Id, _closing.Token) is not { } placing)
            {
                return false;
            }

            await Take(order, placing);
            return true;
        }
        catch (StoreUnavailableException)
        {
            order.Trouble = Words["Trouble.NotRead"];
            return false;
        }
    }

    /// <summary>The portal does not know it. The ERP is asked whether it has it; if not, the buyer may place it again under the same id.</summary>
    private async Task AskErp(OrderOnItsWay order)
    {
        if (_session is not { Customer: { } customer } session)
        {
            return;
        }

        order.IsForgotten = true;
        order.Lookup = null;
        order.Quote = null;
        StateHasChanged();
        order.Lookup = await Quoting.FindPlaced(session.ActingScope, customer, order.Id, _closing.Token);
        StateHasChanged();
        if (order.Number is not null)
        {
            await Tell(order);
        }
        else if (order.Kept is { Lines.Count: > 0 } kept)
        {
            order.Quote = await Quoting.Quote(session.ActingScope, kept.ToRequest(order.Id, customer), _closing.Token);
            StateHasChanged();
        }
    }

    private void Follow(OrderOnItsWay order)
    {
        if (_session is { } session)
        {
            order.Follow(Placing.Watch(session.Scope, order.Id, placing => _ = InvokeAsync(() => Take(order, placing))));
        }
    }

    /// <summary>Shown first: the browser may be out of reach.</summary>
    private async Task Take(OrderOnItsWay order, Placing placing)
    {
        if (!_closing.IsCancellationRequested && order.Take(placing))
        {
            StateHasChanged();
            await Tell(order);
        }
    }

    /// <summary>Brings the browser's own copy in step. What is lost with the line is told again when the browser is back.</summary>
    private async Task Tell(OrderOnItsWay order)
    {
        if (!order.IsKept && (await Keep(order))[0] == Keeping.Unknown)
        {
            return;
        }

        if (order.Number is not null || order.Placing?.State == PlacingState.Kept)
        {
            await Browser<object?>("placed", order.KeptId);
        }
        else if (order.Placing?.State is PlacingState.Rejected or PlacingState.Withdrawn)
        {
            await Browser<object?>("giveBack", order.KeptId);
        }
    }

    /// <summary>Has the browser keep the orders: all of them, or none anew.</summary>
    private async Task<IReadOnlyList<Keeping>> Keep(params IReadOnlyList<OrderOnItsWay> orders)
    {
        var answers = await Browser<string[]>("send", orders.Select(order => order.Kept).ToList());
        return
        [
            .. orders.Select((order, at) =>
            {
                var keeping = (answers?.Length == orders.Count ? answers[at] : null) switch
                {
                    "kept" => Keeping.Kept,
                    "known" => Keeping.Known,
                    "refused" => Keeping.Refused,
                    _ => Keeping.Unknown,
                };
                order.IsKept = keeping != Keeping.Unknown;
                return keeping;
            }),
        ];
    }

    private Task Accept(OrderOnItsWay order) => Decide(order, session => Placing.Accept(session.Scope, order.Id, order.Placing?.OfferVersion ?? 0, _closing.Token));

    private Task Withdraw(OrderOnItsWay order) => Decide(order, session => Placing.Withdraw(session.Scope, order.Id, _closing.Token));

    /// <summary>
    /// The buyer does not want a forgotten order any more. That the ERP did not have it a while ago proves little: it is withdrawn like any other, with a
    /// lookup that waits for whatever may be on its way.
    /// </summary>
    private Task GiveUp(OrderOnItsWay order) => Decide(
        order,
        session => order.Kept is { } kept && session.Customer is { } customer
            ? Placing.Withdraw(session, kept.ToRequest(order.Id, customer), kept.Draft.ToForm(), _closing.Token)
            : Task.FromResult<Placing?>(null));

    private async Task Decide(OrderOnItsWay order, Func<PortalSession, Task<Placing?>> decide)
    {
        if (order.IsBusy)
        {
            return;
        }

        order.IsBusy = true;
        order.Trouble = null;
        try
        {
            var now = await Session.Get(_closing.Token);
            if (!now.Try(out var session))
            {
                order.Trouble = Say.Failure(now.Failure!);
            }
            else if (await decide(session) is { } decided)
            {
                await Take(order, decided);
            }
            else
            {
                order.Trouble = Words["Trouble.NotYours"];
            }
        }
        catch (StoreUnavailableException)
        {
            order.Trouble = Words["Trouble.NotDecided"];
        }
        finally
        {
            order.IsBusy = false;
        }
    }

    /// <summary>A forgotten order is handed over once more under its own id: if the ERP has it after all, it is found, not doubled.</summary>
    private async Task PlaceAgain(OrderOnItsWay order)
    {
        if (order is { IsBusy: false, Kept: { } kept } && _session is { Customer: { } customer })
        {
            using var press = PressTrace.Begin("place again", order.Id);
            var seen = order.Quote is { Succeeded: true } quote ? quote.Value : null;
            await Hand(order, kept.ToRequest(order.Id, customer), kept.Draft.ToForm(), seen, isNew: false);
            _focusJourney = true;
        }
    }

    /// <summary>What the browser says when it is to keep an order.</summary>
    private enum Keeping
    {
        /// <summary>It did not answer.</summary>
        Unknown,

        /// <summary>From now on.</summary>
        Kept,

        /// <summary>It did already: from another click, or another tab.</summary>
        Known,

        /// <summary>The basket is another one by now: a line of it is gone, or went out under another id.</summary>
        Refused,
    }
}
