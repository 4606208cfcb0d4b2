using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors;

/// <summary>One call of <see cref="IOrders.Create"/> or <see cref="Core.Quotations.IQuotations.Create"/>, with what it has learned.</summary>
internal class PlacingAttempt(PortCall call)
{
    public PortCall Call { get; } = call;

    public bool ConfirmationSent { get; set; }

    /// <summary>Refused for good: the draft is deleted.</summary>
    public bool Refused { get; set; }
}

/// <summary>One call of <see cref="IOrders.Create"/>.</summary>
internal class OrderAttempt(PortCall call, NewOrder order) : PlacingAttempt(call)
{
    public NewOrder Order { get; } = order;
}

/// <summary>How a round ended: what is wanted stands, it failed, or (neither) another round is needed.</summary>
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

/// <summary>Places an order, or keeps a quotation, on an ERP that claims by drafts: looks what stands there and does one thing more, until it stands.</summary>
internal static class PlacingRounds
{
    /// <summary>Each round deletes, waits out or adopts what others left; more of them than others are at work means that something else is wrong.</summary>
    private const int Most = 10;

    /// <summary>What was read by its id. That it is gone is no proof that there is none: it stood a moment ago.</summary>
    public static Outcome<T> Only<T>(Outcome<IReadOnlyList<T>> read, Failure gone) =>
        read.Try(out var standing) && standing is [] ? Outcome.Failed<T>(gone) : read.Select(found => found[0]);

    /// <param name="pause">At most so long before the second round, twice as long before the third, and so on.</param>
    /// <param name="read">What stands under this id.</param>
    /// <param name="failure">As the connector words it.</param>
    /// <param name="contended">Code of the failure when others were always quicker.</param>
    public static async Task<Outcome<T>> Run<TAttempt, T>(
        TAttempt attempt, PipelineEnvironment environment, TimeSpan pause, Func<TAttempt, Task<PlacingStep>> round,
        Func<PortCall, long, Task<Outcome<T>>> read, Func<PortCall, Cause, string?, string?, Failure> failure, string contended)
        where TAttempt : PlacingAttempt
    {
        var outcome = await Rounds();
        // Once a confirmation was sent, nothing that goes wrong afterwards may say that nothing was done.
        return outcome is { Succeeded: false, Failure: { MayHaveTakenEffect: false } wrong } && attempt.ConfirmationSent && !attempt.Refused
            ? Outcome.Failed<T>(wrong with { Cause = Cause.Interrupted })
            : outcome;

        async Task<Outcome<T>> Rounds()
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
                        return Outcome.Failed<T>(failed);
                }
            }

            return Outcome.Failed<T>(failure(attempt.Call, Cause.Conflict, "Others are at the same.", contended));
        }
    }
}
