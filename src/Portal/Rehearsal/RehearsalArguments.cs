using System.Globalization;
using System.Text.RegularExpressions;

namespace PortalIntegration.Portal.Rehearsal;

/// <summary>What <c>rehearse</c> was told. Everything that it does not know goes on to the configuration, such as <c>--Systems:erp:Address=…</c>.</summary>
internal sealed partial record RehearsalArguments
{
    public const string Help = """
        rehearse --against ADDRESS … (--orders FILE.csv | --from-erp COUNT)
                 [--pace 5/s] [--quota 1000/min] [--systems FILE.json] [--confirmed-sandbox] [--patience SECONDS] [--json]

          --against            address of a system that the orders go to; each one that is configured has to be named
          --orders             past orders: a line each with the columns order, customer, sku, quantity and, where known, unit, po,
                               unitPrice, lineTotal, total, currency
          --from-erp           the newest orders of the configured ERP instead, as many as that
          --pace               orders per s, min or h; 5/s
          --quota              calls to the ERP per s, min, h or day: tells when it would have run out, and holds nobody up
          --systems            the Systems and Ownership of the sandbox, where the configured ones are those of production
          --confirmed-sandbox  the systems of that file are no production, although they do not say so themselves
          --patience           how long to wait for the last order; 120
          --json               the report as JSON
        """;

    public required IReadOnlyList<Uri> Against { get; init; }

    public string? Orders { get; init; }

    public int? FromErp { get; init; }

    public Rate Pace { get; init; } = new(5, TimeSpan.FromSeconds(1));

    public Rate? Quota { get; init; }

    public string? Systems { get; init; }

    public bool ConfirmedSandbox { get; init; }

    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(120);

    public bool Json { get; init; }

    /// <summary>For the configuration.</summary>
    public required IReadOnlyList<string> Rest { get; init; }

    /// <exception cref="FormatException">Names what is wrong.</exception>
    public static RehearsalArguments Parse(IReadOnlyList<string> args)
    {
        List<Uri> against = [];
        List<string> rest = [];
        var read = new RehearsalArguments { Against = against, Rest = rest };
        for (var at = 0; at < args.Count; at++)
        {
            string Value() => ++at < args.Count ? args[at] : throw new FormatException($"{args[at - 1]} needs a value.");
            switch (args[at])
            {
                case "--against":
                    against.Add(Uri.TryCreate(Value(), UriKind.Absolute, out var address) ? address : throw new FormatException($"--against must be an absolute address; it is '{args[at]}'."));
                    break;
                case "--orders":
                    read = read with { Orders = Value() };
                    break;
                case "--from-erp":
                    read = read with { FromErp = Number("--from-erp", Value(), 100_000) };
                    break;
                case "--pace":
                    read = read with { Pace = Rate.Parse("--pace", Value()) };
                    break;
                case "--quota":
                    read = read with { Quota = Rate.Parse("--quota", Value()) };
                    break;
                case "--systems":
                    read = read with { Systems = Value() };
                    break;
                case "--confirmed-sandbox":
                    read = read with { ConfirmedSandbox = true };
                    break;
                case "--patience":
                    read = read with { Patience = TimeSpan.FromSeconds(Number("--patience", Value(), 86_400)) };
                    break;
                case "--json":
                    read = read with { Json = true };
                    break;
                default:
                    rest.Add(args[at]);
                    break;
            }
        }

        return (read.Orders is null) == (read.FromErp is null) ? throw new FormatException("Name past orders: --orders FILE.csv or --from-erp COUNT.")
            : against.Count == 0 ? throw new FormatException("Name where the orders go: --against ADDRESS, once for each system.")
            : read;
    }

    private static int Number(string name, string text, int most) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
        ? number
        : throw new FormatException($"{name} must be a whole number from 1 to {most}; it is '{text}'.");

    /// <param name="Count">1 to 10,000,000.</param>
    public sealed partial record Rate(int Count, TimeSpan Per)
    {
        public TimeSpan Interval => Per / Count;

        public static Rate Parse(string name, string text)
        {
            var match = Form().Match(text);
            return match.Success && int.TryParse(match.Groups["count"].Value, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 10_000_000
                ? new Rate(count, match.Groups["per"].Value switch
                {
                    "s" => TimeSpan.FromSeconds(1),
                    "min" => TimeSpan.FromMinutes(1),
                    "h" => TimeSpan.FromHours(1),
                    _ => TimeSpan.FromDays(1),
                })
                : throw new FormatException($"{name} must be a number per s, min, h or day, such as 5/s; it is '{text}'.");
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count:N0} per {(Per.TotalDays >= 1 ? "day" : Per.TotalHours >= 1 ? "h" : Per.TotalMinutes >= 1 ? "min" : "s")}");

        [GeneratedRegex(@"^(?<count>\d{1,8})/(?<per>s|min|h|day)$")]
        private static partial Regex Form();
    }
}
