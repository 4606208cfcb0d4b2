using System.Globalization;

namespace PortalIntegration.Demo;

/// <param name="Port">Of the portal; the stand-in systems take the next ones. Null for the first free from 5080 on.</param>
/// <param name="Skus">Products in the ERP, 10 to 100,000.</param>
/// <param name="Speed">How fast time moves in the ERP, 0 to 10,000: at 400 an order ships within a minute.</param>
internal sealed record DemoArguments(int? Port, int Skus, double Speed)
{
    private const string Usage = """
        Usage: ./demo [--port PORT] [--skus NUMBER] [--speed NUMBER]
          --port    port of the portal; the ERP and the CRM take the next ones (default: the first free from 5080 on)
          --skus    products in the ERP, 10 to 100000 (default: 2000)
          --speed   how fast time moves in the ERP; at 400, the default, an order ships within a minute
        """;

    public static DemoArguments Parse(IReadOnlyList<string> args)
    {
        var arguments = new DemoArguments(null, 2_000, 400);
        for (var i = 0; i < args.Count; i += 2)
        {
            var value = i + 1 < args.Count ? args[i + 1] : "";
            arguments = args[i] switch
            {
                "--port" => arguments with { Port = (int)Number(args[i], value, 1, 65_000) },
                "--skus" => arguments with { Skus = (int)Number(args[i], value, 10, 100_000) },
                "--speed" => arguments with { Speed = Number(args[i], value, 0, 10_000) },
                _ => throw new FormatException($"There is no option {args[i]}.\n{Usage}"),
            };
        }

        return arguments;
    }

    private static double Number(string name, string text, double least, double most) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name} must be a number from {least} to {most}, not '{text}'.\n{Usage}"));
}
