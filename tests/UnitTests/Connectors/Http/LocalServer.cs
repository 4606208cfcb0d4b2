using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.UnitTests.Connectors.Http;

/// <summary>A real HTTP server on 127.0.0.1, with TLS where it has a certificate.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LocalServer(WebApplication app, Uri address) => (_app, Address) = (app, address);

    public Uri Address { get; }

    /// <param name="client">Whether a client's certificate is right; null where none is asked for.</param>
    public static async Task<LocalServer> Start(RequestDelegate answer, X509Certificate2? certificate = null, Func<X509Certificate2, bool>? client = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificate;
                    if (client is not null)
                    {
                        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                        https.ClientCertificateValidation = (shown, _, _) => client(shown);
                    }
                });
            }
        }));
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new LocalServer(app, new Uri(address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>A pipeline over real sockets.</summary>
internal sealed class LocalSystem : IDisposable
{
    private readonly SystemPipeline _pipeline;

    public LocalSystem(Uri address, TlsSettings? tls = null, IReadOnlyDictionary<string, string>? credentials = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        var settings = new SystemSettings
        {
            Name = "erp",
            Connector = "local",
            Address = address,
            Tls = tls ?? new TlsSettings(),
            Credentials = credentials ?? new Dictionary<string, string>(),
            AttemptTimeout = TimeSpan.FromSeconds(30),
            TotalTimeout = TimeSpan.FromSeconds(60),
            Concurrency = 300,
            ReadRetries = 0,
        };
        _pipeline = new SystemPipeline(
            settings,
            new PipelineOptions
            {
                Probe = () => new HttpRequestMessage(HttpMethod.Get, "health"),
                Authentication = ClientCredentials.Given(settings) ? ClientCredentials.For(settings, new Uri(address, "/oauth/token"), time ?? TimeProvider.System) : null,
            },
            new PipelineEnvironment(time ?? TimeProvider.System, loggers ?? NullLoggerFactory.Instance));
    }

    public SystemStatus Status => _pipeline.Status;

    public Task<Outcome<string>> Read() => Send(Operation.Read("prices", "Pricing"), HttpMethod.Get);

    public Task<Outcome<string>> Create() => Send(Operation.Write("createOrder", "Orders"), HttpMethod.Post);

    public void Dispose() => _pipeline.Dispose();

    private Task<Outcome<string>> Send(Operation operation, HttpMethod method) => _pipeline.Send(
        Scope.ForPortal("test", Lane.Order),
        operation,
        async (call, token) =>
        {
            using var request = call.Attach(new HttpRequestMessage(method, "orders"));
            using var response = await _pipeline.Client.SendAsync(request, token);
            return await response.Content.ReadAsStringAsync(token);
        },
        text => text);
}
