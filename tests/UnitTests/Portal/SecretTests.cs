using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Settings;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Portal.Hosting.Secrets;
using PortalIntegration.UnitTests.Connectors.Http;
using PortalIntegration.UnitTests.Sync;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace PortalIntegration.UnitTests.Portal;

/// <summary>A planted secret is looked for wherever one could show.</summary>
public sealed class SecretTests : IDisposable
{
    private const string Planted = "planted/+\"secret-4711";

    private sealed class ToText(TextWriter to) : ILogEventSink
    {
        private readonly Serilog.Formatting.Display.MessageTemplateTextFormatter _text = new("{Level:u3}: {Message:lj}\n{Exception}\n", System.Globalization.CultureInfo.InvariantCulture);

        public void Emit(LogEvent logEvent) => _text.Format(logEvent, to);
    }

    private readonly TemporaryDirectory _files = new();

    [Fact]
    public void LogEntry_WithANameThatLooksLikeAnother_StaysOnItsOwnLine()
    {
        using var written = new StringWriter();
        var sink = new LoggerConfiguration().WriteTo.Sink(new ToText(written)).CreateLogger();
        using (var logger = new LoggerConfiguration().WriteTo.Sink(new MaskedLog(sink, new SecretMask())).CreateLogger())
        {
            const string forged = "Acme\n2026-03-02 09:00:00.000+00:00 INF Portal: Signed in: root\r\n\u2028\u202Eevil\u001B[2J";
            logger.Warning("Refused {Name} {Names}.", forged, new[] { forged });
            logger.Error(new InvalidOperationException(forged), "Failed");
        }

        var lines = written.ToString().TrimEnd().Split('\n');
        lines.Count(line => line.StartsWith("2026-", StringComparison.Ordinal)).ShouldBe(0, written.ToString());
        lines[0].ShouldContain("Acme\\n2026");
        written.ToString().Any(letter => letter != '\n' && (char.IsControl(letter) || letter is '\u2028' or '\u202E')).ShouldBeFalse(written.ToString());
    }

    [Theory]
    [InlineData("Systems:erp:Credentials:Token", true)]
    [InlineData("Systems:erp:Credentials:Password", true)]
    [InlineData("systems:erp:credentials:anything", true)]
    [InlineData("Systems:erp:Credentials:User", false)]
    [InlineData("Systems:erp:Credentials:ClientId", false)]
    [InlineData("Systems:erp:Credentials:TokenEndpoint", false)]
    [InlineData("Systems:erp:Credentials:TokenFile", false)]
    [InlineData("Systems:erp:WebhookSecrets:0", true)]
    [InlineData("Systems:erp:Tls:ClientKeyPassword", true)]
    [InlineData("Systems:erp:Tls:ClientKey", false)]
    [InlineData("Systems:erp:Options:RoleField", false)]
    [InlineData("State:ConnectionString", true)]
    [InlineData("State:Directory", false)]
    [InlineData("Sync:Alerts:WebhookSecrets:3", true)]
    [InlineData("Sync:Mail:Password", true)]
    [InlineData("Sync:Mail:User", false)]
    [InlineData("Serilog:WriteTo:1:Args:apiKey", true)]
    [InlineData("SignIn:Providers:0:ClientSecret", true)]
    [InlineData("ConnectionStrings:anything", true)]
    public void Key_IsASecretOrNot(string key, bool secret) => SecretKeys.IsSecret(key).ShouldBe(secret);

