using System.Text.Json;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Alerts;

/// <summary>
/// Carries alerts to one channel through the queue. Each is an item of its own, kept until it was taken however long that lasts: an alert that its
/// receiver never took is late like any other work, which the other channels tell.
/// </summary>
internal abstract class AlertDelivery(IAlertChannel channel, TimeProvider time) : IFlow
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(2);

    public string Name => FlowOf(channel.Name);

    public static string FlowOf(string channel) => $"alert-{channel}";

    public static NewWork Item(string channel, Alert alert) => new(
        new WorkKey(FlowOf(channel), alert.Id), Line: null, (int)Lane.Order, JsonSerializer.SerializeToUtf8Bytes(alert, AlertJson.Options), HoldsUp: false);

    public async Task<Next> Run(Lease lease, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (lease.Item.Payload is not { } payload || JsonSerializer.Deserialize<Alert>(payload, AlertJson.Options) is not { } alert)
        {
            // Its keys are gone. What is on is in the ledger, and told again.
            return new Next.Done();
        }

        if (!channel.Configured)
        {
            Note(lease, now, "nobody to tell any more", null);
            return new Next.Done(now + Remembered);
        }

        var started = time.GetTimestamp();
        var answer = await channel.Tell(alert, cancel);
        Note(lease, now, answer.Succeeded ? "taken" : answer.Failure!.Cause.ToString(), time.GetElapsedTime(started));
        return answer.Succeeded ? new Next.Done(now + Remembered) : new Next.Retry(answer.Failure!) { Endless = true };
    }

    private void Note(Lease lease, DateTimeOffset at, string answered, TimeSpan? took) => lease.Note(new JournalEntry
    {
        At = at,
        Key = lease.Item.Key,
        System = Name,
        Asked = "tell",
        Answered = answered,
        Took = took,
        By = Name,
    });
}

internal sealed class AlertWebhookFlow(WebhookChannel channel, TimeProvider time) : AlertDelivery(channel, time);

internal sealed class AlertMailFlow(MailChannel channel, TimeProvider time) : AlertDelivery(channel, time);
