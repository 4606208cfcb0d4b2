using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.UnitTests.Ownership;

/// <summary>Builds an ownership map over substituted ports.</summary>
internal sealed class Systems
{
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, string?> _configuration = new()
    {
        ["Systems:erp:Connector"] = "everything",
        ["Systems:erp:Address"] = "https://erp.example",
    };

    private readonly Dictionary<Type, object> _ports = [];

    public Systems()
    {
        foreach (var entity in Enum.GetNames<Entity>())
        {
            _configuration[$"Ownership:Entities:{entity}:Owner"] = "erp";
        }

        foreach (var port in Entities.Ports.Values.SelectMany(ports => ports))
        {
            _ports[port] = Substitute.For([port], []);
        }
    }

    public Systems With(string key, string? value)
    {
        if (value is null)
        {
            _configuration.Remove(key);
        }
        else
        {
            _configuration[key] = value;
        }

        return this;
    }

    /// <summary>In the place of a substitute.</summary>
    public object this[Type port]
    {
        set => _ports[port] = value;
    }

    public TPort Port<TPort>()
        where TPort : class => (TPort)_ports[typeof(TPort)];

    public OwnershipMap Build(TimeProvider? time = null, ILoggerFactory? loggers = null, IPersonBudget? budget = null, params IConnector[] more) => OwnershipMap.Build(
        new ConfigurationBuilder().AddInMemoryCollection(_configuration).Build(),
        [new Everything(_ports), .. more],
        time ?? TimeProvider.System,
        loggers ?? NullLoggerFactory.Instance,
        budget);

    public IReadOnlyList<string> Mistakes(params IConnector[] more) => Should.Throw<OwnershipException>(() => Build(more: more)).Mistakes;

    /// <summary>Puts them under a whole portal.</summary>
    public void Under(Microsoft.AspNetCore.Builder.WebApplicationBuilder portal)
    {
        portal.Configuration.AddInMemoryCollection(_configuration);
        portal.Services.AddSingleton<IConnector>(new Everything(_ports));
    }

    public static Outcome<T> Answer<T>(T value) => Outcome.Success(value, new Provenance("erp", Now));

    public static Outcome<T> Fails<T>(Cause cause) => Outcome.Failed<T>(new Failure(cause, "erp", "test", Now, "internal words"));

    private sealed class Everything(IReadOnlyDictionary<Type, object> ports) : IConnector
    {
        public string Name => "everything";

        public IReadOnlyList<PortDeclaration> Ports => [.. ports.Keys.Select(port => new PortDeclaration(port))];

        public IReadOnlyList<string> Check(SystemSettings settings) => [];

        public ISystemConnection Open(SystemSettings settings) => new Connection(settings.Name, ports);
    }

    public sealed class Connection(string system, IReadOnlyDictionary<Type, object> ports) : ISystemConnection
    {
        public string System => system;

        public ISystemMonitor Monitor { get; } = Substitute.For<ISystemMonitor>();

        public TPort? Find<TPort>()
            where TPort : class => ports.TryGetValue(typeof(TPort), out var port) ? (TPort)port : null;
    }
}
