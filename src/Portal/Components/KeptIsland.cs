using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using PortalIntegration.Core;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Components;

/// <summary>
/// A form whose fields live in the browser, and that sends one thing at a time to an owner. What is sent is kept there too, with its id, before anybody is asked and until its end
/// is known: whatever becomes of the page, of the line or of the portal, the same is asked for again and done once.
/// </summary>
/// <typeparam name="TSent">What is sent, as the browser keeps it.</typeparam>
public abstract class KeptIsland<TSent> : ComponentBase, IAsyncDisposable
    where TSent : class
{
    private static readonly TimeSpan UntilNextCheck = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationToken _left; // its source is gone when a late answer asks
    private KeptForm? _kept;
    private bool _drawn;

    protected KeptIsland() => _left = _closing.Token;

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    /// <summary>Holds the fields.</summary>
    protected ElementReference Root { get; set; }

    /// <summary>What was sent and has no end yet.</summary>
    protected TSent? Sent { get; private set; }

    /// <summary>Why nothing was sent, in a sentence.</summary>
    protected string? Problem { get; set; }

    /// <summary>The owner is being asked.</summary>
    protected bool Busy { get; private set; }

    protected bool MayTry => !Busy && Sent is null;

    /// <summary>Fires when the page is left.</summary>
    protected CancellationToken Closing => _left;

    /// <summary>Of the draft, unique for the person and account.</summary>
    protected abstract string DraftName { get; }

    /// <summary>What the fields are about has been read.</summary>
    protected abstract bool HasFields { get; }

    /// <summary>For when the browser does not answer, or does not keep anything.</summary>
    protected abstract string NotKept { get; }

    /// <summary>For when another window has sent something whose end is not known.</summary>
    protected abstract string OtherTab { get; }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        if (_kept is not null)
        {
            await _kept.DisposeAsync();
        }

        _closing.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override Task OnInitializedAsync() => Load();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!HasFields)
        {
            return;
        }

        if (_kept is null)
        {
            _kept = new KeptForm(Js);
            if (await _kept.Open(Root, DraftName) && await _kept.State() is { Sent: { } text } && Read(text) is { } begun)
            {
                Sent = begun;
                await Settle(again: true);
            }
        }
        else if (_drawn)
        {
            _drawn = false;
            await _kept.Fill();
        }
    }

    /// <summary>Reads what the fields are about, from its owner.</summary>
    protected abstract Task Load();

    /// <summary>Asks the owner, and keeps the answer for the page to show.</summary>
    /// <param name="again">It was asked for before, and its end is not known.</param>
    protected abstract Task<SentEnd> Ask(TSent wanted, bool again);

    /// <summary>Whether it is something that this form sends.</summary>
    protected abstract bool IsOurs(TSent sent);

    /// <summary>Forgets what was said about the one before.</summary>
    protected abstract void Begin();

    /// <summary>It took effect.</summary>
    protected virtual Task WhenDone(TSent wanted) => Load();

    /// <summary>It had no effect; what was typed stays.</summary>
    protected virtual Task WhenUndone(TSent wanted) => Load();

    /// <summary>The fields are drawn anew: what was typed goes over them.</summary>
    protected void Draw() => _drawn = true;

    /// <summary>What stands in the fields. Null when the browser does not answer, or something is on its way.</summary>
    protected async Task<IReadOnlyDictionary<string, string>?> Typed()
    {
        if (!MayTry || _kept is null)
        {
            return null;
        }

        Problem = null;
        Begin();
        if (await _kept.State() is not { } state)
        {
            Problem = NotKept;
            return null;
        }

        if (state.Sent is { } text && Read(text) is { } begun)
        {
            // Its end first.
            Sent = begun;
            Problem = OtherTab;
            await Settle(again: true);
            return null;
        }

        // As it comes back from its owner: what is wanted is compared with what stands.
        return state.Fields.ToDictionary(field => field.Key, field => PlainText.Clean(field.Value));
    }

    protected async Task Send(TSent wanted)
    {
        if (!MayTry || !await _kept!.Send(JsonSerializer.Serialize(wanted)))
        {
            Problem = NotKept;
            return;
        }

        Sent = wanted;
        await Settle(again: false);
    }

    /// <summary>More is known of what was sent, though not its end: kept in its place, for whoever asks next.</summary>
    protected async Task Further(TSent sent)
    {
        Sent = sent;
        await _kept!.Further(JsonSerializer.Serialize(sent));
    }

    /// <summary>Asks for what was sent until its end is known: now, and every now and then.</summary>
    protected async Task Settle(bool again)
    {
        if (Busy || Sent is not { } wanted)
        {
            return;
        }

        Busy = true;
        StateHasChanged();
        try
        {
            switch (await Ask(wanted, again))
            {
                case SentEnd.Done:
                    Sent = null;
                    await _kept!.Done();
                    await WhenDone(wanted);
                    break;
                case SentEnd.Undone:
                    Sent = null;
                    await _kept!.Unsend();
                    await WhenUndone(wanted);
                    break;
                default:
                    _ = CheckLater();
                    break;
            }
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested)
        {
            // The page was left: the browser keeps what was sent, and the next page asks again.
            return;
        }
        finally
        {
            Busy = false;
        }

        StateHasChanged();
        await _kept!.Focus("[data-said]");
    }

    private async Task CheckLater()
    {
        try
        {
            await Task.Delay(UntilNextCheck, Clock, _left);
            await InvokeAsync(() => Settle(again: true));
        }
        catch (Exception ended) when (_left.IsCancellationRequested && ended is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left.
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            // Nobody waits for this: the page says that it failed, instead of checking for ever.
            await DispatchExceptionAsync(bug);
        }
    }

    private TSent? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<TSent>(text) is { } sent && IsOurs(sent) ? sent : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>How far what was sent has come.</summary>
public enum SentEnd
{
    /// <summary>Not known, or not all of it done: it is asked for again.</summary>
    Open,
    Done,

    /// <summary>It had no effect and will have none.</summary>
    Undone,
}
