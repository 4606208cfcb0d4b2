using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.Features.SyncHealth;

/// <summary>
/// A live part of an admin's page: looks again by itself, says when the store is silent, and asks for the right before every command, for the page may have been open since before it was
/// taken away.
/// </summary>
public abstract class AdminIsland : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private ITimer? _timer;
    private bool _looking;

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required IStringLocalizer<SyncTexts> Island { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    /// <summary>Fires when the page is left.</summary>
    protected CancellationToken Gone => _gone.Token;

    /// <summary>The last command was refused: the right is gone.</summary>
    protected bool Refused { get; private set; }

    /// <summary>Since when the store does not answer; what is shown is from before.</summary>
    protected DateTimeOffset? SilentSince { get; private set; }

    /// <summary>As <see cref="SilentSince"/>, for what is then switched off.</summary>
    protected bool IsSilent => SilentSince is not null;

    /// <summary>The last command was not done, because the store was silent.</summary>
    protected bool NotDone { get; private set; }

    /// <summary>Why nothing can be confirmed just now; null while it can.</summary>
    protected string? Blocked => IsSilent ? Island["Silent.Frozen"].Value : null;

    /// <summary>When it was last looked with success.</summary>
    protected DateTimeOffset? LookedAt { get; private set; }

    /// <summary>How often it looks again.</summary>
    protected virtual TimeSpan Beat => TimeSpan.FromSeconds(3);

    /// <summary>Reads what is shown.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    protected abstract Task Look(PortalSession admin);

    protected override async Task OnInitializedAsync()
    {
        await LookNow();
        _timer = Clock.CreateTimer(_ => _ = InvokeAsync(OnBeat), null, Beat, Beat);
    }

    /// <summary>Looks now, out of turn.</summary>
    protected async Task LookNow()
    {
        if (_looking)
        {
            return;
        }

        _looking = true;
        try
        {
            if (await MayAct() is { } admin)
            {
                await Look(admin);
                (SilentSince, LookedAt, NotDone) = (null, Clock.GetUtcNow(), false);
            }
        }
        catch (StoreUnavailableException)
        {
            SilentSince ??= Clock.GetUtcNow();
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left.
        }
        finally
        {
            _looking = false;
        }
    }

    /// <summary>Does something that an admin asked for, then looks again. False when it was not done.</summary>
    protected async Task<bool> Act(Func<PortalSession, Task> command)
    {
        var done = false;
        try
        {
            if (await MayAct() is { } admin)
            {
                await command(admin);
                done = true;
            }
        }
        catch (StoreUnavailableException)
        {
            SilentSince ??= Clock.GetUtcNow();
            NotDone = true;
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            return false;
        }

        await LookNow();
        return done;
    }

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        if (_timer is not null)
        {
            await _timer.DisposeAsync();
        }

        Leave();
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of what was subscribed to.</summary>
    protected virtual void Leave()
    {
    }

    private async Task OnBeat()
    {
        if (!_gone.IsCancellationRequested)
        {
            await LookNow();
            StateHasChanged();
        }
    }

    private async Task<PortalSession?> MayAct()
    {
        var answer = await Current.Get(_gone.Token);
        var admin = answer.Try(out var session) && session.IsAdmin ? session : null;
        Refused = admin is null;
        return admin;
    }
}
