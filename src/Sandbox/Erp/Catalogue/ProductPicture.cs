using System.Globalization;
using System.Text;

namespace PortalIntegration.Sandbox.Erp.Catalogue;

/// <summary>Pictures made of a few plain shapes, as SVG or PNG. The shape follows the category, the colour the SKU.</summary>
internal static class ProductPicture
{
    private const int Size = 200;
    private static readonly string[] Tones = ["#5b6b7a", "#7a6a55", "#4f7a73", "#6f5f86", "#7b5560", "#56708f"];

    public static byte[] Draw(Product product, string contentType)
    {
        var shapes = Shapes(product.CategoryId.Split('-')[0], Tones[Math.Abs(Sum(product.Sku)) % Tones.Length]);
        return contentType == "image/png" ? PngFile.Write(Size, Size, (x, y) => Colour(shapes, x, y)) : Svg(shapes, product.Name);
    }

    private static List<Shape> Shapes(string group, string tone) => group switch
    {
        "bearings" => Bearing(tone),
        "fasteners" =>
        [
            new Box(88, 70, 24, 110, "#9aa4ad"),
            .. Enumerable.Range(0, 9).Select(i => (Shape)new Box(84, 92 + (i * 10), 32, 4, "#7f8992")),
            new Box(62, 34, 76, 40, tone),
            new Box(84, 34, 4, 40, "#ffffff40"),
        ],
        "seals" => [new Disc(100, 100, 76, tone), new Disc(100, 100, 54, "#eef1f4"), new Disc(100, 100, 50, "#c9d1d8"), new Disc(100, 100, 44, "#eef1f4")],
        "hydraulics" => [new Box(24, 76, 108, 48, tone), new Box(132, 92, 50, 16, "#aab4bd"), new Disc(184, 100, 12, "#7f8992"), new Box(40, 58, 14, 18, "#7f8992"), new Box(104, 58, 14, 18, "#7f8992")],
        "pneumatics" => [new Box(60, 70, 80, 60, tone), new Box(30, 88, 30, 24, "#aab4bd"), new Box(140, 88, 30, 24, "#aab4bd"), new Disc(100, 56, 16, "#7f8992"), new Box(96, 64, 8, 10, "#7f8992")],
        "cutting" =>
        [
            new Box(88, 24, 24, 60, tone),
            .. Enumerable.Range(0, 7).Select(i => (Shape)new Box(88, 86 + (i * 12), 24, 8, i % 2 == 0 ? "#aab4bd" : "#7f8992")),
            new Box(94, 170, 12, 8, "#7f8992"),
        ],
        "drives" =>
        [
            .. Enumerable.Range(0, 12).Select(i => (Shape)new Disc(100 + (66 * Math.Cos(i * Math.PI / 6)), 100 + (66 * Math.Sin(i * Math.PI / 6)), 12, tone)),
            new Disc(100, 100, 64, tone),
            new Disc(100, 100, 26, "#eef1f4"),
            new Box(95, 70, 10, 12, "#eef1f4"),
        ],
        "safety" => [new Disc(100, 96, 66, tone), new Box(24, 96, 152, 84, "#eef1f4"), new Box(20, 96, 160, 14, "#7f8992"), new Box(94, 32, 12, 62, "#ffffff40")],
        "tools" => [new Box(88, 60, 24, 120, tone), new Disc(100, 50, 34, tone), new Box(86, 10, 28, 40, "#eef1f4")],
        "chemicals" => [new Box(66, 72, 68, 110, tone), new Box(86, 40, 28, 32, "#aab4bd"), new Box(80, 26, 40, 16, "#7f8992"), new Box(66, 104, 68, 44, "#ffffffb0")],
        "electrical" => [new Box(46, 40, 108, 120, tone), new Box(58, 54, 84, 30, "#eef1f4"), new Disc(76, 124, 12, "#7fb08a"), new Disc(124, 124, 12, "#b07f7f")],
        _ => [new Disc(100, 100, 78, tone), new Disc(100, 100, 62, "#eef1f4"), new Disc(100, 100, 54, tone), new Disc(100, 100, 38, "#eef1f4"), new Box(100, 164, 80, 14, tone)],
    };

    private static List<Shape> Bearing(string tone) =>
    [
        new Disc(100, 100, 82, tone),
        new Disc(100, 100, 64, "#eef1f4"),
        .. Enumerable.Range(0, 9).Select(i => (Shape)new Disc(100 + (52 * Math.Cos(i * Math.PI / 4.5)), 100 + (52 * Math.Sin(i * Math.PI / 4.5)), 12, "#9aa4ad")),
        new Disc(100, 100, 40, tone),
        new Disc(100, 100, 24, "#eef1f4"),
    ];

    private static byte[] Svg(List<Shape> shapes, string title)
    {
        var svg = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 200 200\" role=\"img\"><title>");
        svg.Append(System.Security.SecurityElement.Escape(title)).Append("</title><rect width=\"200\" height=\"200\" fill=\"#eef1f4\"/>");
        foreach (var shape in shapes)
        {
            svg.Append(shape.Svg);
        }

        return Encoding.UTF8.GetBytes(svg.Append("</svg>").ToString());
    }

    private static (byte R, byte G, byte B) Colour(List<Shape> shapes, double x, double y)
    {
        double r = 0xee, g = 0xf1, b = 0xf4;
        foreach (var shape in shapes)
        {
            if (shape.Covers(x, y))
            {
                var (sr, sg, sb, alpha) = shape.Rgba;
                r += (sr - r) * alpha;
                g += (sg - g) * alpha;
                b += (sb - b) * alpha;
            }
        }

        return ((byte)r, (byte)g, (byte)b);
    }

    private static int Sum(string text) => text.Aggregate(17, (sum, c) => unchecked((sum * 31) + c));

    private abstract record Shape(string Fill)
    {
        public abstract string Svg { get; }

        public (int R, int G, int B, double Alpha) Rgba =>
            (Hex(1), Hex(3), Hex(5), Fill.Length > 7 ? Hex(7) / 255.0 : 1);

        public abstract bool Covers(double x, double y);

        protected static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

        private int Hex(int at) => int.Parse(Fill.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    private sealed record Disc(double X, double Y, double R, string Fill) : Shape(Fill)
    {
        public override string Svg => $"<circle cx=\"{N(X)}\" cy=\"{N(Y)}\" r=\"{N(R)}\" fill=\"{Fill}\"/>";

        public override bool Covers(double x, double y) => ((x - X) * (x - X)) + ((y - Y) * (y - Y)) <= R * R;
    }

    private sealed record Box(double X, double Y, double W, double H, string Fill) : Shape(Fill)
    {
        public override string Svg => $"<rect x=\"{N(X)}\" y=\"{N(Y)}\" width=\"{N(W)}\" height=\"{N(H)}\" fill=\"{Fill}\"/>";

        public override bool Covers(double x, double y) => x >= X && x <= X + W && y >= Y && y <= Y + H;
    }
}
