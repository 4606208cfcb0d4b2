using System.Text.Json.Serialization;

namespace PortalIntegration.Sandbox.Faults;

/// <summary>What can go wrong on demand.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))]
public enum FaultKind
{
    /// <summary>Answers later, by <c>milliseconds</c> and up to <c>jitterMilliseconds</c> more.</summary>
    [JsonStringEnumMemberName("latency")]
    Latency,

    /// <summary>Answers <c>status</c> (500) without doing anything.</summary>
    [JsonStringEnumMemberName("error")]
    Error,

    /// <summary>Mode <c>reset</c> cuts the connection, <c>unavailable</c> answers 503, <c>refuse</c> closes the port for <c>seconds</c>.</summary>
    [JsonStringEnumMemberName("outage")]
    Outage,

    /// <summary>Takes the request, does nothing and never answers, or for <c>seconds</c>.</summary>
    [JsonStringEnumMemberName("hang")]
    Hang,

    /// <summary>Answers <c>status</c> (429), with <c>Retry-After</c> when <c>retryAfterSeconds</c> is given.</summary>
    [JsonStringEnumMemberName("rateLimit")]
    RateLimit,

    /// <summary>Does what was asked and loses the answer. Mode <c>drop</c> cuts the connection, <c>hang</c> keeps it open.</summary>
    [JsonStringEnumMemberName("dropAnswer")]
    DropAnswer,

    /// <summary>Gives no answer and does what was asked only after <c>seconds</c>. Mode <c>drop</c> or <c>hang</c>.</summary>
    [JsonStringEnumMemberName("lateCommit")]
    LateCommit,

    /// <summary>Does what was asked and cuts the answer in its middle.</summary>
    [JsonStringEnumMemberName("truncate")]
    Truncate,

    /// <summary>Does what was asked and answers JSON that is broken.</summary>
    [JsonStringEnumMemberName("malformed")]
    Malformed,

    /// <summary>Answers 200 with an HTML page, without doing anything.</summary>
    [JsonStringEnumMemberName("html")]
    Html,

    /// <summary>Does what was asked and answers impossible values: mode <c>negative</c>, <c>unknownEnum</c> or <c>null</c>, in <c>field</c> or where it hurts.</summary>
    [JsonStringEnumMemberName("nonsense")]
    Nonsense,

    /// <summary>Sends webhooks <c>seconds</c> late.</summary>
    [JsonStringEnumMemberName("webhookLate")]
    WebhookLate,

    /// <summary>Sends each webhook twice, the same delivery id both times; three times with <c>copies</c> 3.</summary>
    [JsonStringEnumMemberName("webhookTwice")]
    WebhookTwice,

    /// <summary>Holds a webhook back until the next one was sent.</summary>
    [JsonStringEnumMemberName("webhookReorder")]
    WebhookReorder,

    /// <summary>Sends no webhook.</summary>
    [JsonStringEnumMemberName("webhookSuppress")]
    WebhookSuppress,
}

/// <summary>A fault as it is set through the control API.</summary>
public sealed record FaultRule
{
    /// <summary>Given by the sandbox.</summary>
    public string? Id { get; init; }

    /// <summary>What goes wrong.</summary>
    public required FaultKind Kind { get; init; }

    /// <summary>An operationId, an event type for webhooks, or <c>*</c>.</summary>
    public string Operation { get; init; } = "*";

    /// <summary>How often at most; null is until cleared.</summary>
    public int? Count { get; init; }

    /// <summary>How many calls are let through first.</summary>
    public int Skip { get; init; }

    /// <summary>Share of calls that it hits, 0 to 1; drawn from the seed.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>Only calls of this <c>X-Lane</c>.</summary>
    public string? Lane { get; init; }

    /// <summary>See <see cref="FaultKind"/>.</summary>
    public string? Mode { get; init; }

    /// <summary>See <see cref="FaultKind"/>.</summary>
    public int Milliseconds { get; init; }

    /// <summary>See <see cref="FaultKind"/>.</summary>
    public int JitterMilliseconds { get; init; }

    /// <summary>See <see cref="FaultKind"/>.</summary>
    public double? Seconds { get; init; }

    /// <summary>See <see cref="FaultKind"/>.</summary>
    public int? Status { get; init; }

    /// <summary>See <see cref="FaultKind"/>.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>See <see cref="FaultKind"/>.</summary>
    public string? Field { get; init; }

    /// <summary>See <see cref="FaultKind"/>.</summary>
    public int? Copies { get; init; }

    /// <summary>How often it has hit; told by the sandbox.</summary>
    public int Hits { get; init; }

    internal bool IsWebhook => Kind is FaultKind.WebhookLate or FaultKind.WebhookTwice or FaultKind.WebhookReorder or FaultKind.WebhookSuppress;
}
