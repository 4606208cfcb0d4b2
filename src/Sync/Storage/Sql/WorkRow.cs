namespace PortalIntegration.Sync.Storage.Sql;

internal sealed class WorkRow
{
    public long Sequence { get; init; }

    public required string Flow { get; init; }

    public required string Key { get; init; }

    public string? Line { get; init; }

    public long State { get; init; }

    public long Lane { get; init; }

    public long Version { get; init; }

    public long Revision { get; init; }

    public long Due { get; init; }

    public long Attempts { get; init; }

    public long Waits { get; init; }

    public long? LeasedUntil { get; init; }

    public long Fence { get; init; }

    public string? Cause { get; init; }

    public string? Detail { get; init; }

    public long? FirstFailedAt { get; init; }

    public long? FailedAt { get; init; }

    public string? Note { get; init; }

    public long Origin { get; init; }

    public string? Correlation { get; init; }

    public long WantedAt { get; init; }

    public long? AgainAt { get; init; }

    public long HoldsUp { get; init; }

    public byte[]? Payload { get; init; }

    public long AddedAt { get; init; }

    public long ChangedAt { get; init; }

    public WorkItem Item(byte[]? payload) => new()
    {
        Key = new WorkKey(Flow, Key),
        Sequence = Sequence,
        Line = Line,
        State = (WorkState)State,
        Lane = (int)Lane,
        Version = Version,
        Revision = Revision,
        Due = Moment.From(Due),
        Attempts = (int)Attempts,
        Waits = (int)Waits,
        LeasedUntil = Moment.From(LeasedUntil),
        Fence = Fence,
        HoldsUp = HoldsUp != 0,
        Cause = Cause,
        Detail = Detail,
        FirstFailedAt = Moment.From(FirstFailedAt),
        FailedAt = Moment.From(FailedAt),
        Note = Note,
        Origin = (TriggerKind)Origin,
        Correlation = Correlation,
        WantedAt = Moment.From(WantedAt),
        Payload = payload,
        PayloadLost = Payload is not null && payload is null,
        AddedAt = Moment.From(AddedAt),
        ChangedAt = Moment.From(ChangedAt),
    };
}