    [Fact]
    public void Files_NamedByKeyAndOfADirectory_AreRead()
    {
        var directory = Directory.CreateDirectory(Path.Combine(_files.Path, "run-secrets")).FullName;
        File.WriteAllText(Path.Combine(directory, "Systems__crm__Credentials__Token"), "from the directory\n");
        using var configuration = With(
            ("Sync:Mail:PasswordFile", Write("mail", Planted + "\n")),
            ("Systems:erp:Credentials:TokenFile", Write("erp", "from a file")),
            ("Systems:erp:WebhookSecrets:0File", Write("hook", "whsec_x")),
            ("Secrets:Directory", directory));

        SecretFiles.Read(configuration, development: false).ShouldBeEmpty();

        configuration["Sync:Mail:Password"].ShouldBe(Planted);
        configuration["Systems:erp:Credentials:Token"].ShouldBe("from a file");
        configuration["Systems:erp:WebhookSecrets:0"].ShouldBe("whsec_x");
        configuration["Systems:crm:Credentials:Token"].ShouldBe("from the directory");
        SecretFiles.Mask(configuration).Mask($"a {Planted} b").ShouldBe("a ••• b");
    }

    [Fact]
    public void Files_MissingOrTwice_AreEachNamed()
    {
        using var configuration = With(
            ("Sync:Mail:PasswordFile", "/no/such/file"),
            ("State:ConnectionStringFile", Write("state", Planted)),
            ("State:ConnectionString", "another " + Planted),
            ("Systems:erp:Credentials:TokenFile", Write("empty", "")),
            ("Secrets:Directory", "/no/such/directory"));

        var mistakes = SecretFiles.Read(configuration, development: false);

        mistakes.Select(mistake => mistake.Split(": ")[0]).ShouldBe(["Secrets:Directory", "Sync:Mail:PasswordFile", "State:ConnectionStringFile", "Systems:erp:Credentials:TokenFile"], ignoreOrder: true);
        mistakes.ShouldAllBe(mistake => !mistake.Contains("planted"));
    }

    [Theory]
    [InlineData("Production", true)]
    [InlineData("Staging", true)]
    [InlineData("Development", false)]
    public async Task Secrets_InSettingsFiles_StopTheStartOutsideDevelopment(string environment, bool refused)
    {
        File.WriteAllText(Path.Combine(_files.Path, "appsettings.json"), JsonSerializer.Serialize(new { Sync = new { Mail = new { Password = Planted, User = "u", Host = "mail.example" } } }));
        File.WriteAllText(Path.Combine(_files.Path, $"appsettings.{environment}.json"), JsonSerializer.Serialize(new { State = new { ConnectionString = Planted } }));

        var said = await Start(environment);

        (said.Contains("Sync:Mail:Password: stands in appsettings.json") && said.Contains($"State:ConnectionString: stands in appsettings.{environment}.json")).ShouldBe(refused, said);
        said.ShouldNotContain("planted");
    }

    [Fact]
    public async Task Start_WithEverySecretWrong_SaysNoneOfThem()
    {
        var said = await Start(
            "Production",
            ("State:Kind", "postgresql"), ("State:ConnectionString", $"Password={Planted};Hast=x"), ("Sync:Alerts:WebhookAddress", "https://alerts.example"), ("Sync:Alerts:WebhookSecrets:0", Planted),
            ("Sync:Mail:Password", Planted), ("Systems:erp:Connector", "reference-erp"), ("Systems:erp:Address", $"https://portal:{Uri.EscapeDataString(Planted)}@erp.example"),
            ("Systems:crm:Connector", "reference-crm"), ("Systems:crm:Address", "https://crm.example"),
            ("Systems:crm:WebhookSecrets:0", Planted), ("Systems:crm:Credentials:ClientId", "portal"), ("Systems:crm:Credentials:PrivateKey", Planted),
            ("Systems:erp:Tls:ClientKeyPassword", Planted), ("Systems:erp:Tls:ClientCertificate", Write("c.pem", "no certificate")), ("Sync:Worker:Lease", "soon"), ("Sync:Worker:MaxAttempts", "1000"),
            ("Sync:Worker:Hurry", "yes"));

        foreach (var key in new[]
        {
            "State:ConnectionString", "Sync:Alerts:WebhookSecrets:0", "Sync:Mail:User", "Systems:erp:Address", "Systems:crm:WebhookSecrets:0", "Systems:crm:Credentials:PrivateKey",
            "Systems:erp:Tls:ClientCertificate", "Sync:Worker:Lease: must be a time span", "Sync:Worker:MaxAttempts: must be 1 to 100; it is 1000", "Sync:Worker:Hurry: there is no such key",
        })
        {
            said.ShouldContain(key);
        }

        said.ShouldNotContain("planted");
    }

