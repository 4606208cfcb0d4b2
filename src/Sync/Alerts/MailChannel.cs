using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Sync.Mail;

namespace PortalIntegration.Sync.Alerts;

/// <summary>Tells admins by e-mail.</summary>
internal sealed class MailChannel(IMail mail, IOptions<AlertOptions> options) : IAlertChannel
{
    public const string ChannelName = "mail";

    public string Name => ChannelName;

    public bool Configured => options.Value.MailTo.Count > 0;

    public Task<Outcome<Done>> Tell(Alert alert, CancellationToken cancel)
    {
        var text = new StringBuilder(AlertWords.Headline(alert)).AppendLine().AppendLine();
        if (alert.Change is not AlertChange.Cleared)
        {
            text.AppendLine(AlertWords.Todo(alert.Condition)).AppendLine();
        }

        if (AlertLinks.Page(options.Value.PortalAddress) is { } page)
        {
            text.AppendLine(page.ToString());
        }

        var test = alert.Condition.Key.Kind is ConditionKind.Test ? "[test] " : "";
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(alert.Id)))[..32];
        return mail.Send(new Letter(id, options.Value.MailTo, $"{test}Portal: {AlertWords.Headline(alert)}", text.ToString()), cancel);
    }
}
