using System.Net.Http.Headers;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Reference;

/// <summary>What both contracts have in common: how to sign in, what to probe, how urgent a call is, who tells of changes.</summary>
internal sealed class ReferenceConnection : ISystemConnection, IDisposable
{
    public const string Token = nameof(Token);

    private readonly SystemPipeline _pipeline;
    private readonly Dictionary<Type, object> _ports;

    private ReferenceConnection(SystemPipeline pipeline, Dictionary<Type, object> ports)
    {
        _pipeline = pipeline;
        _ports = ports;
    }

    public string System => _pipeline.System;

    public ISystemMonitor Monitor => _pipeline;

    public TPort? Find<TPort>()
        where TPort : class => _ports.GetValueOrDefault(typeof(TPort)) as TPort;

    public void Dispose() => _pipeline.Dispose();

    /// <summary>Calls nobody.</summary>
    public static ReferenceConnection Open<TApi>(SystemSettings settings, PipelineEnvironment environment, ReferenceEvents events, Func<SystemPipeline, Func<Call, TApi>, Dictionary<Type, object>> ports)
        where TApi : class, IWebhookApi
    {
        var pipeline = new SystemPipeline(
            settings,
            new PipelineOptions
            {
                Probe = () => new HttpRequestMessage(HttpMethod.Get, "health") { Headers = { Accept = { new("application/json") } } },
                Authentication = Authentication(settings, environment.Time),
                LaneHeader = "X-Lane",
            },
            environment);
        var all = ports(pipeline, Api);
        all[typeof(IWebhooks)] = new ReferenceWebhooks(settings, events, environment.Time);
        all[typeof(IWebhookSubscriptions)] = new ReferenceSubscriptions(pipeline, Api, settings, events);
        return new ReferenceConnection(pipeline, all);

        TApi Api(Call call) => RestClients.For<TApi>(pipeline, call, StrictJson.Options);
    }

    public static IReadOnlyList<string> Check(SystemSettings settings)
    {
        var mistakes = new List<string>();
        if (!Given(settings, Token) && !ClientCredentials.Given(settings))
        {
            mistakes.Add($"Systems:{settings.Name}:Credentials:{Token} is missing (or {ClientCredentials.ClientId} with {ClientCredentials.ClientSecret} or {ClientCredentials.PrivateKey}).");
        }

        mistakes.AddRange(ClientCredentials.Mistakes(settings));

        mistakes.AddRange(settings.WebhookSecrets.Select((secret, i) => (secret, i)).Where(entry => StandardWebhooks.Key(entry.secret) is null)
            .Select(entry => $"Systems:{settings.Name}:WebhookSecrets:{entry.i} must be '{StandardWebhooks.SecretPrefix}' and the base64 of at least 24 bytes."));
        return mistakes;
    }

    private static bool Given(SystemSettings settings, string name) => settings.Credentials.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value);

    private static IAuthentication Authentication(SystemSettings settings, TimeProvider time)
    {
        if (Given(settings, Token))
        {
            return new FixedAuthentication(new AuthenticationHeaderValue("Bearer", settings.Credentials[Token]));
        }

        return ClientCredentials.For(settings, new Uri(settings.Address.AbsoluteUri.TrimEnd('/') + "/oauth/token"), time);
    }
}
