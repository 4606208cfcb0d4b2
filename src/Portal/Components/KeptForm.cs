using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace PortalIntegration.Portal.Components;

/// <summary>The portal's side of <c>kept-form.js</c>: what is typed, and what was sent until its end is known, live in the browser. Made by each island for itself.</summary>
public sealed class KeptForm(IJSRuntime js) : IAsyncDisposable
{
    /// <summary>How long a browser may take to answer. A call that is lost with the line is never answered at all.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private IJSObjectReference? _module;
    private IJSObjectReference? _form;

    public bool IsOpen => _form is not null;

    /// <summary>False when the browser left or did not answer.</summary>
    /// <param name="root">Holds the fields, now or later.</param>
    /// <param name="name">Of the draft, unique for the person and account.</param>
    public async Task<bool> Open(ElementReference root, string name)
    {
        try
        {
            _module ??= await js.InvokeAsync<IJSObjectReference>("import", 4 * Patience, "./js/kept-form.js");
            _form ??= await _module.InvokeAsync<IJSObjectReference>("open", Patience, root, name);
            return true;
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Null when the browser left or did not answer.</summary>
    public Task<KeptState?> State() => Ask<KeptState?>("state", null);

    /// <summary>Keeps what is about to be sent. False when it is not kept, or another tab has sent something whose end is not known: nothing may be sent then.</summary>
    public Task<bool> Send(string sent) => Ask("send", false, sent);

    /// <summary>Keeps this in the place of what was sent: the same, of which more is known.</summary>
    public Task Further(string sent) => Ask<object?>("further", null, sent);

    /// <summary>What was sent had no effect; what was typed stays.</summary>
    public Task Unsend() => Ask<object?>("unsend", null);

    /// <summary>It took effect: nothing of it is kept any more.</summary>
    public Task Done() => Ask<object?>("done", null);

    /// <summary>Puts what was typed over what was just drawn.</summary>
    public Task Fill() => Ask<object?>("fill", null);

    public Task Focus(string selector) => Ask<object?>("focus", null, selector);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_form is not null)
            {
                await _form.InvokeVoidAsync("dispose");
                await _form.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (Exception gone) when (gone is JSDisconnectedException or ObjectDisposedException)
        {
            // The circuit is gone, and the browser's side with it.
        }
    }

    private async Task<T> Ask<T>(string what, T otherwise, params object?[] given)
    {
        if (_form is null)
        {
            return otherwise;
        }

        try
        {
            return await _form.InvokeAsync<T>(what, Patience, given);
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException or ObjectDisposedException)
        {
            return otherwise;
        }
    }
}

/// <param name="Fields">What stands in the fields, by their names.</param>
/// <param name="Sent">What was sent and has no end yet, as it was given to <see cref="KeptForm.Send"/>; null for nothing.</param>
public sealed record KeptState(IReadOnlyDictionary<string, string> Fields, string? Sent);
