using Microsoft.Extensions.Options;
using PortalIntegration.Core.Settings;

namespace PortalIntegration.Sync.Mail;

/// <summary>The mail server that the portal hands its e-mail to; section <c>Sync:Mail</c>. Without a host it sends none.</summary>
public sealed class MailOptions
{
    public const string Section = "Sync:Mail";

    /// <summary>Name or address of an SMTP server; none by default.</summary>
    public string? Host { get; set; }

    /// <summary>1 to 65535.</summary>
    [Within(1, 65_535)]
    public int Port { get; set; } = 587;

    /// <summary>Whether the connection is encrypted by STARTTLS before anything is said. A server that does not offer it is then not used.</summary>
    public bool Encrypted { get; set; } = true;

    /// <summary>Null where the server asks for no sign-in.</summary>
    public string? User { get; set; }

    /// <summary>A secret.</summary>
    [Secret]
    public string? Password { get; set; }

    /// <summary>Whom the portal's e-mail comes from, such as <c>portal@example.com</c>.</summary>
    public string? From { get; set; }

    /// <summary>How long handing over one e-mail may take, 1 to 120 seconds.</summary>
    [Within("00:00:01", "00:02:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);
}

internal sealed class MailOptionsCheck : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        var mistakes = new Mistakes(MailOptions.Section);
        mistakes.When(
            options.Host is not null && !System.Net.Mail.MailAddress.TryCreate(options.From, out _),
            nameof(options.From),
            $"say whom e-mail comes from; it is '{options.From}'");
        mistakes.When(options.User is null != options.Password is null, nameof(options.User), "set user and password, or neither");
        return mistakes.Result;
    }
}
