using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Quotations;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>The clauses for sales by their <see cref="QuotationMark"/>, which stands in their description.</summary>
internal static class QuotationClauses
{
    public static object?[] IsKept => Domain.Like("description", QuotationMark.Any);

    /// <summary>What is kept under the reference, or is to be.</summary>
    public static object?[] Under(SubmissionId submission) => Domain.Any(
        Domain.Is("description", QuotationMark.Before(submission)), Domain.Like("description", QuotationMark.Under(submission)));

    public static object?[] Of(QuotationKind kind) => Domain.Like("description", QuotationMark.Of(kind));

    /// <summary>
    /// A state, as far as the mark and Tryton's own state say it. What is claimed for an order is both open and ordered here: only the order itself says which.
    /// </summary>
    public static object?[] In(QuotationState state) => state switch
    {
        QuotationState.Open => Domain.All(
            Domain.Any(Marked("open"), Claimed),
            Domain.In("state", new[] { "draft", "quotation" }),
            Domain.Is("sale_date", value: null)),
        QuotationState.Ordered => Domain.Any(Claimed, Domain.IsNot("sale_date", value: null)),
        QuotationState.SentBack => Marked("sent back"),
        QuotationState.Withdrawn => Domain.Any(Marked("withdrawn"), Domain.All(Domain.Any(Marked("open"), Claimed), Domain.Is("state", "cancelled"))),
        QuotationState.Expired => Domain.Is("id", value: null),
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Unknown."),
    };

    private static object?[] Claimed => Domain.Any(Marked("ordered as %"), Marked("contested, was %"));

    private static object?[] Marked(string state) => Domain.Like("description", QuotationMark.Ending(state));
}
