using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.Features.Orders;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Amending;

/// <summary>
/// Offers what the owner lets be done to an order now. What is typed lives in the browser; what is sent is kept there with its id before the owner is asked, so that whatever
/// becomes of this page, of the line or of the portal, the same is asked for again and done once.
/// </summary>
public sealed partial class AmendIsland : IAsyncDisposable
{
    public const int PoNumberLength = 35;
    public const int ReasonLength = 500;

    private static readonly TimeSpan UntilNextCheck = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _closing = new();
    private KeptForm? _kept;
    private ElementReference _root;
    private PortalSession? _session;
    private Order? _order;
    private OrderAllowance? _allowed;
    private Failure? _failure;
    private Provenance? _source;
    private Amendment? _sent;
    private Amended? _amended;
    private string? _problem;
    private bool _busy;
    private bool _drawn;
    private bool _cancelled;

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required FindOrders Finding { get; init; }

    [Inject]
    public required AmendOrder Amending { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Parameter, EditorRequired]
    public required string Number { get; set; }

    private OrderNumber Code => new(Number);

    private bool MayTry => !_busy && _sent is null;

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        if (_kept is not null)
        {
            await _kept.DisposeAsync();
        }

        _closing.Dispose();
    }

    protected override async Task OnInitializedAsync() => await Load();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_session is null || _order is null)
        {
            return;
        }

        if (_kept is null)
        {
            _kept = new KeptForm(Js);
            if (await _kept.Open(_root, $"change/{Number}") && await _kept.State() is { Sent: { } sent } && Read(sent) is { } begun && begun.Order == Code)
            {
                _sent = begun;
                await Settle(again: true);
            }
        }
        else if (_drawn)
        {
            _drawn = false;
            await _kept.Fill();
        }
    }

    private static Amendment? Read(string sent)
    {
        try
        {
            return JsonSerializer.Deserialize<Amendment>(sent) is { } read && (read.Change is null) != (read.Cancellation is null) ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task Load()
    {
        var session = await Current.Get(_closing.Token);
        if (!session.Try(out var signedIn))
        {
            _failure = session.Failure;
            return;
        }

        _session = signedIn;
        var reading = Finding.Get(signedIn.Scope, Code, _closing.Token);
        var asking = Amending.Allowed(signedIn.Scope, Code, _closing.Token);
        await Task.WhenAll(reading, asking);
        var (order, allowed) = (await reading, await asking);
        _failure = order.Failure ?? allowed.Failure;
        if (order.Try(out var standing) && allowed.Try(out var now))
        {
            (_order, _allowed, _source, _drawn) = (standing, now, allowed.Provenance, true);
        }
    }

    private async Task Change()
    {
        if (await Typed() is not { } typed || _order is null || _allowed is null || _session is null)
        {
            return;
        }

        var po = _allowed.MayChangePoNumber ? Changed(typed, "po", _order.PoNumber) : null;
        var lines = new List<LineChange>();
        foreach (var line in _order.Lines)
        {
            if (QuantityOf(line) is null || !typed.TryGetValue($"qty/{line.LineNumber}", out var text))
            {
                continue;
            }

            if (AmendOrder.Quantity(text, CultureInfo.CurrentCulture) is not (> 0 and var quantity))
            {
                _problem = Words["Problem.Quantity", line.Sku];
                return;
            }

            if (quantity != line.Ordered)
            {
                lines.Add(new LineChange(line.LineNumber, quantity));
            }
        }

        DateOnly? wanted = null;
        if (_allowed.MayChangeRequestedOn && typed.GetValueOrDefault("day") is { Length: > 0 } day)
        {
            if (!DateOnly.TryParse(day, CultureInfo.InvariantCulture, out var parsed))
            {
                _problem = Words["Problem.Date"];
                return;
            }

            wanted = parsed == _order.RequestedOn ? null : parsed;
        }

        var note = _allowed.MayChangeNote ? Changed(typed, "note", _order.Note) : null;
        var shipTo = _allowed.ShipTos.Count > 0 && typed.GetValueOrDefault("shipTo") is { Length: > 0 } chosen && chosen != _order.ShipTo?.Id ? chosen : null;
        _problem = po is { Length: > PoNumberLength } ? Words["Problem.Po", PoNumberLength].Value
            : po is null && note is null && wanted is null && shipTo is null && lines is [] ? Words["Problem.Nothing"].Value
            : null;
        if (_problem is null)
        {
            await Send(new Amendment(
                new OrderChange
                {
                    Id = Guid.NewGuid(), Order = Code, Version = _allowed.Version, By = _session.Name, PoNumber = po, Note = note, RequestedOn = wanted, ShipTo = shipTo, Lines = lines,
                },
                null));
        }
    }

    private async Task Cancel(bool all)
    {
        if (await Typed() is not { } typed || _order is null || _allowed is null || _session is null)
        {
            return;
        }

        var reason = typed.GetValueOrDefault("reason")?.Trim() ?? "";
        var lines = all ? [] : _allowed.Lines.Where(line => line.MayCancel && typed.GetValueOrDefault($"drop/{line.LineNumber}") == "on").Select(line => line.LineNumber).ToList();
        _problem = !all && lines.Count == 0 ? Words["Problem.NoLine"].Value
            : reason.Length is 0 or > ReasonLength ? Words["Problem.Reason", ReasonLength].Value
            : null;
        if (_problem is null)
        {
            await Send(new Amendment(
                null,
                new OrderCancellation { Id = Guid.NewGuid(), Order = Code, Version = _allowed.Version, By = _session.Name, Reason = reason, Lines = lines }));
        }
    }

    /// <summary>Null when the browser does not answer, or something is on its way.</summary>
    private async Task<IReadOnlyDictionary<string, string>?> Typed()
    {
        if (!MayTry || _kept is null)
        {
            return null;
        }

        (_problem, _amended) = (null, null);
        if (await _kept.State() is not { } state)
        {
            _problem = Words["Problem.NotKept"];
            return null;
        }

        if (state.Sent is { } sent && Read(sent) is { } begun)
        {
            // Another window has sent something meanwhile: its end first.
            _sent = begun;
            _problem = Words["Problem.OtherTab"];
            await Settle(again: true);
            return null;
        }

        return state.Fields;
    }

    private async Task Send(Amendment wanted)
    {
        if (!MayTry || !await _kept!.Send(JsonSerializer.Serialize(wanted)))
        {
            _problem = Words["Problem.NotKept"];
            return;
        }

        _sent = wanted;
        await Settle(again: false);
    }

    private async Task Settle(bool again)
    {
        if (_busy || _sent is not { } wanted || _session is null)
        {
            return;
        }

        _busy = true;
        _cancelled = wanted.Cancellation is not null;
        StateHasChanged();
        try
        {
            var session = await Current.Get(_closing.Token);
            _amended = session.Try(out var signedIn)
                ? await Amending.Apply(signedIn.Scope, wanted, again, _closing.Token)
                : new Amended(again ? AmendVerdict.Unclear : AmendVerdict.NotReached, null, session.Failure);
            switch (_amended.Verdict)
            {
                case AmendVerdict.Unclear:
                    _ = CheckLater();
                    break;
                case AmendVerdict.Done:
                    _sent = null;
                    await _kept!.Done();
                    await Load();
                    break;
                default:
                    _sent = null;
                    await _kept!.Unsend();
                    await Load();
                    break;
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The page was left: the browser keeps what was sent, and the next page asks again.
            return;
        }
        finally
        {
            _busy = false;
        }

        StateHasChanged();
        await _kept!.Focus("[data-said]");
    }

    private async Task CheckLater()
    {
        try
        {
            await Task.Delay(UntilNextCheck, Clock, _closing.Token);
            await InvokeAsync(() => Settle(again: true));
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    private static string? Changed(IReadOnlyDictionary<string, string> typed, string name, string? now) =>
        typed.GetValueOrDefault(name)?.Trim() is { } text && text != (now ?? "").Trim() ? text : null;

    private QuantityAllowance? QuantityOf(OrderLine line) => _allowed?.Lines.FirstOrDefault(allowed => allowed.LineNumber == line.LineNumber)?.Quantity;

    private bool MayCancel(OrderLine line) => _allowed?.Lines.Any(allowed => allowed.LineNumber == line.LineNumber && allowed.MayCancel) is true;

    private string Range(QuantityAllowance may, string unit) =>
        (may.Most is { } most ? Words["Quantity.FromTo", Say.Number(may.Least), Say.Quantity(most, unit)] : Words["Quantity.From", Say.Quantity(may.Least, unit)])
        + (may.Step == 1 ? "" : ", " + Words["Quantity.Step", Say.Number(may.Step)]);

    private string Refusal(Failure? failure) =>
        failure?.Problems is [_, ..] problems ? string.Join(" ", problems.Select(problem => problem.Message).Distinct())
        : failure?.Detail ?? "";
}
