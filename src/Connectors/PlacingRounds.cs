using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors;

/// <summary>One call of <see cref="IOrders.Create"/>, with what it has learned.</summary>
internal class PlacingAttempt(PortCall call, NewOrder order)
{
    public PortCall Call { get; } = call;

    public NewOrder Order { get; } = order;

    public bool ConfirmationSent { get; set; }

    /// <summary>Refused for good: the draft is deleted.</summary>
    public bool Refused { get; set; }
}

/// <summary>How a round ended: the order stands, it failed, or (neither) another round is needed.</summary>
internal readonly record struct PlacingStep(long? Placed, Failure? Failure)
{
    public PlacingStep(long placed)
        : this(placed, null)
    {
    }

    public PlacingStep(Failure? failure)
        : this(null, failure)
    {
    }

    public static PlacingStep Again => default;
}

/// <summary>Places an order on an ERP that claims by drafts: looks what stands there and does one thing more, until it stands.</summary>
internal static class PlacingRounds
{
    /// <summary>Each round deletes, waits out or adopts what others left; more of them than others are at work means that something else is wrong.</summary>
    private const int Most = 10;

    /// <summary>The order that was read by its id. That it is gone is no proof that there is none: it stood a moment ago.</summary>
    public static Outcome<Order> Only(Outcome<IReadOnlyList<Order>> read, Failure gone) =>
        read.Try(out var orders) && orders is [] ? Outcome.Failed<Order>(gone) : read.Select(found => found[0]);

    /// <param name="pause">At most so long before the second round, twice as long before the third, and so on.</param>
    /// <param name="read">The order with this id.</param>
    /// <param name="failure">As the connector words it.</param>
    /// <param name="contended">Code of the failure when others were always quicker.</param>
    public static async Task<Outcome<Order>> Run<TAttempt>(
        TAttempt attempt, PipelineEnvironment environment, TimeSpan pause, Func<TAttempt, Task<PlacingStep>> round,
        Func<PortCall, long, Task<Outcome<Order>>> read, Func<PortCall, Cause, string?, string?, Failure> failure, string contended)
        where TAttempt : PlacingAttempt
    {
        var outcome = await Rounds();
        // Once a confirmation was sent, nothing that goes wrong afterwards may say that nothing was done.
        return outcome is { Succeeded: false, Failure: { MayHaveTakenEffect: false } wrong } && attempt.ConfirmationSent && !attempt.Refused
            ? Outcome.Failed<Order>(wrong with { Cause = Cause.Interrupted })
            : outcome;

        async Task<Outcome<Order>> Rounds()
        {
            for (var done = 0; done < Most; done++)
            {
                if (done > 0)
                {
                    await Task.Delay(pause * (done * environment.Random()), environment.Time, attempt.Call.Cancel);
                }

                switch (await round(attempt))
                {
                    case { Placed: { } placed }:
                        return await read(attempt.Call, placed);
                    case { Failure: { } failed }:
                        return Outcome.Failed<Order>(failed);
                }
            }

            return Outcome.Failed<Order>(failure(attempt.Call, Cause.Conflict, "Others are placing the same order.", contended));
        }
    }
}
