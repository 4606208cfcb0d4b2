using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Connectors.Http;

/// <summary>A pipeline over a transport that a test scripts and a clock that it moves.</summary>
internal sealed class Bench : IDisposable
{
    public static readonly Operation Prices = Operation.Read("pricesQuery", "Pricing");
    public static readonly Operation Stock = Operation.Read("availabilityQuery", "Inventory");
    public static readonly Operation Lookup = Operation.Read("listOrders", "Orders");
    public static readonly Operation Create = Operation.Write("createOrder", "Orders");

    public static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    public Bench(SystemSettings? settings = null, Func<PipelineOptions, PipelineOptions>? options = null, Func<int>? nodes = null)
    {
        Settings = settings ?? Plain;
        var chosen = new PipelineOptions { Probe = () => new HttpRequestMessage(HttpMethod.Get, "health") };
        Pipeline = new SystemPipeline(
            Settings,
            options?.Invoke(chosen) ?? chosen,
            new PipelineEnvironment(Clock, NullLoggerFactory.Instance) { Transport = _ => Transport, Random = () => Jitter, Nodes = nodes ?? (() => 1) });
    }

    public static SystemSettings Plain { get; } = new()
    {
        Name = "erp",
        Connector = "bench",
        Address = new Uri("http://erp.test/api"),
    };

    public SystemSettings Settings { get; }

    public ManualTimeProvider Clock { get; } = new(Start);

    public StubTransport Transport { get; } = new();

    public SystemPipeline Pipeline { get; }

    /// <summary>What "random" gives: 0 to below 1.</summary>
    public double Jitter { get; set; } = 0.5;

    /// <summary>One call. In real time it ends within seconds, or the test has forgotten to move the clock.</summary>
    public Task<Outcome<string>> Ask(Operation operation, Lane lane = Lane.Interactive, DateTimeOffset? deadline = null, CancellationToken cancel = default) =>
        Send(operation, lane, deadline, cancel).WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None);

    private Task<Outcome<string>> Send(Operation operation, Lane lane, DateTimeOffset? deadline, CancellationToken cancel) => Pipeline.Send(
        Scope.ForPortal("test", lane),
        operation,
        async (call, token) =>
        {
            using var request = call.Attach(new HttpRequestMessage(operation.IsRead ? HttpMethod.Get : HttpMethod.Post, operation.Name));
            request.Headers.Accept.ParseAdd("application/json");
            request.Content = operation.IsRead ? null : new StringContent("{}", Encoding.UTF8, "application/json");
            using var response = await Pipeline.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
            using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(token));
            return document.RootElement.GetProperty("value").GetString() ?? throw new MalformedAnswerException("value is null");
        },
        text => text,
        deadline: deadline,
        cancel: cancel);

    public void Dispose() => Pipeline.Dispose();

    /// <summary>Waits, in real time and not for long, until the code under test has come to a point.</summary>
    public static async Task Until(Func<bool> reached, string what)
    {
        for (var tries = 0; tries < 20_000; tries++)
        {
            if (reached())
            {
                return;
            }

            await Task.Delay(2);
        }

        throw new TimeoutException($"Never came to it: {what}.");
    }

    /// <summary>
    /// Moves the clock in small steps, as far as the task needs, and answers how far that was. Whenever a timer has fired, the code under test is
    /// given time to act on it before the clock moves on.
    /// </summary>
    public async Task<TimeSpan> MoveUntilDone(Task task, TimeSpan step, TimeSpan limit)
    {
        var from = Clock.GetUtcNow();
        await Settle(task, atLeast: 1);
        while (!task.IsCompleted)
        {
            (Clock.GetUtcNow() - from).ShouldBeLessThanOrEqualTo(limit);
            var waiting = Clock.Waiting;
            Clock.Advance(step);
            if (Clock.Waiting < waiting)
            {
                await Settle(task, waiting);
            }
        }

        return Clock.GetUtcNow() - from;
    }

    private async Task Settle(Task task, int atLeast)
    {
        for (var tries = 0; tries < 400 && !task.IsCompleted && Clock.Waiting < atLeast; tries++)
        {
            await Task.Delay(5);
        }
    }
}

/// <summary>Answers as scripted: one entry a request, the last one again and again.</summary>
internal sealed class StubTransport : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly Queue<Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>> _script = new();
    private readonly List<string> _paths = [];

    public int Calls
    {
        get
        {
            lock (_lock)
            {
                return _paths.Count;
            }
        }
    }

    /// <summary>Last segments of the requests' paths, in order.</summary>
    public IReadOnlyList<string> Paths
    {
        get
        {
            lock (_lock)
            {
                return [.. _paths];
            }
        }
    }

    public StubTransport Then(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer)
    {
        lock (_lock)
        {
            _script.Enqueue(answer);
        }

        return this;
    }

    public StubTransport Then(HttpStatusCode status, string? body = null, string mediaType = "application/json", TimeSpan? retryAfter = null) =>
        Then((_, _) => Task.FromResult(Answer(status, body, mediaType, retryAfter)));

    public StubTransport ThenOk() => Then(HttpStatusCode.OK, """{"value":"ok"}""");

    public StubTransport ThenHang() => Then(async (_, cancel) =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
        throw new InvalidOperationException("Not reached.");
    });

    /// <summary>Drops the entry that would come next.</summary>
    public void Skip()
    {
        lock (_lock)
        {
            _script.Dequeue();
        }
    }

    public static HttpResponseMessage Answer(HttpStatusCode status, string? body = null, string mediaType = "application/json", TimeSpan? retryAfter = null)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(body ?? "", Encoding.UTF8, mediaType) };
        if (retryAfter is { } wait)
        {
            response.Headers.RetryAfter = new(wait);
        }

        return response;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer;
        lock (_lock)
        {
            _paths.Add(request.RequestUri!.Segments[^1]);
            answer = _script.Count > 1 ? _script.Dequeue() : _script.Peek();
        }

        return answer(request, cancellationToken);
    }
}
