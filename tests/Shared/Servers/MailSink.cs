using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PortalIntegration.Tests.Servers;

/// <summary>A mail server that takes letters, or refuses their recipients; with a certificate only after STARTTLS, with a login only from who knows it.</summary>
public sealed class MailSink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2? _certificate;
    private readonly (string User, string Password)? _login;
    private readonly Task _serving;

    public MailSink(X509Certificate2? certificate = null, (string User, string Password)? login = null)
    {
        (_certificate, _login) = (certificate, login);
        _listener.Start();
        _serving = Serve();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What it answers to a recipient.</summary>
    public string ToRecipient { get; set; } = "250 ok";

    public ConcurrentQueue<string> Letters { get; } = [];

    /// <summary>What was said to it outside of letters, and whether a third party could have read it.</summary>
    public ConcurrentQueue<(bool Encrypted, string Line)> Heard { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task Serve()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                if (await Talk(client.GetStream(), encrypted: false, greet: true))
                {
                    await using var secure = new SslStream(client.GetStream());
                    await secure.AuthenticateAsServerAsync(_certificate!);
                    await Talk(secure, encrypted: true, greet: false);
                }
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or IOException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
            {
                // The next one.
            }
        }
    }

    /// <summary>True when the connection is to be encrypted.</summary>
    private async Task<bool> Talk(Stream stream, bool encrypted, bool greet)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\r\n", AutoFlush = true };
        if (greet)
        {
            await writer.WriteLineAsync("220 sink");
        }

        var known = _login is null;
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            Heard.Enqueue((encrypted, line));
            var word = line.Split(' ')[0].ToUpperInvariant();
            switch (word)
            {
                case "EHLO":
                    await writer.WriteLineAsync(encrypted || _certificate is null ? (_login is null ? "250 sink" : "250-sink\r\n250 AUTH LOGIN") : "250-sink\r\n250 STARTTLS");
                    break;
                case "STARTTLS" when _certificate is not null && !encrypted:
                    await writer.WriteLineAsync("220 go on");
                    return true;
                case "QUIT":
                    await writer.WriteLineAsync("221 bye");
                    return false;
                case var _ when _certificate is not null && !encrypted:
                    await writer.WriteLineAsync("530 5.7.0 Must issue a STARTTLS command first");
                    break;
                case "AUTH":
                    known = await SignIn(line, reader, writer, encrypted);
                    await writer.WriteLineAsync(known ? "235 welcome" : "535 5.7.8 not with that");
                    break;
                case "MAIL" when !known:
                    await writer.WriteLineAsync("530 5.7.0 Authentication required");
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    var letter = new StringBuilder();
                    while (await reader.ReadLineAsync(_stop.Token) is { } text && text != ".")
                    {
                        letter.AppendLine(text);
                    }

                    Letters.Enqueue(letter.ToString());
                    await writer.WriteLineAsync("250 taken");
                    break;
                default:
                    await writer.WriteLineAsync(word == "RCPT" ? ToRecipient : "250 ok");
                    break;
            }
        }

        return false;
    }

    private async Task<bool> SignIn(string line, StreamReader reader, StreamWriter writer, bool encrypted)
    {
        if (line.Split(' ') is not [_, _, var user])
        {
            return false;
        }

        await writer.WriteLineAsync("334 UGFzc3dvcmQ6");
        var password = await reader.ReadLineAsync(_stop.Token) ?? "";
        Heard.Enqueue((encrypted, password));
        return (Plain(user), Plain(password)) == _login;
    }

    private static string Plain(string encoded) => Encoding.UTF8.GetString(Convert.FromBase64String(encoded));
}
