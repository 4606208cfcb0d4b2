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
    private IReadOnlyList<OrderOnItsWay> _orders = [];
    private bool _isSilent;

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required FindOrders Finding { get; init; }

    [Inject]
    public required PlaceOrder Placing { get; init; }

    public void Dispose()
    {
        foreach (var order in _orders)
        {
            order.Dispose();
        }

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
            _orders = await Finding.OnTheirWay(
                session.ActingScope,
                (order, now) => _ = InvokeAsync(() =>
                {
                    order.Take(now);
                    StateHasChanged();
                }),
                _closing.Token);
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
