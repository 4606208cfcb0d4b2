using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Sync.Mail;

/// <summary>SMTP, by the framework's own client: one connection a letter, STARTTLS where <see cref="MailOptions.Encrypted"/>.</summary>
internal sealed class SmtpMail(IOptions<MailOptions> options, TimeProvider time) : IMail
{
    /// <summary>As failures name it.</summary>
    public const string System = "mail";

    private const string Operation = "send";

    public bool Configured => options.Value.Host is { Length: > 0 };

    public async Task<Outcome<Done>> Send(Letter letter, CancellationToken cancel)
    {
        var mail = options.Value;
        if (!Configured)
        {
            return Failed(Cause.NotSupported, "no mail server is configured");
        }

        using var client = new SmtpClient(mail.Host, mail.Port) { EnableSsl = mail.Encrypted, DeliveryFormat = SmtpDeliveryFormat.International };
        if (mail.User is not null)
        {
            client.Credentials = new NetworkCredential(mail.User, mail.Password);
        }

        MailMessage? made;
        try
        {
            made = Message(letter, mail.From!);
        }
        catch (FormatException)
        {
            return Failed(Cause.Rejected, "an e-mail address is none");
        }

        using var message = made;
        using var late = new CancellationTokenSource(mail.Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            await client.SendMailAsync(message, stop.Token);
            return Outcome.Success(default(Done), new Provenance(System, time.GetUtcNow()));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Failed(Cause.TimedOut, null);
        }
        catch (SmtpException refused)
        {
            return Failed(CauseOf(refused), refused.StatusCode.ToString());
        }
    }

    /// <summary>What a server's refusal means; its words stay out, for they may name people.</summary>
    internal static Cause CauseOf(SmtpException refused) => refused switch
    {
        { InnerException: SocketException } => Cause.Unreachable,
        { InnerException: AuthenticationException } => Cause.Unauthorized,
        { InnerException: IOException } => Cause.Interrupted,
        { StatusCode: SmtpStatusCode.ServiceNotAvailable or SmtpStatusCode.ServiceClosingTransmissionChannel } => Cause.Unavailable,
        { StatusCode: SmtpStatusCode.MailboxBusy or SmtpStatusCode.InsufficientStorage } => Cause.Throttled,
        { StatusCode: SmtpStatusCode.LocalErrorInProcessing or SmtpStatusCode.TransactionFailed } => Cause.ServerError,
        { StatusCode: SmtpStatusCode.MustIssueStartTlsFirst or SmtpStatusCode.ClientNotPermitted } => Cause.Unauthorized,
        { StatusCode: SmtpStatusCode.GeneralFailure } => Cause.Unreachable,
        _ => Cause.Rejected,
    };

    private static MailMessage Message(Letter letter, string from)
    {
        var message = new MailMessage
        {
            From = new MailAddress(from),
            Subject = OneLine(letter.Subject),
            SubjectEncoding = Encoding.UTF8,
            Body = letter.Text,
            BodyEncoding = Encoding.UTF8,
        };
        message.Headers.Add("Message-ID", $"<{letter.Id}@{message.From.Host}>");
        message.Headers.Add("Auto-Submitted", "auto-generated");
        foreach (var address in letter.To)
        {
            message.To.Add(new MailAddress(address));
        }

        return message;
    }

    /// <summary>What a system wrote, such as an order's number, ends no header.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));

    private Outcome<Done> Failed(Cause cause, string? detail) =>
        Outcome.Failed<Done>(new Failure(cause, System, Operation, time.GetUtcNow(), detail));
}
