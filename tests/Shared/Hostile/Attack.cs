using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace PortalIntegration.Tests.Hostile;

/// <summary>How hard a portal is pressed. All of it at the same time, from addresses of the loopback that are not the buyers'.</summary>
/// <param name="Idle">Connections that are opened and say nothing; what is closed is opened again.</param>
/// <param name="Sockets">WebSockets to the circuits' address that say nothing; what is closed is opened again.</param>
/// <param name="SlowHeaders">Requests whose headers come a byte a second.</param>
/// <param name="SlowBodies">Posts whose bodies come a byte a second.</param>
/// <param name="LargePosts">Loops that post ten megabytes to each kind of address.</param>
/// <param name="SignIns">Loops that sign in with a form that is not the portal's, as fast as they are answered.</param>
/// <param name="Webhooks">Loops that send deliveries with a wrong signature, as fast as they are answered.</param>
internal sealed record AttackSize(int Idle, int Sockets, int SlowHeaders, int SlowBodies, int LargePosts, int SignIns, int Webhooks);

/// <summary>What a hostile net does to a portal, and how it was answered.</summary>
internal sealed class Attack : IAsyncDisposable
{
    private const int Large = 10 * 1024 * 1024;

    private static readonly string[] Doors = ["/sign-in", "/sign-out", "/account", "/theme", "/webhooks/erp", "/_blazor/negotiate", "/", "/catalog", "/invoices/X/document"];
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private readonly Uri _portal;
    private readonly List<Task> _running = [];
    private int _address;
    private int _open;

    private Attack(Uri portal) => _portal = portal;

    /// <summary>What it was answered, how often: kind of attack and status, or how the connection ended.</summary>
    public IReadOnlyDictionary<string, int> Answers => _answers;

    /// <summary>Connections that stand now, of those that say nothing.</summary>
    public int Open => Volatile.Read(ref _open);

    public static Attack Begin(Uri portal, AttackSize size)
    {
        var attack = new Attack(portal);
        attack.Many(size.Idle, attack.Idle);
        attack.Many(size.Sockets, attack.Socket);
        attack.Many(size.SlowHeaders, attack.SlowHeaders);
        attack.Many(size.SlowBodies, attack.SlowBody);
        attack.Many(size.LargePosts, attack.LargePost);
        attack.Many(size.SignIns, attack.SignIn);
        attack.Many(size.Webhooks, attack.Webhook);
        return attack;
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await Task.WhenAll(_running);
        _over.Dispose();
    }

    private void Many(int count, Func<CancellationToken, Task> once)
    {
        for (var i = 0; i < count; i++)
        {
            _running.Add(Task.Run(() => Again(once)));
        }
    }

    private async Task Again(Func<CancellationToken, Task> once)
    {
        while (!_over.IsCancellationRequested)
        {
            try
            {
                await once(_over.Token);
            }
            catch (Exception ended) when (ended is IOException or SocketException or HttpRequestException or WebSocketException or OperationCanceledException or ObjectDisposedException)
            {
                if (!_over.IsCancellationRequested)
                {
                    Count($"{once.Method.Name}: connection ended");
                    await Task.Delay(100, CancellationToken.None);
                }
            }
        }
    }

    private void Count(string answer) => _answers.AddOrUpdate(answer, 1, (_, before) => before + 1);

    /// <summary>From 127.1.x.y, another one each time.</summary>
    private async Task<NetworkStream> Connect(CancellationToken cancel)
    {
        var next = Interlocked.Increment(ref _address);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (OperatingSystem.IsLinux())
            {
                socket.Bind(new IPEndPoint(new IPAddress([127, 1, (byte)(next % 8), (byte)(1 + (next % 200))]), 0));
            }

            await socket.ConnectAsync(_portal.Host, _portal.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task Idle(CancellationToken cancel)
    {
        await using var stream = await Connect(cancel);
        Interlocked.Increment(ref _open);
        try
        {
            Count(await stream.ReadAsync(new byte[1], cancel) == 0 ? "Idle: closed" : "Idle: answered");
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task Socket(CancellationToken cancel)
    {
        using var invoker = new HttpMessageInvoker(Client());
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", _portal.GetLeftPart(UriPartial.Authority));
        await socket.ConnectAsync(new Uri($"ws://{_portal.Authority}/_blazor"), invoker, cancel);
        Interlocked.Increment(ref _open);
        try
        {
            var received = await socket.ReceiveAsync(new byte[256], cancel);
            Count($"Socket: {received.MessageType}");
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task SlowHeaders(CancellationToken cancel)
    {
        await using var stream = await Connect(cancel);
        foreach (var letter in $"GET / HTTP/1.1\r\nHost: {_portal.Authority}\r\nX-Slow: {new string('a', 5_000)}")
        {
            await stream.WriteAsync(new[] { (byte)letter }, cancel);
            await Task.Delay(Pause, cancel);
        }
    }

    private async Task SlowBody(CancellationToken cancel)
    {
        await using var stream = await Connect(cancel);
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"POST {Doors[_address % Doors.Length]} HTTP/1.1\r\nHost: {_portal.Authority}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 20000\r\n\r\n"), cancel);
        var answered = stream.ReadAsync(new byte[12], cancel).AsTask();
        while (!answered.IsCompleted)
        {
            await stream.WriteAsync("a"u8.ToArray(), cancel);
            await Task.WhenAny(answered, Task.Delay(Pause, cancel));
        }

        Count(await answered == 0 ? "SlowBody: closed" : "SlowBody: answered before its end");
    }

    private async Task LargePost(CancellationToken cancel)
    {
        using var http = new HttpClient(Client());
        foreach (var door in Doors)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_portal, door)) { Content = new ByteArrayContent(new byte[Large]) };
                request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded");
                using var answer = await http.SendAsync(request, cancel);
                Count(string.Create(CultureInfo.InvariantCulture, $"LargePost: {(int)answer.StatusCode}"));
            }
            catch (HttpRequestException)
            {
                Count("LargePost: cut while it was sent");
            }
        }
    }

    private async Task SignIn(CancellationToken cancel)
    {
        using var http = new HttpClient(Client());
        for (var i = 0; i < 50; i++)
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["person"] = $"con-{i}", ["__RequestVerificationToken"] = "forged" });
            using var answer = await http.PostAsync(new Uri(_portal, "/sign-in"), form, cancel);
            Count(string.Create(CultureInfo.InvariantCulture, $"SignIn: {(int)answer.StatusCode}"));
            using var page = await http.GetAsync(new Uri(_portal, "/sign-in"), cancel);
            Count(string.Create(CultureInfo.InvariantCulture, $"SignIn page: {(int)page.StatusCode}"));
        }
    }

    private async Task Webhook(CancellationToken cancel)
    {
        using var http = new HttpClient(Client());
        for (var i = 0; i < 50; i++)
        {
            using var delivery = new HttpRequestMessage(HttpMethod.Post, new Uri(_portal, "/webhooks/erp")) { Content = new StringContent("""{"data":{"entity":"order","key":"SO-1"}}""", Encoding.UTF8, "application/json") };
            delivery.Headers.Add("webhook-id", $"forged-{i}");
            delivery.Headers.Add("webhook-timestamp", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            delivery.Headers.Add("webhook-signature", "v1,bm90aGluZw==");
            using var answer = await http.SendAsync(delivery, cancel);
            Count(string.Create(CultureInfo.InvariantCulture, $"Webhook: {(int)answer.StatusCode}"));
        }
    }

    private SocketsHttpHandler Client() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(20),
        ConnectCallback = async (_, cancel) => await Connect(cancel),
    };
}
