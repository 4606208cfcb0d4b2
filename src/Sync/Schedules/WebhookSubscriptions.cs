using Microsoft.Extensions.Options;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Sync.Receipts;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Schedules;

/// <summary>Asks every system that can be asked to tell us of its changes, and again before that runs out.</summary>
internal sealed class WebhookSubscriptions(IOwnershipMap map, IOptions<WebhookOptions> options, TimeProvider time) : IStandingFlow
{
    public const string FlowName = "webhook-subscription";

    public string Name => FlowName;

    public IReadOnlyList<string> Keys => options.Value.PublicAddress is null
        ? []
        : [.. map.Systems.Where(system => system.Find<IWebhookSubscriptions>() is not null).Select(system => system.System)];

    public async Task<Next> Run(Lease lease, CancellationToken cancel)
    {
        var system = lease.Item.Key.Key;
        if (options.Value.PublicAddress is not { } address
            || map.Systems.FirstOrDefault(candidate => candidate.System == system)?.Find<IWebhookSubscriptions>() is not { } subscriptions)
        {
            return new Next.Done(); // not any more
        }

        var answer = await subscriptions.Ensure(new Uri($"{address.AbsoluteUri.TrimEnd('/')}/webhooks/{Uri.EscapeDataString(system)}"), cancel);
        if (!answer.Try(out var subscription))
        {
            return new Next.Retry(answer.Failure!) { Endless = true };
        }

        var now = time.GetUtcNow();
        if (subscription.Renewed)
        {
            lease.Note(new JournalEntry
            {
                At = now,
                Key = lease.Item.Key,
                System = system,
                Asked = "subscribe",
                Changed = "subscribed",
                Answered = subscription.Id,
                By = FlowName,
            });
        }

        var next = now + options.Value.RenewInterval;
        var half = subscription.ExpiresAt is { } expires ? now + ((expires - now) / 2) : next;
        return new Next.Later(half < next ? half : next) { Fresh = true };
    }
}
