using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using PortalIntegration.Core;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>
/// The portal's side of checkout: a view of what the browser keeps. It can be thrown away at any moment; the order goes on, and the
/// next one finds it again by its id.
/// </summary>
public sealed partial class CheckoutIsland : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly CancellationTokenSource _closing = new();
    private readonly List<OrderOnItsWay> _onTheirWay = [];
    private ElementReference _root;
    private PortalSession? _session;
    private Failure? _blocked;
    private CheckoutForm _form = new();
    private Choices? _choices;
    private NextOrder? _next;
    private bool _placing;
    private string? _trouble;
    private int _looking;
    private int _question;
    private bool _focusJourney;
    private string? _notSplit;

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Inject]
    public required CurrentSession Session { get; init; }

    [Inject]
    public required ReadChoices Reading { get; init; }

    [Inject]
    public required ReadBasket Baskets { get; init; }

    [Inject]
    public required QuoteBasket Quoting { get; init; }

    [Inject]
    public required PlaceOrder Placing { get; init; }

    [Inject]
    public required TimeProvider Time { get; init; }

    private PlaceObstacle? Obstacle
    {
        get
        {
            if (_session is null || _next is not { } next)
            {
                return PlaceObstacle.Quoting;
            }

            var accepted = next.Accepted || next.Parts.All(part => part.Differences.Count == 0);
            return next.Parts.Count > CheckoutParts.Most ? PlaceObstacle.TooManyOrders
                : next.Parts.Count == 0 ? Find(null)
                : next.Parts.Select(part => Find(next.IsAsking ? null : part.Quote)).FirstOrDefault(obstacle => obstacle is not null);

            PlaceObstacle? Find(Outcome<Quote>? quote) => Obstacles.Find(_session.MayOrder, next.Basket, _form, quote, accepted, Say.Today);
        }
    }

    private IReadOnlyList<ErpAddress> ShipTos => _choices?.Customer is { Succeeded: true } customer ? customer.Value.ShipTos : [];

    protected override Task OnInitializedAsync() => Start();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focusJourney && _browser is not null)
        {
            _focusJourney = false;
            await Browser<object?>("focus", "[data-journey]");
        }

        if (_self is not null || _session is not { Customer: not null } session)
        {
            return;
        }

        _self = DotNetObjectReference.Create(this);
        if (await Open(_self, session.BrowserKey))
        {
            var choices = ReadChoicesAgain();
            await Changed();
            await choices;
        }
    }

    /// <summary>What the browser keeps has changed, here or in another tab, or the line is back.</summary>
    [JSInvokable]
    public async Task Changed()
    {
        var looking = ++_looking;
        if (await ReadState() is not { } state || looking != _looking)
        {
            return;
        }

        _form = state.Draft.ToForm();
        // Beside the basket, not before it: an ERP that hangs may take long over every one of them.
        var sent = TakeSent(state.Sent);
        if (_next?.IsOf(state) is not true)
        {
            await ReadAndQuote(state);
        }
        else if (AffectsQuote(_next.AskedFor, _form))
        {
            await Quote(Pause);
        }

        StateHasChanged();
        await sent;
    }

    private static bool AffectsQuote(CheckoutForm one, CheckoutForm other) =>
        (one.ShipTo, one.BillTo, one.DeliveryMethod, one.RequestedOn, one.PartialDelivery) != (other.ShipTo, other.BillTo, other.DeliveryMethod, other.RequestedOn, other.PartialDelivery);

    private async Task Start()
    {
        var answer = await Session.ForCustomer((session, _) => Task.FromResult(Outcome.Success(session, new Provenance("portal", Time.GetUtcNow()))), _closing.Token);
        _blocked = answer.Failure;
        _session = answer.Try(out var session) ? session : null;
    }

    private async Task ReadChoicesAgain()
    {
        if (_session is { Customer: { } customer } session)
        {
            _choices = await Reading.Read(session.ActingScope, customer, _closing.Token);
            StateHasChanged();
            if (_next?.Parts.Count > 1)
            {
                // Which of its addresses is the default decides what goes together.
                await QuoteNow();
            }
        }
    }

    private async Task FormChanged(CheckoutForm form)
    {
        var affected = AffectsQuote(_form, form);
        _form = form;
        if (affected)
        {
            await Quote(Pause);
        }
    }

    private async Task ReadAndQuote(CheckoutState state)
    {
        if (_session is not { Customer: { } customer } session)
        {
            return;
        }

        var looking = _looking;
        var first = _next is null;
        _next = _next is null ? null : _next with { IsAsking = true };
        StateHasChanged();
        var basket = await Baskets.Read(session.ActingScope, customer, state.Lines, _closing.Token);
        if (looking == _looking)
        {
            _next = new NextOrder(state.Lines, state.Submissions, basket, _form) { Parts = _next?.Parts ?? [] };
            await Quote(first ? TimeSpan.Zero : Pause);
        }
    }

    private Task QuoteNow() => Quote(TimeSpan.Zero);

    /// <summary>Asks for a quote; while a newer question is on its way, the older answer is dropped.</summary>
    private async Task Quote(TimeSpan pause)
    {
        if (_next is not { } next)
        {
            return;
        }

        var question = ++_question;
        var before = next.Parts.ToDictionary(part => part.Key, part => part.Quote, StringComparer.Ordinal);
        var parts = CheckoutParts.Of(next.Lines, next.Submissions, next.Basket, _form, ShipTos);
        var asks = next.Basket is { Ready.Count: > 0, TooMany: false } && parts.Count is > 0 and <= CheckoutParts.Most
            && parts.Sum(part => part.Lines.Count) == next.Basket.Ready.Count && _session is { MayOrder: true, Customer: not null };
        _next = next = next with
        {
            AskedFor = _form,
            IsAsking = asks,
            Accepted = false,
            Parts = [.. parts.Select(part => part with { Quote = asks ? before.GetValueOrDefault(part.Key) : null })],
        };
        if (!asks || _session is not { Customer: { } customer } session)
        {
            return;
        }

        StateHasChanged();
        try
        {
            await Task.Delay(pause, Time, _closing.Token);
            if (question != _question || !ReferenceEquals(_next, next))
            {
                return;
            }

            var quoted = await Task.WhenAll(next.Parts.Select(part => Quote(session, customer, part)));
            if (question == _question && ReferenceEquals(_next, next))
            {
                _next = next with { Parts = quoted, IsAsking = false };
                StateHasChanged();
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    private async Task<OrderPart> Quote(PortalSession session, CustomerNumber customer, OrderPart part)
    {
        var request = part.Request(customer);
        var quote = await Quoting.Quote(session.ActingScope, request, _closing.Token);
        return part with { Quote = quote, Differences = quote.Try(out var stated) ? Quoting.Differences(session.Person, request, stated) : [] };
    }

    /// <summary>Where an order goes, in words; null while the ERP's addresses are not there.</summary>
    private string? Where(string? shipTo) =>
        (shipTo is null ? ShipTos.FirstOrDefault(address => address.IsDefault) : ShipTos.FirstOrDefault(address => address.Id == shipTo)) is { } address
            ? CheckoutFields.Line(address)
            : shipTo;

    private async Task DivideByPromise()
    {
        if (_next is { IsAsking: false } next && CheckoutParts.ByPromise(next.Parts) is { } marks)
        {
            await Browser<object?>("mark", marks);
        }
    }

    /// <summary>Everything is one order again.</summary>
    private async Task Join()
    {
        if (_next is { } next)
        {
            await Browser<object?>("mark", next.Lines.ToDictionary(line => line.Id, _ => new { To = (string?)null, Wave = (string?)null }));
        }
    }

    /// <summary>A part of a line becomes a line of its own. What is to go elsewhere was typed beside it, and is asked of the browser.</summary>
    private async Task Split(string lineId)
    {
        _notSplit = null;
        if (await Browser<TypedSplit?>("typed", lineId) is not { } typed)
        {
            return;
        }

        if (CheckoutParts.Split(typed.Quantity, typed.Off) is not var (rest, off) || !await Browser<bool>("split", lineId, typed.Quantity, rest, off))
        {
            _notSplit = lineId;
        }
    }

    private void DifferencesAccepted(bool accepted) => _next = _next is null ? null : _next with { Accepted = accepted };
}
