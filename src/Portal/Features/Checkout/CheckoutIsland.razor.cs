using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Placing;

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

    private readonly CancellationTokenSource _closing = new();
    private readonly List<OrderOnItsWay> _onTheirWay = [];
    private DotNetObjectReference<CheckoutIsland>? _self;
    private IJSObjectReference? _module;
    private IJSObjectReference? _browser;
    private ElementReference _root;
    private PortalSession? _session;
    private Failure? _blocked;
    private CheckoutState? _state;
    private CheckoutForm _form = new();
    private Choices? _choices;
    private Basket? _basket;
    private Outcome<Quote>? _quote;
    private IReadOnlyList<Difference> _differences = [];
    private bool _accepted;
    private bool _quoting;
    private bool _placing;
    private string? _trouble;
    private int _looking;
    private int _reading;
    private int _question;
    private bool _focusJourney;

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

    private PlaceObstacle? Obstacle => _session is null || _basket is null
        ? PlaceObstacle.Quoting
        : Obstacles.Find(_session.MayOrder, _basket, _form, _quoting ? null : _quote, _differences.Count == 0 || _accepted, Say.Today);

    protected override Task OnInitializedAsync() => Start();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focusJourney && _browser is not null)
        {
            _focusJourney = false;
            await Browser(browser => browser.InvokeVoidAsync("focus", _closing.Token, "[data-journey]"));
        }

        if (_self is not null || _session is not { Customer: not null } session)
        {
            return;
        }

        _self = DotNetObjectReference.Create(this);
        try
        {
            _module = await Js.InvokeAsync<IJSObjectReference>("import", _closing.Token, "./js/checkout.js");
            _browser = await _module.InvokeAsync<IJSObjectReference>("open", _closing.Token, _root, _self, session.BrowserKey);
            var choices = ReadChoicesAgain();
            await Changed();
            await choices;
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            // The browser left while the page was opening.
        }
    }

    /// <summary>What the browser keeps has changed, here or in another tab.</summary>
    [JSInvokable]
    public async Task Changed()
    {
        var looking = ++_looking;
        if (await ReadState() is not { } state || looking != _looking)
        {
            return;
        }

        var before = _state;
        _state = state;
        _form = state.Draft.ToForm();
        await TakeSent(state.Sent);
        if (before is null || !before.Lines.SequenceEqual(state.Lines) || before.Submission != state.Submission)
        {
            await ReadAndQuote(before is null ? TimeSpan.Zero : Pause);
        }
        else if (AffectsQuote(before.Draft.ToForm(), _form))
        {
            await Quote(Pause);
        }

        StateHasChanged();
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
        (one.ShipTo, one.BillTo, one.DeliveryMethod, one.RequestedOn) != (other.ShipTo, other.BillTo, other.DeliveryMethod, other.RequestedOn);

    private async Task<CheckoutState?> ReadState()
    {
        try
        {
            if (_browser is null)
            {
                return null;
            }

            await using var kept = await _browser.InvokeAsync<IJSStreamReference>("state", _closing.Token);
            await using var stream = await kept.OpenReadStreamAsync(MostBytes, _closing.Token);
            return await JsonSerializer.DeserializeAsync<CheckoutState>(stream, JsonSerializerOptions.Web, _closing.Token);
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            return null;
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

    private async Task ReadAndQuote(TimeSpan pause)
    {
        if (_state is not { } state || _session is not { Customer: { } customer } session)
        {
            return;
        }

        var reading = ++_reading;
        var basket = await Baskets.Read(session.ActingScope, customer, state.Lines, _closing.Token);
        if (reading == _reading)
        {
            _basket = basket;
            await Quote(pause);
        }
    }

    private Task QuoteNow() => Quote(TimeSpan.Zero);

    /// <summary>Asks for a quote; while a newer question is on its way, the older answer is dropped.</summary>
    private async Task Quote(TimeSpan pause)
    {
        var question = ++_question;
        _accepted = false;
        _trouble = null;
        if (_basket is not { Ready.Count: > 0, TooMany: false } || Request() is not { } request || _session is not { MayOrder: true } session)
        {
            _quoting = false;
            _quote = null;
            _differences = [];
            return;
        }

        _quoting = true;
        StateHasChanged();
        try
        {
            await Task.Delay(pause, Time, _closing.Token);
            if (question != _question)
            {
                return;
            }

            var quote = await Quoting.Quote(session.ActingScope, Request()!, _closing.Token);
            if (question == _question)
            {
                _quote = quote;
                _differences = quote.Try(out var stated) ? Quoting.Differences(session.Person, request, stated) : [];
                _quoting = false;
                StateHasChanged();
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    private QuoteRequest? Request() =>
        _basket is { } basket && _session?.Customer is { } customer && SubmissionId.TryParse(_state?.Submission, out var id)
            ? _form.ToRequest(id, customer, basket.Ready)
            : null;

    private void DifferencesAccepted(bool accepted) => _accepted = accepted;

    /// <summary>The browser keeps the order first, then the portal is asked: whatever breaks in between, the browser knows of it.</summary>
    private async Task Place()
    {
        if (_placing || Obstacle is not null || Request() is not { } request)
        {
            return;
        }

        _placing = true;
        _trouble = null;
        // What is on the screen now: as soon as the browser keeps the order, its lines leave the basket, and the quote with them.
        var form = _form;
        var seen = _quote is { Succeeded: true } quote ? quote.Value : null;
        try
        {
            var kept = KeptOrder.From(request.Submission, Time.GetUtcNow(), form, request.Lines);
            var order = Known(request.Submission) ?? Add(new OrderOnItsWay(request.Submission, kept));
            order.IsBusy = true;
            await Browser(browser => browser.InvokeAsync<bool>("send", _closing.Token, kept));
            await Hand(order, request, form, seen);
            _focusJourney = true;
        }
        finally
        {
            _placing = false;
        }
    }

    private async Task Hand(OrderOnItsWay order, QuoteRequest request, CheckoutForm form, Quote? seen)
    {
        order.IsBusy = true;
        try
        {
            // Rights may have changed since the page was opened.
            var now = await Session.Get(_closing.Token);
            if (!now.Try(out var session))
            {
                _trouble = Say.Failure(now.Failure!);
                await Drop(order);
                return;
            }

            var by = new OrderedBy(session.Person, session.Name, session.IsRep ? session.Acting?.Name : null);
            var result = await Placing.Submit(session.Scope, request, form, by, seen, _closing.Token);
            if (result.Placing is not { } placing)
            {
                _trouble = Words["Trouble.NotAllowed"];
                await Drop(order);
                return;
            }

            order.IsConflict = result.Verdict == SubmitVerdict.Conflict;
            Follow(order);
            await Take(order, placing);
        }
        catch (DbException)
        {
            // Whether it was stored is not known. The browser has it: the next look asks for it by its id.
            order.IsForgotten = true;
            _trouble = Words["Trouble.NotStored"];
        }
        finally
        {
            order.IsBusy = false;
        }
    }
}
