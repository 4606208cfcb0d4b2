using System.Text.Json;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Flows;

/// <summary>
/// What of a drift report every node sees: keys and names of fields, as the journal has them. No value of either system and no name of a record: those are the owners', and are read anew
/// by whoever looks.
/// </summary>
internal sealed record KeptDrift
{
    private const string Prefix = "drift:";

    /// <summary>A node that has kept nothing for so long does not compare any more.</summary>
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(60);

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was kept.</summary>
    public required DateTimeOffset KeptAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public int Looked { get; init; }

    public int? Of { get; init; }

    public int Differing { get; init; }

    public string? Broken { get; init; }

    /// <summary>At most <see cref="DriftReport.MostRows"/> keys in all.</summary>
    public IReadOnlyList<Differences> Rows { get; init; } = [];

    /// <inheritdoc cref="Rows"/>
    public IReadOnlyList<Obstacles> NotCompared { get; init; } = [];

    public static string MarkOf(string flow) => Prefix + flow;

    public static KeptDrift From(DriftReport report, DateTimeOffset now) => new()
    {
        StartedAt = report.StartedAt,
        KeptAt = now,
        FinishedAt = report.FinishedAt,
        Looked = report.Looked,
        Of = report.Of,
        Differing = report.Differing,
        Broken = report.Broken,
        Rows = [.. report.Rows.GroupBy(row => (row.Field, row.IsRepaired)).Select(same => new Differences(same.Key.Field, same.Key.IsRepaired, [.. same.Select(row => row.Key)]))],
        NotCompared = [.. report.Obstacles.GroupBy(one => (one.Code, one.Sentence)).Select(same => new Obstacles(same.Key.Code, same.Key.Sentence, [.. same.Select(one => one.Key)]))],
    };

    public DriftReport Report(string flow, string owner, string target, DateTimeOffset now)
    {
        var lost = FinishedAt is null && now - KeptAt > Silent;
        return new DriftReport
        {
            Flow = flow,
            StartedAt = StartedAt,
            FinishedAt = lost ? KeptAt : FinishedAt,
            Looked = Looked,
            Of = Of,
            Differing = Differing,
            Broken = lost ? "The node that compared has stopped." : Broken,
            IsElsewhere = true,
            Rows =
            [
                .. from same in Rows from key in same.Keys orderby key select new DriftRow(key, null, same.Field, owner, null, target, null, same.IsRepaired) { IsRead = false },
            ],
            Obstacles = [.. from same in NotCompared from key in same.Keys select new DriftObstacle(key, null, same.Code, same.Sentence)],
        };
    }

    public bool IsOlderThan(DateTimeOffset limit) => KeptAt < limit;

    public string Write() => JsonSerializer.Serialize(this);

    /// <summary>Null where there is none, or none that can be read: then somebody compares again.</summary>
    public static KeptDrift? Read(string? written)
    {
        try
        {
            return written is null ? null : JsonSerializer.Deserialize<KeptDrift>(written);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Forgets what was kept before.</summary>
    public static async Task Purge(IMarks marks, DateTimeOffset before, CancellationToken cancel)
    {
        foreach (var mark in await marks.Under(Prefix, cancel))
        {
            if (Read(mark.Value) is not { } kept || kept.IsOlderThan(before))
            {
                await marks.Forget(mark.Name, cancel);
            }
        }
    }

    /// <param name="Field">Entity and field at the target.</param>
    internal sealed record Differences(string Field, bool IsRepaired, IReadOnlyList<string> Keys);

    internal sealed record Obstacles(string Code, string Sentence, IReadOnlyList<string> Keys);
}
