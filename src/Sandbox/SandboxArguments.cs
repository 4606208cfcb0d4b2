using System.Globalization;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox;

/// <summary>The command line of the sandbox.</summary>
public static class SandboxArguments
{
    private static readonly Dictionary<string, (string Help, Func<SandboxOptions, string, SandboxOptions> Set)> Known = new(StringComparer.Ordinal)
    {
        ["--erp-url"] = ("address of the ERP, or none", (o, v) => o with { ErpUrl = Address(v) }),
        ["--crm-url"] = ("address of the CRM, or none", (o, v) => o with { CrmUrl = Address(v) }),
        ["--seed"] = ("a number; the same gives the same data", (o, v) => o with { Seed = Number(v) }),
        ["--skus"] = ("number of articles", (o, v) => o with { Skus = Number(v) }),
        ["--accounts"] = ("number of accounts", (o, v) => o with { Accounts = Number(v) }),
        ["--contacts"] = ("number of contacts", (o, v) => o with { Contacts = Number(v) }),
        ["--orders"] = ("number of past orders", (o, v) => o with { Orders = Number(v) }),
        ["--erp-token"] = ("static token of the ERP", (o, v) => o with { ErpToken = v }),
        ["--crm-token"] = ("static token of the CRM", (o, v) => o with { CrmToken = v }),
        ["--token-seconds"] = ("life of a token for a client id", (o, v) => o with { TokenLifetime = TimeSpan.FromSeconds(Number(v)) }),
        ["--idempotency-keys"] = ("on or off", (o, v) => o with { HonourIdempotencyKeys = OnOff(v) }),
        ["--unique-references"] = ("on or off", (o, v) => o with { UniqueExternalReferences = OnOff(v) }),
        ["--create-order-ms"] = ("how long the ERP works on a new order", (o, v) => o with { CreateOrderTakes = TimeSpan.FromMilliseconds(Number(v)) }),
        ["--dispatch-hour"] = ("hour of UTC until which what is in stock leaves the same day, 0 to 23", (o, v) => o with { DispatchHour = Number(v) is < 24 and var hour ? hour : throw new FormatException() }),
        ["--quota"] = ("calls a minute", (o, v) => o with { Quota = new QuotaOptions(Number(v), TimeSpan.FromMinutes(1)) }),
        ["--simulation"] = ("on or off", (o, v) => o with { Simulation = o.Simulation with { Enabled = OnOff(v) } }),
        ["--speed"] = ("1 is a real company, 400 ships within a minute", (o, v) => o with { Simulation = o.Simulation with { Speed = double.Parse(v, CultureInfo.InvariantCulture) } }),
    };

    /// <summary>Every option, a line each.</summary>
    public static string Help => string.Join('\n', Known.Select(k => $"  {k.Key,-20} {k.Value.Help}"));

    /// <summary>Reads <c>--name value</c> pairs. An unknown name or a bad value throws <see cref="FormatException"/> naming it.</summary>
    public static SandboxOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new SandboxOptions();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (!Known.TryGetValue(arguments[i], out var option) || i + 1 == arguments.Count)
            {
                throw new FormatException($"{arguments[i]} is not an option, or has no value. There are:\n{Help}");
            }

            try
            {
                options = option.Set(options, arguments[i + 1]);
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                throw new FormatException($"{arguments[i]} cannot be '{arguments[i + 1]}': {option.Help}.", e);
            }
        }

        return options;
    }

    private static Uri? Address(string value) => value == "none" ? null
        : Uri.TryCreate(value, UriKind.Absolute, out var address) ? address
        : throw new FormatException();

    private static int Number(string value) => int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);

    private static bool OnOff(string value) => value switch { "on" => true, "off" => false, _ => throw new FormatException() };
}
