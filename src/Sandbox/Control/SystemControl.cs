using System.Globalization;
using PortalIntegration.Sandbox.Faults;
using PortalIntegration.Sandbox.Http;
using PortalIntegration.Sandbox.Webhooks;

namespace PortalIntegration.Sandbox.Control;

/// <summary>What can be controlled on either system: faults, call log, quota, tokens, webhooks.</summary>
internal sealed class SystemControl(SandboxSystem system, IReadOnlyList<Operation> contract, Action reset, Action<TimeSpan> refuse)
{
    public IEnumerable<Operation> All =>
    [
        Operation.Get("about", "/about", _ => Answer.Ok(new { system.Name, system.BasePath, Now = system.Clock.GetUtcNow(), TokensIssued = system.Tokens.Issued, Operations = contract.Select(o => o.Id).Order(StringComparer.Ordinal) })),
        Operation.Get("listFaults", "/faults", _ => Answer.Ok(new { Items = system.Faults.List() })),
        Operation.Post("setFault", "/faults", SetFault),
        Operation.Delete("clearFaults", "/faults", ClearFaults),
        Operation.Delete("clearFault", "/faults/{id}", call => system.Faults.Remove(call.Route("id")) ? Answer.NoContent() : throw Refusal.NotFound("There is no such fault.")),
        Operation.Get("listCalls", "/calls", ListCalls),
        Operation.Delete("clearCalls", "/calls", ClearCalls),
        Operation.Put("setQuota", "/quota", SetQuota),
        Operation.Post("revokeTokens", "/tokens/revoke", RevokeTokens),
        Operation.Get("listWebhooks", "/webhooks", _ => Answer.Ok(new { Subscriptions = system.Webhooks.Subscriptions, Deliveries = system.Webhooks.Log })),
        Operation.Post("publishEvent", "/webhooks/publish", Publish),
        Operation.Post("sendByHand", "/webhooks/send", SendByHand),
        Operation.Post("expireSubscriptions", "/webhooks/expire", ExpireSubscriptions),
        Operation.Post("rotateSecret", "/webhooks/{id}/rotate", Rotate),
        Operation.Post("reset", "/reset", Reset),
    ];

    private Answer SetFault(Call call)
    {
        var rule = call.Read<FaultRule>();
        var known = rule.IsWebhook || rule.Operation == "*" || contract.Any(o => o.Id == rule.Operation);
        if (!known)
        {
            throw Refusal.BadRequest($"there is no operation {rule.Operation}; GET /control/about lists them");
        }

        if (rule is { Kind: FaultKind.Outage, Mode: "refuse" })
        {
            refuse(TimeSpan.FromSeconds(rule.Seconds ?? throw Refusal.BadRequest("refuse needs seconds: while the port is closed nobody can clear it")));
            return new Answer(202, rule);
        }

        return new Answer(201, system.Faults.Add(rule));
    }

    private Answer ClearFaults(Call call)
    {
        system.Faults.Clear();
        return Answer.NoContent();
    }

    private Answer ListCalls(Call call)
    {
        var after = call.Text("after") is { } text && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var limit = call.Text("limit") is { } most && int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 500;
        var (last, calls) = system.Calls.Since(after, call.Text("operation"), limit);
        return Answer.Ok(new { Last = last, Items = calls });
    }

    private Answer ClearCalls(Call call)
    {
        system.Calls.Clear();
        return Answer.NoContent();
    }

    private Answer SetQuota(Call call)
    {
        var quota = call.Read<QuotaRequest>();
        system.Quota.Change(quota.Limit is { } limit
            ? new QuotaOptions(limit, TimeSpan.FromSeconds(quota.WindowSeconds ?? 60), quota.Status ?? 429, quota.TellRetryAfter ?? true)
            : QuotaOptions.Wide);
        return Answer.NoContent();
    }

    private Answer RevokeTokens(Call call)
    {
        system.Tokens.RevokeIssued();
        return Answer.NoContent();
    }

    private Answer Publish(Call call)
    {
        var e = call.Read<EventRequest>();
        system.Webhooks.Publish(e.Type, e.Entity, e.Key);
        return new Answer(202, e);
    }

    private Answer SendByHand(Call call)
    {
        var request = call.Read<ByHandRequest>();
        var to = system.Webhooks.SendByHand(request.Id, request.Body, request.TimestampOffsetSeconds, request.BadSignature);
        return new Answer(202, new { Receivers = to });
    }

    private Answer ExpireSubscriptions(Call call)
    {
        system.Webhooks.ExpireAll();
        return Answer.NoContent();
    }

    private Answer Rotate(Call call)
    {
        var request = call.Read<RotateRequest>();
        if (!SubscriptionOperations.IsSecret(request.Secret))
        {
            throw Refusal.BadRequest("secret is not whsec_ and base64");
        }

        return system.Webhooks.Rotate(call.Route("id"), request.Secret, request.KeepOld) ? Answer.NoContent() : throw Refusal.NotFound("There is no such subscription.");
    }

    private Answer Reset(Call call)
    {
        system.Faults.Clear();
        system.Calls.Clear();
        system.Quota.Reset();
        system.Tokens.RevokeIssued();
        system.Webhooks.Clear();
        reset();
        return Answer.NoContent();
    }

    private sealed record QuotaRequest(int? Limit = null, double? WindowSeconds = null, int? Status = null, bool? TellRetryAfter = null);

    private sealed record EventRequest
    {
        public required string Type { get; init; }

        public required string Entity { get; init; }

        public required string Key { get; init; }
    }

    private sealed record ByHandRequest
    {
        public required string Id { get; init; }

        public required string Body { get; init; }

        public int TimestampOffsetSeconds { get; init; }

        public bool BadSignature { get; init; }
    }

    private sealed record RotateRequest
    {
        public required string Secret { get; init; }

        public bool KeepOld { get; init; } = true;
    }
}
