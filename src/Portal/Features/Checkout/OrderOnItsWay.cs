using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>One order that this browser sent, and what is known about it.</summary>
public sealed class OrderOnItsWay(SubmissionId id, KeptOrder? kept) : IDisposable
{
    private IDisposable? _watch;

    public SubmissionId Id { get; } = id;

    /// <summary>The browser's own copy.</summary>
    public KeptOrder? Kept { get; } = kept;

    /// <summary>Its id as the browser writes it.</summary>
    public string KeptId => Kept?.Id ?? Id.ToString();

    /// <summary>The browser has said that it keeps it.</summary>
    public bool IsKept { get; set; }

    /// <summary>Why the last click came to nothing, in words.</summary>
    public string? Trouble { get; set; }

    /// <summary>Null until asked, and when the portal does not know it.</summary>
    public Placing? Placing { get; private set; }

    /// <summary>The portal does not know it: its memory of work in flight was lost.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>What the ERP says about a forgotten one; null while it is asked.</summary>
    public Outcome<Order?>? Lookup { get; set; }

    /// <summary>What a forgotten one would cost now; null while it is asked.</summary>
    public Outcome<Quote>? Quote { get; set; }

    /// <summary>Another order went out under the same id.</summary>
    public bool IsConflict { get; set; }

    /// <summary>A button of it was pressed and is not answered yet.</summary>
    public bool IsBusy { get; set; }

    public OrderNumber? Number => Placing?.Number ?? (Lookup is { Succeeded: true, Value.Number: { } number } ? number : null);

    public string? PoNumber => Placing?.PoNumber ?? CheckoutForm.Trimmed(Kept?.Draft.PoNumber);

    /// <summary>False when it is older than what is known already: what is told and what is read come in any order.</summary>
    public bool Take(Placing placing)
    {
        if (Placing is { IsFinal: true } || (!placing.IsFinal && placing.Since < Placing?.Since))
        {
            return false;
        }

        Placing = placing;
        IsForgotten = false;
        Trouble = null;
        return true;
    }

    public void Follow(IDisposable watch)
    {
        _watch?.Dispose();
        _watch = watch;
    }

    public void Dispose() => _watch?.Dispose();
}
