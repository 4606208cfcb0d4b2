using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PortalIntegration.Core;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Sandbox;
using PortalIntegration.Sync.Alerts;
using PortalIntegration.Tests.Servers;
using PortalIntegration.Tests;

namespace PortalIntegration.IntegrationTests.Alerts;

/// <summary>A whole portal between a sandbox's ERP and CRM, with everybody whom an alert is told to: a receiver of webhooks, a mail server, and its log.</summary>
public sealed class AlertStage : IAsyncDisposable
{
    public const string Secret = "whsec_YWxlcnQtcGF0aC10ZXN0cy0zMi1ieXRlcy0wMDAwMDE=";

    public static readonly Scope Admin = Scope.ForPerson(new PersonId("usr-admin"), Role.Admin, []);

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("portal-alerts-");
    private readonly LogKept _log = new();
    private readonly HttpClient _http = new();
    private SandboxHost? _sandbox;
    private AlertReceiver? _receiver;
    private WebApplication? _portal;

    internal ShiftedTime Time { get; } = new();

    public MailSink Mail { get; } = new();

    public AlertReceiver Receiver => _receiver!;

    public SandboxHost Sandbox => _sandbox!;

    public IServiceProvider Services => _portal!.Services;

    public IOwnershipMap Map => Services.GetRequiredService<IOwnershipMap>();

    public Uri Address { get; } = ServerProcess.FreeAddress();

    public IReadOnlyList<(LogLevel Level, int Event, string Message)> Log => [.. _log.Entries];

