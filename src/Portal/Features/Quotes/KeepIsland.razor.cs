using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Portal.Features.Checkout;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.Features.Quotes;

/// <summary>
/// Has the ERP keep the basket: for another device, as a list, or as a quote. As with an order, the browser keeps what it asked for first, under an id of its own, and
/// lets go of it when it knows what became of it.
/// </summary>
public sealed partial class KeepIsland : IAsyncDisposable
{
    private const long MostBytes = 2 * 1024 * 1024;

    private readonly CancellationTokenSource _closing = new();
    private PortalSession? _session;
    private IJSObjectReference? _browser;
    private IDisposable? _watch;
    private Outcome<IReadOnlyList<Quotation>>? _shelf;
    private QuotationNumber? _kept;
    private string? _name;
    private string? _said;
    private string? _trouble;
    private bool _busy;

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required HandleQuotes Quotes { get; init; }

    [Inject]
    public required ReadBasket Baskets { get; init; }

    [Inject]
    public required IJSRuntime Js { get; init; }

    /// <summary>At checkout: a quote is all that can be asked for.</summary>
    [Parameter]
    public bool QuoteOnly { get; set; }

    /// <summary>The ERP's own choice of address; null where it is not known.</summary>
    [Parameter]
    public string? DefaultShipTo { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _watch?.Dispose();
        try
        {
            if (_browser is not null)
            {
                await _browser.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The circuit is gone, and the browser's side with it.
        }

        _closing.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _session = (await Current.Get(_closing.Token)).Try(out var session) ? session : null;
        if (!QuoteOnly && Quotes.CanKeep)
        {
            await ReadShelf();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_browser is null && _session is { MayOrder: true, BrowserKey: { } owner } && Quotes.CanKeep)
        {
            try
            {
                _browser = await Js.InvokeAsync<IJSObjectReference>("import", _closing.Token, "./js/quotes.js");
                if (await Pending("pending", owner) is { } begun)
                {
                    // A tab or a portal went away before it was known what became of it.
                    await HandOver(begun);
                    StateHasChanged();
                }
            }
            catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
            {
                // The page was left.
            }
        }
    }

    private async Task ReadShelf()
    {
        var baskets = Current.ForCustomer((session, customer) => Quotes.List(session.ActingScope, customer, QuotationKind.Basket, QuotationState.Open, null, _closing.Token), _closing.Token);
        var lists = Current.ForCustomer((session, customer) => Quotes.List(session.ActingScope, customer, QuotationKind.List, QuotationState.Open, null, _closing.Token), _closing.Token);
        var (one, other) = (await baskets, await lists);
        _shelf = one.Try(out var parked) ? other.Select(named => (IReadOnlyList<Quotation>)[.. parked.Items, .. named.Items]) : one.As<IReadOnlyList<Quotation>>();
        StateHasChanged();
    }

    private async Task Keep(QuotationKind kind)
    {
        if (_busy || _session?.BrowserKey is not { } owner)
        {
            return;
        }

        _trouble = null;
        _said = null;
        _kept = null;
        if (kind == QuotationKind.List && string.IsNullOrWhiteSpace(_name))
        {
            _trouble = Words["Keep.ListNeedsName"];
            return;
        }

        _busy = true;
        try
        {
            if (await Pending("begin", owner, kind.ToString(), CheckoutForm.Trimmed(_name)) is { } begun)
            {
                await HandOver(begun);
            }
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            // The browser has it, and offers it again.
        }
        finally
        {
            _busy = false;
        }
    }

    /// <summary>Under the id that the browser gave it: the same again is the same one.</summary>
    private async Task HandOver(PendingKeep begun)
    {
        var now = await Current.Get(_closing.Token);
        if (!now.Try(out var session) || session.Customer is not { } customer || !SubmissionId.TryParse(begun.Id, out var id)
            || !Enum.TryParse<QuotationKind>(begun.Kind, out var kind))
        {
            _trouble = now.Failure is { } failure ? Say.Failure(failure) : Words["Trouble.NotAllowed"];
            return;
        }

        _session = session;
        try
        {
            if (await Quotes.Find(session.Scope, id, _closing.Token) is not { } running)
            {
                var basket = await Baskets.Read(session.ActingScope, customer, begun.Lines, _closing.Token);
                if (basket.Faulty.Count > 0 || basket.TooMany || basket.IsEmpty)
                {
                    await Done(begun, kept: false);
                    _trouble = basket.IsEmpty ? Words["Keep.Empty"] : basket.TooMany ? Words["Keep.TooMany"]
                        : Words["Keep.Faulty", string.Join(", ", basket.Faulty.Take(5).Select(line => line.Line.Code))];
                    return;
                }

                var typed = begun.Draft.ToForm();
                var together = CheckoutParts.Together(begun.Lines, typed, DefaultShipTo);
                if (kind == QuotationKind.Quote && together is null)
                {
                    await Done(begun, kept: false);
                    _trouble = CheckoutWords["Parts.NoQuoteForMany"];
                    return;
                }

                var form = together ?? typed;
                var result = await Quotes.Keep(session, form.ToRequest(id, customer, basket.Ready), CheckoutForm.Trimmed(form.Note), new QuotationTerms(kind, begun.Label), _closing.Token);
                if (result.Placing is not { } taken)
                {
                    await Done(begun, kept: false);
                    _trouble = Words["Trouble.NotAllowed"];
                    return;
                }

                running = taken;
            }

            _said = Words["Keep.OnItsWay"];
            _watch?.Dispose();
            _watch = Quotes.Watch(session.Scope, id, placing => _ = InvokeAsync(() => Moved(begun, placing)));
            await Moved(begun, await Quotes.Find(session.Scope, id, _closing.Token) ?? running);
        }
        catch (StoreUnavailableException)
        {
            _trouble = Words["Trouble.Store"];
        }
    }

    private async Task Moved(PendingKeep begun, Placing placing)
    {
        if (_closing.IsCancellationRequested || (_kept is not null && placing.Quotation == _kept))
        {
            return;
        }

        switch (placing)
        {
            case { State: PlacingState.Kept, Quotation: { } number }:
                _kept = number;
                _said = Words[$"Keep.Done.{placing.Keep ?? QuotationKind.Quote}"];
                _name = null;
                await Done(begun, kept: true);
                StateHasChanged();
                if (!QuoteOnly)
                {
                    await ReadShelf();
                }

                break;
            case { State: PlacingState.Rejected or PlacingState.Withdrawn }:
                _said = null;
                _trouble = Words["Keep.Refused", placing.Failure is { Detail: null, Problems: [var problem, ..] } ? Say.Problem(problem) : placing.Failure?.Detail ?? string.Empty];
                await Done(begun, kept: false);
                break;
            case { State: PlacingState.Waiting or PlacingState.OutcomeUnknown or PlacingState.DeadLetter, Failure: { } failure }:
                _said = Words["Keep.Waits", Say.Failure(failure)];
                break;
        }

        StateHasChanged();
    }

    private async Task Add(Quotation one)
    {
        if (_browser is not null && _session?.BrowserKey is { } owner)
        {
            await _browser.InvokeVoidAsync(
                "addLines", _closing.Token, owner, one.Lines.Select(line => new { sku = line.Sku.Value, quantity = line.Quantity.Value.ToString("0.######", CultureInfo.InvariantCulture), unit = line.Quantity.Unit, on = line.RequestedOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) }));
            _kept = null;
            _said = one.Lines.Count == 1 ? Words["Keep.Added.One"] : Words["Keep.Added", one.Lines.Count];
        }
    }

    private async Task Done(PendingKeep begun, bool kept)
    {
        if (_browser is not null && _session?.BrowserKey is { } owner)
        {
            await _browser.InvokeVoidAsync("done", _closing.Token, owner, begun.Id, kept);
        }
    }

    private async Task<PendingKeep?> Pending(string operation, params object?[] arguments)
    {
        if (_browser is null)
        {
            return null;
        }

        await using var kept = await _browser.InvokeAsync<IJSStreamReference>(operation, _closing.Token, arguments);
        await using var stream = await kept.OpenReadStreamAsync(MostBytes, _closing.Token);
        return await JsonSerializer.DeserializeAsync<PendingKeep>(stream, JsonSerializerOptions.Web, _closing.Token);
    }

    /// <summary>What the browser asked to have kept, as it remembers it.</summary>
    private sealed record PendingKeep(string Id, string Kind, string? Label, IReadOnlyList<BasketLine> Lines, CheckoutDraft Draft);
}
