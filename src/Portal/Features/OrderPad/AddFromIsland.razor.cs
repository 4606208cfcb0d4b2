using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Limits;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.OrderPad;

/// <summary>Lines that were ordered or uploaded before, for the pad's end. Nobody is asked before one of the three ways is opened; past uploads never leave the browser.</summary>
public sealed partial class AddFromIsland : IAsyncDisposable
{
    /// <summary>More rows than anybody reads; the filter finds the rest.</summary>
    private const int MostShown = 100;

    private readonly CancellationTokenSource _closing = new();
    private readonly HashSet<string> _chosen = new(StringComparer.Ordinal);
    private PortalSession? _session;
    private IJSObjectReference? _module;
    private bool _pressed;
    private IJSObjectReference? _browser;
    private ElementReference _root;
    private bool _opened;
    private Way? _way;
    private string? _said;
    private bool _busy;

    /// <summary>Of the newest question: an answer to an older one is dropped, and whoever asks or closes has asked a newer one.</summary>
    private int _question;

    private string? _filter;
    private List<LineOrderedBefore> _read = [];
    private IReadOnlyList<LineOrderedBefore> _lines = [];
    private Provenance? _source;
    private Failure? _failure;
    private DateTimeOffset? _since;
    private string? _next;
    private int _orders;
    private int _unread;

    private string? _orderText;
    private Outcome<Page<OrderSummary>>? _found;
    private OrderNumber _number;
    private Outcome<Order>? _order;

    private enum Way
    {
        History,
        Order,
        Upload,
    }

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required FindOrderedBefore Before { get; init; }

    [Inject]
    public required RateLimits Limits { get; init; }

    /// <summary>Number of an order whose lines are offered at once; null for none.</summary>
    [Parameter]
    public string? Order { get; set; }

    private List<LineOrderedBefore> Matching => [.. _lines.Where(line => FindOrderedBefore.Has(line, _filter))];

    private List<LineOrderedBefore> Shown => [.. Matching.Take(MostShown)];

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
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

        _closing.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _session = (await Current.Get(_closing.Token)).Try(out var session) ? session : null;
        if (_session is { Customer: not null } && PlainText.Typed(Order) is { Length: > 0 } number)
        {
            _way = Way.Order;
            await Choose(new OrderNumber(number));
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_opened || _session is not { Customer: not null, BrowserKey: { } owner })
        {
            return;
        }

        _opened = true;
        try
        {
            _module = await Js.InvokeAsync<IJSObjectReference>("import", _closing.Token, "./js/add-from.js");
            var texts = new
            {
                One = Words["AddFrom.UploadOfOne"].Value,
                Many = Words["AddFrom.UploadOf"].Value,
                Added = Words["AddFrom.Added"].Value,
                AddedOne = Words["AddFrom.AddedOne"].Value,
                LeftOut = Words["Said.LeftOut"].Value,
            };
            _browser = await _module.InvokeAsync<IJSObjectReference>("open", _closing.Token, _root, owner, texts);
            if (_pressed)
            {
                _pressed = false;
                await AddChosen();
                StateHasChanged();
            }
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            // The page was left.
        }
    }

    private static string Symbol(Way way) => way switch
    {
        Way.History => "clock-history",
        Way.Order => "journal-text",
        _ => "upload",
    };

    private static string Key(LineOrderedBefore line) => $"{line.Order}/{line.LineNumber}/{line.Sku}";

    private static string Id(LineOrderedBefore line) => $"again-{Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(Key(line)))}";

    private string AddWords(int count) => count == 1 ? Words["AddFrom.AddOne"] : Words["AddFrom.Add", count];

    private async Task Open(Way way)
    {
        _said = null;
        if (_way == way)
        {
            _way = null;
            Forget();
            return;
        }

        _way = way;
        Forget();
        switch (way)
        {
            case Way.History:
                await Again();
                break;
            case Way.Order:
                await FindOrders();
                break;
        }
    }

    private void Forget()
    {
        _question++;
        _busy = false;
        _chosen.Clear();
        (_lines, _read, _order, _failure, _filter) = ([], [], null, null, null);
        (_orders, _unread, _since, _next, _source) = (0, 0, null, null, null);
    }

    private Task Again()
    {
        Forget();
        return More();
    }

    private async Task More()
    {
        if (_busy)
        {
            return;
        }

        var question = Ask();
        try
        {
            var next = _next;
            var answer = await Current.ForCustomer((session, customer) => Before.Lines(session.ActingScope, customer, next, _closing.Token), _closing.Token);
            if (question != _question)
            {
                return;
            }

            _failure = answer.Failure;
            if (answer.Try(out var part))
            {
                _read = [.. _read, .. part.Lines];
                _lines = FindOrderedBefore.LastOfEach(_read);
                _orders += part.Orders;
                _unread += part.Unread;
                (_since, _next, _source) = (part.Since ?? _since, part.Next, answer.Provenance);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The page was left.
        }
        finally
        {
            _busy &= question != _question;
        }
    }

    private async Task FindOrders()
    {
        var question = Ask();
        try
        {
            var text = _orderText;
            var found = await Current.ForCustomer((session, customer) => Limits.FailureOf(Asked.Search, session.Person) is { } later
                ? Task.FromResult(Outcome.Failed<Page<OrderSummary>>(later))
                : Before.Orders(session.ActingScope, customer, text, _closing.Token), _closing.Token);
            if (question == _question)
            {
                _found = found;
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The page was left.
        }
        finally
        {
            _busy &= question != _question;
        }
    }

    private Task Choose(OrderNumber number)
    {
        _number = number;
        return ReadOrder();
    }

    /// <summary>All its lines are chosen to begin with.</summary>
    private async Task ReadOrder()
    {
        var (question, number) = (Ask(), _number);
        try
        {
            var answer = await Current.ForCustomer((session, _) => Before.Order(session.ActingScope, number, _closing.Token), _closing.Token);
            if (question != _question)
            {
                return;
            }

            _lines = answer.Try(out var order) ? FindOrderedBefore.Of(order) : [];
            _order = answer;
            _chosen.Clear();
            _chosen.UnionWith(_lines.Select(Key));
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The page was left.
        }
        finally
        {
            _busy &= question != _question;
        }
    }

    /// <returns>The question, which is the newest now.</returns>
    private int Ask()
    {
        _busy = true;
        StateHasChanged();
        return ++_question;
    }

    private Task ChooseAnotherOrder()
    {
        Forget();
        return FindOrders();
    }

    private void ChooseAll()
    {
        var none = _chosen.Count == _lines.Count;
        _chosen.Clear();
        if (!none)
        {
            _chosen.UnionWith(_lines.Select(Key));
        }
    }

    private void Turn(LineOrderedBefore line)
    {
        if (!_chosen.Remove(Key(line)))
        {
            _chosen.Add(Key(line));
        }
    }

    private async Task AddChosen()
    {
        var lines = _lines.Where(line => _chosen.Contains(Key(line)))
            .Select(line => new { code = line.Sku.Value, qty = line.Quantity.ToString("0.######", CultureInfo.InvariantCulture), unit = line.Unit }).ToList();
        if (lines.Count == 0)
        {
            return;
        }

        if (_browser is null)
        {
            // Pressed before the browser's side is there: done as soon as it is.
            _pressed = true;
            return;
        }

        try
        {
            _said = await _browser.InvokeAsync<string>("add", _closing.Token, lines);
            _chosen.Clear();
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            // The page was left, or the line to the browser: nothing was taken, and what was chosen stands.
        }
    }
}
