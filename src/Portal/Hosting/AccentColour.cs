using System.Globalization;

namespace PortalIntegration.Portal.Hosting;

/// <summary>The company's colour, with variants that can be read on light and on dark ground (WCAG 2.2, 1.4.3).</summary>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct AccentColour(byte Red, byte Green, byte Blue)
{
    /// <summary>The least contrast of text, AA.</summary>
    public const double Readable = 4.5;

    public static readonly AccentColour White = new(255, 255, 255);
    public static readonly AccentColour Ink = new(22, 25, 29);

    /// <summary>The darkest and the lightest grounds that stand in portal.css under text in the accent.</summary>
    public static readonly AccentColour LightGround = new(0xec, 0xef, 0xf1);
    public static readonly AccentColour DarkGround = new(0x24, 0x2a, 0x31);

    public string Css => string.Create(CultureInfo.InvariantCulture, $"#{Red:x2}{Green:x2}{Blue:x2}");

    private double Luminance => (0.2126 * Linear(Red)) + (0.7152 * Linear(Green)) + (0.0722 * Linear(Blue));

    public static bool TryParse(string? text, out AccentColour colour)
    {
        colour = default;
        if (text is not { Length: 7 } || text[0] != '#'
            || !int.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rgb))
        {
            return false;
        }

        colour = new((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
        return true;
    }

    public double ContrastWith(AccentColour other)
    {
        var (high, low) = Luminance >= other.Luminance ? (Luminance, other.Luminance) : (other.Luminance, Luminance);
        return (high + 0.05) / (low + 0.05);
    }

    /// <summary>The nearest shade of the same hue that can be read on <paramref name="ground"/>.</summary>
    public AccentColour ReadableOn(AccentColour ground)
    {
        var (hue, saturation, lightness) = Hsl();
        var end = ground.Luminance > 0.18 ? 0.0 : 1.0;
        for (var step = 0; step <= 100; step++)
        {
            var shade = step == 0 ? this : FromHsl(hue, saturation, lightness + ((end - lightness) * step / 100.0));
            if (shade.ContrastWith(ground) >= Readable)
            {
                return shade;
            }
        }

        return end > 0 ? White : Ink;
    }

    /// <summary>Black or white, whichever is read better on this colour.</summary>
    public AccentColour TextOn() => ContrastWith(White) >= ContrastWith(Ink) ? White : Ink;

    private (double Hue, double Saturation, double Lightness) Hsl()
    {
        var (red, green, blue) = (Red / 255.0, Green / 255.0, Blue / 255.0);
        var (most, least) = (Math.Max(red, Math.Max(green, blue)), Math.Min(red, Math.Min(green, blue)));
        var (lightness, span) = ((most + least) / 2, most - least);
        if (span == 0)
        {
            return (0, 0, lightness);
        }

        var hue = most == red ? ((green - blue) / span) % 6 : most == green ? ((blue - red) / span) + 2 : ((red - green) / span) + 4;
        return ((hue * 60 + 360) % 360, span / (1 - Math.Abs((2 * lightness) - 1)), lightness);
    }

    private static AccentColour FromHsl(double hue, double saturation, double lightness)
    {
        return new(Channel(0), Channel(8), Channel(4));

        byte Channel(double offset)
        {
            var k = (offset + (hue / 30)) % 12;
            var value = lightness - (saturation * Math.Min(lightness, 1 - lightness) * Math.Max(-1, Math.Min(Math.Min(k - 3, 9 - k), 1)));
            return (byte)Math.Round(Math.Clamp(value, 0, 1) * 255);
        }
    }

    private static double Linear(byte channel)
    {
        var value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
