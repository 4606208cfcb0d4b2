using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Alerts;
using PortalIntegration.Sync.Mail;

namespace PortalIntegration.Sync.Flows;

/// <summary>What customers are told by e-mail; section <c>Sync:Notices</c>. The server is <c>Sync:Mail</c>'s.</summary>
public sealed class NoticeOptions
{
    public const string Section = "Sync:Notices";

    /// <summary>Whether customers are told at all, at their account's e-mail address.</summary>
    public bool Enabled { get; set; }
}

internal sealed class NoticeOptionsCheck(MailHost mail) : IValidateOptions<NoticeOptions>
{
    public ValidateOptionsResult Validate(string? name, NoticeOptions options)
    {
        var mistakes = new Mistakes(NoticeOptions.Section);
        mistakes.When(options.Enabled && string.IsNullOrEmpty(mail.Name), nameof(options.Enabled), $"needs a mail server: name {MailOptions.Section}:{nameof(MailOptions.Host)}");
        return mistakes.Result;
    }
}

/// <summary>
/// One e-mail for a shipment, an invoice, a cancellation or a backorder that has just been written to the timeline and is younger than a day. What was written
/// by comparing all keys is told nobody.
/// </summary>
internal sealed partial class CustomerNotices(IMail mail, IOptions<NoticeOptions> options, TimeProvider time, ILogger<CustomerNotices> logger) : ICustomerNotices
{
    private static readonly TimeSpan Young = TimeSpan.FromDays(1);
    private static readonly string[] Events = [":shipped:", ":invoice:", ":cancelled", ":backordered:", ":promiseChanged:"];

    public async Task Tell(Scope scope, Account account, TimelineEntry entry, CancellationToken cancel)
    {
        if (!options.Value.Enabled
            || scope.Lane == Lane.Batch
            || account.Email is not { Length: > 0 } address
            || time.GetUtcNow() - entry.At > Young
            || !Array.Exists(Events, part => entry.Key.Contains(part, StringComparison.Ordinal)))
        {
            return;
        }

        var sent = await mail.Send(new Letter($"{account.Id}.{entry.Key}".Replace(':', '.'), [address], entry.Title, entry.Text is { } text ? $"{entry.Title}\n\n{text}\n" : $"{entry.Title}\n"), cancel);
        if (!sent.Succeeded)
        {
            Log.NotSent(logger, entry.Key, sent.Failure!.Cause.ToString());
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 5531, Level = LogLevel.Warning, Message = "The customer was not told of {Entry} by e-mail: {Cause}")]
        public static partial void NotSent(ILogger logger, string entry, string cause);
    }
}
