using Microsoft.JSInterop;
using PortalIntegration.Core;
using PortalIntegration.Sync.Placing;

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

    private async Task TakeSent(IReadOnlyList<KeptOrder> sent)
    {
        // Another tab gave it up.
        foreach (var gone in _onTheirWay.Where(order => order is { IsForgotten: true, IsBusy: false, Number: null } && sent.All(kept => kept.Id != order.Kept?.Id)).ToList())
        {
            _onTheirWay.Remove(gone);
            gone.Dispose();
        }

        foreach (var kept in sent)
        {
            if (SubmissionId.TryParse(kept.Id, out var id) && Known(id) is null)
            {
                await LookFor(Add(new OrderOnItsWay(id, kept)));
            }
        }
    }

    private async Task LookFor(OrderOnItsWay order)
    {
        if (_session is not { Customer: { } customer } session)
        {
            return;
        }

        Follow(order);
        if (await Placing.Find(session.Scope, order.Id, _closing.Token) is { } placing)
        {
            await Take(order, placing);
            return;
        }

        if (order.IsBusy)
        {
            return;
        }

        // The portal has forgotten it. The ERP is asked whether it has it; if not, the buyer may place it again under the same id.
        order.IsForgotten = true;
        order.Lookup = null;
        order.Quote = null;
        StateHasChanged();
        order.Lookup = await Quoting.FindPlaced(session.ActingScope, customer, order.Id, _closing.Token);
        if (order.Lookup is { Succeeded: true, Value.Number: not null })
        {
            await Browser(browser => browser.InvokeVoidAsync("placed", _closing.Token, order.Kept!.Id));
        }
        else if (order.Kept is { Lines.Count: > 0 } kept)
        {
            StateHasChanged();
            order.Quote = await Quoting.Quote(session.ActingScope, kept.ToRequest(order.Id, customer), _closing.Token);
        }

        StateHasChanged();
    }

    private void Follow(OrderOnItsWay order)
    {
        if (_session is { } session)
        {
            order.Follow(Placing.Watch(session.Scope, order.Id, placing => _ = InvokeAsync(async () =>
            {
                await Take(order, placing);
                StateHasChanged();
            })));
        }
    }

    private async Task Take(OrderOnItsWay order, Placing placing)
    {
        if (order.Placing is { IsFinal: true } || _closing.IsCancellationRequested)
        {
            return;
        }

        order.Take(placing);
        var id = order.Kept?.Id ?? order.Id.ToString();
        if (placing is { State: PlacingState.Confirmed, Number: not null })
        {
            await Browser(browser => browser.InvokeVoidAsync("placed", _closing.Token, id));
        }
        else if (placing.State is PlacingState.Rejected or PlacingState.Withdrawn)
        {
            await Browser(browser => browser.InvokeVoidAsync("giveBack", _closing.Token, id));
        }
    }

    private Task Accept(OrderOnItsWay order) => Decide(order, (session, placing) => Placing.Accept(session.Scope, order.Id, placing.OfferVersion, _closing.Token));

    private Task Withdraw(OrderOnItsWay order) => Decide(order, (session, _) => Placing.Withdraw(session.Scope, order.Id, _closing.Token));

    private async Task Decide(OrderOnItsWay order, Func<SignIn.PortalSession, Placing, Task<Placing?>> decide)
    {
        var answer = await Session.Get(_closing.Token);
        if (order is { IsBusy: false, Placing: { } placing } && answer.Try(out var session))
        {
            order.IsBusy = true;
            try
            {
                if (await decide(session, placing) is { } decided)
                {
                    await Take(order, decided);
                }
            }
            finally
            {
                order.IsBusy = false;
            }
        }
    }

    /// <summary>A forgotten order is handed over once more under its own id: if the ERP has it after all, it is found, not doubled.</summary>
    private async Task PlaceAgain(OrderOnItsWay order)
    {
        if (order is { IsBusy: false, Kept: { } kept } && _session is { Customer: { } customer })
        {
            await Hand(order, kept.ToRequest(order.Id, customer), kept.Draft.ToForm(), order.Quote is { Succeeded: true } quote ? quote.Value : null);
            _focusJourney = true;
        }
    }

    /// <summary>The buyer does not want a forgotten order any more; the ERP has said that it does not have it.</summary>
    private async Task GiveUp(OrderOnItsWay order)
    {
        if (!order.IsBusy)
        {
            await Drop(order);
        }
    }

    private async Task Drop(OrderOnItsWay order)
    {
        _onTheirWay.Remove(order);
        order.Dispose();
        await Browser(browser => browser.InvokeVoidAsync("giveBack", _closing.Token, order.Kept?.Id ?? order.Id.ToString()));
    }

    private async Task Browser(Func<IJSObjectReference, ValueTask> tell)
    {
        try
        {
            if (_browser is not null)
            {
                await tell(_browser);
            }
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            // It asks by the order's id when it is back.
        }
    }

    private Task Browser(Func<IJSObjectReference, ValueTask<bool>> tell) => Browser(async browser => { await tell(browser); });
}
