using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PortalIntegration.LiveTests.Placing;

/// <summary>
/// Stands between connector and ERP on a real socket, and does to chosen calls what networks do: loses the answer, cuts it in
/// the middle, keeps the request from arriving, or lets it arrive late.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _erp;
    private readonly Func<byte[], string> _nameOf;
    private readonly ConcurrentQueue<Rule> _rules = new();
    private readonly ConcurrentBag<Task> _late = [];
    private readonly TaskCompletionSource _resume = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _callsUntilDeath = int.MaxValue;
    private string _lastSession = "";
    private string? _endedSession;

    private CuttingProxy(WebApplication app, HttpClient erp, Func<byte[], string> nameOf)
    {
        _app = app;
        _erp = erp;
        _nameOf = nameOf;
    }

    /// <summary>Methods as they arrived, such as <c>model.sale.sale.confirm</c>.</summary>
    public ConcurrentQueue<string> Seen { get; } = new();

    public Uri Address => new(_app.Urls.First());

    /// <param name="nameOf">The name of the call that a body asks for; null for JSON-RPC, where it is its <c>method</c>.</param>
    public static async Task<CuttingProxy> Start(Uri erp, Func<byte[], string>? nameOf = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var proxy = new CuttingProxy(app, new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { BaseAddress = erp }, nameOf ?? Method);
        app.Run(proxy.Pass);
        await app.StartAsync();
        return proxy;
    }

    /// <summary>The next calls of this method fare so; afterwards they pass.</summary>
    /// <param name="method">Its end, such as <c>sale.sale.confirm</c>.</param>
    public void Arrange(string method, Fate fate, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            _rules.Enqueue(new Rule(method, fate));
        }
    }

    /// <summary>Completes when a call is held back by <see cref="Fate.Paused"/>.</summary>
    public TaskCompletionSource Paused { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets what is held back go on.</summary>
    public void Resume() => _resume.TrySetResult();

    /// <summary>
    /// As if the caller's process died: so many calls pass, one more takes effect without being answered, and nothing after it arrives.
    /// </summary>
    public void DieAfter(int calls) => Volatile.Write(ref _callsUntilDeath, calls);

    /// <summary>Waits a random while before each call is passed on, and before it is answered; loses one answer in ten.</summary>
    public Random? Weather { get; set; }

    /// <summary>What befalls one in four of these calls from now on, at random; null for nothing.</summary>
    public Storm? Storm { get; set; }

    /// <summary>What the storm did.</summary>
    public ConcurrentQueue<(string Method, Fate Fate)> Struck { get; } = new();

    /// <summary>From now on the session seen last is answered with 401.</summary>
    public void EndSession() => _endedSession = _lastSession;

    /// <summary>Until every late request has arrived.</summary>
    public Task AllArrived() => Task.WhenAll(_late);

    public async ValueTask DisposeAsync()
    {
        await AllArrived();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _erp.Dispose();
    }

    private async Task Pass(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer);
        var body = buffer.ToArray();
        var method = _nameOf(body);
        Seen.Enqueue(method);
        var session = context.Request.Headers.Authorization.ToString();
        if (session.Length > 0 && session == _endedSession)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        _lastSession = session;
        await Rain();
        switch (FateOf(method))
        {
            case Fate.Pass:
                using (var answer = await Forward(context, body))
                {
                    await Rain();
                    await Answer(context, answer, cut: false);
                }

                break;
            case Fate.Paused:
                Paused.TrySetResult();
                await _resume.Task;
                using (var answer = await Forward(context, body))
                {
                    await Answer(context, answer, cut: false);
                }

                break;
            case Fate.Dead:
                context.Abort();
                break;
            case Fate.AnswerLost:
                (await Forward(context, body)).Dispose();
                context.Abort();
                break;
            case Fate.AnswerCut:
                using (var answer = await Forward(context, body))
                {
                    await Answer(context, answer, cut: true);
                }

                break;
            case Fate.NeverAnswered:
                (await Forward(context, body)).Dispose();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case Fate.NeverArrives:
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case Fate.ArrivesLate:
                var (path, authorization) = (context.Request.Path, context.Request.Headers.Authorization.ToString());
                _late.Add(Task.Run(async () =>
                {
                    await Task.Delay(TimeSpan.FromSeconds(1.5));
                    (await Forward(path, authorization, body)).Dispose();
                }));
                context.Abort();
                break;
            default:
                throw new InvalidOperationException("No such fate.");
        }
    }

    private Fate FateOf(string method)
    {
        if (Volatile.Read(ref _callsUntilDeath) != int.MaxValue)
        {
            var left = Interlocked.Decrement(ref _callsUntilDeath);
            return left >= 0 ? Fate.Pass : left == -1 ? Fate.AnswerLost : Fate.Dead;
        }

        if (Weather is { } weather && Next(weather, 10) == 0 && !method.StartsWith("common.", StringComparison.Ordinal))
        {
            return Fate.AnswerLost;
        }

        if (Storm is { } storm && storm.Writes.Any(write => method.EndsWith(write, StringComparison.Ordinal)) && Next(storm.Random, 4) == 0)
        {
            var struck = Storm.Fates[Next(storm.Random, Storm.Fates.Count)];
            Struck.Enqueue((method, struck));
            return struck;
        }

        // Rules for other methods keep their place.
        var count = _rules.Count;
        var fate = Fate.Pass;
        for (var i = 0; i < count && _rules.TryDequeue(out var rule); i++)
        {
            if (fate is Fate.Pass && method.EndsWith(rule.Method, StringComparison.Ordinal))
            {
                fate = rule.Fate;
            }
            else
            {
                _rules.Enqueue(rule);
            }
        }

        return fate;
    }

    private Task Rain() => Weather is { } weather ? Task.Delay(Next(weather, 80)) : Task.CompletedTask;

    private static int Next(Random weather, int below)
    {
        lock (weather)
        {
            return weather.Next(below);
        }
    }

    private Task<HttpResponseMessage> Forward(HttpContext context, byte[] body) =>
        Forward(context.Request.Path, context.Request.Headers.Authorization.ToString(), body);

    private async Task<HttpResponseMessage> Forward(string path, string authorization, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (authorization.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return await _erp.SendAsync(request);
    }

    private static async Task Answer(HttpContext context, HttpResponseMessage answer, bool cut)
    {
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(cut ? bytes.AsMemory(0, bytes.Length / 2) : bytes);
        if (cut)
        {
            await context.Response.Body.FlushAsync();
            context.Abort();
        }
    }

    private static string Method(byte[] body)
    {
        using var request = JsonDocument.Parse(body);
        return request.RootElement.GetProperty("method").GetString()!;
    }

    private sealed record Rule(string Method, Fate Fate);
}

/// <param name="Writes">Ends of the names of the calls that it may strike.</param>
internal sealed record Storm(Random Random, IReadOnlyList<string> Writes)
{
    public static IReadOnlyList<Fate> Fates { get; } = [Fate.AnswerLost, Fate.AnswerCut, Fate.NeverAnswered, Fate.NeverArrives, Fate.ArrivesLate];
}

/// <summary>What becomes of a call on its way.</summary>
internal enum Fate
{
    Pass,

    /// <summary>It takes effect; the connection breaks before the answer.</summary>
    AnswerLost,

    /// <summary>It takes effect; the connection breaks in the middle of the answer.</summary>
    AnswerCut,

    /// <summary>It takes effect; the answer never comes.</summary>
    NeverAnswered,

    /// <summary>It takes no effect, and no answer comes.</summary>
    NeverArrives,

    /// <summary>It takes no effect, and the connection breaks.</summary>
    Dead,

    /// <summary>Held back until <see cref="CuttingProxy.Resume"/>.</summary>
    Paused,

    /// <summary>The connection breaks at once; it takes effect a second and a half later.</summary>
    ArrivesLate,
}
