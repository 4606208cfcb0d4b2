using System.Buffers;
using System.Globalization;
using PortalIntegration.Core;

namespace PortalIntegration.Connectors.Http;

/// <summary>
/// The one place where the text of every system comes in: its JSON is freed of what <see cref="PlainText"/> names, before anybody reads it, so that no page, file, mail, log or
/// other system can forget to. Both sides of a comparison come this way: nothing differs by what was left out.
/// </summary>
internal static class ForeignText
{
    /// <summary>All that is left out begins with one of these in UTF-8, or as an escape.</summary>
    private static readonly SearchValues<byte> _begins = SearchValues.Create((byte)'\\', 0x7F, 0xC2, 0xE2, 0xEF);

    /// <returns>The same array where there is nothing to leave out. What is no JSON is not made any.</returns>
    public static byte[] Clean(byte[] json)
    {
        byte[]? clean = null;
        var (from, to) = (0, 0);
        while (from < json.Length)
        {
            var rest = json.AsSpan(from);
            var plain = rest.IndexOfAny(_begins);
            plain = plain < 0 ? rest.Length : plain;
            if (clean is not null)
            {
                rest[..plain].CopyTo(clean.AsSpan(to));
            }

            (from, to) = (from + plain, to + plain);
            if (from == json.Length)
            {
                break;
            }

            var (letter, length) = Next(json.AsSpan(from));
            var (leave, blank) = letter is { } one ? (PlainText.IsInvisible(one), PlainText.IsControl(one)) : (false, false);
            if ((leave || blank) && clean is null)
            {
                clean = new byte[json.Length];
                json.AsSpan(0, from).CopyTo(clean);
            }

            if (blank)
            {
                clean![to++] = (byte)' ';
            }
            else if (!leave)
            {
                if (clean is not null)
                {
                    json.AsSpan(from, length).CopyTo(clean.AsSpan(to));
                }

                to += length;
            }

            from += length;
        }

        return clean is null ? json : clean[..to];
    }

    /// <summary>What begins here, where it is one of those that may be left out, and how many bytes it takes. Never more than there are.</summary>
    private static (char? Letter, int Length) Next(ReadOnlySpan<byte> at) => at switch
    {
        [(byte)'\\', (byte)'u', var a, var b, var c, var d, ..] when Hex(a, b, c, d) is { } code => ((char)code, 6),
        [(byte)'\\', (byte)'b', ..] => ('\b', 2),
        [(byte)'\\', (byte)'f', ..] => ('\f', 2),
        [(byte)'\\', _, ..] => (null, 2),
        [0x7F, ..] => ('\u007F', 1),
        [0xC2, var second and >= 0x80 and <= 0x9F, ..] => ((char)second, 2),
        [var first and (0xE2 or 0xEF), var second and >= 0x80 and <= 0xBF, var third and >= 0x80 and <= 0xBF, ..] => ((char)(((first & 0x0F) << 12) | ((second & 0x3F) << 6) | (third & 0x3F)), 3),
        _ => (null, 1),
    };

    private static int? Hex(byte a, byte b, byte c, byte d)
    {
        ReadOnlySpan<byte> digits = [a, b, c, d];
        return int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) ? code : null;
    }
}
