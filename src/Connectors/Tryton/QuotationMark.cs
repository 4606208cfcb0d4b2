using System.Text.RegularExpressions;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Quotations;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>What stands in the description of a sale that is kept as a quotation, such as <c>PI-… kept as quote, open</c>.</summary>
/// <param name="State">Never <see cref="QuotationState.Expired"/>: nothing runs out.</param>
/// <param name="Order">Whose order may be made of it: an order stands under this reference, or is on its way there.</param>
/// <param name="Contested">Somebody else looks whether that order stands; until that is over nobody makes one.</param>
internal sealed partial record QuotationMark(
    SubmissionId Submission, QuotationKind Kind, QuotationState State = QuotationState.Open, SubmissionId? Order = null, bool Contested = false)
{
    /// <summary>The pattern of every mark.</summary>
    public const string Any = SubmissionId.Prefix + "% kept as %";

    private const string Wanted = " to be kept";

    /// <summary>The description of a sale that is not kept yet: it is free, and the sweep removes it when nobody comes for it.</summary>
    public static string Before(SubmissionId submission) => submission.ExternalReference + Wanted;

    /// <summary>The clause for what is kept under the reference, or is to be.</summary>
    public static object?[] Under(SubmissionId submission) => Domain.Any(
        Domain.Is("description", Before(submission)), Domain.Like("description", $"{submission.ExternalReference} kept as %"));

    public static object?[] Of(QuotationKind kind) => Domain.Like("description", $"{SubmissionId.Prefix}% kept as {Word(kind)},%");

    /// <summary>
    /// The clause for a state, as far as the mark and Tryton's own state say it. What is claimed for an order is both open and ordered here: only the order itself says which.
    /// </summary>
    public static object?[] In(QuotationState state) => state switch
    {
        QuotationState.Open => Domain.All(
            Domain.Any(Marked("open"), Marked("ordered as %"), Marked("contested, was %")),
            Domain.In("state", new[] { "draft", "quotation" }),
            Domain.Is("sale_date", value: null)),
        QuotationState.Ordered => Domain.Any(Marked("ordered as %"), Marked("contested, was %"), Domain.IsNot("sale_date", value: null)),
        QuotationState.SentBack => Marked("sent back"),
        QuotationState.Withdrawn => Domain.Any(Marked("withdrawn"), Domain.All(Marked("open"), Domain.Is("state", "cancelled"))),
        QuotationState.Expired => Domain.Is("id", value: null),
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Unknown."),
    };

    /// <returns>Null where the sale is not kept as a quotation.</returns>
    public static QuotationMark? Read(string? description)
    {
        var match = Pattern().Match(description ?? "");
        if (!match.Success || !SubmissionId.TryParse(match.Groups["submission"].Value, out var submission))
        {
            return null;
        }

        SubmissionId? order = SubmissionId.TryParse(match.Groups["order"].Value, out var claimed) ? claimed : null;
        return new QuotationMark(
            submission,
            Enum.GetValues<QuotationKind>().First(kind => Word(kind) == match.Groups["kind"].Value),
            match.Groups["state"].Value switch
            {
                "sent back" => QuotationState.SentBack,
                "withdrawn" => QuotationState.Withdrawn,
                _ => QuotationState.Open,
            },
            order,
            match.Groups["state"].Value.StartsWith("contested", StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Submission.ExternalReference} kept as {Word(Kind)}, " + this switch
    {
        { Order: { } order, Contested: true } => $"contested, was {order.ExternalReference}",
        { Order: { } order } => $"ordered as {order.ExternalReference}",
        { State: QuotationState.SentBack } => "sent back",
        { State: QuotationState.Withdrawn } => "withdrawn",
        _ => "open",
    };

    private static object?[] Marked(string state) => Domain.Like("description", $"{Any}, {state}");

    private static string Word(QuotationKind kind) => kind switch
    {
        QuotationKind.Quote => "quote",
        QuotationKind.Basket => "basket",
        QuotationKind.List => "list",
        QuotationKind.Approval => "approval",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown."),
    };

    [GeneratedRegex(
        "^(?<submission>PI-[0-9a-f]{32}) kept as (?<kind>quote|basket|list|approval), (?<state>open|sent back|withdrawn|ordered as (?<order>PI-[0-9a-f]{32})|contested, was (?<order>PI-[0-9a-f]{32}))$",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
