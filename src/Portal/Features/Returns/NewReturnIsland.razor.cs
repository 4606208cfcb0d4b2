using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Returns;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.Features.Amending;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Returns;

/// <summary>
/// Registers a return of what its owner lets be sent back. The id is made when it is sent and kept in the browser with what was typed until the end is known: a slow owner, a lost line or
/// a restart asks again under the same.
/// </summary>
public sealed partial class NewReturnIsland : IAsyncDisposable
{
    private static readonly TimeSpan UntilNextCheck = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _closing = new();
    private KeptForm? _kept;
    private ElementReference _root;
    private PortalSession? _session;
    private Returnable? _returnable;
    private Provenance? _source;
    private Failure? _failure;
    private NewReturn? _sent;
    private SentBack? _answered;
    private string? _problem;
    private bool _busy;
    private bool _drawn;
    private bool _all;

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required SendBack Sending { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Parameter, EditorRequired]
    public required string Number { get; set; }

    [Parameter]
    public string? Shipment { get; set; }

    [Parameter]
    public string? Invoice { get; set; }

    private OrderNumber Code => new(Number);

    private bool MayTry => !_busy && _sent is null;

    private bool IsPart => !_all && (Shipment is { Length: > 0 } || Invoice is { Length: > 0 });

    private IEnumerable<ReturnableLine> Shown => (_returnable?.Lines ?? []).Where(line => !IsPart
        || (Shipment is { Length: > 0 } shipment && line.Shipments.Contains(shipment))
        || (Invoice is { Length: > 0 } invoice && line.Invoices.Contains(invoice)));

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
        if (_session is null || _returnable is null)
        {
            return;
        }

        if (_kept is null)
        {
            _kept = new KeptForm(Js);
            if (await _kept.Open(_root, $"return/{Number}") && await _kept.State() is { Sent: { } sent } && Read(sent) is { } begun && begun.Order == Code)
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

    private static NewReturn? Read(string sent)
    {
        try
        {
            return JsonSerializer.Deserialize<NewReturn>(sent);
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
        var answer = await Sending.Returnable(signedIn.Scope, Code, _closing.Token);
        _failure = answer.Failure;
        if (answer.Try(out var now))
        {
            (_returnable, _source, _drawn) = (now, answer.Provenance, true);
        }
    }

    private async Task Send()
    {
        if (!MayTry || _kept is null || _session is null || _returnable is null)
        {
            return;
        }

        (_problem, _answered) = (null, null);
        if (await _kept.State() is not { } state)
        {
            _problem = Words["Problem.NotKept"];
            return;
        }

        if (state.Sent is { } before && Read(before) is { } begun)
        {
            // Another window has sent something meanwhile: its end first.
            _sent = begun;
            await Settle(again: true);
            _problem = Words["Problem.OtherTab"];
            return;
        }

        var lines = new List<NewReturnLine>();
        foreach (var line in Shown.Where(line => line.Left > 0))
        {
            var typed = state.Fields.GetValueOrDefault($"qty/{line.LineNumber}")?.Trim() ?? "";
            if (typed.Length == 0)
            {
                continue;
            }

            var quantity = AmendOrder.Quantity(typed, CultureInfo.CurrentCulture);
            var reason = state.Fields.GetValueOrDefault($"reason/{line.LineNumber}") ?? "";
            _problem = quantity is not > 0 ? Words["Problem.Quantity", line.Sku].Value
                : quantity > line.Left ? Words["Problem.TooMuch", line.Sku, Say.Quantity(line.Left, line.Unit)].Value
                : reason.Length == 0 ? Words["Problem.Reason", line.Sku].Value
                : null;
            if (_problem is not null)
            {
                return;
            }

            lines.Add(new NewReturnLine(line.LineNumber, quantity!.Value, reason, Given(state.Fields.GetValueOrDefault($"remark/{line.LineNumber}"))));
        }

        if (lines.Count == 0)
        {
            _problem = Words["Problem.Nothing"];
            return;
        }

        var wanted = new NewReturn
        {
            Id = new SubmissionId(Guid.NewGuid()),
            Customer = _returnable.Customer,
            Order = Code,
            RequestedBy = new OrderedBy(_session.Person, _session.Name, _session.IsRep ? _session.Acting?.Name : null),
            Note = Given(state.Fields.GetValueOrDefault("note")),
            Lines = lines,
        };
        if (!MayTry || !await _kept.Send(JsonSerializer.Serialize(wanted)))
        {
            _problem = Words["Problem.NotKept"];
            return;
        }

        _sent = wanted;
        await Settle(again: false);
    }

    private async Task Settle(bool again)
    {
        if (_busy || _sent is not { } wanted)
        {
            return;
        }

        _busy = true;
        StateHasChanged();
        try
        {
            var session = await Current.Get(_closing.Token);
            _answered = session.Try(out var signedIn)
                ? await Sending.Apply(signedIn.Scope, wanted, again, _closing.Token)
                : new SentBack(again ? SendBackVerdict.Unclear : SendBackVerdict.NotReached, null, session.Failure);
            switch (_answered.Verdict)
            {
                case SendBackVerdict.Unclear:
                    _ = CheckLater();
                    break;
                case SendBackVerdict.Done:
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

    private void ShowAll()
    {
        _all = true;
        _drawn = true;
    }

    private string NameOf(ReturnReason reason) => Words[$"Reason.{reason.Code}"] is { ResourceNotFound: false } known ? known : reason.Name;

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>In the reader's language where the portal knows what it is about, and else in the ERP's words.</summary>
    private string Refusal(Failure? failure) =>
        failure?.Code is { } code && Words[$"Refused.{code}"] is { ResourceNotFound: false } known ? known
        : failure?.Problems is [_, ..] problems ? string.Join(" ", problems.Select(problem => problem.Message).Distinct())
        : failure?.Detail ?? "";
}
