using System.Diagnostics;
using PortalIntegration.Core;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>Where the trace of an order begins: at the buyer's press in his browser.</summary>
internal static class PressTrace
{
    public const string Name = "PortalIntegration.Checkout";

    /// <summary>The id that the browser made; in the ERP the order stands under it too, so that either leads to the trace.</summary>
    public const string Submission = "portal.submission";

    private static readonly ActivitySource _source = new(Name);

    /// <summary>
    /// Begins a trace, current until it is disposed of. A circuit lives for hours and for many orders: what is current in it is linked, not gone on with.
    /// </summary>
    /// <param name="what">What was pressed, such as <c>place</c>.</param>
    public static Activity? Begin(string what, SubmissionId id)
    {
        var circuit = Activity.Current;
        Activity.Current = null;
        var press = _source.StartActivity($"checkout {what}", ActivityKind.Internal, default(ActivityContext), links: circuit is null ? null : [new ActivityLink(circuit.Context)]);
        if (press is null)
        {
            Activity.Current = circuit;
        }

        press?.SetTag(Submission, id.ToString());
        return press;
    }
}
