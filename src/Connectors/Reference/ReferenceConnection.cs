using System.Net.Http.Headers;
using System.Text.Json;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Reference;

/// <summary>What both contracts have in common: how to sign in, what to probe, how urgent a call is, who tells of changes.</summary>
internal sealed class ReferenceConnection : ISystemConnection, IDisposable
{
    public const string Token = nameof(Token);
    public const string ClientId = nameof(ClientId);
    public const string ClientSecret = nameof(ClientSecret);

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
                Authentication = Authentication(settings),
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
        if (!Given(settings, Token) && !(Given(settings, ClientId) && Given(settings, ClientSecret)))
        {
            mistakes.Add($"Systems:{settings.Name}:Credentials:{Token} is missing (or both {ClientId} and {ClientSecret}).");
        }

        mistakes.AddRange(settings.WebhookSecrets.Select((secret, i) => (secret, i)).Where(entry => StandardWebhooks.Key(entry.secret) is null)
            .Select(entry => $"Systems:{settings.Name}:WebhookSecrets:{entry.i} must be '{StandardWebhooks.SecretPrefix}' and the base64 of at least 24 bytes."));
        return mistakes;
    }

    private static bool Given(SystemSettings settings, string name) => settings.Credentials.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value);

    private static IAuthentication Authentication(SystemSettings settings)
    {
        if (Given(settings, Token))
        {
            return new FixedAuthentication(new AuthenticationHeaderValue("Bearer", settings.Credentials[Token]));
        }

        var address = new Uri(settings.Address.AbsoluteUri.TrimEnd('/') + "/oauth/token");
        return new ObtainedAuthentication(async (send, cancel) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address)
            {
                Content = new FormUrlEncodedContent(new Dictionary<string, string>
                {
                    ["grant_type"] = "client_credentials",
                    ["client_id"] = settings.Credentials[ClientId],
                    ["client_secret"] = settings.Credentials[ClientSecret],
                }),
            };
            using var response = await send(request, cancel);
            if (!response.IsSuccessStatusCode)
            {
                // 400 is OAuth's way to say that the client is not known.
                throw new SignInException(new Refusal(
                    (int)response.StatusCode == 400 ? Cause.Unauthorized : StatusCauses.Of(response.StatusCode) ?? Cause.Malformed,
                    $"Signing in was answered with {(int)response.StatusCode}."));
            }

            try
            {
                var token = JsonSerializer.Deserialize<TokenWire>(await response.Content.ReadAsByteArrayAsync(cancel), StrictJson.Options);
                return new AuthenticationHeaderValue("Bearer", token?.AccessToken ?? throw new JsonException());
            }
            catch (JsonException)
            {
                throw new SignInException(new Refusal(Cause.Unauthorized, "Signing in was answered with something that is no token."));
            }
        });
    }

    private sealed record TokenWire
    {
        [global::System.Text.Json.Serialization.JsonPropertyName("access_token")]
        public required string AccessToken { get; init; }
    }
}
