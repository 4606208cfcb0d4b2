using System.Text.Json.Nodes;

namespace PortalIntegration.LiveTests;

/// <summary>Every way to spoil one answer of Odoo's that nothing may take for a value.</summary>
internal static class OdooSpoiler
{
    /// <summary>What they answer is for a form, if it is anything: what they did is read afterwards.</summary>
    private static readonly string[] Buttons = [".update_price", ".button_confirm", ".action_confirm"];

    /// <summary>Of an import, of an address, of a group: sent unasked, and of no meaning to us.</summary>
    private static readonly string[] Unread = ["result/nextrow", "result/contact", "/__domain"];

    public static IEnumerable<(string What, string Body)> Of(Tape.Recorded answer)
    {
        yield return ("HTML", "<!doctype html><title>Login</title>");
        if (answer.Method.StartsWith("/report/", StringComparison.Ordinal))
        {
            yield return ("empty", "");
            yield break; // a file: nobody here reads what is in it
        }

        yield return ("cut", answer.Body[..(answer.Body.Length / 2)]);
        if (answer.Method.StartsWith('/'))
        {
            yield break; // a session: what counts is its cookie
        }

        if (Array.Exists(Buttons, answer.Method.EndsWith))
        {
            yield break;
        }

        yield return ("empty", "{}");
        yield return ("null", """{"jsonrpc": "2.0", "id": 1, "result": null}""");
        var count = Places(JsonNode.Parse(answer.Body)!["result"]!, "result").Count();
        for (var i = 0; i < count; i++)
        {
            var copy = JsonNode.Parse(answer.Body)!;
            var (path, node) = Places(copy["result"]!, "result").ElementAt(i);
            if (Array.Exists(Unread, path.Contains))
            {
                continue;
            }

            var (parent, name) = (node.Parent as JsonObject, path.Split('/')[^1]);
            node.ReplaceWith(node is JsonObject ? JsonValue.Create("nonsense") : (JsonNode)new JsonObject { ["nonsense"] = 1 });
            yield return ($"{path} is nonsense", copy.ToJsonString());
            // A form answers what changes; what is missing there stays as it was.
            if (parent is not null && path is not "result" && !answer.Method.EndsWith(".onchange", StringComparison.Ordinal) && parent.Remove(name))
            {
                yield return ($"{path} is missing", copy.ToJsonString());
            }
        }
    }

    /// <summary>Every value there is; of a list, those in its first place, and of a reference its name.</summary>
    private static IEnumerable<(string Path, JsonNode Node)> Places(JsonNode node, string path)
    {
        yield return (path, node);
        var inner = node switch
        {
            JsonObject fields => fields.Select(field => (Path: $"{path}/{field.Key}", field.Value)),
            JsonArray { Count: 2 } pair when pair[1] is JsonValue => [(Path: $"{path}/0", pair[0]), (Path: $"{path}/1", pair[1])],
            JsonArray { Count: > 0 } list => [(Path: $"{path}/0", list[0])],
            _ => [],
        };
        foreach (var (place, value) in inner)
        {
            if (value is not null)
            {
                foreach (var deeper in Places(value, place))
                {
                    yield return deeper;
                }
            }
        }
    }
}
