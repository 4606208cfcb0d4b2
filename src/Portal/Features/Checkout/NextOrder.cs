using PortalIntegration.Core.Orders;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>
/// The next order as the page shows it, from one look at the browser, and replaced as a whole: what "place" hands over was read, quoted and
/// named together.
/// </summary>
/// <param name="Lines">As the browser keeps them.</param>
/// <param name="Submissions">The ids that these lines go out under, by <see cref="OrderPart.Key"/>.</param>
/// <param name="AskedFor">What was filled in when the quotes were asked.</param>
internal sealed record NextOrder(IReadOnlyList<BasketLine> Lines, IReadOnlyDictionary<string, string> Submissions, Basket Basket, CheckoutForm AskedFor)
{
    /// <summary>The orders that they become, with their quotes; while <see cref="IsAsking"/>, with those before.</summary>
    public IReadOnlyList<OrderPart> Parts { get; init; } = [];

    /// <summary>A newer basket or quote is on its way.</summary>
    public bool IsAsking { get; init; }

    public bool Accepted { get; init; }

    public bool IsOf(CheckoutState state) =>
        Lines.SequenceEqual(state.Lines) && Submissions.Count == state.Submissions.Count && Submissions.All(id => state.Submissions.GetValueOrDefault(id.Key) == id.Value);
}
