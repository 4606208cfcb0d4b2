using Microsoft.Extensions.Options;
using PortalIntegration.Core.Settings;

namespace PortalIntegration.Sync.Receipts;

/// <summary>How systems tell us of changes; section <c>Sync:Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    public const string Section = "Sync:Webhooks";

    /// <summary>Largest body that is taken, 1024 to 10485760 bytes.</summary>
    [Within(1024, 10_485_760, Unit = "bytes")]
    public int MaxBodyBytes { get; set; } = 256 * 1024;

    /// <summary>
    /// The portal's address as the systems reach it, absolute, http or https; deliveries go to <c>webhooks/{system}</c> below it. Without one the portal
    /// asks no system to deliver; it still takes what is delivered, and polls.
    /// </summary>
    public Uri? PublicAddress { get; set; }

    /// <summary>How often the subscriptions are looked after, 10 to 86400 seconds.</summary>
    [Within("00:00:10", "1.00:00:00")]
    public TimeSpan RenewInterval { get; set; } = TimeSpan.FromMinutes(10);
}

internal sealed class WebhookOptionsCheck : IValidateOptions<WebhookOptions>
{
    public ValidateOptionsResult Validate(string? name, WebhookOptions options)
    {
        var mistakes = new Mistakes(WebhookOptions.Section);
        mistakes.When(
            options.PublicAddress is { } address && !(address.IsAbsoluteUri && address.Scheme is "http" or "https"),
            nameof(options.PublicAddress),
            $"must be an absolute http or https address; it is '{options.PublicAddress}'");
        return mistakes.Result;
    }
}