    /// <param name="lateAfter">How old work may be before its flow counts as late.</param>
    public async Task Start(TimeSpan lateAfter)
    {
        _receiver = await AlertReceiver.Start();
        _sandbox = await SandboxHost.StartAsync(new SandboxOptions
        {
            ErpUrl = new Uri("http://127.0.0.1:0"),
            CrmUrl = new Uri("http://127.0.0.1:0"),
            Skus = 60,
            Accounts = 24,
            Contacts = 30,
            Orders = 20,
        });
        _portal = PortalHost.Build(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Development },
            builder =>
            {
                builder.WebHost.UseUrls(Address.ToString());
                builder.Services.AddSingleton<TimeProvider>(Time);
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["SignIn:Kind"] = "PersonPicker",
                    ["State:Directory"] = _state.FullName,
                    ["Systems:erp:Connector"] = "reference-erp",
                    ["Systems:erp:Address"] = _sandbox.ErpUrl.ToString(),
                    ["Systems:erp:Credentials:Token"] = _sandbox.Options.ErpToken,
                    ["Systems:erp:WebhookSecrets:0"] = "whsec_YWxlcnQtcGF0aC10ZXN0cy0zMi1ieXRlcy1lcnAwMDE=",
                    ["Systems:crm:Connector"] = "reference-crm",
                    ["Systems:crm:Address"] = _sandbox.CrmUrl.ToString(),
                    ["Systems:crm:Credentials:Token"] = _sandbox.Options.CrmToken,
                    ["Systems:crm:WebhookSecrets:0"] = "whsec_YWxlcnQtcGF0aC10ZXN0cy0zMi1ieXRlcy1jcm0wMDE=",
                    ["Systems:crm:Quota"] = "8000",
                    ["Systems:crm:QuotaWindow"] = "01:00:00",
                    ["Serilog:MinimumLevel:Default"] = "Fatal",
                    ["Sync:Flows:account-to-erp:Mode"] = "apply",
                    ["Sync:Flows:account-to-erp:BrakeKeys"] = "3",
                    ["Sync:Flows:credit-to-crm:Mode"] = "apply",
                    ["Sync:Webhooks:PublicAddress"] = Address.ToString(),
                    ["Sync:Polling:RepairInterval"] = "00:00:02",
                    ["Sync:Worker:MaxAttempts"] = "2",
                    ["Sync:Worker:BackoffBase"] = "00:00:00.1",
                    ["Sync:Worker:BackoffCap"] = "00:00:01",
                    ["Sync:Alerts:Interval"] = "00:00:01",
                    ["Sync:Alerts:ClearAfter"] = "00:00:05",
                    ["Sync:Alerts:LateAfterOf:webhook-subscription"] = "00:00:06",
                    ["Sync:Alerts:LateAfter"] = lateAfter.ToString("c", System.Globalization.CultureInfo.InvariantCulture),
                    ["Sync:Alerts:UnreachableAfter"] = "00:00:05",
                    ["Sync:Alerts:RejectedDeliveries"] = "6",
                    ["Sync:Alerts:QuotaShare"] = "0.1",
                    ["Sync:Alerts:WebhookAddress"] = _receiver.Address,
                    ["Sync:Alerts:WebhookSecrets:0"] = Secret,
                    ["Sync:Alerts:MailTo:0"] = "ops@example.com",
                    ["Sync:Mail:Host"] = "127.0.0.1",
                    ["Sync:Mail:Port"] = Mail.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    ["Sync:Mail:Encrypted"] = "false",
                    ["Sync:Mail:From"] = "portal@example.com",
                });
                foreach (var flow in Sync.Flows.FlowSettings.Names)
                {
                    builder.Configuration[$"Sync:Flows:{flow}:Schedule"] = ""; // the clock jumps
                }
            });
        _portal.Services.GetRequiredService<ILoggerFactory>().AddProvider(_log);
        await _portal.StartAsync();
        await Until(async () => await Health() is (HttpStatusCode.OK, _), "nothing is wrong to begin with");
    }

    public async ValueTask DisposeAsync()
    {
        if (_portal is not null)
        {
            await _portal.StopAsync();
            await _portal.DisposeAsync();
        }

        if (_sandbox is not null)
        {
            await _sandbox.DisposeAsync();
        }

        if (_receiver is not null)
        {
            await _receiver.DisposeAsync();
        }

        await Mail.DisposeAsync();
        _http.Dispose();
        TestDirectory.Delete(_state.FullName);
    }

    /// <summary>What a monitoring system is answered.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> Health()
    {
        using var answer = await _http.GetAsync(new Uri(Address, "health/sync"));
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    public Task<HttpResponseMessage> Post(string path, HttpContent content) => _http.PostAsync(new Uri(Address, path), content);

    public async Task<bool> IsOn(ConditionKind kind, string subject) =>
        (await Services.GetRequiredService<IAlerts>().Now()).On.Any(condition => condition.Key == new ConditionKey(kind, subject));

    /// <summary>What was posted of this, by type; what is not signed with the secret as Standard Webhooks wants fails the test.</summary>
    public IReadOnlyList<string> Posted(string kind, string subject)
    {
        List<string> types = [];
        foreach (var (headers, body) in Receiver.Taken)
        {
            var (id, at) = (headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString());
            var key = Convert.FromBase64String(Secret["whsec_".Length..]);
            byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{at}."), .. body];
            var wanted = Convert.ToBase64String(HMACSHA256.HashData(key, signed));
            headers["webhook-signature"].ToString().Split(' ').ShouldContain($"v1,{wanted}");
            var alert = JsonDocument.Parse(body).RootElement;
            alert.GetProperty("id").GetString().ShouldBe(id);
            if (alert.GetProperty("kind").GetString() == kind && alert.GetProperty("subject").GetString() == subject)
            {
                types.Add(alert.GetProperty("type").GetString()!);
            }
        }

        return types;
    }

    /// <summary>The letters with these words, with what stands before the words: nothing when it began, <c>Over: </c> when it ended.</summary>
    public IReadOnlyList<string> Letters(string words) =>
        [.. Mail.Letters.Select(Text).Where(text => text.Contains(words, StringComparison.Ordinal)).Select(text => text[..text.IndexOf(words, StringComparison.Ordinal)])];

    /// <summary>The log's alerts with these words, with their level.</summary>
    public IReadOnlyList<LogLevel> Logged(string words) =>
        [.. Log.Where(entry => entry.Event is 5501 or 5502 or 5503 && entry.Message.Contains(words, StringComparison.Ordinal)).Select(entry => entry.Level)];

    /// <summary>Waits until the round has looked so often again.</summary>
    public async Task Rounds(int count)
    {
        var alerts = Services.GetRequiredService<IAlerts>();
        for (var round = 0; round < count; round++)
        {
            var last = (await alerts.Now()).LookedAt;
            await Until(async () => (await alerts.Now()).LookedAt > last, "the next round has looked");
        }
    }

    public static async Task Until(Func<Task<bool>> holds, string what)
    {
        for (var i = 0; i < 450; i++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"Not in time: {what}.");
    }

    private static string Text(string letter)
    {
        var parts = letter.ReplaceLineEndings("\n").Split("\n\n", 2);
        return parts[0].Contains("base64", StringComparison.OrdinalIgnoreCase)
            ? Encoding.UTF8.GetString(Convert.FromBase64String(parts[1]))
            : parts[1].Replace("=\n", "", StringComparison.Ordinal);
    }

    private sealed class LogKept : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<(LogLevel Level, int Event, string Message)> Entries { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Enqueue((logLevel, eventId.Id, formatter(state, exception)));

        public void Dispose()
        {
        }
    }
}
