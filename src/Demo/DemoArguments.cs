using System.Globalization;

namespace PortalIntegration.Demo;

/// <param name="Port">Of the portal; the stand-in systems take the next ones. Null for the first free from 5080 on.</param>
/// <param name="Erp">Which system answers as the ERP.</param>
/// <param name="Crm">Which system answers as the CRM; never Tryton.</param>
/// <param name="Skus">Products in the stand-in ERP, 10 to 100,000.</param>
/// <param name="Speed">How fast time moves in the stand-in ERP, 0 to 10,000: at 400 an order ships within a minute.</param>
internal sealed record DemoArguments(int? Port, DemoKind Erp, DemoKind Crm, int Skus, double Speed)
{
    private const string Usage = """
        Usage: ./demo [--port PORT] [--erp sandbox|tryton|odoo] [--crm sandbox|odoo] [--skus NUMBER] [--speed NUMBER]
          --port    port of the portal; the stand-in systems take the next ones (default: the first free from 5080 on)
          --erp     what answers as the ERP: a stand-in (the default), or a real Tryton or Odoo, installed here on Debian 12 as root
          --crm     what answers as the CRM: a stand-in (the default), or a real Odoo (with --erp tryton or odoo)
          --skus    products in the stand-in ERP, 10 to 100000 (default: 2000)
          --speed   how fast time moves in the stand-in ERP; at 400, the default, an order ships within a minute
        """;

    public static DemoArguments Parse(IReadOnlyList<string> args)
    {
        var arguments = new DemoArguments(null, DemoKind.Sandbox, DemoKind.Sandbox, 2_000, 400);
        for (var i = 0; i < args.Count; i += 2)
        {
            var value = i + 1 < args.Count ? args[i + 1] : "";
            arguments = args[i] switch
            {
                "--port" => arguments with { Port = (int)Number(args[i], value, 1, 65_000) },
                "--erp" => arguments with { Erp = Kind(args[i], value, DemoKind.Sandbox, DemoKind.Tryton, DemoKind.Odoo) },
                "--crm" => arguments with { Crm = Kind(args[i], value, DemoKind.Sandbox, DemoKind.Odoo) },
                "--skus" => arguments with { Skus = (int)Number(args[i], value, 10, 100_000) },
                "--speed" => arguments with { Speed = Number(args[i], value, 0, 10_000) },
                _ => throw new FormatException($"There is no option {args[i]}.\n{Usage}"),
            };
        }

        return arguments is { Erp: DemoKind.Sandbox, Crm: DemoKind.Odoo }
            ? throw new FormatException($"--crm odoo needs --erp tryton or odoo: Odoo's companies are linked to their customers.\n{Usage}")
            : arguments;
    }

    private static DemoKind Kind(string name, string text, params DemoKind[] possible) =>
        Array.FindIndex(possible, kind => kind.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)) is >= 0 and var at
            ? possible[at]
            : throw new FormatException($"{name} must be one of {string.Join(", ", possible).ToLowerInvariant()}, not '{text}'.\n{Usage}");

    private static double Number(string name, string text, double least, double most) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name} must be a number from {least} to {most}, not '{text}'.\n{Usage}"));
}

internal enum DemoKind
{
    Sandbox,
    Tryton,
    Odoo,
}
