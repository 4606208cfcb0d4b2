using System.Text;

namespace PortalIntegration.Core;

/// <summary>
/// Text of others, where it stands beside text of ours. A name may be written in any language; what it may not do is turn the rest of a line around, end a line of a log, or
/// look empty.
/// </summary>
public static class PlainText
{
    /// <summary>
    /// Characters that say how others are to be shown and show nothing themselves: the embeddings, overrides and isolates of direction, and what has no width. The joiners
    /// U+200C and U+200D and the marks U+200E and U+200F stay: Persian, Hindi, Hebrew and pictures need them, and none of them reaches beyond its neighbours.
    /// </summary>
    public static bool IsInvisible(char letter) =>
        letter is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200B' or '\u2060' or '\uFEFF';

    /// <summary>Controls that no text for people holds: all of C0 and C1 but tab and line end. The separators of lines and paragraphs too, which end a line for some readers and not for others.</summary>
    public static bool IsControl(char letter) => (char.IsControl(letter) && letter is not ('\t' or '\n' or '\r')) || letter is '\u2028' or '\u2029';

    /// <summary>The same text without what is invisible, and with a blank for every control.</summary>
    public static string Clean(string text) => text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 || !text.Any(letter => IsInvisible(letter) || IsControl(letter))
        ? text
        : string.Concat(text.Where(letter => !IsInvisible(letter)).Select(letter => IsControl(letter) ? ' ' : letter));

    /// <summary>What somebody typed or pasted to be found or kept, without what nobody sees and without blanks at its ends: as its owner's answer will have it. Empty where nothing is left.</summary>
    public static string Typed(string? text) => text is null ? string.Empty : Clean(text).Trim();

    /// <summary>The same, null where nothing is left.</summary>
    public static string? TypedOrNull(string? text) => Typed(text) is { Length: > 0 } typed ? typed : null;

    /// <summary>On one line, for a log: what would end the line, or is not seen, stands as its code.</summary>
    public static string OneLine(string text)
    {
        if (!text.Any(letter => char.IsControl(letter) || IsInvisible(letter) || IsControl(letter)))
        {
            return text;
        }

        var line = new StringBuilder(text.Length + 16);
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '\n' => line.Append("\\n"),
                '\r' => line.Append("\\r"),
                '\t' => line.Append("\\t"),
                _ when char.IsControl(letter) || IsInvisible(letter) || IsControl(letter) => line.Append("\\u").Append(((int)letter).ToString("X4", System.Globalization.CultureInfo.InvariantCulture)),
                _ => line.Append(letter),
            };
        }

        return line.ToString();
    }

    /// <summary>A name for a download, of letters that every file system and every header takes.</summary>
    public static string FileName(string key, string extension) =>
        string.Concat(key.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '_')) + extension;
}
