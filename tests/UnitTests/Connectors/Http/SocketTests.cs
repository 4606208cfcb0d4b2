using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.UnitTests.Connectors.Http;

/// <summary>The real transport against a server that does what real ones do when they are ill. Real time, in fractions of a second.</summary>
public sealed class SocketTests
{
    private static readonly Operation _create = Operation.Write("createOrder", "Orders");

    /// <param name="attempt">In milliseconds: short where the test is about time, else enough for a busy machine.</param>
    private static async Task<Failure> Create(Uri address, int attempt = 10_000)
    {
        var settings = new SystemSettings
        {
            Name = "erp",
            Connector = "sockets",
            Address = address,
            AttemptTimeout = TimeSpan.FromMilliseconds(attempt),
            TotalTimeout = TimeSpan.FromMilliseconds(attempt * 2),
        };
        using var pipeline = new SystemPipeline(
            settings,
            new PipelineOptions { Probe = () => new HttpRequestMessage(HttpMethod.Get, "health") },
            new PipelineEnvironment(TimeProvider.System, NullLoggerFactory.Instance));
        var outcome = await pipeline.Send(
            Scope.ForPortal("test", Lane.Order),
            _create,
            async (call, token) =>
            {
                using var request = call.Attach(new HttpRequestMessage(HttpMethod.Post, "orders") { Content = new StringContent("{}") });
                using var response = await pipeline.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
                return await response.Content.ReadAsStringAsync(token);
            },
            text => text);
        return outcome.Failure ?? throw new InvalidOperationException($"It answered {outcome}.");
    }

    /// <summary>Takes one connection, reads the request, writes what is given, and then closes or holds it.</summary>
    private static async Task<Failure> CreateAt(string? answer, bool closes)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var over = new CancellationTokenSource();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync(over.Token);
            var buffer = new byte[4096];
            _ = await client.GetStream().ReadAsync(buffer, over.Token);
            if (answer is not null)
            {
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), over.Token);
            }

            if (!closes)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, over.Token);
            }
        });
        try
        {
            return await Create(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"), closes ? 10_000 : 1_000);
        }
        finally
        {
            await over.CancelAsync();
            await serving.ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>The server closes a little later than it answers, so that a request on the same connection would be lost.</summary>
    [Theory]
    [InlineData("HTTP/1.0", false)]
    [InlineData("HTTP/1.1", true)]
    public async Task Connection_ToAServerThatClosesBehindEveryAnswer_IsForOneRequest(string version, bool kept)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var over = new CancellationTokenSource();
        var connections = 0;
        var serving = Task.Run(async () =>
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(over.Token);
                connections++;
                _ = Task.Run(async () =>
                {
                    using var _ = client;
                    var buffer = new byte[4096];
                    while (await client.GetStream().ReadAsync(buffer, over.Token) > 0)
                    {
                        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{version} 200 OK\r\nContent-Length: 2\r\n\r\n{{}}"), over.Token);
                        if (!kept)
                        {
                            await Task.Delay(200, over.Token);
                            return;
                        }
                    }
                });
            }
        });
        using var http = new HttpMessageInvoker(Sockets.Open(new SystemSettings { Name = "erp", Connector = "sockets", Address = new Uri("http://127.0.0.1") }));
        for (var i = 0; i < 5; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/") { Content = new StringContent("{}") };
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
            (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("{}");
        }

        connections.ShouldBe(kept ? 2 : 5); // the first is for one request whoever answers
        await over.CancelAsync();
        await serving.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task Connection_Refused_WasNeverSent()
    {
        var failure = await Create(ServerProcess.FreeAddress());

        failure.Cause.ShouldBe(Cause.Unreachable);
        failure.MayHaveTakenEffect.ShouldBeFalse();
    }

    [Fact]
    public async Task Name_Unknown_WasNeverSent() =>
        (await Create(new Uri("http://no-such-host.invalid/"), attempt: 60_000)).Cause.ShouldBe(Cause.Unreachable);

    [Fact]
    public async Task Fault42_AcceptsAndNeverAnswers_TimesOut()
    {
        var started = TimeProvider.System.GetTimestamp();

        var failure = await CreateAt(answer: null, closes: false);

        failure.Cause.ShouldBe(Cause.TimedOut);
        failure.MayHaveTakenEffect.ShouldBeTrue();
        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Answer_NoneAndClosed_IsInterrupted() => (await CreateAt(answer: null, closes: true)).Cause.ShouldBe(Cause.Interrupted);

    [Fact]
    public async Task Fault02_AnswerCutInTheMiddle_IsInterrupted() => (await CreateAt(
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"number\":\"SO-1",
        closes: true)).Cause.ShouldBe(Cause.Interrupted);

    [Fact]
    public async Task Answer_ThatStopsInTheBody_TimesOut() => (await CreateAt(
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"number\":\"SO-1",
        closes: false)).Cause.ShouldBe(Cause.TimedOut);

    [Fact]
    public async Task Answer_ThatIsNoHttp_IsMalformed() => (await CreateAt("SSH-2.0-OpenSSH_9.2\r\n\r\n", closes: true)).Cause.ShouldBe(Cause.Malformed);

    [Fact]
    public async Task Redirect_IsNotFollowed() => (await CreateAt(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        closes: true)).Detail.ShouldBe("HTTP 307 leads to 127.0.0.1, which is not followed.");
}
