using PortalIntegration.Core.Quotations;

namespace PortalIntegration.Sync.Placing;

/// <summary>What one submission may hold. It comes from a browser, and nothing that comes from there is believed.</summary>
public static class SubmissionLimits
{
    public const int Lines = 500;

    /// <summary>Characters of the buyer's own order number.</summary>
    public const int PoNumber = 35;

    /// <summary>Characters of the note for the warehouse.</summary>
    public const int Note = 1000;

    /// <summary>Characters of the name of what is kept.</summary>
    public const int Label = 80;

    /// <summary>Digits before and behind the decimal separator of a quantity.</summary>
    public const int QuantityDigits = 9;

    public const int QuantityDecimals = 6;

    /// <summary>Characters of an id, a SKU or a unit: more than any system has.</summary>
    private const int Id = 200;

    private const decimal TooMuch = 1_000_000_000m;

    internal static bool Allow(Submission submission)
    {
        var request = submission.Request;
        return submission.Id == request.Submission
            && request.Lines.Count is > 0 and <= Lines
            && request.Lines.All(line => IsId(line.LineId) && IsId(line.Sku.Value) && IsShort(line.Unit, Id) && IsShort(line.Note, Note) && IsQuantity(line.Quantity))
            && request.Lines.DistinctBy(line => line.LineId).Count() == request.Lines.Count
            && IsShort(request.ShipTo, Id)
            && IsShort(request.BillTo, Id)
            && IsShort(request.DeliveryMethod, Id)
            && IsShort(request.PoNumber, PoNumber)
            && IsShort(submission.Note, Note)
            && IsShort(submission.MadeOf?.Value, Id)
            && submission.Keep is not ({ Kind: QuotationKind.Approval } or { Kind: QuotationKind.List, Label: null or "" } or { Label.Length: > Label });
    }

    private static bool IsQuantity(decimal quantity) => quantity is > 0 and < TooMuch && decimal.Round(quantity, QuantityDecimals) == quantity;

    private static bool IsId(string? text) => !string.IsNullOrWhiteSpace(text) && text.Length <= Id;

    private static bool IsShort(string? text, int most) => text is null || text.Length <= most;
}
