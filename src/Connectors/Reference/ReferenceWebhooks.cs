using System.Text.Json;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Reference;

/// <summary>What a contract's events are about.</summary>
/// <param name="Types">Everything to subscribe to.</param>
/// <param name="Entities">By the event's <c>data.entity</c>.</param>
internal sealed record ReferenceEvents(IReadOnlyList<string> Types, IReadOnlyDictionary<string, Entity> Entities)
{
    public static ReferenceEvents Erp { get; } = new(
        ["product.changed", "product.deleted", "price.changed", "stock.changed", "order.changed", "invoice.changed", "customer.changed", "credit.changed", "return.changed", "quotation.changed"],
        new Dictionary<string, Entity>
        {
            ["product"] = Entity.Catalogue,
            ["price"] = Entity.Pricing,
            ["stock"] = Entity.Inventory,
            ["order"] = Entity.Orders,
            ["invoice"] = Entity.Invoices,
            ["customer"] = Entity.Customers,
            ["credit"] = Entity.Credit,
            ["return"] = Entity.Returns,
            ["quotation"] = Entity.Quotations,
        });

    public static ReferenceEvents Crm { get; } = new(
        ["account.changed", "account.deleted", "contact.changed", "contact.deleted", "opportunity.changed", "user.changed"],
        new Dictionary<string, Entity>
        {
            ["account"] = Entity.Accounts,
            ["contact"] = Entity.Contacts,
            ["opportunity"] = Entity.Opportunities,
            ["user"] = Entity.Contacts,
        });
}

internal sealed class ReferenceWebhooks(SystemSettings settings, ReferenceEvents events, TimeProvider time) : IWebhooks
{
    private readonly IReadOnlyList<byte[]> _keys = [.. settings.WebhookSecrets.Select(StandardWebhooks.Key).OfType<byte[]>()];

    public WebhookReading Read(WebhookDelivery delivery)
    {
        var id = Header("webhook-id");
        if (StandardWebhooks.Complaint(id, Header("webhook-timestamp"), Header("webhook-signature"), delivery.Body.Span, _keys, time.GetUtcNow()) is { } complaint)
        {
            return new WebhookReading(WebhookVerdict.Rejected, null, [], complaint);
        }

        try
        {
            var data = JsonSerializer.Deserialize<EventWire>(delivery.Body.Span, StrictJson.Options)?.Data;
            return data is { Key.Length: > 0 } && events.Entities.TryGetValue(data.Entity, out var entity)
                ? new WebhookReading(WebhookVerdict.Accepted, id, [new ChangeNotice(entity, data.Key)], null)
                : new WebhookReading(WebhookVerdict.Malformed, id, [], "It does not say what it is about.");
        }
        catch (JsonException)
        {
            return new WebhookReading(WebhookVerdict.Malformed, id, [], "Its body is not the agreed JSON.");
        }

        string? Header(string name) => delivery.Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
    }

    private sealed record EventWire
    {
        public required EventDataWire Data { get; init; }
    }

    private sealed record EventDataWire
    {
        public required string Entity { get; init; }

        public required string Key { get; init; }
    }
}

internal sealed class ReferenceSubscriptions(SystemPipeline pipeline, Func<Call, IWebhookApi> api, SystemSettings settings, ReferenceEvents events) : IWebhookSubscriptions
{
    private const string Capability = "Subscriptions";

    /// <summary>One that ends sooner is asked for again.</summary>
    private static readonly TimeSpan _renewBefore = TimeSpan.FromHours(12);
    private static readonly Scope _scope = Scope.ForPortal("webhook-subscription", Lane.Sync);
    private static readonly Operation _list = Operation.Read("listWebhookSubscriptions", Capability);
    private static readonly Operation _create = Operation.Write("createWebhookSubscription", Capability);

    /// <summary>The first time in a process it is always made anew: the system does not tell with which secret it signs.</summary>
    private volatile bool _made;

    public async Task<Outcome<WebhookSubscription>> Ensure(Uri callback, CancellationToken cancel = default)
    {
        if (settings.WebhookSecrets is not [var secret, ..])
        {
            return pipeline.Fail<WebhookSubscription>(_create, Cause.Rejected, $"Systems:{settings.Name}:WebhookSecrets is empty: name the secret that deliveries are to be signed with.");
        }

        if (_made)
        {
            var standing = await pipeline.Send(_scope, _list, (call, token) => api(call).ListWebhookSubscriptions(token), list => Strict.Each(list.Items, "items", (item, _) => item).Find(item => Serves(item, callback)), cancel: cancel);
            if (!standing.Succeeded)
            {
                return standing.As<WebhookSubscription>();
            }

            if (standing.Value is { } serving)
            {
                return standing.Select(_ => new WebhookSubscription(serving.Id, serving.ExpiresAt, Renewed: false));
            }
        }

        var created = await pipeline.Send(
            _scope,
            _create,
            (call, token) => api(call).CreateWebhookSubscription(new NewSubscriptionWire(callback.AbsoluteUri, events.Types, secret), token),
            answer => new WebhookSubscription(Strict.Filled(answer.Id, "id"), answer.ExpiresAt, Renewed: true),
            cancel: cancel);
        _made |= created.Succeeded;
        return created;
    }

    private bool Serves(SubscriptionWire subscription, Uri callback) =>
        subscription.Url == callback.AbsoluteUri
        && subscription.Status == SubscriptionStatusWire.Active
        && (subscription.ExpiresAt is not { } expires || expires - pipeline.Time.GetUtcNow() > _renewBefore)
        && events.Types.All(subscription.Events.Contains);
}
