using System.Reflection;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Core.Ownership.Guards;

/// <summary>Stands where the map says that no system of this company has a thing: every question is answered "not available here".</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "MA0053", Justification = "The runtime derives from it.")]
internal class Nobody : DispatchProxy
{
    /// <summary>What may be without an owner: pages say that it is not available, and the order path does without it.</summary>
    public static IReadOnlyList<Entity> Allowed { get; } = [Entity.Credit, Entity.Inventory, Entity.Invoices, Entity.Opportunities, Entity.Returns, Entity.SalesProducts, Entity.Quotations];

    /// <summary>What is without an owner where the map does not speak of it.</summary>
    public static IReadOnlyList<Entity> Unsaid { get; } = [Entity.SalesProducts, Entity.Quotations];

    private Entity _entity;
    private TimeProvider _time = TimeProvider.System;

    public static object Port(Type port, Entity entity, TimeProvider time)
    {
        var nobody = (Nobody)Create(port, typeof(Nobody));
        nobody._entity = entity;
        nobody._time = time;
        return nobody;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.ReturnType == typeof(PlacingCapabilities))
        {
            return new PlacingCapabilities(IdempotencyKey: false, UniqueReference: false, CommitHorizon: TimeSpan.Zero);
        }

        var asked = targetMethod.ReturnType.GenericTypeArguments[0].GenericTypeArguments[0];
        return typeof(Nobody).GetMethod(nameof(Answer), BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(asked).Invoke(this, [targetMethod.Name]);
    }

    private Task<Outcome<T>> Answer<T>(string operation) => Task.FromResult(Outcome.Failed<T>(
        new Failure(Cause.NotSupported, "portal", operation, _time.GetUtcNow(), $"No system owns {_entity}.")));
}
