using Microsoft.AspNetCore.Components;
using PortalIntegration.Portal.Features.Checkout;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.Portal.Features.Orders;

/// <summary>What was handed in and stands in the ERP under no number yet.</summary>
public sealed partial class OnTheirWayIsland : IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly List<OrderOnItsWay> _orders = [];

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
    }

    private Task Accept(OrderOnItsWay order) => Decide(order, (session, placing) => Placing.Accept(session.ActingScope, order.Id, placing.OfferVersion, _closing.Token));

    private Task Withdraw(OrderOnItsWay order) => Decide(order, (session, _) => Placing.Withdraw(session.ActingScope, order.Id, _closing.Token));

    private async Task Decide(OrderOnItsWay order, Func<PortalSession, Placing, Task<Placing?>> decide)
    {
        if (order is { IsBusy: false, Placing: { } placing } && (await Current.Get(_closing.Token)).Try(out var session))
        {
            order.IsBusy = true;
            try
            {
                if (await decide(session, placing) is { } decided)
                {
                    order.Take(decided);
                }
            }
            finally
            {
                order.IsBusy = false;
            }
        }
    }
}
