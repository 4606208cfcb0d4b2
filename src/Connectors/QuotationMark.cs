using System.Text.RegularExpressions;
using PortalIntegration.Core;
using PortalIntegration.Core.Quotations;

namespace PortalIntegration.Connectors;

/// <summary>What stands in a sale that is kept as a quotation, where orders have their reference, such as <c>PI-… kept as quote, open</c>.</summary>
/// <param name="State">Never <see cref="QuotationState.Expired"/>: the ERP says that, if any.</param>
/// <param name="Order">Whose order may be made of it: an order stands under this reference, or is on its way there.</param>
/// <param name="Contested">Somebody else looks whether that order stands; until that is over nobody makes one.</param>
internal sealed partial record QuotationMark(
    SubmissionId Submission, QuotationKind Kind, QuotationState State = QuotationState.Open, SubmissionId? Order = null, bool Contested = false)
{
    /// <summary>The pattern of every mark.</summary>
    public const string Any = SubmissionId.Prefix + "%" + KeptAs + "%";

    private const string KeptAs = " kept as ";

    private const string Wanted = " to be kept";

    /// <summary>The pattern of marks under this reference.</summary>
    public static string Under(SubmissionId submission) => $"{submission.ExternalReference}{KeptAs}%";

    /// <summary>The pattern of marks of this kind.</summary>
    public static string Of(QuotationKind kind) => $"{SubmissionId.Prefix}%{KeptAs}{Word(kind)},%";

    /// <summary>The pattern of marks that end so.</summary>
    public static string Ending(string state) => $"{Any}, {state}";

    /// <summary>What stands in a sale that is not kept yet: it is free, and the sweep removes it when nobody comes for it.</summary>
    public static string Before(SubmissionId submission) => submission.ExternalReference + Wanted;

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
    public override string ToString() => $"{Submission.ExternalReference}{KeptAs}{Word(Kind)}, " + this switch
    {
        { Order: { } order, Contested: true } => $"contested, was {order.ExternalReference}",
        { Order: { } order } => $"ordered as {order.ExternalReference}",
        { State: QuotationState.SentBack } => "sent back",
        { State: QuotationState.Withdrawn } => "withdrawn",
        _ => "open",
    };

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
