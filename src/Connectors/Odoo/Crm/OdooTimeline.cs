using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Odoo.Crm;

/// <summary>
/// The company's message log. An entry of ours is a note, made once by an external id that is built from account and key; what a message has no
/// field for is kept in its message id, which people do not see. What people wrote is told as notes; what Odoo logs by itself is not told.
/// </summary>
internal sealed class OdooTimeline(OdooRpc rpc) : ITimeline
{
    private const int PageSize = 50;

    /// <summary>No account has 100,000 messages: whatever goes on after them goes in a circle.</summary>
    private const int MostPages = 2_000;
    private const int Rounds = 4;

    private static readonly string[] Columns =
        ["id", "model", "res_id", "message_id", "subject", "body", "date", "message_type", "subtype_id/id", "is_internal"];

    public async Task<Outcome<Page<TimelineEntry>>> List(Scope scope, AccountId account, string? cursor = null, CancellationToken cancel = default)
    {
        var call = new PortCall(scope, Entity.Accounts, "timeline", cancel);
        if (!Before.TryRead(cursor, out var before))
        {
            return Outcome.Failed<Page<TimelineEntry>>(rpc.Failure(call, Cause.Rejected, "The cursor is not one of ours."));
        }

        if (CrmKeys.Company(account) is not { } company)
        {
            return Outcome.Failed<Page<TimelineEntry>>(rpc.Failure(call, Cause.NotFound));
        }

        var found = await rpc.Search<MessageRow>(
            call,
            "mail.message",
            Domain.All(
                Of(company),
                Domain.IsSet("date"),
                Domain.Any(Domain.In("message_type", new[] { "comment", "email" }), Domain.StartsWith("message_id", Mark.Prefix)),
                before),
            "date desc, id desc",
            limit: PageSize + 1);
        if (!found.Try(out var rows))
        {
            return found.As<Page<TimelineEntry>>();
        }

        if (rows is [])
        {
            // Nobody, or somebody of whom nothing was written.
            return (await Exists(call, company)).Select(_ => new Page<TimelineEntry>([]));
        }

        var (page, next) = Cut(rows);
        return rpc.Map(call, found, _ => new Page<TimelineEntry>(
            [.. page.Select(row => row.ToEntry()).OfType<TimelineEntry>().OrderByDescending(entry => entry.At)], next));
    }

    /// <summary>The order stands in the message id, coded: the log is read through.</summary>
    public async Task<Outcome<IReadOnlyList<TimelineEntry>>> About(Scope scope, AccountId account, OrderNumber order, CancellationToken cancel = default)
    {
        var entries = new List<TimelineEntry>();
        string? cursor = null;
        for (var asked = 0; asked < MostPages; asked++)
        {
            var answer = await List(scope, account, cursor, cancel);
            if (!answer.Try(out var page))
            {
                return answer.As<IReadOnlyList<TimelineEntry>>();
            }

            entries.AddRange(page.Items.Where(entry => entry.Order == order));
            if (page.Next is null || page.Next == cursor)
            {
                return answer.Select<IReadOnlyList<TimelineEntry>>(_ => entries);
            }

            cursor = page.Next;
        }

        return Outcome.Failed<IReadOnlyList<TimelineEntry>>(rpc.Failure(new PortCall(scope, Entity.Accounts, "timeline", cancel), Cause.Malformed, "The log has no end."));
    }

    public async Task<Outcome<Done>> Put(Scope scope, AccountId account, TimelineEntry entry, CancellationToken cancel = default)
    {
        var call = new PortCall(scope, Entity.Accounts, "putTimelineEntry", cancel);
        if (CrmKeys.Company(account) is not { } company)
        {
            return Outcome.Failed<Done>(rpc.Failure(call, Cause.NotFound));
        }

        var mark = Mark.Of(account, entry);
        for (var round = 1; ; round++)
        {
            var known = await rpc.Count(call, "mail.message", Domain.All(Of(company), Domain.StartsWith("message_id", mark.Start)));
            if (!known.Try(out var there) || there > 0)
            {
                return known.Select(_ => default(Done));
            }

            if (round == 1 && await Exists(call, company) is { Succeeded: false } nobody)
            {
                return nobody.As<Done>();
            }

            var written = await rpc.Load(
                call,
                "mail.message",
                Columns,
                [[
                    $"{OdooLoad.Module}.timeline_{mark.Claim}", "res.partner", CrmKeys.Text(company), mark.MessageId, OdooHtml.Clean(entry.Title),
                    entry.Text is { Length: > 0 } text ? OdooHtml.Of(text) : "", OdooJson.Text(entry.At), "notification", "mail.mt_note", "1",
                ]]);
            // Lost against the same entry, or against somebody else: nothing was written, and looking again tells which.
            if (written.Failure?.Code is not OdooRefusals.Locked || round == Rounds)
            {
                return written.Select(_ => default(Done));
            }
        }
    }

    private static object?[] Of(long company) => Domain.All(Domain.Is("model", "res.partner"), Domain.Is("res_id", company));

