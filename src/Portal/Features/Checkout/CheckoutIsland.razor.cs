using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using PortalIntegration.Core;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>
/// The portal's side of checkout: a view of what the browser keeps. It can be thrown away at any moment; the order goes on, and the
/// next one finds it again by its id.
/// </summary>
public sealed partial class CheckoutIsland : IAsyncDisposable
{
    /// <summary>More than any basket with the orders on their way; a browser that sends more is not read.</summary>
    private const long MostBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>How long a browser may take to answer. A call that is lost with the line is never answered at all.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _closing = new();
    private readonly List<OrderOnItsWay> _onTheirWay = [];
    private DotNetObjectReference<CheckoutIsland>? _self;
    private IJSObjectReference? _module;
    private IJSObjectReference? _browser;
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

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _onTheirWay.ForEach(order => order.Dispose());
        try
        {
            if (_browser is not null)
            {
                await _browser.InvokeVoidAsync("dispose");
                await _browser.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The circuit is gone, and the browser's side with it.
        }

        _self?.Dispose();
        _closing.Dispose();
    }

    private static bool AffectsQuote(CheckoutForm one, CheckoutForm other) =>
        (one.ShipTo, one.BillTo, one.DeliveryMethod, one.RequestedOn, one.PartialDelivery) != (other.ShipTo, other.BillTo, other.DeliveryMethod, other.RequestedOn, other.PartialDelivery);

    /// <summary>False when the browser left meanwhile.</summary>
    private async Task<bool> Open(DotNetObjectReference<CheckoutIsland> self, string? owner)
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                _module ??= await Js.InvokeAsync<IJSObjectReference>("import", 4 * Patience, "./js/checkout.js");
                _browser = await _module.InvokeAsync<IJSObjectReference>("open", Patience, _root, self, owner);
                return true;
            }
            catch (JSDisconnectedException)
            {
                return false;
            }
            catch (OperationCanceledException)
            {
                // The line was lost in between: once more, when it is back.
            }
        }

        return false;
    }

    private async Task<CheckoutState?> ReadState()
    {
        try
        {
            if (_browser is null)
            {
                return null;
            }

            await using var kept = await _browser.InvokeAsync<IJSStreamReference>("state", Patience);
            await using var stream = await kept.OpenReadStreamAsync(MostBytes, _closing.Token);
            return await JsonSerializer.DeserializeAsync<CheckoutState>(stream, JsonSerializerOptions.Web, _closing.Token);
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException or TimeoutException)
        {
            // When the line is back, the browser says so, and is asked again.
            return null;
        }
    }

    /// <summary>Null or false when the browser did not answer.</summary>
    private async Task<T?> Browser<T>(string operation, params object?[] arguments)
    {
        try
        {
            return _browser is null ? default : await _browser.InvokeAsync<T>(operation, Patience, arguments);
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            return default;
        }
    }

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

    /// <summary>
    /// The next order as the page shows it, from one look at the browser, and replaced as a whole: what "place" hands over was read, quoted and
    /// named together.
    /// </summary>
    /// <param name="Lines">As the browser keeps them.</param>
    /// <param name="Submissions">The ids that these lines go out under, by <see cref="OrderPart.Key"/>.</param>
    /// <param name="AskedFor">What was filled in when the quotes were asked.</param>
    private sealed record NextOrder(IReadOnlyList<BasketLine> Lines, IReadOnlyDictionary<string, string> Submissions, Basket Basket, CheckoutForm AskedFor)
    {
        /// <summary>The orders that they become, with their quotes; while <see cref="IsAsking"/>, with those before.</summary>
        public IReadOnlyList<OrderPart> Parts { get; init; } = [];

        /// <summary>A newer basket or quote is on its way.</summary>
        public bool IsAsking { get; init; }

        public bool Accepted { get; init; }

        public bool IsOf(CheckoutState state) =>
            Lines.SequenceEqual(state.Lines) && Submissions.Count == state.Submissions.Count && Submissions.All(id => state.Submissions.GetValueOrDefault(id.Key) == id.Value);
    }
}
