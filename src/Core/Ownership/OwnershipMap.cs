using System.Collections.Frozen;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using PortalIntegration.Core.Ownership.Guards;
using PortalIntegration.Core.Quotations;

namespace PortalIntegration.Core.Ownership;

/// <summary>The map, built once at start-up from configuration and checked as a whole.</summary>
public sealed class OwnershipMap : IOwnershipMap
{
    private readonly FrozenDictionary<Type, object> _ports;
    private readonly FrozenDictionary<Entity, Reads> _reads;
    private readonly FrozenDictionary<Entity, OwnedEntity> _owned;

    private readonly FrozenDictionary<Feature, NotAvailable> _lacking;

    private OwnershipMap(
        IReadOnlyList<ISystemConnection> systems, IReadOnlyList<OwnedEntity> owned, IReadOnlyList<OwnedField> fields,
        (FrozenDictionary<Type, object> Ports, FrozenDictionary<Entity, Reads> Reads) guarded, FrozenDictionary<Feature, NotAvailable> lacking)
    {
        _lacking = lacking;
        Systems = systems;
        Owned = owned;
        Fields = fields;
        (_ports, _reads) = guarded;
        _owned = owned.ToFrozenDictionary(entity => entity.Entity);
    }

    public IReadOnlyList<ISystemConnection> Systems { get; }

    public IReadOnlyList<OwnedEntity> Owned { get; }

    public IReadOnlyList<OwnedField> Fields { get; }

    /// <param name="budget">Null where nobody is counted.</param>
    /// <exception cref="OwnershipException">Something is wrong; all of it is listed.</exception>
    public static OwnershipMap Build(IConfiguration configuration, IEnumerable<IConnector> connectors, TimeProvider time, ILoggerFactory loggers, IPersonBudget? budget = null)
    {
        var read = OwnershipConfiguration.Read(configuration);
        var kinds = connectors.ToDictionary(connector => connector.Name, StringComparer.OrdinalIgnoreCase);
        KeepQuotationsWithOrders(read, kinds);
        var mistakes = new List<string>(read.Mistakes);
        mistakes.AddRange(SystemMistakes(read, kinds));
        mistakes.AddRange(EntityMistakes(read, kinds, configuration));
        mistakes.AddRange(FieldMistakes.In(read.Fields, configuration.GetSection("Systems").GetChildren().Select(section => section.Key)));
        if (mistakes.Count > 0)
        {
            throw new OwnershipException(mistakes);
        }

        var systems = read.Systems.OrderBy(settings => settings.Name, StringComparer.Ordinal)
            .Select(settings => kinds[settings.Connector].Open(settings)).ToList();
        var owned = read.Entities.OrderBy(entity => entity.Entity).ToList();
        return new OwnershipMap(systems, owned, read.Fields, PortGuards.For(owned, read.Nobodys, systems, time, loggers, budget), Lacks(read, owned, kinds));
    }

    public TPort Owner<TPort>()
        where TPort : class =>
        _ports.TryGetValue(typeof(TPort), out var port)
            ? (TPort)port
            : throw new InvalidOperationException($"No system owns what {typeof(TPort).Name} speaks of: name one under Ownership:Entities.");

    public void Moved(Entity entity) => _reads.GetValueOrDefault(entity)?.Moved();

    public OwnerAnswers LastAnswers(Entity entity) => _reads.GetValueOrDefault(entity)?.LastAnswers ?? OwnerAnswers.None;

    public string? OwnerOf(Entity entity) => _owned.GetValueOrDefault(entity)?.System;

    public NotAvailable? Lacking(Feature feature) => _lacking.GetValueOrDefault(feature);

    private static FrozenDictionary<Feature, NotAvailable> Lacks(OwnershipConfiguration read, List<OwnedEntity> owned, Dictionary<string, IConnector> kinds) =>
    (
        from entity in owned
        let settings = read.Systems.Find(candidate => candidate.Name.Equals(entity.System, StringComparison.OrdinalIgnoreCase))
        from declared in kinds[settings.Connector].Ports
        where Ownership.Entities.Ports[entity.Entity].Contains(declared.Port)
        from lack in declared.Lacks
        select new NotAvailable(settings.Name, lack)).ToFrozenDictionary(missing => missing.Lack.Feature);

    /// <summary>Where the map does not speak of quotations, they are kept where the orders are, if that system can.</summary>
    private static void KeepQuotationsWithOrders(OwnershipConfiguration read, Dictionary<string, IConnector> kinds)
    {
        if (read.Unsaid.Contains(Entity.Quotations)
            && read.Entities.Find(owned => owned.Entity == Entity.Orders) is { } orders
            && read.Systems.Find(candidate => candidate.Name.Equals(orders.System, StringComparison.OrdinalIgnoreCase)) is { } settings
            && kinds.TryGetValue(settings.Connector, out var connector)
            && connector.Ports.Any(declared => declared.Port == typeof(IQuotations)))
        {
            read.Nobodys.Remove(Entity.Quotations);
            read.Entities.Add(new OwnedEntity(Entity.Quotations, orders.System, Freshness: null, ShowLastKnown: false));
        }
    }

    private static IEnumerable<string> SystemMistakes(OwnershipConfiguration read, Dictionary<string, IConnector> kinds)
    {
        foreach (var settings in read.Systems)
        {
            if (!kinds.TryGetValue(settings.Connector, out var connector))
            {
                yield return $"Systems:{settings.Name}:Connector: there is no connector '{settings.Connector}'; there are {string.Join(", ", kinds.Keys.Order(StringComparer.Ordinal))}.";
                continue;
            }

            foreach (var unknown in settings.Options.Keys.Except(connector.Options, StringComparer.OrdinalIgnoreCase))
            {
                yield return $"Systems:{settings.Name}:Options:{unknown}: the connector '{connector.Name}' has no such option; "
                    + $"it has {(connector.Options is [] ? "none" : string.Join(", ", connector.Options))}.";
            }

            foreach (var mistake in connector.Check(settings))
            {
                yield return mistake;
            }
        }
    }

    private static IEnumerable<string> EntityMistakes(OwnershipConfiguration read, Dictionary<string, IConnector> kinds, IConfiguration configuration)
    {
        var named = configuration.GetSection("Systems").GetChildren().Select(section => section.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var owned in read.Entities)
        {
            var key = $"Ownership:Entities:{owned.Entity}:Owner";
            if (!named.Contains(owned.System))
            {
                yield return $"{key}: there is no system '{owned.System}'; there are {string.Join(", ", named.Order(StringComparer.Ordinal))}.";
                continue;
            }

            var settings = read.Systems.Find(candidate => candidate.Name.Equals(owned.System, StringComparison.OrdinalIgnoreCase));
            if (settings is null || !kinds.TryGetValue(settings.Connector, out var connector))
            {
                continue; // said already
            }

            var missing = Ownership.Entities.Ports[owned.Entity].Except(connector.Ports.Select(declared => declared.Port)).Select(port => port.Name).ToList();
            if (missing.Count > 0)
            {
                yield return $"{key}: system '{owned.System}' cannot own it, its connector '{connector.Name}' does not implement {string.Join(", ", missing)}.";
            }
        }

        foreach (var entity in Enum.GetValues<Entity>().Except(Nobody.Unsaid).Where(entity => configuration[$"Ownership:Entities:{entity}:Owner"] is null
            && !configuration.GetSection($"Ownership:Entities:{entity}:Owner").GetChildren().Any()))
        {
            yield return $"Ownership:Entities:{entity}:Owner: nobody owns it; name the system that does.";
        }
    }
}
