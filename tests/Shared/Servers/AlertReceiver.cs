using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PortalIntegration.Tests.Servers;

/// <summary>Whoever takes alerts over HTTP: keeps what came, and answers as it is told to.</summary>
public sealed class AlertReceiver : IAsyncDisposable
{
    private readonly WebApplication _server;

    private AlertReceiver(WebApplication server) => _server = server;

    public HttpStatusCode Answer { get; set; } = HttpStatusCode.NoContent;

    public ConcurrentQueue<(IHeaderDictionary Headers, byte[] Body)> Taken { get; } = [];

    public string Address => $"{_server.Urls.Single()}/alerts";

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
