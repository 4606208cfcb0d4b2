using System.Globalization;
using System.Text;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Quotations;

namespace PortalIntegration.Connectors;

/// <summary>
/// What a quotation has beyond a sale, as lines of the sale's text: readable for a clerk, who may write below them. What he changes in them is
/// read as he left it, and what he writes beside them is kept as it is.
/// </summary>
internal sealed record QuotationNotes
{
    private const string RequestedOn = "Requested on ";

    private static readonly string[] Names = ["Name", "Waits for an approval", "Asked for by", "Person", "For", "Note", "Ended on", "Ended by", "Because"];

    public string? Label { get; init; }

    public string? Reason { get; init; }

    public PersonId? Person { get; init; }

    public string? Name { get; init; }

    public string? OnBehalfOf { get; init; }

    public string? Note { get; init; }

    public QuotationEnd? End { get; init; }

    /// <summary>The lines that are none of these, as they stand.</summary>
    public string Rest { get; init; } = "";

    public static QuotationNotes Of(NewQuotation quotation) => new()
    {
        Label = quotation.Label,
        Reason = quotation.Reason,
        Person = quotation.RequestedBy.Person,
        Name = quotation.RequestedBy.Name,
        OnBehalfOf = quotation.RequestedBy.OnBehalfOf,
        Note = quotation.Note,
    };

    public static QuotationNotes Read(string? comment)
    {
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        var rest = new List<string>();
        foreach (var line in (comment ?? "").Split('\n'))
        {
            if (line.Split(": ", 2) is not [var name, { Length: > 0 } text] || !Names.Contains(name, StringComparer.Ordinal) || !said.TryAdd(name, Unescaped(text.TrimEnd('\r'))))
            {
                rest.Add(line);
            }
        }

        QuotationEnd? end = DateTimeOffset.TryParse(said.GetValueOrDefault("Ended on"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? new QuotationEnd(at, said.GetValueOrDefault("Ended by"), said.GetValueOrDefault("Because"))
            : null;
        if (end is null)
        {
            // Nobody but a clerk writes them before it is over.
            rest.InsertRange(0, said.Where(line => line.Key is "Ended on" or "Ended by" or "Because").Select(line => $"{line.Key}: {Escaped(line.Value)}"));
        }

        return new QuotationNotes
        {
            Label = said.GetValueOrDefault("Name"),
            Reason = said.GetValueOrDefault("Waits for an approval"),
            Person = said.GetValueOrDefault("Person") is { } person ? new PersonId(person) : null,
            Name = said.GetValueOrDefault("Asked for by"),
            OnBehalfOf = said.GetValueOrDefault("For"),
            Note = said.GetValueOrDefault("Note"),
            End = end,
            Rest = string.Join('\n', rest),
        };
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        Say("Name", Label);
        Say("Waits for an approval", Reason);
        Say("Asked for by", Name);
        Say("Person", Person?.Value);
        Say("For", OnBehalfOf);
        Say("Note", Note);
        Say("Ended on", End?.At.ToString("O", CultureInfo.InvariantCulture));
        Say("Ended by", End?.By);
        Say("Because", End?.Reason);
        return text.Append(Rest).ToString();

        void Say(string name, string? said)
        {
            if (!string.IsNullOrEmpty(said))
            {
                text.Append(name).Append(": ").Append(Escaped(said)).Append('\n');
            }
        }
    }

    /// <summary>What a line of goods is noted with, where the ERP keeps one text for it: the day it is wanted on, if it has one of its own, and the note.</summary>
    public static string? OfLine(DateOnly? requestedOn, string? note)
    {
        var date = requestedOn is { } day ? string.Create(CultureInfo.InvariantCulture, $"{RequestedOn}{day:yyyy-MM-dd}") : null;
        return date is null ? note : string.IsNullOrEmpty(note) ? date : $"{date}\n{note}";
    }

    /// <summary>What <see cref="OfLine"/> was made of.</summary>
    public static (DateOnly? RequestedOn, string? Note) ReadLine(string? noted)
    {
        var (first, rest) = (noted ?? "").Split('\n', 2) is [var line, var more] ? (line, more) : (noted ?? "", null);
        return first.StartsWith(RequestedOn, StringComparison.Ordinal)
            && DateOnly.TryParseExact(first.AsSpan(RequestedOn.Length), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                ? (day, rest)
                : (null, string.IsNullOrEmpty(noted) ? null : noted);
    }

    private static string Escaped(string text) => text
        .Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("\r", "", StringComparison.Ordinal)
        .Replace("\n", @"\n", StringComparison.Ordinal);

    /// <summary>A clerk's own backslash, before anything else, is what it looks like.</summary>
    private static string Unescaped(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var (escaped, meant) = text[i] is '\\' && i + 1 < text.Length ? (text[i + 1] is 'n' or '\\', text[i + 1] is 'n' ? '\n' : '\\') : (false, text[i]);
            plain.Append(escaped ? meant : text[i]);
            i += escaped ? 1 : 0;
        }

        return plain.ToString();
    }
}
