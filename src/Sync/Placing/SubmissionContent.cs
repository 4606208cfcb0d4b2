using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PortalIntegration.Sync.Placing;

/// <summary>Tells whether two submissions mean the same order.</summary>
internal static class SubmissionContent
{
    /// <summary>
    /// SHA-256 over what is ordered, by whom, and on which terms; in one spelling, so that 1.0 and 1 are the same quantity. What the buyer saw
    /// on his screen and the names of lines are not part of what he orders.
    /// </summary>
    public static string Hash(Submission submission)
    {
        var request = submission.Request;
        var canonical = new object?[]
        {
            1,
            request.Customer.Value,
            request.ShipTo,
            request.BillTo,
            request.DeliveryMethod,
            Date(request.RequestedOn),
            request.PoNumber,
            submission.Note,
            submission.OrderedBy.Person.Value,
            submission.Policy.ToString(),
            request.Lines.Select(line => new object?[]
            {
                line.Sku.Value,
                line.Quantity.ToString("0.############################", CultureInfo.InvariantCulture),
                line.Unit,
                Date(line.RequestedOn),
                line.Note,
            }).ToArray(),
        };
        object?[] whole = submission is { MadeOf: null, Keep: null }
            ? canonical
            : [.. canonical, submission.MadeOf?.Value, submission.Keep?.Kind.ToString(), submission.Keep?.Label];
        if (request.PartialDelivery is { } inParts)
        {
            whole = [.. whole, inParts ? "in parts" : "complete"];
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(whole))));
    }

    private static string? Date(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
