using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Settings;
using PortalIntegration.Sync.Alerts;
using PortalIntegration.Sync.Catalogue;
using PortalIntegration.Sync.Changes;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Mail;
using PortalIntegration.Sync.Nodes;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Privacy;
using PortalIntegration.Sync.Receipts;
using PortalIntegration.Sync.Schedules;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Storage.Postgres;
using PortalIntegration.Sync.Storage.Sql;
using PortalIntegration.Sync.Storage.Sqlite;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync;

public static class SyncRegistration
{
    /// <summary>
    /// The store, the queue with its worker and schedules, placing, the receiver of webhooks, and the board of changes. Reads <c>State</c> and <c>Sync</c>; a mistake stops the start,
    /// naming every key that is wrong. Needs an ownership map.
    /// </summary>
    public static IServiceCollection AddSync(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        Checked<StateOptions, StateOptionsCheck>(services, configuration, StateOptions.Section);
        services.AddSection<WorkerOptions>(WorkerOptions.Section, configuration);
        services.AddSection<PlacingOptions>(PlacingOptions.Section, configuration);
        Checked<WebhookOptions, WebhookOptionsCheck>(services, configuration, WebhookOptions.Section);
        services.AddSection<PollingOptions>(PollingOptions.Section, configuration);
        Checked<CatalogueSnapshotOptions, CatalogueSnapshotOptionsCheck>(services, configuration, CatalogueSnapshotOptions.Section);
        services.AddSection<NodeOptions>(NodeOptions.Section, configuration);
        AddStore(services);

        services.AddSingleton<ThisNode>();
        services.AddSingleton<Heartbeat>();
        services.AddSingleton<IQuotaShare>(provider => provider.GetRequiredService<Heartbeat>());
        services.AddHostedService(provider => provider.GetRequiredService<Heartbeat>());
        AddAlerts(services, configuration);

        services.AddSingleton<WorkSignal>();
        services.TryAddSingleton(Random.Shared);
        services.AddSingleton<Backoff>();
        services.AddSingleton<WorkProcessor>();
        services.AddSingleton<IDiscardRule, DiscardOrder>();
        services.AddSingleton<IWorkAdmin, WorkAdmin>();
        services.AddSingleton<IDeadLetters, DeadLetters>();
        services.AddSingleton<IFlow, AdminJobFlow>();
        services.AddSingleton(Steps);
        services.AddSingleton<IChangeBoard, ChangeBoard>();
        services.AddSingleton<PlacingWatchers>();
        services.AddSingleton<Pace>();
        services.AddSingleton<IFlow, PlaceOrderFlow>();
        services.AddSingleton<IPlaceOrders, PlaceOrders>();
        services.AddSingleton<IMendOrders, MendOrders>();
        services.AddSingleton<IFlow, OrderChangedFlow>();
        services.AddSingleton<IFlow, WebhookSubscriptions>();
        services.AddSingleton<IFlow, DraftSweep>();
        services.AddSingleton<IFlow, Housekeeping>();
        Checked<NoticeOptions, NoticeOptionsCheck>(services, configuration, NoticeOptions.Section);
        services.AddFlows(configuration);
        services.AddSingleton<WebhookReceiver>();
        services.AddHostedService<Worker>();
        services.AddHostedService<StandingWork>();
        services.AddSingleton<CatalogueSnapshot>();
        services.AddSingleton<ICatalogueSnapshot>(provider => provider.GetRequiredService<CatalogueSnapshot>());
        services.AddHostedService(provider => provider.GetRequiredService<CatalogueSnapshot>());
        return services;
    }

