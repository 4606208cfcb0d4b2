using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>The browser's side of checkout: it owns the basket, and may leave or be cut off at any moment.</summary>
public sealed partial class CheckoutIsland
{
    /// <summary>More than any basket with the orders on their way; a browser that sends more is not read.</summary>
    private const long MostBytes = 4 * 1024 * 1024;

    /// <summary>How long a browser may take to answer. A call that is lost with the line is never answered at all.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private DotNetObjectReference<CheckoutIsland>? _self;
    private IJSObjectReference? _module;
    private IJSObjectReference? _browser;

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

    /// <summary>False when the browser left meanwhile.</summary>
    private async Task<bool> Open(DotNetObjectReference<CheckoutIsland> self, string? owner)
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                _module ??= await Js.InvokeAsync<IJSObjectReference>("import", 4 * Patience, "./js/checkout.js");
                _browser = await _module.InvokeAsync<IJSObjectReference>("open", Patience, _root, self, owner);
                return true;
            }
            catch (JSDisconnectedException)
            {
                return false;
            }
            catch (OperationCanceledException)
            {
                // The line was lost in between: once more, when it is back.
            }
        }

        return false;
    }

    private async Task<CheckoutState?> ReadState()
    {
        try
        {
            if (_browser is null)
            {
                return null;
            }

            await using var kept = await _browser.InvokeAsync<IJSStreamReference>("state", Patience);
            await using var stream = await kept.OpenReadStreamAsync(MostBytes, _closing.Token);
            return await JsonSerializer.DeserializeAsync<CheckoutState>(stream, JsonSerializerOptions.Web, _closing.Token);
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException or TimeoutException)
        {
            // When the line is back, the browser says so, and is asked again.
            return null;
        }
    }

    /// <summary>Null or false when the browser did not answer.</summary>
    private async Task<T?> Browser<T>(string operation, params object?[] arguments)
    {
        try
        {
            return _browser is null ? default : await _browser.InvokeAsync<T>(operation, Patience, arguments);
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            return default;
        }
    }
}
