using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Limits;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.OrderPad;

/// <summary>The portal's side of the order pad: it answers about lines that the browser keeps. What is typed is never kept here.</summary>
public sealed partial class PadIsland : IAsyncDisposable
{
    /// <summary>More lines than anybody pastes; beyond it a browser is not answered.</summary>
    private const int MostLines = 2000;

    /// <summary>How long a browser may take to answer. A call that is lost with the line is never answered at all.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _closing = new();
    private readonly List<PadLine> _incoming = [];
    private readonly Dictionary<string, LineAnswer> _answers = new(StringComparer.Ordinal);
    private DotNetObjectReference<PadIsland>? _self;
    private IJSObjectReference? _module;
    private IJSObjectReference? _pad;
    private ElementReference _root;
    private PortalSession? _session;
    private Failure? _blocked;
    private CapabilityAnswer _catalogue = CapabilityAnswer.None;
    private CapabilityAnswer _prices = CapabilityAnswer.None;
    private CapabilityAnswer _stock = CapabilityAnswer.None;
    private AskingAgain? _again;

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Inject]
    public required CurrentSession Session { get; init; }

    [Inject]
    public required AskAboutLines Asking { get; init; }

    [Inject]
    public required RateLimits Limits { get; init; }

    [Inject]
    public required SuggestProducts Suggesting { get; init; }

    [Inject]
    public required PadPresenter Presenter { get; init; }

    [Inject]
    public required ShownOnPad Shown { get; init; }

    [Inject]
    public required TimeProvider Time { get; init; }

    private Failure? AllSilent => CapabilityAnswer.OneSilence(_catalogue, _prices, _stock);

    private IEnumerable<(string Name, Failure? Failure)> Silent => new[]
    {
        ("Catalogue", _catalogue.Failure), ("Prices", _prices.Failure), ("Stock", _stock.Failure),
    }.Where(capability => capability.Item2 is not null);

    private string? AskedAgainWords => _again?.At is { } at ? Words["AskedAgain", Say.Time(at)].Value : null;

    protected override Task OnInitializedAsync() => Start();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_pad is not null || _self is not null || _session is not { Customer: not null } session)
        {
            return;
        }

        _self = DotNetObjectReference.Create(this);
        await Open(_self, session.BrowserKey);
    }

    /// <summary>Lines that changed, in parts that fit a message; asked about when the last part is here. Answers as soon as they are taken.</summary>
    [JSInvokable]
    public void Ask(PadLine[] lines, bool last)
    {
        _incoming.AddRange(lines.Take(MostLines - _incoming.Count));
        if (last)
        {
            var asked = _incoming.ToList();
            _incoming.Clear();
            _ = Answer(asked);
        }
    }

    [JSInvokable]
    public void Removed(string[] ids)
    {
        foreach (var id in ids)
        {
            _answers.Remove(id);
        }

        StateHasChanged();
    }

    [JSInvokable]
    public async Task<PadSuggestions> Suggest(string text)
    {
        if (text.Length > 200 || (await Session.Get(_closing.Token)) is not { Succeeded: true } session || session.Value.Customer is not { } customer)
        {
            return new([], null);
        }

        if (Limits.Refuses(Asked.Search, session.Value.Person) is { } wait)
        {
            return new([], Words["Suggest.TooOften", wait.TotalSeconds]);
        }

        var answer = await Suggesting.Suggest(session.Value.ActingScope, customer, text, _closing.Token);
        return answer.Try(out var page)
            ? new(
                [.. page.Items.Select(product => new PadSuggestion(product.Sku.Value, product.Name, product.CustomerPartNumber, product.SalesUnit))],
                page.Items.Count == 0 ? Words["Suggest.None"].Value : null)
            : new([], Words["Suggest.Failed", Say.System(answer.Failure!.System)]);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _again?.Dispose();
        try
        {
            if (_pad is not null)
            {
                await _pad.InvokeVoidAsync("dispose");
                await _pad.DisposeAsync();
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

    private async Task Open(DotNetObjectReference<PadIsland> self, string? owner)
    {
        var texts = new
        {
            Pasted = Words["Said.Pasted"].Value,
            PastedWithoutHeading = Words["Said.PastedWithoutHeading"].Value,
            LeftOut = Words["Said.LeftOut"].Value,
            Uploaded = Words["Said.Uploaded"].Value,
            UploadedWithoutHeading = Words["Said.UploadedWithoutHeading"].Value,
            Unreadable = Words["Said.Unreadable"].Value,
            NotLines = Words["Said.NotLines"].Value,
            Clipboard = Words["Said.Clipboard"].Value,
            TooLarge = Words["Said.TooLarge"].Value,
            NothingInFile = Words["Said.NothingInFile"].Value,
            NothingToSave = Words["Said.NothingToSave"].Value,
            Downloaded = Words["Said.Downloaded"].Value,
            Emptied = Words["Said.Emptied"].Value,
            AllRestored = Words["Said.AllRestored"].Value,
            Removed = Words["Said.Removed"].Value,
            Restored = Words["Said.Restored"].Value,
            Twin = Words["Twin"].Value,
            Merged = Words["Said.Merged"].Value,
            Suggestions = Words["Said.Suggestions"].Value,
        };
        while (_pad is null && !_closing.IsCancellationRequested)
        {
            try
            {
                _module ??= await Js.InvokeAsync<IJSObjectReference>("import", 4 * Patience, "./js/order-pad.js");
                _pad = await _module.InvokeAsync<IJSObjectReference>("open", Patience, _root, self, owner, texts);
            }
            catch (JSDisconnectedException)
            {
                return;
            }
            catch (OperationCanceledException)
            {
                // The line was lost in between, and the answer with it: once more, when it is back.
            }
        }
    }

    private async Task Start()
    {
        var answer = await Session.ForCustomer((session, _) => Task.FromResult(Outcome.Success(session, new Provenance("portal", Time.GetUtcNow()))), _closing.Token);
        _blocked = answer.Failure;
        _session = answer.Try(out var session) ? session : null;
    }

    private async Task Answer(List<PadLine> lines)
    {
        try
        {
            var session = await Session.ForCustomer(
                async (who, customer) => Outcome.Success(
                    Limits.FailureOf(Asked.Lines, who.Person, lines.Count) is { } later
                        ? PadAnswer.Later(lines, later)
                        : await Asking.Ask(who.ActingScope, customer, lines, progress => _ = InvokeAsync(() => Show(progress)), _closing.Token),
                    new Provenance("portal", Time.GetUtcNow())),
                _closing.Token);
            if (session.Try(out var answer))
            {
                await InvokeAsync(() => Show(answer));
                return;
            }

            // No right to ask any more, or nobody to say so: the lines stay as they are.
            _blocked = session.Failure;
            await InvokeAsync(StateHasChanged);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (Exception bug)
        {
            await DispatchExceptionAsync(bug);
        }
    }

    private async Task Show(PadAnswer answer)
    {
        if (_pad is null || _closing.IsCancellationRequested)
        {
            return;
        }

        if (_answers.Count > MostLines)
        {
            _answers.Clear();
        }

        foreach (var line in answer.Lines.Where(line => !_answers.TryGetValue(line.Line.Id, out var known) || known.Line.Version <= line.Line.Version))
        {
            _answers[line.Line.Id] = line;
        }

        if (_session is { Customer: { } customer } session)
        {
            Shown.Remember(session.Person, customer, answer.Lines.Where(line => line.IsComplete));
        }

        _catalogue = Newer(_catalogue, answer.Catalogue);
        _prices = Newer(_prices, answer.Prices);
        _stock = Newer(_stock, answer.Stock);
        Plan();
        StateHasChanged();
        try
        {
            await _pad.InvokeVoidAsync("answer", _closing.Token, answer.Lines.Select(Presenter.Row).ToList());
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            // What was not shown is asked again when the browser is back.
        }
    }

    /// <summary>A success ends the failure before it; a failure keeps the source of what stands in other lines.</summary>
    private CapabilityAnswer Newer(CapabilityAnswer before, CapabilityAnswer now) => now switch
    {
        { Failure: { } failure } => new(now.Provenance ?? before.Provenance, failure with { Since = failure.Since ?? before.Failure?.Since ?? failure.At }),
        { Provenance: not null } => now,
        _ => before,
    };

    /// <summary>Asks again by itself what an owner did not answer.</summary>
    private void Plan()
    {
        _again ??= new AskingAgain(Time, () => _ = InvokeAsync(AskAgain));
        if (_again.Plan([.. Silent.Select(capability => capability.Failure!)]))
        {
            _ = AskAgain();
        }
    }

    private Task AskAgain()
    {
        _again?.Stop();
        var lacking = _answers.Values.Where(answer => answer.LacksAnswer).Select(answer => answer.Line.Id).ToList();
        if (lacking.Count > 0)
        {
            return Ask(lacking);
        }

        // The lines are gone that it was about, and with them what there was to say.
        (_catalogue, _prices, _stock) = (_catalogue with { Failure = null }, _prices with { Failure = null }, _stock with { Failure = null });
        _again?.Plan([]);
        StateHasChanged();
        return Task.CompletedTask;
    }

    private Task AskAll() => Ask(null);

    private async Task Ask(List<string>? ids)
    {
        try
        {
            if (_pad is not null && ids is not { Count: 0 })
            {
                await _pad.InvokeVoidAsync("askAgain", _closing.Token, ids);
            }
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            // The browser asks by itself when it is back.
        }
    }
}

public sealed record PadSuggestions(IReadOnlyList<PadSuggestion> Items, string? Note);

/// <param name="Part">The customer's own part number.</param>
public sealed record PadSuggestion(string Sku, string Name, string? Part, string Unit);
