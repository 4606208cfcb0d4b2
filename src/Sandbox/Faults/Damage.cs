using System.Text;
using System.Text.Json.Nodes;

namespace PortalIntegration.Sandbox.Faults;

/// <summary>Spoils answers that were right.</summary>
internal static class Damage
{
    private static readonly string[] Amounts = ["onHand", "availableToPromise", "ordered", "quantity"];
    private static readonly string[] Enums = ["status", "source", "decision", "role", "stage", "kind"];
    private static readonly string[] Required = ["number", "total", "unitPrice", "availableToPromise", "currency", "name", "items"];

    public static byte[] Html { get; } = Encoding.UTF8.GetBytes(
        "<!doctype html><html><head><title>Sign in</title></head><body><h1>Maintenance</h1><p>Please come back later.</p></body></html>");

    /// <summary>JSON that no parser takes.</summary>
    public static byte[] Malform(byte[] body) => [.. body.AsSpan(0, body.Length - Math.Min(body.Length, 3)), .. ",,}"u8];

    /// <summary>Well-formed JSON with values that cannot be.</summary>
    public static byte[] Nonsense(byte[] body, string mode, string? field)
    {
        var root = JsonNode.Parse(body);
        if (root is null)
        {
            return body;
        }

        switch (mode)
        {
            case "negative":
                Replace(root, field is null ? Amounts : [field], all: true, () => JsonValue.Create(-5));
                break;
            case "unknownEnum":
                Replace(root, field is null ? Enums : [field], all: true, () => JsonValue.Create("zzUnheardOf"));
                break;
            default:
                Replace(root, field is null ? Required : [field], all: field is not null, () => null);
                break;
        }

        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static bool Replace(JsonNode node, string[] names, bool all, Func<JsonNode?> value)
    {
        var done = false;
        switch (node)
        {
            case JsonObject o:
                foreach (var name in names)
                {
                    if (o.ContainsKey(name))
                    {
                        o[name] = value();
                        done = true;
                        if (!all)
                        {
                            return true;
                        }
                    }
                }

                foreach (var child in o.Select(p => p.Value).OfType<JsonNode>().ToList())
                {
                    done |= Replace(child, names, all, value);
                    if (done && !all)
                    {
                        return true;
                    }
                }

                break;
            case JsonArray a:
                foreach (var child in a.OfType<JsonNode>())
                {
                    done |= Replace(child, names, all, value);
                    if (done && !all)
                    {
                        return true;
                    }
                }

                break;
        }

        return done;
    }
}
