using System.Net;
using PortalIntegration.Sandbox.Control;

namespace PortalIntegration.Sandbox.Http;

/// <summary>The port of one system. It can be closed and opened again, so that connections are refused.</summary>
internal sealed class Listener(SandboxSystem system, IReadOnlyList<Operation> operations, ControlServer control, Uri url) : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly CancellationTokenSource stopping = new();
    private WebApplication? running;
    private Task refusing = Task.CompletedTask;

    /// <summary>The real address, also where port 0 was asked for.</summary>
    public Uri Url { get; private set; } = url;

    public async Task OpenAsync()
    {
        await gate.WaitAsync();
        try
        {
            running ??= await StartAsync();
        }
        finally
        {
            gate.Release();
        }
    }

    public async Task CloseAsync()
    {
        await gate.WaitAsync();
        try
        {
            if (running is { } application)
            {
                running = null;
                await application.StopAsync();
                await application.DisposeAsync();
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Refuses connections for a while; returns at once, so that the caller still gets its answer.</summary>
    public void RefuseFor(TimeSpan time) => refusing = RefuseAsync(time);

    private async Task RefuseAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), stopping.Token);
            await CloseAsync();
            await Task.Delay(time, stopping.Token);
            await OpenAsync();
        }
        catch (OperationCanceledException)
        {
            // the sandbox stops
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await refusing;
        await CloseAsync();
        gate.Dispose();
        stopping.Dispose();
    }

    private async Task<WebApplication> StartAsync()
    {
        // empty: the settings of the process that hosts it are not the sandbox's business
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMilliseconds(500));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(Address(Url.Host), Url.Port);
        });

        var application = builder.Build();
        var closing = application.Lifetime.ApplicationStopping;
        application.UseRouting();
        foreach (var operation in operations)
        {
            application.MapMethods(
                system.BasePath + operation.Path,
                [operation.Method],
                context => new Exchange(system, context, operation, closing).RunAsync());
        }

        var unknown = Operation.Get("unknown", "/{**path}", _ => throw Refusal.NotFound("There is no such operation."));
        application.Map("/{**path}", context => new Exchange(system, context, unknown, closing).RunAsync());
        control.Map(application, closing);
        await application.StartAsync();
        var port = new Uri(application.Urls.First()).Port;
        Url = new UriBuilder(Url) { Port = port }.Uri;
        return application;
    }

    private static IPAddress Address(string host) =>
        host is "localhost" ? IPAddress.Loopback : IPAddress.Parse(host.Trim('[', ']'));
}
