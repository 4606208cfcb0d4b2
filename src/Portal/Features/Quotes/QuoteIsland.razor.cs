using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.Features.Checkout;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Changes;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.Features.Quotes;

/// <summary>
/// What can be done with a quotation. What may not be done is refused where it is handed in (placing, the guard of the port): here it is only not offered.
/// </summary>
public sealed partial class QuoteIsland : IAsyncDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private IDisposable? _watch;
    private PortalSession? _session;
    private Quotation? _quotation;
    private Outcome<Quote>? _quote;
    private IReadOnlyList<Difference> _differences = [];
    private SubmissionId _next;
    private OrderOnItsWay? _journey;
    private string? _trouble;
    private string? _reason;
    private string? _name;
    private bool _accepted;
    private bool _checking;
    private bool _sendingBack;
    private bool _naming;
    private bool _busy;

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required HandleQuotes Quotes { get; init; }

    [Inject]
    public required PlaceOrder Placing { get; init; }

    [Inject]
    public required IChangeBoard Board { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Parameter, EditorRequired]
    public required string Number { get; set; }

    private QuotationNumber Code => new(Number);

    private bool IsRequester => _session is { } session && _quotation?.RequestedBy == session.Person;

    private bool MayApprove => _session is { Role: Role.Approver } && _quotation is { Kind: QuotationKind.Approval, State: QuotationState.Open } && !IsRequester;

    private bool MayChange => _session is { MayOrder: true } && _quotation is { State: QuotationState.Open or QuotationState.Expired };

    /// <summary>It has run out: it is asked for once more.</summary>
    private bool IsAnew => _quotation is { State: QuotationState.Expired, Kind: QuotationKind.Quote or QuotationKind.Approval };

    private bool CanHandIn => !_busy && _quote is { Succeeded: true, Value: var now } && (_differences.Count == 0 || _accepted)
        && now.Problems.Count == 0 && now.Lines.All(line => line.Problem is null);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _watch?.Dispose();
        _journey?.Dispose();
        _closing.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _watch = Board.Watch(Entity.Quotations, Number, () => _ = InvokeAsync(Moved));
        await Load();
        try
        {
            if (_session is { } session && _quotation is { } quotation
                && (await Quotes.Next(session.Scope, quotation, IsAnew, _closing.Token)).Running is { } running && (!running.IsFinal || quotation.State == QuotationState.Open))
            {
                Follow(session, running);
            }
        }
        catch (StoreUnavailableException)
        {
            // Handing it in says so, when somebody tries.
        }
    }

    private bool Limited(Quote now) => !IsAskedFor && !MayApprove && ApprovalRule.Reason(_session?.Scope.OrderLimit, now.Total) is not null;

    /// <summary>A new quote is asked for, and nothing ordered.</summary>
    private bool IsAskedFor => IsAnew && _quotation?.Kind == QuotationKind.Quote;

    private string HandInWords(Quote now) => (IsAskedFor, MayApprove, Limited(now), now.Total) switch
    {
        (true, _, _, _) => Words["Now.AskAnew"],
        (_, true, _, { } total) => Words["Now.ApproveFor", Say.Money(total)],
        (_, _, true, _) => Words["Now.SendForApproval"],
        (_, _, _, { } total) => Words["Now.OrderFor", Say.Money(total)],
        _ => Words["Now.Order"],
    };

    private async Task Load()
    {
        var found = await Current.InScope(
            async session =>
            {
                _session = session;
                return await Quotes.Get(session.Scope, Code, _closing.Token);
            },
            _closing.Token);
        if (found.Try(out var quotation))
        {
            _quotation = quotation;
        }
        else if (_quotation is not null)
        {
            _trouble = Say.Failure(found.Failure!);
        }
    }

    /// <summary>Somebody has changed it: the page shows it as it is now, and so do we.</summary>
    private async Task Moved()
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        await Load();
        if (_quotation is { State: not QuotationState.Open } && _journey is null && !IsAnew)
        {
            Leave();
        }

        StateHasChanged();
        Navigation.Refresh();
    }

    private void Leave()
    {
        _quote = null;
        _checking = false;
        _sendingBack = false;
        _naming = false;
        _accepted = false;
    }

    /// <summary>Asks the ERP what it would be now.</summary>
    private async Task Check()
    {
        if (_session is not { } session || _quotation is not { } quotation || _checking)
        {
            return;
        }

        _checking = true;
        _trouble = null;
        _accepted = false;
        try
        {
            (_next, var running) = await Quotes.Next(session.Scope, quotation, IsAnew, _closing.Token);
            if (running is not null)
            {
                Follow(session, running);
                return;
            }

            _quote = await Quotes.QuoteNow(session.Scope, HandleQuotes.Request(quotation, _next), _closing.Token);
            _differences = _quote.Try(out var now) ? HandleQuotes.Differences(quotation, now) : [];
        }
        catch (StoreUnavailableException)
        {
            _trouble = Words["Trouble.Store"];
        }
        finally
        {
            _checking = false;
        }
    }

    private Task HandIn() => CanHandIn && _quotation is { } quotation && _quote is { Succeeded: true, Value: var seen }
        ? Do(async session =>
        {
            var result = await Quotes.HandIn(session, quotation, _next, seen, IsAnew, _closing.Token);
            if (result.Placing is { } running)
            {
                Follow(session, running);
            }
            else
            {
                _trouble = Words["Trouble.NotAllowed"];
            }
        })
        : Task.CompletedTask;

    private Task SendBack() => CheckoutForm.Trimmed(_reason) is { } reason ? Change(new(By(), State: QuotationState.SentBack, Reason: reason)) : Task.CompletedTask;

    private Task Remove() => Change(new(By(), State: QuotationState.Withdrawn));

    private Task Rename() => CheckoutForm.Trimmed(_name) is { } name ? Change(new(By(), Label: name)) : Task.CompletedTask;

    private OrderedBy By() => HandleQuotes.By(_session!, _quotation!.Customer);

    private Task Change(QuotationChange change) => Do(async session =>
    {
        var changed = await Quotes.Change(session, _quotation!, change, _closing.Token);
        if (changed.Try(out var quotation))
        {
            _quotation = quotation;
            Leave();
            Navigation.Refresh();
        }
        else
        {
            _trouble = changed.Failure!.Cause == Cause.Stale ? Words["Trouble.Stale"].Value : Say.Failure(changed.Failure);
            await Load();
        }
    });

    private async Task ToPad()
    {
        if (_session?.BrowserKey is not { } owner || _quotation is not { } quotation)
        {
            return;
        }

        try
        {
            await using var module = await Js.InvokeAsync<IJSObjectReference>("import", _closing.Token, "./js/quotes.js");
            await module.InvokeVoidAsync(
                "addLines", _closing.Token, owner, quotation.Lines.Select(line => new { sku = line.Sku.Value, quantity = line.Quantity.Value.ToString("0.######", CultureInfo.InvariantCulture), unit = line.Quantity.Unit }));
            Navigation.NavigateTo(PortalUrls.OrderPad);
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            // The browser left meanwhile.
        }
    }

    private void Follow(PortalSession session, Placing running)
    {
        var order = new OrderOnItsWay(running.Id, kept: null);
        order.Take(running);
        order.Follow(Quotes.Watch(session.Scope, running.Id, now => _ = InvokeAsync(() =>
        {
            order.Take(now);
            StateHasChanged();
        })));
        _journey?.Dispose();
        _journey = order;
        Leave();
        _ = CatchUp(session, order);
    }

    /// <summary>What moved between the reading and the watching was told to nobody.</summary>
    private async Task CatchUp(PortalSession session, OrderOnItsWay order)
    {
        try
        {
            if (await Quotes.Find(session.Scope, order.Id, _closing.Token) is { } now)
            {
                await InvokeAsync(() =>
                {
                    order.Take(now);
                    StateHasChanged();
                });
            }
        }
        catch (Exception gone) when (gone is StoreUnavailableException or OperationCanceledException)
        {
            // The next change tells.
        }
    }

    private Task Accept(OrderOnItsWay order) => Decide(order, session => Placing.Accept(session.Scope, order.Id, order.Placing?.OfferVersion ?? 0, _closing.Token));

    private Task Withdraw(OrderOnItsWay order) => Decide(order, session => Placing.Withdraw(session.Scope, order.Id, _closing.Token));

    private Task Decide(OrderOnItsWay order, Func<PortalSession, Task<Placing?>> decide) => Do(async session =>
    {
        if (await decide(session) is { } decided)
        {
            order.Take(decided);
        }
    });

    /// <summary>One thing at a time, with the rights of this moment.</summary>
    private async Task Do(Func<PortalSession, Task> what)
    {
        if (_busy || _quotation is null)
        {
            return;
        }

        _busy = true;
        _trouble = null;
        try
        {
            var now = await Current.Get(_closing.Token);
            if (now.Try(out var session))
            {
                _session = session;
                await what(session);
            }
            else
            {
                _trouble = Say.Failure(now.Failure!);
            }
        }
        catch (StoreUnavailableException)
        {
            _trouble = Words["Trouble.Store"];
        }
        finally
        {
            _busy = false;
        }
    }
}
