using PortalIntegration.Sandbox.Http;
using PortalIntegration.Sandbox.Storage;

namespace PortalIntegration.Sandbox.Crm;

/// <summary>Timeline entries on the wire: put under the caller's key, so that twice is once.</summary>
internal sealed class TimelineOperations(CrmState state)
{
    public IEnumerable<Operation> All =>
    [
        Operation.Get("listTimeline", "/accounts/{id}/timeline", List),
        Operation.Get("getTimelineEntry", "/accounts/{id}/timeline/{externalKey}", Show),
        Operation.Put("putTimelineEntry", "/accounts/{id}/timeline/{externalKey}", Put),
    ];

    private Answer List(Call call)
    {
        var order = call.Text("orderNumber");
        lock (state.Gate)
        {
            var entries = Entries(call).Values
                .Where(e => order is null || e.OrderNumber == order)
                .OrderByDescending(e => e.At)
                .ThenByDescending(e => e.ExternalKey, StringComparer.Ordinal)
                .ToList();
            var from = Cursor.ReadPosition(call.CursorText);
            var items = entries.Skip(from).Take(call.Limit).ToList();
            var next = from + items.Count < entries.Count ? Cursor.Position(from + items.Count) : null;
            return Answer.Ok(new { Items = items, NextCursor = next });
        }
    }

    private Answer Show(Call call)
    {
        lock (state.Gate)
        {
            var entry = Entries(call).GetValueOrDefault(call.Route("externalKey")) ?? throw Refusal.NotFound("There is no such entry.");
            return Answer.Ok(entry).WithVersion(entry.Version);
        }
    }

    private Answer Put(Call call)
    {
        var input = call.Read<EntryInput>();
        var key = call.Route("externalKey");
        if (key.Length > 128 || input.Title.Length is 0 or > 200 || input.Text?.Length > 4000)
        {
            throw Refusal.BadRequest("the key has at most 128, the title 1 to 200, the text at most 4000 characters");
        }

        lock (state.Gate)
        {
            var entries = Entries(call);
            var before = entries.GetValueOrDefault(key);
            var entry = new TimelineEntry
            {
                ExternalKey = key,
                AccountId = call.Route("id"),
                Kind = input.Kind,
                At = input.At,
                Title = input.Title,
                Text = input.Text,
                OrderNumber = input.OrderNumber,
                OpportunityId = input.OpportunityId,
                Url = input.Url,
                Version = before?.Version ?? 0,
                UpdatedAt = before?.UpdatedAt ?? default,
            };
            if (entry != before)
            {
                entry = entry with { Version = entry.Version + 1, UpdatedAt = state.Now };
                entries[key] = entry;
            }

            return new Answer(before is null ? 201 : 200, entry).WithVersion(entry.Version);
        }
    }

    private Dictionary<string, TimelineEntry> Entries(Call call)
    {
        var account = call.Route("id");
        if (state.Accounts.Find(account) is null)
        {
            throw Refusal.NotFound($"There is no account {account}.");
        }

        if (!state.Timeline.TryGetValue(account, out var entries))
        {
            state.Timeline[account] = entries = new Dictionary<string, TimelineEntry>(StringComparer.Ordinal);
        }

        return entries;
    }

    private sealed record EntryInput
    {
        public required TimelineKind Kind { get; init; }

        public required DateTimeOffset At { get; init; }

        public required string Title { get; init; }

        public required string? Text { get; init; }

        public string? OrderNumber { get; init; }

        public string? OpportunityId { get; init; }

        public string? Url { get; init; }
    }
}
