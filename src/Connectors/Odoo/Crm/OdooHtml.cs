using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using PortalIntegration.Core;

namespace PortalIntegration.Connectors.Odoo.Crm;

/// <summary>Plain text as the HTML of a message, and back.</summary>
internal static partial class OdooHtml
{
    /// <summary>Odoo cleans HTML and drops these; nothing else of a text is lost.</summary>
    private const char Unknown = '\uFFFD';

    private static readonly HashSet<string> Blocks = new(StringComparer.OrdinalIgnoreCase)
    {
        "p", "div", "li", "ul", "ol", "tr", "table", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "section", "article",
    };

    /// <summary>Every character stands for itself: no tag and no entity in the text becomes one in Odoo.</summary>
    public static string Of(string text)
    {
        var html = new StringBuilder("<p>", text.Length + 7);
        foreach (var rune in Clean(text).EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '\n' => html.Append("<br>"),
                '\r' => html.Append("&#13;"),
                '<' => html.Append("&lt;"),
                '>' => html.Append("&gt;"),
                '&' => html.Append("&amp;"),
                '"' => html.Append("&quot;"),
                '\'' => html.Append("&#39;"),
                // Odoo's cleaning turns some of %xx, and <% and %>, into something else.
                '%' => html.Append("<span>%</span>"),
                _ => html.Append(rune),
            };
        }

        return html.Append("</p>").ToString();
    }

    /// <summary>Undoes <see cref="Of"/>.</summary>
    public static string Text(string html) => Read(html, tag => tag == "br" ? "\n" : "", text => text);

    /// <summary>What a person reads in HTML written by anybody.</summary>
    public static string Reading(string html)
    {
        var read = Read(html, tag => tag == "br" || Blocks.Contains(tag) ? "\n" : "", text => Blank.Replace(text, " "));
        return ManyLines.Replace(string.Join('\n', read.Split('\n').Select(line => line.Trim())), "\n\n").Trim();
    }

    /// <summary>Without characters that neither HTML nor PostgreSQL can hold.</summary>
    public static string Clean(string text) => Control.Replace(text, Unknown.ToString());

    private static string Read(string html, Func<string, string> tag, Func<string, string> text)
    {
        var read = new StringBuilder(html.Length);
        var at = 0;
        foreach (Match found in Tag.Matches(html))
        {
            read.Append(Decoded(text(html[at..found.Index])));
            read.Append(tag(found.Groups["name"].Value));
            at = found.Index + found.Length;
        }

        return read.Append(Decoded(text(html[at..]))).ToString();
    }

    /// <summary>As browsers see it, a tag has a letter behind its <c>&lt;</c>; a comment has none.</summary>
    [GeneratedRegex("""<!--.*?-->|</?(?<name>[a-zA-Z][^\s/>]*)(?:"[^"]*"|'[^']*'|[^'">])*>""", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Tag { get; }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank { get; }

    [GeneratedRegex(@"\n{3,}")]
    private static partial Regex ManyLines { get; }

    [GeneratedRegex(@"[\p{Cc}\uFFFE\uFFFF-[\t\n\r\u0085]]")]
    private static partial Regex Control { get; }

    /// <summary>An entity may stand for what was left out of the JSON around it.</summary>
    private static string Decoded(string html) => PlainText.Clean(WebUtility.HtmlDecode(html));
}