    [Theory]
    [InlineData("https://portal:pla/nted@erp.example")]
    [InlineData("https://portal:pla@nted@erp.example/")]
    [InlineData("portal:planted@erp.example")]
    public void Address_WithAPassword_IsRefusedWithoutShowingAnyOfIt(string address)
    {
        var mistake = PortalIntegration.Core.Ownership.OwnershipConfiguration
            .Read(new ConfigurationBuilder().AddInMemoryCollection([new("Systems:erp:Connector", "reference-erp"), new("Systems:erp:Address", address)]).Build())
            .Mistakes.Single(mistake => mistake.StartsWith("Systems:erp:Address", StringComparison.Ordinal));

        mistake.ShouldContain("erp.example");
        mistake.ShouldNotContain("nted");
        mistake.ShouldNotContain("pla");
    }

    [Fact]
    public async Task Start_ThatFailsWhileThePortalIsBuilt_ShowsNoSecret()
    {
        var errors = new StringWriter();

        var code = await PortalHost.RunAsync(
            new WebApplicationOptions { EnvironmentName = "Development", ContentRootPath = _files.Path, Args = ["--urls=http://127.0.0.1:0"] },
            errors,
            builder =>
            {
                builder.Configuration.AddInMemoryCollection([new("Sync:Mail:Password", Planted)]);
                builder.Services.Configure<ProxyOptions>(_ => throw new InvalidOperationException($"It was told {Planted}."));
            });

        code.ShouldBe(2);
        errors.ToString().ShouldContain($"It was told {SecretMask.Masked}.");
        errors.ToString().ShouldNotContain(Planted);
    }

