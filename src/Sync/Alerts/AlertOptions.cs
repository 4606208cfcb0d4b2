using System.Net.Mail;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Settings;
using PortalIntegration.Sync.Mail;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Alerts;

/// <summary>What counts as wrong, and who is told; section <c>Sync:Alerts</c>.</summary>
public sealed class AlertOptions
{
    public const string Section = "Sync:Alerts";

    /// <summary>How often it is looked whether something is wrong, 1 to 600 seconds.</summary>
    [Within("00:00:01", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>After which what is still on is told again, 1 minute to 7 days; zero for never.</summary>
    [Within("00:01:00", "7.00:00:00", OrZero = true)]
    public TimeSpan RepeatAfter { get; set; } = TimeSpan.FromHours(4);

    /// <summary>How long what was wrong must be away before it is told as over, 0 to 1 hour: what is tried again and fails again is no news.</summary>
    [Within("00:00:00", "01:00:00")]
    public TimeSpan ClearAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a change may wait before its flow counts as late, 5 seconds to 7 days.</summary>
    [Within("00:00:05", "7.00:00:00")]
    public TimeSpan LateAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The same for single flows, by name, such as a nightly one that has a long way to go.</summary>
    [Within("00:00:05", "7.00:00:00")]
    public Dictionary<string, TimeSpan> LateAfterOf { get; set; } = [];

    /// <summary>How long every call to a system may fail before it counts as unreachable, 5 seconds to 1 day.</summary>
    [Within("00:00:05", "1.00:00:00")]
    public TimeSpan UnreachableAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Deliveries refused for their signature within five minutes that count as many, 1 to 10,000.</summary>
    [Within(1, 10_000)]
    public int RejectedDeliveries { get; set; } = 20;

    /// <summary>Share of a quota that must be used before it is worth an alert that it runs out, 0.1 to 1. Only for quotas of an hour and longer.</summary>
    [Within(0.1, 1)]
    public double QuotaShare { get; set; } = 0.7;

    /// <summary>Where alerts are posted to, signed by Standard Webhooks; none by default.</summary>
    public Uri? WebhookAddress { get; set; }

    /// <summary>Secrets to sign with (<c>whsec_…</c>), newest first: every one signs, so that secrets can be changed.</summary>
    [Secret]
    public List<string> WebhookSecrets { get; set; } = [];

    /// <summary>Who gets alerts by e-mail; nobody by default.</summary>
    public List<string> MailTo { get; set; } = [];

    /// <summary>The portal's address as admins reach it; alerts then link to the sync-health page.</summary>
    public Uri? PortalAddress { get; set; }

    public TimeSpan LateAfterFor(string flow) => LateAfterOf.GetValueOrDefault(flow, LateAfter);
}

/// <param name="Name">As configured, unchecked; null for none.</param>
internal sealed record MailHost(string? Name);

internal sealed class AlertOptionsCheck(IServiceProvider provider, MailHost mail) : IValidateOptions<AlertOptions>
{
    public ValidateOptionsResult Validate(string? name, AlertOptions options)
    {
        var mistakes = new Mistakes(AlertOptions.Section);
        HashSet<string> flows = options.LateAfterOf.Count == 0 ? [] : [.. provider.GetServices<IFlow>().Select(flow => flow.Name)]; // asked for only then: they need the map
        foreach (var flow in options.LateAfterOf.Keys)
        {
            mistakes.When(!flows.Contains(flow), $"{nameof(options.LateAfterOf)}:{flow}", $"there is no such flow; there are {string.Join(", ", flows.Order(StringComparer.Ordinal))}");
        }

        mistakes.When(NoAddress(options.WebhookAddress), nameof(options.WebhookAddress), $"must be an absolute http or https address; it is '{options.WebhookAddress}'");
        mistakes.When(NoAddress(options.PortalAddress), nameof(options.PortalAddress), $"must be an absolute http or https address; it is '{options.PortalAddress}'");
        mistakes.When(
            options.WebhookAddress is not null && options.WebhookSecrets.Count == 0, nameof(options.WebhookSecrets), "alerts are signed: set a secret, whsec_ and 24 bytes or more in Base64");
        for (var at = 0; at < options.WebhookSecrets.Count; at++)
        {
            mistakes.When(WebhookSignature.Key(options.WebhookSecrets[at]) is null, $"{nameof(options.WebhookSecrets)}:{at}", "must be whsec_ and 24 bytes or more in Base64");
        }

        for (var at = 0; at < options.MailTo.Count; at++)
        {
            mistakes.When(!MailAddress.TryCreate(options.MailTo[at], out _), $"{nameof(options.MailTo)}:{at}", $"is no e-mail address; it is '{options.MailTo[at]}'");
        }

        mistakes.When(
            options.MailTo.Count > 0 && string.IsNullOrEmpty(mail.Name), nameof(options.MailTo), $"e-mail needs a server: set {MailOptions.Section}:{nameof(MailOptions.Host)}");
        return mistakes.Result;
    }

    private static bool NoAddress(Uri? address) => address is not null && !(address.IsAbsoluteUri && address.Scheme is "http" or "https");
}
