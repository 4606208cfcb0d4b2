using Microsoft.AspNetCore.Components;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Orders;

/// <summary>Listens for changes of one order and asks its owner again when there are some.</summary>
public sealed partial class OrderWatch : IDisposable
{
    /// <summary>Changes come in swarms (a shipment is several events): they are answered with one question.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _closing = new();
    private IDisposable? _watch;
    private Order? _order;
    private Provenance? _source;
    private Failure? _failure;
    private string? _said;
    private bool _asking;
    private bool _again;

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required FindOrders Finding { get; init; }

    [Inject]
    public required RecentChanges Changes { get; init; }

    [Inject]
    public required DeliveryPromise Promise { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Parameter, EditorRequired]
    public required string Number { get; set; }

    /// <summary>When the page asked for what it shows, by the portal's clock.</summary>
    [Parameter, EditorRequired]
    public required DateTimeOffset AskedAt { get; set; }

    private OrderNumber Code => new(Number);

    public void Dispose()
    {
        _watch?.Dispose();
        _closing.Cancel();
        _closing.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _watch = Changes.Watch(Code, () => _ = InvokeAsync(Ask));
        if (Changes.ToldSince(Code, AskedAt))
        {
            await Ask();
        }
    }

    private async Task Ask()
    {
        _again = _asking;
        if (_asking || _closing.IsCancellationRequested)
        {
            return;
        }

        _asking = true;
        try
        {
            do
            {
                _again = false;
                await Task.Delay(Calm, Clock, _closing.Token);
                Take(await Current.InScope(session => Finding.Get(session.Scope, Code, _closing.Token), _closing.Token));
                StateHasChanged();
            }
            while (_again);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The page was left.
        }
        finally
        {
            _asking = false;
        }
    }

    private void Take(Outcome<Order> answer)
    {
        _failure = answer.Failure;
        if (answer.Try(out var order))
        {
            _order = order;
            _source = answer.Provenance;
            _said = Words["Order.Said", Text[$"OrderStatus.{order.Status}"], Promise.Sentence(order)];
        }
    }
}
