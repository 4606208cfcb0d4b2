using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.UnitTests.Sync.Alerts;

/// <summary>Whoever takes alerts over HTTP: keeps what came, and answers as it is told to.</summary>
internal sealed class AlertReceiver : IAsyncDisposable
{
    private readonly WebApplication _server;

    private AlertReceiver(WebApplication server) => _server = server;

    public HttpStatusCode Answer { get; set; } = HttpStatusCode.NoContent;

    public ConcurrentQueue<(IHeaderDictionary Headers, byte[] Body)> Taken { get; } = [];

    public string Address => _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/alerts";

    public static async Task<AlertReceiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new AlertReceiver(builder.Build());
        receiver._server.MapPost("/alerts", async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            receiver.Taken.Enqueue((new HeaderDictionary(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value)), body.ToArray()));
            context.Response.StatusCode = (int)receiver.Answer;
        });
        await receiver._server.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}

/// <summary>A mail server that takes letters, or refuses their recipients.</summary>
internal sealed class MailSink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public MailSink()
    {
        _listener.Start();
        _serving = Serve();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What it answers to a recipient.</summary>
    public string ToRecipient { get; set; } = "250 ok";

    public ConcurrentQueue<string> Letters { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await Talk(client.GetStream());
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
        }
    }

    private async Task Talk(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 sink");
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            if (line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase))
            {
                await writer.WriteLineAsync("354 go on");
                var letter = new StringBuilder();
                while (await reader.ReadLineAsync(_stop.Token) is { } text && text != ".")
                {
                    letter.AppendLine(text);
                }

                Letters.Enqueue(letter.ToString());
                await writer.WriteLineAsync("250 taken");
            }
            else if (line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase))
            {
                await writer.WriteLineAsync("221 bye");
                return;
            }
            else
            {
                await writer.WriteLineAsync(line.StartsWith("RCPT", StringComparison.OrdinalIgnoreCase) ? ToRecipient : "250 ok");
            }
        }
    }
}

/// <summary>A flow that ends as it is told to.</summary>
internal sealed class ScriptedFlow : IFlow
{
    public const string FlowName = "scripted";

    public string Name => FlowName;

    public Func<string, Next> Ends { get; set; } = _ => new Next.Done();

    public static Next Refused(string key) => new Next.Dead(new Failure(Cause.Rejected, "erp", "updateCustomer", ManualClock.Start().GetUtcNow(), key));

    public Task<Next> Run(Lease lease, CancellationToken cancel) => Task.FromResult(Ends(lease.Item.Key.Key));
}
