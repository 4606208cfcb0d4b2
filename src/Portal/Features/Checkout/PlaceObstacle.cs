using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Portal.Features.Checkout;

/// <summary>Why an order cannot be placed just now. Every one has its sentence.</summary>
public enum PlaceObstacle
{
    ViewerRole,
    NotReadable,
    TooManyLines,
    TooManyOrders,
    PoNumberTooLong,
    NoteTooLong,
    DateInThePast,
    Quoting,
    QuoteRefused,
    LineProblem,
    CreditRefused,
    NotAccepted,
}

public static class Obstacles
{
    /// <summary>The first thing that keeps this order from being placed; null when nothing does.</summary>
    /// <param name="quote">Null while it is asked.</param>
    public static PlaceObstacle? Find(bool mayOrder, Basket basket, CheckoutForm form, Outcome<Quote>? quote, bool differencesAccepted, DateOnly today)
    {
        if (!mayOrder)
        {
            return PlaceObstacle.ViewerRole;
        }

        if (basket.TooMany)
        {
            return PlaceObstacle.TooManyLines;
        }

        if (basket.Faulty.Count > 0)
        {
            return PlaceObstacle.NotReadable;
        }

        if ((form.PoNumber?.Trim().Length ?? 0) > CheckoutForm.PoNumberLength)
        {
            return PlaceObstacle.PoNumberTooLong;
        }

        if ((form.Note?.Trim().Length ?? 0) > CheckoutForm.NoteLength)
        {
            return PlaceObstacle.NoteTooLong;
        }

        if (form.RequestedOn < today || basket.Ready.Any(line => line.RequestedOn < today))
        {
            return PlaceObstacle.DateInThePast;
        }

        return quote switch
        {
            null => PlaceObstacle.Quoting,
            { Succeeded: false, Failure.RetryCanHelp: false } => PlaceObstacle.QuoteRefused,
            { Succeeded: false } => null,
            { Value.Credit.Verdict: CreditVerdict.Refused } => PlaceObstacle.CreditRefused,
            { Value: { } stated } when stated.Problems.Count > 0 || stated.Lines.Any(line => line.Problem is not null) => PlaceObstacle.LineProblem,
            _ => differencesAccepted ? null : PlaceObstacle.NotAccepted,
        };
    }
}
