using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Sync.Flows.Map;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Flows;

/// <summary>The flows, their maps and what triggers them.</summary>
internal static class FlowRegistration
{
    /// <summary>In the order in which they are explained.</summary>
    public static IReadOnlyList<FlowDefinition> Definitions { get; } =
        [AccountToErp.Definition, TermsToCrm.Definition, CreditToCrm.Definition, OrderToCrm.Definition, OpportunityToOrder.Definition, ProductToCrm.Definition];

    public static IServiceCollection AddFlows(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(_ => new FlowSet(FlowSettings.Read(configuration, [.. Definitions.Select(definition => definition.Settings)])));
        services.AddSingleton(provider => new FlowSwitches(
            provider.GetRequiredService<FlowSet>().Settings, provider.GetRequiredService<IMarks>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<FlowSwitches>>()));
        services.AddSingleton<FlowMaps>();
        services.AddSingleton<FlowContext>();
        Add(services, AccountToErp.Definition, (context, rules, _) => new AccountToErp(context, rules));
        Add(services, TermsToCrm.Definition, (context, rules, _) => new TermsToCrm(context, rules));
        Add(services, CreditToCrm.Definition, (context, rules, _) => new CreditToCrm(context, rules));
        Add(services, OrderToCrm.Definition, (context, rules, provider) => new OrderToCrm(context, rules, provider.GetRequiredService<ICustomerNotices>()));
        Add(services, OpportunityToOrder.Definition, (context, rules, provider) => new OpportunityToOrder(context, rules, provider.GetRequiredService<IPlaceOrders>()));
        Add(services, ProductToCrm.Definition, (context, rules, _) => new ProductToCrm(context, rules));
        services.AddSingleton<Followers>();
        services.AddSingleton<IFlow, FeedPolling>();
        services.AddSingleton<IFlow, FlowSchedule>();
        services.AddSingleton<Resync>();
        services.AddSingleton<IFlow>(provider => provider.GetRequiredService<Resync>());
        services.AddSingleton<IResync>(provider => provider.GetRequiredService<Resync>());
        services.AddSingleton<IDrift, Drift>();
        services.AddSingleton<IFlowBoard, FlowBoard>();
        services.AddSingleton<ICustomerNotices, CustomerNotices>();
        services.AddHostedService<CheckAtStart>();
        return services;
    }

    private static void Add<TFlow>(IServiceCollection services, FlowDefinition definition, Func<FlowContext, IReadOnlyList<FieldRule>, IServiceProvider, TFlow> make)
        where TFlow : Reconciler
    {
        services.AddSingleton(provider => make(provider.GetRequiredService<FlowContext>(), provider.GetRequiredService<FlowMaps>().Of(definition.Name), provider));
        services.AddSingleton<Reconciler>(provider => provider.GetRequiredService<TFlow>());
        services.AddSingleton<IFlow>(provider => provider.GetRequiredService<TFlow>());
    }

    /// <summary>A mistake in a map or a setting stops the start.</summary>
    private sealed class CheckAtStart(IServiceProvider services) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken)
        {
            _ = services.GetRequiredService<FlowMaps>();
            return Task.CompletedTask;
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>How every flow is set.</summary>
internal sealed record FlowSet(IReadOnlyDictionary<string, FlowSettings> Settings);

/// <summary>Every flow's rules, from what they bring along and what is configured; checked as a whole.</summary>
internal sealed class FlowMaps
{
    private readonly Dictionary<string, IReadOnlyList<FieldRule>> _rules = new(StringComparer.Ordinal);

    /// <exception cref="OptionsValidationException">Something is wrong; all of it is listed.</exception>
    public FlowMaps(FlowSet set, IOwnershipMap map)
    {
        var mistakes = new List<string>();
        foreach (var field in map.Fields)
        {
            if (FieldMap.Split(field.From.Field) is not { } from || FieldMap.Split(field.To.Field) is not { } to)
            {
                mistakes.Add($"{field.Key}: write each field with its entity, such as Customers.TaxNumber and Accounts.vatNumber.");
            }
            else if (FlowRegistration.Definitions.All(definition => !definition.Pairs.Contains((from.Entity, to.Entity))))
            {
                mistakes.Add($"{field.Key}: no flow carries fields of {from.Entity} to {to.Entity}; there are flows for "
                    + $"{string.Join(", ", FlowRegistration.Definitions.SelectMany(definition => definition.Pairs).Select(pair => $"{pair.Owner} to {pair.Target}"))}.");
            }
            else
            {
                mistakes.AddRange(new[] { (Key: "From", End: field.From, from.Entity), (Key: "To", End: field.To, to.Entity) }
                    .Where(end => map.OwnerOf(end.Entity) is { } owner && !owner.Equals(end.End.System, StringComparison.OrdinalIgnoreCase))
                    .Select(end => $"{field.Key}:{end.Key}:System: {end.Entity} is {map.OwnerOf(end.Entity)}'s, not {end.End.System}'s."));
            }
        }

        foreach (var definition in FlowRegistration.Definitions)
        {
            var fields = new FieldMap(definition.Name);
            definition.Map(fields);
            fields.Renamed(set.Settings[definition.Name].Fields);
            if (mistakes.Count == 0)
            {
                fields.Configured(map.Fields, field => definition.Pairs.Contains((FieldMap.Split(field.From.Field)!.Value.Entity, FieldMap.Split(field.To.Field)!.Value.Entity)));
            }

            mistakes.AddRange(fields.Mistakes);
            _rules[definition.Name] = fields.Rules;
        }

        if (mistakes.Count > 0)
        {
            throw new OptionsValidationException("Ownership:Fields", typeof(FieldRule), mistakes);
        }
    }

    public IReadOnlyList<FieldRule> Of(string flow) => _rules[flow];
}