    private static void AddAlerts(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new MailHost(configuration[$"{MailOptions.Section}:{nameof(MailOptions.Host)}"]));
        Checked<MailOptions, MailOptionsCheck>(services, configuration, MailOptions.Section);
        Checked<AlertOptions, AlertOptionsCheck>(services, configuration, AlertOptions.Section);
        services.AddHttpClient(nameof(WebhookChannel), client => client.Timeout = TimeSpan.FromSeconds(10))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        services.AddSingleton<IMail, SmtpMail>();
        services.AddSingleton<WebhookChannel>();
        services.AddSingleton<MailChannel>();
        services.AddSingleton<IAlertChannel>(provider => provider.GetRequiredService<WebhookChannel>());
        services.AddSingleton<IAlertChannel>(provider => provider.GetRequiredService<MailChannel>());
        services.AddSingleton<IFlow, AlertWebhookFlow>();
        services.AddSingleton<IFlow, AlertMailFlow>();
        services.AddSingleton<RefusedDeliveries>();
        services.AddSingleton<NodeConditions>();
        services.AddSingleton<IConditions, StoreConditions>();
        services.AddSingleton<IConditions, BrakeConditions>();
        services.AddSingleton<IFlow, AlertRound>();
        services.AddSingleton<NodeWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<NodeWatch>());
        services.AddSingleton<IAlerts, Alerts.Alerts>();
    }

    private static void AddStore(IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("PortalIntegration");
        services.AddOptions<KeyManagementOptions>().Configure<IServiceProvider>((keys, provider) => keys.XmlRepository = Keys(provider));
        services.AddSingleton(Database);
        services.AddSingleton(Notices);
        services.AddHostedService(provider => new Listening(provider.GetRequiredService<INodeNotices>()));
        services.AddSingleton<Payloads>();
        services.AddSingleton<KeyedHashes>();
        services.AddSingleton<SqlWorkStore>();
        services.AddSingleton<IWorkStore>(provider => provider.GetRequiredService<SqlWorkStore>());
        services.AddSingleton<SqlWorkDesk>();
        services.AddSingleton<IWorkDesk>(provider => provider.GetRequiredService<SqlWorkDesk>());
        services.AddSingleton<IReceipts, SqlReceipts>();
        services.AddSingleton<IJournal, SqlJournal>();
        services.AddSingleton<IMarks, SqlMarks>();
        services.AddSingleton<IFlowChanges>(provider => provider.GetRequiredService<StoreDatabase>() is PostgresDatabase shared
            ? new PostgresFlowChanges(shared, provider.GetRequiredService<TimeProvider>())
            : new OwnFlowChanges(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IMeasures, SqlMeasures>();
        services.AddSingleton<IAudit, SqlAudit>();
        services.AddSingleton<INodes, SqlNodes>();
        services.AddSingleton<IAdminJobs, SqlAdminJobs>();
        services.AddSingleton<IPersonalData, SqlPersonalData>();
    }

    private static StoreDatabase Database(IServiceProvider provider)
    {
        var state = provider.GetRequiredService<IOptions<StateOptions>>().Value;
        var time = provider.GetRequiredService<TimeProvider>();
        return state.Kind == StoreKind.Postgresql
            ? new PostgresDatabase(state.ConnectionString!, state.BusyTimeout, time)
            : new SqliteDatabase(Path.Combine(StateDirectory(provider), "portal.db"), state.BusyTimeout, time);
    }

    private static IXmlRepository Keys(IServiceProvider provider) => provider.GetRequiredService<StoreDatabase>() is PostgresDatabase shared
        ? new PostgresKeys(shared)
        : new FileSystemXmlRepository(
            PrivateDirectory.Make(Path.Combine(PrivateDirectory.Make(StateDirectory(provider)).FullName, "keys")), provider.GetRequiredService<ILoggerFactory>());

    private static INodeNotices Notices(IServiceProvider provider) => provider.GetRequiredService<StoreDatabase>() is PostgresDatabase shared
        ? new PostgresNotices(shared, TimeProvider.System, provider.GetRequiredService<ILogger<PostgresNotices>>())
        : new SingleNode();

    private static string StateDirectory(IServiceProvider provider) => Path.Combine(
        provider.GetService<IHostEnvironment>()?.ContentRootPath ?? "", provider.GetRequiredService<IOptions<StateOptions>>().Value.Directory);

    private static IStepObserver Steps(IServiceProvider provider) =>
        Environment.GetEnvironmentVariable(CrashAtStep.Variable) is { Length: > 0 } step && provider.GetService<IHostEnvironment>()?.IsDevelopment() == true
            ? CrashAtStep.Parse(step)
            : new NoSteps();

    private static void Checked<TOptions, TCheck>(IServiceCollection services, IConfiguration configuration, string section)
        where TOptions : class
        where TCheck : class, IValidateOptions<TOptions>
    {
        services.AddSingleton<IValidateOptions<TOptions>, TCheck>();
        services.AddSection<TOptions>(section, configuration);
    }
}
