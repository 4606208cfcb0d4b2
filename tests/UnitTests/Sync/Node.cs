using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Sync;
using PortalIntegration.Sync.Changes;
using PortalIntegration.Sync.Nodes;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Schedules;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Storage.Postgres;
using PortalIntegration.Sync.Storage.Sql;
using PortalIntegration.Sync.Storage.Sqlite;
using PortalIntegration.Sync.Work;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync;

/// <summary>A directory that goes when the test does.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("portal-state-").FullName;

    /// <summary>What is still written when the test is over ends in a moment.</summary>
    public void Dispose() => TestDirectory.Delete(Path);
}

/// <summary>One portal node as it is registered, without its worker: tests run its items one by one.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public Node(string directory, TimeProvider clock, IOwnershipMap map, params (string Key, string Value)[] settings)
        : this(directory, clock, map, random: null, flows: [], settings)
    {
    }

    /// <param name="random">What jitter is drawn from; not for several threads.</param>
    /// <param name="flows">Beside the portal's own.</param>
    public Node(string directory, TimeProvider clock, IOwnershipMap map, Random? random, IReadOnlyList<IFlow> flows, params (string Key, string Value)[] settings)
        : this(directory, clock, map, random, flows, process: null, settings)
    {
    }

    /// <param name="process">That it lives in, and dies with.</param>
    public Node(
        string directory, TimeProvider clock, IOwnershipMap map, Random? random, IReadOnlyList<IFlow> flows, PortalProcess? process, params (string Key, string Value)[] settings)
        : this(directory, clock, map, random, flows, process, schema: null, settings)
    {
    }

    /// <param name="schema">What another version of the portal knows of the tables.</param>
    public Node(TimeProvider clock, IOwnershipMap map, Func<IReadOnlyList<SchemaStep>, IReadOnlyList<SchemaStep>> schema, params (string Key, string Value)[] settings)
        : this("", clock, map, random: null, flows: [], process: null, schema, settings)
    {
    }

    private Node(
        string directory, TimeProvider clock, IOwnershipMap map, Random? random, IReadOnlyList<IFlow> flows, PortalProcess? process,
        Func<IReadOnlyList<SchemaStep>, IReadOnlyList<SchemaStep>>? schema, (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            .. directory.Length > 0 ? [new("State:Directory", directory)] : Array.Empty<KeyValuePair<string, string?>>(),
            .. settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)),
        ]).Build();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(Logs));
        services.AddSingleton(clock);
        services.AddSingleton(map);
        services.AddSingleton(random ?? Random.Shared);
        services.AddSync(configuration);
        services.AddSingleton<IStepObserver>(Steps);
        services.AddSingleton<IDataProtectionProvider>(SharedKeys);
        foreach (var flow in flows)
        {
            services.AddSingleton(flow);
        }

        if (process is not null)
        {
            var store = services.Last(service => service.ServiceType == typeof(StoreDatabase));
            services.Replace(ServiceDescriptor.Singleton<StoreDatabase>(provider => new ProcessDatabase((StoreDatabase)store.ImplementationFactory!(provider), process)));
        }

        if (schema is not null)
        {
            var store = services.Last(service => service.ServiceType == typeof(StoreDatabase));
            services.Replace(ServiceDescriptor.Singleton(provider => Knowing((StoreDatabase)store.ImplementationFactory!(provider), schema)));
        }

        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    private static StoreDatabase Knowing(StoreDatabase database, Func<IReadOnlyList<SchemaStep>, IReadOnlyList<SchemaStep>> schema)
    {
        switch (database)
        {
            case SqliteDatabase file:
                file.Schema = schema(file.Schema);
                break;
            case PostgresDatabase shared:
                shared.Schema = schema(shared.Schema);
                break;
        }

        return database;
    }

    /// <summary>Making keys costs a second of CPU; all nodes share them unless a test is about keys.</summary>
    private static IDataProtectionProvider SharedKeys { get; } = new EphemeralDataProtectionProvider();

    public StepScript Steps { get; } = new();

    public LogList Logs { get; } = new();

    public IPlaceOrders Orders => Get<IPlaceOrders>();

    public IWorkStore Store => Get<IWorkStore>();

    public IJournal Journal => Get<IJournal>();

    public IChangeBoard Board => Get<IChangeBoard>();

    public StoreDatabase Database => Get<StoreDatabase>();

    public WorkProcessor Processor => Get<WorkProcessor>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>The worker as the host runs it.</summary>
    public BackgroundService Worker => _services.GetServices<IHostedService>().OfType<Worker>().Single();

    /// <summary>Puts the standing items into the queue, as the start of the portal does.</summary>
    public Task Stand() => _services.GetServices<IHostedService>().OfType<StandingWork>().Single().Stand(CancellationToken.None);

    /// <summary>Hears and tells other nodes, until the node is disposed of.</summary>
    public Task Listen() => (Get<INodeNotices>() as IHostedService)?.StartAsync(CancellationToken.None) ?? Task.CompletedTask;

    /// <summary>Runs everything that is due now. Answers how many runs there were.</summary>
    public async Task<int> RunDue(int limit = 1000)
    {
        var runs = 0;
        while (runs < limit && await Processor.RunOne(CancellationToken.None))
        {
            runs++;
        }

        return runs;
    }

    /// <summary>Lets time pass until nothing is left to run.</summary>
    public async Task RunToTheEnd(ManualTimeProvider clock, TimeSpan? atMost = null)
    {
        var end = clock.Now + (atMost ?? TimeSpan.FromHours(1));
        await RunDue();
        while (await Processor.NextDue(CancellationToken.None) is { } due && due <= end)
        {
            clock.AdvanceTo(due);
            await RunDue();
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

/// <summary>Stops a run at a step, as a crash of its process would.</summary>
internal sealed class StepScript : IStepObserver
{
    private readonly HashSet<string> _crashes = [];

    /// <summary>Decides for every step whether the process dies there.</summary>
    public Func<string, bool>? Dies { get; set; }

    public List<string> Reached { get; } = [];

    public void CrashAt(string step) => _crashes.Add(step);

    void IStepObserver.Reached(string step)
    {
        lock (Reached)
        {
            Reached.Add(step);
        }

        if (_crashes.Contains(step) || Dies?.Invoke(step) == true)
        {
            throw new StoreUnavailableException($"Crashed at {step}."); // the one thing after which a run writes nothing more
        }
    }
}

internal sealed class LogList : ILoggerProvider
{
    private readonly List<(LogLevel Level, EventId Id, string Message)> _entries = [];

    public IReadOnlyList<(LogLevel Level, EventId Id, string Message)> Entries
    {
        get
        {
            lock (_entries)
            {
                return [.. _entries];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private sealed class Logger(LogList list) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (list._entries)
            {
                list._entries.Add((logLevel, eventId, formatter(state, exception)));
            }
        }
    }
}
