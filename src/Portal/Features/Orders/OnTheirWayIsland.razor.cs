using Microsoft.AspNetCore.Components;
using PortalIntegration.Portal.Features.Checkout;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.Features.Orders;

/// <summary>What was handed in and stands in the ERP under no number yet.</summary>
public sealed partial class OnTheirWayIsland : IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly List<OrderOnItsWay> _orders = [];
    private bool _isSilent;

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required FindOrders Finding { get; init; }

    [Inject]
    public required PlaceOrder Placing { get; init; }

    public void Dispose()
    {
        _orders.ForEach(order => order.Dispose());
        _closing.Cancel();
        _closing.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        if (!(await Current.Get(_closing.Token)).Try(out var session))
        {
            return;
        }

        try
        {
            foreach (var placing in await Finding.OnTheirWay(session.ActingScope, _closing.Token))
            {
                var order = new OrderOnItsWay(placing.Id, kept: null);
                order.Take(placing);
                order.Follow(Placing.Watch(session.ActingScope, placing.Id, moved => _ = InvokeAsync(() =>
                {
                    order.Take(moved);
                    StateHasChanged();
                })));
                _orders.Add(order);
            }

            // What moved between the reading and the watching was told to nobody.
            foreach (var order in _orders)
            {
                if (await Placing.Find(session.ActingScope, order.Id, _closing.Token) is { } moved)
                {
                    order.Take(moved);
                }
            }
        }
        catch (StoreUnavailableException)
        {
            _isSilent = true;
        }
    }

    private Task Accept(OrderOnItsWay order) => Decide(order, (session, placing) => Placing.Accept(session.ActingScope, order.Id, placing.OfferVersion, _closing.Token));

    private Task Withdraw(OrderOnItsWay order) => Decide(order, (session, _) => Placing.Withdraw(session.ActingScope, order.Id, _closing.Token));

    private async Task Decide(OrderOnItsWay order, Func<PortalSession, Placing, Task<Placing?>> decide)
    {
        if (order is not { IsBusy: false, Placing: { } placing })
        {
            return;
        }

        order.IsBusy = true;
        order.Trouble = null;
        try
        {
            var now = await Current.Get(_closing.Token);
            if (!now.Try(out var session))
            {
                order.Trouble = Say.Failure(now.Failure!);
            }
            else if (await decide(session, placing) is { } decided)
            {
                order.Take(decided);
            }
        }
        catch (StoreUnavailableException)
        {
            order.Trouble = Words["OnTheirWay.NotDecided"];
        }
        finally
        {
            order.IsBusy = false;
        }
    }
}
