using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PortalIntegration.Tests.Fuzz;

/// <summary>Makes nonsense out of what is genuine, always the same for one seed: bytes cut, flipped, doubled and put in, JSON with values of no sense in any place.</summary>
internal sealed class Mutator(int seed)
{
    /// <summary>Spliced in as they stand: some are no JSON.</summary>
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1", "-0", "0.5", "1e999", "-1e999", "1e308", "1e-400", "0.1234567890123456789012345678901234567890",
        "79228162514264337593543950335", "-79228162514264337593543950335", "99999999999999999999999999999999999999", "9223372036854775807", "-9223372036854775808",
        "9223372036854775808", "2147483648", "NaN", "Infinity", "0x10", "01", "+1", "undefined", "'a'",
        "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\ud83d\\ude00\"", "\"\\u202e\"", "\"false\"", "\"0\"", "\"1e5\"", "\"NaN\"",
        "\"<script>alert(1)</script>\"", "\"=cmd|' /C calc'!A0\"", "\"javascript:alert(1)\"", "\"../../../etc/passwd\"", "\"%00\"", "\"a\\nb\\r\\nc\"", "\"' OR 1=1 --\"",
        "\"0001-01-01\"", "\"9999-12-31\"", "\"2026-02-30\"", "\"0000-00-00\"", "\"0001-01-01T00:00:00Z\"", "\"0001-01-01T00:00:00+14:00\"", "\"9999-12-31T23:59:59.9999999Z\"",
        "\"9999-12-31T23:59:59.9999999-14:00\"", "\"2026-13-01T00:00:00Z\"", "\"2026-03-02T24:00:00Z\"", "\"2026-03-02T08:00:00\"", "\"0001-01-01 00:00:00\"", "\"9999-12-31 23:59:59\"",
        "[]", "{}", "[null]", "[[]]", "[{}]", "{\"\":{}}", "[1]", "[1,\"a\"]", "[1,2,3]", "[\"a\",\"b\"]", "[9223372036854775808,\"x\"]", "[-1,\"x\"]", "[0,\"\\ud800\"]",
        "{\"__class__\":\"Decimal\",\"decimal\":\"1e28\"}", "{\"__class__\":\"Decimal\",\"decimal\":\"1e29\"}", "{\"__class__\":\"Decimal\",\"decimal\":\"NaN\"}",
        "{\"__class__\":\"Decimal\",\"decimal\":1}", "{\"__class__\":\"Decimal\"}", "{\"__class__\":\"Decimal\",\"decimal\":null}", "{\"__class__\":1}", "{\"__class__\":\"\\ud800\"}",
        "{\"__class__\":\"Decimal\",\"decimal\":\"\\ud800\"}", "{\"__class__\":\"Decimal\",\"decimal\":\"-79228162514264337593543950335\"}",
        "{\"__class__\":\"date\",\"year\":9999,\"month\":12,\"day\":31}", "{\"__class__\":\"date\",\"year\":0,\"month\":0,\"day\":0}", "{\"__class__\":\"date\",\"year\":\"x\"}",
        "{\"__class__\":\"datetime\",\"year\":9999,\"month\":12,\"day\":31,\"hour\":23,\"minute\":59,\"second\":59,\"microsecond\":2147483647}",
        "{\"__class__\":\"datetime\",\"year\":1,\"month\":1,\"day\":1,\"hour\":0,\"minute\":0,\"second\":0,\"microsecond\":-1}",
        "{\"__class__\":\"timedelta\",\"seconds\":1e308}", "{\"__class__\":\"bytes\",\"base64\":\"*\"}", "{\"__class__\":\"bytes\",\"base64\":1}", "{\"__class__\":\"bytes\"}",
    ];

    private static readonly byte[][] Pieces =
        [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0], [0xef, 0xbb, 0xbf], [0xfe, 0xff], [.. "\""u8], [.. "}"u8], [.. "\\"u8], [.. "\r\n\r\n"u8], [.. "\\u00"u8]];

    private readonly Random _dice = new(seed);

    public Random Dice => _dice;

    /// <summary>Of JSON, mostly with one to three places spoiled and still JSON by its form.</summary>
    public byte[] Json(byte[] genuine)
    {
        if (_dice.Next(4) == 0)
        {
            return Bytes(genuine);
        }

        JsonNode? root;
        try
        {
            root = JsonNode.Parse(genuine);
        }
        catch (JsonException)
        {
            return Bytes(genuine); // a file
        }

        if (root is null)
        {
            return Bytes(genuine);
        }

        var spliced = new List<(string Mark, string Raw)>();
        for (var times = _dice.Next(1, 4); times > 0 && root is not null; times--)
        {
            root = Spoil(root, spliced);
        }

        var text = new StringBuilder(root?.ToJsonString() ?? "null");
        foreach (var (mark, raw) in spliced)
        {
            text.Replace(mark, raw);
        }

        var spoiled = Encoding.UTF8.GetBytes(text.ToString());
        return _dice.Next(8) == 0 ? Bytes(spoiled) : spoiled;
    }

    /// <summary>Of anything.</summary>
    public byte[] Bytes(byte[] genuine)
    {
        var bytes = genuine.ToList();
        for (var times = _dice.Next(1, 4); times > 0; times--)
        {
            var at = _dice.Next(bytes.Count + 1);
            var some = Math.Min(_dice.Next(1, 40), bytes.Count - at);
            switch (_dice.Next(8))
            {
                case 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 1:
                    bytes.RemoveRange(at, some);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, some));
                    break;
                case 3:
                    bytes.InsertRange(at, Noise(_dice.Next(1, 24)));
                    break;
                case 4 when bytes.Count > 0:
                    for (var flips = _dice.Next(1, 9); flips > 0; flips--)
                    {
                        bytes[_dice.Next(bytes.Count)] ^= (byte)(1 << _dice.Next(8));
                    }

                    break;
                case 5:
                    bytes = [.. Noise(_dice.Next(300))];
                    break;
                default:
                    bytes.InsertRange(at, Pieces[_dice.Next(Pieces.Length)]);
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>A text of anything, without a genuine one: letters of many scripts, quotes, separators, half a surrogate.</summary>
    public string Text(int most)
    {
        const string letters = "abcXYZ0189 \t\r\n,;\"'|=+-@.%&?#<>/\\{}[]()*äßİıſ€日本א🙂\0\u202e\u200d\ud800\udc00\uffff";
        var text = new StringBuilder();
        for (var length = _dice.Next(most); length > 0; length--)
        {
            text.Append(letters[_dice.Next(letters.Length)]);
        }

        return text.ToString();
    }

    public T Of<T>(IReadOnlyList<T> any) => any[_dice.Next(any.Count)];

    private byte[] Noise(int length)
    {
        var noise = new byte[length];
        _dice.NextBytes(noise);
        return noise;
    }

    private string Value() => _dice.Next(60) switch
    {
        0 => "\"" + new string('x', 100_000) + "\"",
        1 => new string('[', 5_000) + new string(']', 5_000),
        2 => string.Concat(Enumerable.Repeat("{\"a\":", 200)) + "1" + new string('}', 200),
        3 => new string('9', 2_000),
        4 => "0." + new string('1', 2_000),
        5 => "[" + string.Join(',', Enumerable.Repeat("null", 3_000)) + "]",
        _ => Of(Values),
    };

    /// <summary>One place of it.</summary>
    private JsonNode? Spoil(JsonNode root, List<(string Mark, string Raw)> spliced)
    {
        List<JsonNode> places = [];
        Collect(root, places);
        var place = Of(places);
        switch (place.Parent, _dice.Next(8))
        {
            case (JsonObject fields, 0):
                fields.Remove(place.GetPropertyName());
                return root;
            case (JsonObject fields, 1):
                fields[Mark(spliced, JsonSerializer.Serialize(place.GetPropertyName()))] = _dice.Next(2) == 0 ? place.DeepClone() : Mark(spliced, Value());
                return root;
            case (JsonObject fields, 2):
                var name = place.GetPropertyName();
                var value = place.DeepClone();
                fields.Remove(name);
                fields[_dice.Next(2) == 0 ? name.ToUpperInvariant() : name + "x"] = value;
                return root;
            case (JsonArray list, 0):
                list.RemoveAt(place.GetElementIndex());
                return root;
            case (JsonArray list, 1):
                for (var copies = Of([1, 1, 2, 600]); copies > 0 && list.Count < 2_000; copies--)
                {
                    list.Add(place.DeepClone());
                }

                return root;
            case (_, 3) when place is JsonValue && place.GetValueKind() is JsonValueKind.String:
                var text = place.GetValue<string>();
                Replace(_dice.Next(4) switch
                {
                    0 => text[.._dice.Next(text.Length + 1)],
                    1 => text + text,
                    2 => text.ToUpperInvariant(),
                    _ => text + Of(["\0", " ", "é", "🙂", "\"", "/"]),
                });
                return root;
            case (_, 3) when place is JsonValue && place.GetValueKind() is JsonValueKind.Number:
                return Put(string.Concat("-", place.ToJsonString().TrimStart('-')));
            case (_, 4) when place is JsonValue:
                return Put(JsonSerializer.Serialize(Text(30)));
            case (_, 5):
                var other = Of(places);
                return Put(other.ToJsonString());
            default:
                return Put(Value());
        }

        JsonNode? Put(string raw)
        {
            if (place.Parent is null)
            {
                var whole = JsonValue.Create(Mark(spliced, raw));
                return whole;
            }

            Replace(Mark(spliced, raw));
            return root;
        }

        void Replace(string with)
        {
            if (place.Parent is not null)
            {
                place.ReplaceWith(with);
            }
        }
    }

    /// <summary>Stands for text that no writer of JSON would write.</summary>
    private static string Mark(List<(string Mark, string Raw)> spliced, string raw)
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"@@{spliced.Count}@@");
        spliced.Add(($"\"{mark}\"", raw));
        return mark;
    }

    private static void Collect(JsonNode node, List<JsonNode> places)
    {
        places.Add(node);
        var inner = node switch
        {
            JsonObject fields => fields.Select(field => field.Value),
            JsonArray list => list,
            _ => [],
        };
        foreach (var value in inner.OfType<JsonNode>())
        {
            Collect(value, places);
        }
    }
}