    /// <summary>A page ends between two seconds, so that its entries can be put in order by parts of one; unless one second fills a page.</summary>
    private static (IReadOnlyList<MessageRow> Page, string? Next) Cut(IReadOnlyList<MessageRow> rows)
    {
        if (rows.Count <= PageSize)
        {
            return (rows, null);
        }

        var whole = rows.TakeWhile(row => row.Date != rows[PageSize].Date).ToList();
        return whole.Count > 0 ? (whole, new Before(whole[^1].Date, 0).ToString()) : ([.. rows.Take(PageSize)], new Before(rows[PageSize - 1].Date, rows[PageSize - 1].Id).ToString());
    }

    private async Task<Outcome<Done>> Exists(PortCall call, long company)
    {
        var found = await rpc.Count(call, "res.partner", Domain.All(Domain.Is("id", company), OdooAccounts.AreAccounts));
        return found.Try(out var count) && count == 0 ? Outcome.Failed<Done>(rpc.Failure(call, Cause.NotFound)) : found.Select(_ => default(Done));
    }

    private sealed record MessageRow : OdooRow
    {
        private const int LongestTitle = 200;
        private const int LongestText = 4_000;

        public required DateTimeOffset Date { get; init; }

        public required string? Subject { get; init; }

        public required string? Body { get; init; }

        public required string? MessageId { get; init; }

        public required string? RecordName { get; init; }

        /// <summary>Null for a message without words.</summary>
        public TimelineEntry? ToEntry()
        {
            if (MessageId?.StartsWith(Mark.Prefix, StringComparison.Ordinal) == true)
            {
                var mark = Mark.Read(MessageId);
                return new TimelineEntry(
                    mark.Key,
                    mark.At,
                    mark.Kind,
                    Subject ?? throw new MalformedAnswerException("subject is missing"),
                    Body is { Length: > 0 } html ? OdooHtml.Text(html) : null,
                    mark.Order is { } number ? new OrderNumber(number) : null);
            }

            var text = OdooHtml.Reading(Body ?? "");
            // Odoo gives a message that its author gave none this subject.
            var title = Subject is { Length: > 0 } && Subject != $"Re: {RecordName}" ? Subject : text.Split('\n')[0];
            return title.Length == 0 ? null : new TimelineEntry(
                $"mail.message/{CrmKeys.Text(Id)}", Date, TimelineKind.Note, Short(title, LongestTitle), text.Length > 0 && text != title ? Short(text, LongestText) : null);
        }

        private static string Short(string text, int longest)
        {
            if (text.Length <= longest)
            {
                return text;
            }

            var end = char.IsHighSurrogate(text[longest - 2]) ? longest - 2 : longest - 1;
            return $"{text[..end]}…";
        }
    }

    /// <summary>
    /// What makes an entry ours: a message id <c>&lt;portalintegration.CLAIM.REST@timeline.invalid&gt;</c>. The claim is built from account and key; the rest
    /// is what a message has no field for, its time too, as Odoo keeps whole seconds.
    /// </summary>
    private sealed record Mark(string Claim, string Key, DateTimeOffset At, TimelineKind Kind, string? Order)
    {
        public const string Prefix = "<portalintegration.";
        private const string Suffix = "@timeline.invalid>";

        public string Start => $"{Prefix}{Claim}.";

        public string MessageId
        {
            get
            {
                var rest = JsonSerializer.SerializeToUtf8Bytes<string?[]>([Key, At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), Kind.ToString(), Order]);
                return $"{Start}{Base64Url.EncodeToString(rest)}{Suffix}";
            }
        }

        public static Mark Of(AccountId account, TimelineEntry entry) => new(ClaimOf(account, entry.Key), entry.Key, entry.At, entry.Kind, entry.Order?.Value);

        public static Mark Read(string messageId)
        {
            var parts = messageId[Prefix.Length..].Split('.', 2);
            if (parts is [var claim, var coded] && coded.EndsWith(Suffix, StringComparison.Ordinal) && Base64Url.IsValid(coded.AsSpan(0, coded.Length - Suffix.Length))
                && Parse(Base64Url.DecodeFromChars(coded.AsSpan(0, coded.Length - Suffix.Length))) is [{ } key, { } at, { } kind, var order]
                && DateTimeOffset.TryParseExact(at, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                && Enum.TryParse<TimelineKind>(kind, out var known) && Enum.IsDefined(known))
            {
                return new Mark(claim, key, time, known, order);
            }

            throw new MalformedAnswerException("message_id is not as it was written");
        }

        private static string ClaimOf(AccountId account, string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{account}\n{key}")));

        private static string?[]? Parse(byte[] rest)
        {
            try
            {
                return JsonSerializer.Deserialize<string?[]>(rest);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>Where a page ended.</summary>
    /// <param name="Id">Of the last message; 0 where its whole second was told.</param>
    private sealed record Before(DateTimeOffset Date, long Id)
    {
        private const string Format = "yyyyMMddHHmmss";

        public static bool TryRead(string? cursor, out object?[]? condition)
        {
            condition = null;
            if (cursor is null)
            {
                return true;
            }

            if (cursor.Split('.') is not [var time, var rest]
                || !DateTimeOffset.TryParseExact(time, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
                || !int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                return false;
            }

            condition = Domain.Any(Domain.Before("date", OdooJson.Text(date)), Domain.All(Domain.Is("date", OdooJson.Text(date)), Domain.Before("id", id)));
            return true;
        }

        public override string ToString() => $"{Date.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture)}.{CrmKeys.Text(Id)}";
    }
}