    /// <summary>The start as a person sees it: what is printed, and every log entry.</summary>
    private async Task<string> Start(string environment, params (string Key, string Value)[] settings)
    {
        var log = Path.Combine(_files.Path, "portal.log");
        var errors = new StringWriter();
        var code = await PortalHost.RunAsync(
            new WebApplicationOptions { EnvironmentName = environment, ContentRootPath = _files.Path, Args = ["--urls=http://127.0.0.1:0"] },
            errors,
            builder => builder.Configuration.AddInMemoryCollection(
            [
                new("Serilog:Using:0", "Serilog.Sinks.File"), new("Serilog:MinimumLevel", "Verbose"), new("Serilog:WriteTo:0:Name", "File"), new("Serilog:WriteTo:0:Args:path", log),
                .. settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)),
            ]));
        code.ShouldBe(1, errors.ToString());
        return $"{errors}{File.ReadAllText(log)}";
    }

    [Fact]
    public async Task Calls_ToASystemThatQuotesWhatItWasSent_ShowNoSecretAnywhere()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var own = new Activity("test").Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.RootId == own.RootId) // what other tests do meanwhile is theirs
                {
                    spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        var log = new KeptLog();
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        await using var login = await LocalServer.Start(async context =>
        {
            (await context.Request.ReadFormAsync())["client_secret"].ToString().ShouldBe(Planted);
            await context.Response.WriteAsJsonAsync(new { access_token = "planted-token-0815" });
        });
        foreach (var status in new[] { 400, 401, 403, 409, 422, 500, 503 })
        {
            await using var server = await LocalServer.Start(async context =>
            {
                context.Response.StatusCode = status;
                context.Response.ContentType = "application/problem+json";
                await context.Response.WriteAsync(JsonSerializer.Serialize(new
                {
                    title = "no", status, detail = $"You sent {context.Request.Headers.Authorization} and {Planted}", code = Planted, errors = new[] { new { code = Planted, message = Planted } },
                }));
            });
            using var system = new LocalSystem(
                server.Address,
                credentials: new Dictionary<string, string> { ["ClientId"] = "portal", ["ClientSecret"] = Planted, ["TokenEndpoint"] = login.Address.AbsoluteUri },
                loggers: loggers);
            foreach (var outcome in new[] { await system.Read(), await system.Create() })
            {
                var failure = outcome.Failure.ShouldNotBeNull();
                var text = $"{outcome} {failure} {JsonSerializer.Serialize(failure)} {JsonSerializer.Serialize(system.Status)}";
                text.ShouldNotContain("planted");
                failure.Detail!.ShouldContain(SecretMask.Masked);
            }
        }

        log.Text.ShouldNotContain("planted");
        log.Text.ShouldContain("failed", customMessage: "something was logged");
        spans.SelectMany(span => span.TagObjects.Select(tag => $"{tag.Value}").Concat(span.Events.SelectMany(entry => entry.Tags.Select(tag => $"{tag.Value}"))).Append(span.StatusDescription ?? ""))
            .ShouldAllBe(value => !value.Contains("planted"));
        spans.ShouldNotBeEmpty();
    }

    [Fact]
    public void LogEntry_WithASecretInAnyPlace_GoesOnWithoutIt()
    {
        var mask = new SecretMask();
        mask.Add(Planted);
        var kept = new List<LogEvent>();
        using var logger = new LoggerConfiguration().WriteTo.Sink(new MaskedLog(new LoggerConfiguration().WriteTo.Sink(new Kept(kept)).CreateLogger(), mask)).CreateLogger();

        logger.Information("Plain {Number}", 7);
        logger.Information("Said {Words} and {@Object} and {List}", $"it is {Planted}", new { Password = Planted }, new[] { Planted });
        logger.Error(new InvalidOperationException($"With {Planted}", new FormatException(Planted)), $"Template {Planted} {{Address}}", $"https://x?token={Uri.EscapeDataString(Planted)}");

        kept[0].Properties["Number"].ToString().ShouldBe("7");
        foreach (var entry in kept)
        {
            $"{entry.RenderMessage(System.Globalization.CultureInfo.InvariantCulture)} {string.Join(' ', entry.Properties)} {entry.Exception}".ShouldNotContain("planted");
        }

        kept[2].Exception!.ToString().ShouldContain(nameof(InvalidOperationException));
        kept.Count.ShouldBe(3);
    }

    [Fact]
    public void UserSecrets_InDevelopment_HaveTheirPlace() =>
        typeof(PortalHost).Assembly.GetCustomAttributes(typeof(Microsoft.Extensions.Configuration.UserSecrets.UserSecretsIdAttribute), false).ShouldHaveSingleItem();

    [Fact]
    public void Mask_ShortWords_AreLeftAlone()
    {
        var mask = new SecretMask();
        mask.Add("admin");
        mask.Add(null);

        mask.Mask("/admin/sync").ShouldBe("/admin/sync");
    }

    [Fact]
    public void Mask_PassingSecrets_AreForgottenWhenThereAreMany()
    {
        var mask = new SecretMask();
        for (var i = 0; i < 1000; i++)
        {
            mask.AddPassing($"token-number-{i}");
        }

        mask.Finds("token-number-999").ShouldBeTrue();
        mask.Finds("x token-number-17 x").ShouldBeFalse();
    }

    public void Dispose() => _files.Dispose();

    private string Write(string name, string text)
    {
        var path = Path.Combine(_files.Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static ConfigurationManager With(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        return configuration;
    }

    private sealed class Kept(List<LogEvent> entries) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => entries.Add(logEvent);
    }

    /// <summary>Everything that is logged, whatever its level.</summary>
    private sealed class KeptLog : ILoggerProvider, Microsoft.Extensions.Logging.ILogger
    {
        private readonly StringBuilder _text = new();

        public string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString();
                }
            }
        }

        public Microsoft.Extensions.Logging.ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_text)
            {
                _text.Append(logLevel).Append(' ').Append(formatter(state, exception)).Append(' ').Append(exception).AppendLine();
            }
        }

        public void Dispose()
        {
        }
    }
}
