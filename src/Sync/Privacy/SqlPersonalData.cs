using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Storage.Sql;

namespace PortalIntegration.Sync.Privacy;

/// <summary>
/// Looks at every row of every place, rather than at an index of people: there is none, and it would be one more thing that is kept. Thirty days of a busy portal take seconds.
/// </summary>
internal sealed partial class SqlPersonalData(StoreDatabase database, Payloads payloads, KeyedHashes hashes, TimeProvider time) : IPersonalData
{
    /// <summary>What stands where a person was named.</summary>
    public const string Erased = "[erased]";

    private const int AtOnce = 1_000;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task<IReadOnlyList<KeptRecord>> Export(PersonNames person, CancellationToken cancel)
    {
        var names = await Names(person, cancel);
        List<KeptRecord> found = [];
        foreach (var place in KeptPlaces.All)
        {
            await foreach (var row in Rows(place, cancel))
            {
                if (Names(row, names))
                {
                    found.Add(Record(place, row));
                }
            }
        }

        return found;
    }

    public async Task<Erasure> Erase(PersonNames person, string by, string reason, CancellationToken cancel)
    {
        var names = await Names(person, cancel);
        var key = await hashes.Key(cancel);

        // Looked for outside the transaction: nobody's order waits for it.
        List<(KeptPlace Place, object Key)> found = [];
        foreach (var place in KeptPlaces.All)
        {
            await foreach (var row in Rows(place, cancel))
            {
                if (Names(row, names))
                {
                    found.Add((place, row.Key));
                }
            }
        }

        var erasure = await database.Write(
            async session =>
            {
                List<(KeptPlace Place, Row Row)> rows = [];
                foreach (var (place, rowKey) in found)
                {
                    if ((await session.All<dynamic>($"{Select(place)} WHERE {place.Key} = @rowKey {database.ForUpdate}", new { rowKey })).Select(row => Read(place, row)).Cast<Row>().FirstOrDefault() is { } row
                        && Names(row, names))
                    {
                        rows.Add((place, row));
                    }
                }

                // What was handed in, or amended, since it was looked for.
                var unfinished = KeptPlaces.All.Single(place => place.State is not null);
                var seen = rows.Where(entry => entry.Place == unfinished).Select(entry => entry.Row.Key).ToHashSet();
                var later = (await session.All<dynamic>($"{Select(unfinished)} WHERE {unfinished.State} <> {(int)WorkState.Done}")).Select(row => Read(unfinished, row)).Cast<Row>();
                rows.AddRange(later.Where(row => !seen.Contains(row.Key) && Names(row, names)).Select(row => (unfinished, row)));

                if (rows.Where(entry => entry.Row.InFlight && entry.Row.Content is not null).Select(entry => Record(entry.Place, entry.Row)).ToList() is { Count: > 0 } waiting)
                {
                    return new Erasure(waiting, 0, 0);
                }

                var (anonymised, removed) = (0, 0);
                foreach (var (place, row) in rows)
                {
                    if (place.RemovedWhole)
                    {
                        removed += await session.Execute($"DELETE FROM {place.Table} WHERE {place.Key} = @Key", new { row.Key });
                        continue;
                    }

                    anonymised++;
                    foreach (var (column, text) in row.Columns)
                    {
                        if (Without(text, names) is var kept && kept != text)
                        {
                            await session.Execute($"UPDATE {place.Table} SET {column} = @kept WHERE {place.Key} = @Key", new { kept, row.Key });
                        }
                    }

                    if (row.Content is { } content && Without(content, names) is var rest && rest != content)
                    {
                        await session.Execute($"UPDATE {place.Table} SET {place.Sealed} = @bytes WHERE {place.Key} = @Key", new { bytes = payloads.Protect(Encoding.UTF8.GetBytes(rest)), row.Key });
                    }
                }

                var subject = $"person {key.Mask(person.Id.Value)}";
                await SqlAudit.Append(session, new AuditEntry(time.GetUtcNow(), Without(by, names), "erasePerson", subject, Without(reason, names), anonymised + removed));
                return new Erasure([], anonymised, removed);
            },
            cancel);
        if (!erasure.Done)
        {
            return erasure;
        }

        try
        {
            await database.Compact(cancel);
            return erasure;
        }
        catch (StoreUnavailableException busy)
        {
            return erasure with { NotCompacted = busy.Message }; // what was committed stands
        }
    }

    /// <summary>The person's own words, and what stands for them in the journal.</summary>
    private async Task<IReadOnlyList<string>> Names(PersonNames person, CancellationToken cancel)
    {
        var key = await hashes.Key(cancel);
        return [.. person.All, .. person.Words.Select(word => key.Mask(word)!)];
    }

    private async IAsyncEnumerable<Row> Rows(KeptPlace place, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        object after = place.KeyIsText ? "" : long.MinValue;
        while (true)
        {
            var rows = await database.Read(
                session => session.All<dynamic>($"{Select(place)} WHERE {place.Key} > @after ORDER BY {place.Key} LIMIT {AtOnce}", new { after }), cancel);
            foreach (var row in rows)
            {
                var read = (Row)Read(place, row);
                after = read.Key;
                yield return read;
            }

            if (rows.Count < AtOnce)
            {
                yield break;
            }
        }
    }

    private static string Select(KeptPlace place) =>
        $"SELECT {place.Key} AS at_key, {place.Named ?? place.Key} AS at_name, {place.State ?? "NULL"} AS at_state, {place.Sealed ?? "NULL"} AS at_sealed, {string.Join(", ", place.Texts)} FROM {place.Table}";

