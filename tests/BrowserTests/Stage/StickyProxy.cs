using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.BrowserTests.Stage;

/// <summary>
/// What stands in front of several nodes: a cookie keeps a browser at its node, and a node that takes no connection is left for the other. Small, and
/// like nginx or HAProxy in what matters here: it passes Host on and repeats only what no node has got.
/// </summary>
public sealed class StickyProxy : IAsyncDisposable
{
    private const string Cookie = "node";

    private static readonly string[] _notPassedOn = ["Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "Proxy-Connection"];

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(2) });
    private readonly WebApplication _app;
    private readonly IReadOnlyList<Uri> _nodes;

    private StickyProxy(WebApplication app, Uri address, IReadOnlyList<Uri> nodes)
    {
        _app = app;
        Address = address;
        _nodes = nodes;
    }

    public Uri Address { get; }

    /// <summary>Where browsers without the cookie go.</summary>
    public int Newcomers { get; set; }

    public static async Task<StickyProxy> StartAsync(params IReadOnlyList<Uri> nodes)
    {
        var address = ServerProcess.FreeAddress();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls(address.ToString());
        var app = builder.Build();
        var proxy = new StickyProxy(app, address, nodes);
        app.UseWebSockets();
        app.Run(proxy.Forward);
        await app.StartAsync();
        return proxy;
    }

    /// <summary>The node that this browser is kept at.</summary>
    public static async Task<int> NodeOf(Visitor visitor) =>
        int.Parse((await visitor.Context.CookiesAsync()).Single(cookie => cookie.Name == Cookie).Value, System.Globalization.CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task Forward(HttpContext context)
    {
        var kept = int.TryParse(context.Request.Cookies[Cookie], out var node) && node >= 0 && node < _nodes.Count ? node : (int?)null;
        var body = await Read(context.Request);
        for (var tries = 0; tries < _nodes.Count; tries++)
        {
            var chosen = ((kept ?? Newcomers) + tries) % _nodes.Count;
            try
            {
                if (context.WebSockets.IsWebSocketRequest)
                {
                    await Relay(context, _nodes[chosen]);
                }
                else
                {
                    await Pass(context, _nodes[chosen], body, chosen != kept ? chosen : null);
                }

                return;
            }
            catch (Exception refused) when (refused is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError }
                or WebSocketException { InnerException: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } } && !context.Response.HasStarted)
            {
                // Nobody is there: the next one.
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException or WebSocketException)
            {
                context.Abort(); // the node went away in the middle; nobody repeats that but its sender
                return;
            }
        }

        context.Response.StatusCode = StatusCodes.Status502BadGateway;
    }

    private async Task Pass(HttpContext context, Uri node, byte[] body, int? remember)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(node, context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent()));
        if (body.Length > 0 || HttpMethods.IsPost(context.Request.Method))
        {
            request.Content = new ByteArrayContent(body);
        }

        foreach (var (name, values) in context.Request.Headers.Where(header => !_notPassedOn.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, [.. values]))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, [.. values]);
            }
        }

        using var response = await _client.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => !_notPassedOn.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        if (remember is { } at)
        {
            context.Response.Cookies.Append(Cookie, at.ToString(System.Globalization.CultureInfo.InvariantCulture), new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax });
        }

        // Page by page as it comes: streaming rendering shows its panels one after the other.
        await using var stream = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, context.RequestAborted) is > 0 and var read)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static async Task Relay(HttpContext context, Uri node)
    {
        using var there = new ClientWebSocket();
        foreach (var name in new[] { "Cookie", "Origin", "User-Agent" })
        {
            if (context.Request.Headers[name].ToString() is { Length: > 0 } value)
            {
                there.Options.SetRequestHeader(name, value);
            }
        }

        there.Options.SetRequestHeader("Host", context.Request.Host.Value);
        foreach (var protocol in context.WebSockets.WebSocketRequestedProtocols)
        {
            there.Options.AddSubProtocol(protocol);
        }

        var target = new UriBuilder(new Uri(node, context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent())) { Scheme = "ws" }.Uri;
        await there.ConnectAsync(target, context.RequestAborted);
        using var here = await context.WebSockets.AcceptWebSocketAsync(there.SubProtocol);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        await Task.WhenAny(Carry(here, there, over.Token), Carry(there, here, over.Token));
        await over.CancelAsync();
        here.Abort();
        there.Abort();
    }

    private static async Task Carry(WebSocket from, WebSocket to, CancellationToken cancel)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            while (from.State == WebSocketState.Open)
            {
                var part = await from.ReceiveAsync(buffer.AsMemory(), cancel);
                if (part.MessageType is WebSocketMessageType.Close)
                {
                    return;
                }

                await to.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, cancel);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException or SocketException)
        {
            // One side is gone: both end.
        }
    }

    private static async Task<byte[]> Read(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return body.ToArray();
    }
}
