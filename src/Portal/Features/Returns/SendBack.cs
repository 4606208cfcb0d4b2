using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Changes;

namespace PortalIntegration.Portal.Features.Returns;

public enum SendBackVerdict
{
    Done,

    /// <summary>The owner understood and does not take it: there is no return.</summary>
    Refused,

    /// <summary>The owner was not reached: there is no return.</summary>
    NotReached,

    /// <summary>There may be a return. The same may be asked for again.</summary>
    Unclear,
}

/// <param name="Return">Only when it is done.</param>
public sealed record SentBack(SendBackVerdict Verdict, Return? Return, Failure? Failure);

/// <summary>Registers a return in its owner once: under one id, which the owner knows it by, and which is looked up before it is asked for again.</summary>
public sealed class SendBack(IOwnershipMap map, IChangeBoard board, TimeProvider clock)
{
    /// <summary>While somebody waits. Later tries are the page's.</summary>
    private const int MostTries = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public Task<Outcome<Returnable>> Returnable(Scope scope, OrderNumber order, CancellationToken cancel = default) => map.Owner<IReturns>().Returnable(scope, order, cancel);

    /// <param name="again">It was asked for before under this id, and its end is not known.</param>
    public async Task<SentBack> Apply(Scope scope, NewReturn wanted, bool again, CancellationToken cancel = default)
    {
        var returns = map.Owner<IReturns>();
        Failure? last = null;
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (again || tries > 0)
            {
                var standing = await returns.FindByReference(scope, wanted.Customer, wanted.Id, cancel);
                if (standing is { Succeeded: true, Value: { } found })
                {
                    return Done(wanted, found);
                }

                if (!standing.Succeeded)
                {
                    last = standing.Failure!;
                    await Wait(last, tries, cancel);
                    continue;
                }
            }

            var outcome = await returns.Create(scope, wanted, cancel);
            if (outcome.Try(out var created))
            {
                return Done(wanted, created);
            }

            last = outcome.Failure!;
            if (!last.MayHaveTakenEffect)
            {
                // After an earlier try only a refusal says anything: it looked, found no return under this id, and made none.
                var refused = !last.RetryCanHelp;
                return new SentBack(refused ? SendBackVerdict.Refused : again || tries > 0 ? SendBackVerdict.Unclear : SendBackVerdict.NotReached, null, last);
            }

            await Wait(last, tries, cancel);
        }

        return new SentBack(SendBackVerdict.Unclear, null, last);
    }

    private Task Wait(Failure failure, int tries, CancellationToken cancel) =>
        Task.Delay(failure.RetryAfter is { } wait && wait < 5 * Pause ? wait : Pause * (tries + 1), clock, cancel);

    private SentBack Done(NewReturn wanted, Return found)
    {
        board.Tell(Entity.Orders, wanted.Order.Value);
        return new SentBack(SendBackVerdict.Done, found, null);
    }
}