    private Row Read(KeptPlace place, dynamic read)
    {
        var row = (IDictionary<string, object?>)read;
        var columns = place.Texts.Where(column => row[column] is string { Length: > 0 }).ToDictionary(column => column, column => (string)row[column]!, StringComparer.Ordinal);
        var opened = row["at_sealed"] is byte[] bytes ? payloads.TryUnprotect(bytes) : null;
        return new Row(
            row["at_key"]!,
            Convert.ToString(row["at_name"], CultureInfo.InvariantCulture)!,
            row["at_state"] is { } state && Convert.ToInt64(state, CultureInfo.InvariantCulture) != (int)WorkState.Done,
            columns,
            opened is null ? null : Encoding.UTF8.GetString(opened));
    }

    private static bool Names(Row row, IReadOnlyList<string> names) =>
        row.Columns.Values.Append(row.Content).OfType<string>().SelectMany(Texts).Any(text => names.Any(name => Mention(text, name, 0) >= 0));

    /// <summary>The texts of what may be JSON, as they were before they were escaped; of what begins like it and is none, as it stands and with its escapes read.</summary>
    private static List<string> Texts(string content)
    {
        if (!IsJsonLike(content))
        {
            return [content];
        }

        List<string> texts = [];
        try
        {
            using var document = JsonDocument.Parse(content);
            Leaves(document.RootElement);
            return texts;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException) // the second is half a character
        {
            return [content, EscapedCharacter().Replace(content, escape => ((char)ushort.Parse(escape.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString())];
        }

        void Leaves(JsonElement element)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (var field in element.EnumerateObject())
                    {
                        texts.Add(field.Name);
                        Leaves(field.Value);
                    }

                    break;
                case JsonValueKind.Array:
                    foreach (var item in element.EnumerateArray())
                    {
                        Leaves(item);
                    }

                    break;
                case JsonValueKind.String:
                    texts.Add(element.GetString()!);
                    break;
            }
        }
    }

    private static bool IsJsonLike(string text) => text.TrimStart() is ['{' or '[', ..];

    [GeneratedRegex(@"\\u([0-9A-Fa-f]{4})", RegexOptions.CultureInvariant)]
    private static partial Regex EscapedCharacter();

    private static string Without(string text, IReadOnlyList<string> names)
    {
        if (IsJsonLike(text))
        {
            try
            {
                return Rewritten(JsonNode.Parse(text)) is { } root ? root.ToJsonString(Plain) : text;
            }
            catch (JsonException)
            {
                // a text that begins so
            }
        }

        return Replaced(text);

        JsonNode? Rewritten(JsonNode? node)
        {
            switch (node)
            {
                case JsonObject fields:
                    foreach (var (field, value) in fields.ToList())
                    {
                        Put(value, changed => fields[field] = changed);
                        if (Replaced(field) is var kept && kept != field)
                        {
                            var under = fields[field];
                            fields.Remove(field);
                            fields[fields.ContainsKey(kept) ? $"{kept} {fields.Count}" : kept] = under;
                        }
                    }

                    return fields;
                case JsonArray list:
                    for (var i = 0; i < list.Count; i++)
                    {
                        var at = i;
                        Put(list[at], changed => list[at] = changed);
                    }

                    return list;
                default:
                    return node;
            }
        }

        void Put(JsonNode? value, Action<JsonNode> put)
        {
            if (value is JsonValue leaf && leaf.GetValueKind() is JsonValueKind.String)
            {
                var before = leaf.GetValue<string>();
                if (Replaced(before) is var after && after != before)
                {
                    put(JsonValue.Create(after));
                }
            }
            else
            {
                Rewritten(value);
            }
        }

        string Replaced(string whole)
        {
            foreach (var name in names)
            {
                for (var at = Mention(whole, name, 0); at >= 0; at = Mention(whole, name, at + Erased.Length))
                {
                    whole = string.Concat(whole.AsSpan(0, at), Erased, whole.AsSpan(at + name.Length));
                }
            }

            return whole;
        }
    }

    /// <summary>Where a text names somebody, as a word of its own: <c>con-1</c> is not in <c>con-12</c>. -1 for nowhere.</summary>
    private static int Mention(string text, string name, int from)
    {
        for (var at = from <= text.Length ? text.IndexOf(name, from, StringComparison.OrdinalIgnoreCase) : -1; at >= 0; at = text.IndexOf(name, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if ((at == 0 || !Joins(text[at - 1])) && (at + name.Length == text.Length || !Joins(text[at + name.Length])))
            {
                return at;
            }
        }

        return -1;

        static bool Joins(char letter) => char.IsLetterOrDigit(letter) || letter is '-' or '_';
    }

    private static KeptRecord Record(KeptPlace place, Row row) => new(What(place, row), place.Table, row.Name, row.InFlight, row.Columns, Node(row.Content));

    private static JsonNode? Node(string? content)
    {
        try
        {
            return content is null ? null : JsonNode.Parse(content);
        }
        catch (JsonException)
        {
            return JsonValue.Create(content);
        }
    }

    private static string What(KeptPlace place, Row row) => place.Table switch
    {
        "work" when row is { InFlight: true, Content: null } => "a key that is to be looked at again, with an admin's words",
        "work" => row.InFlight ? "an order or another change that is not delivered yet" : "what is left of a finished submission",
        "journal" => "a line of the journal",
        "audit" => "what an admin did",
        "admin_jobs" => "a job that an admin started",
        "marks" => "an operating mark, with who set it",
        _ => "a delivery of a system that was set aside",
    };

    private sealed record Row(object Key, string Name, bool InFlight, IReadOnlyDictionary<string, string> Columns, string? Content);
}
