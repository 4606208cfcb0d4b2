using System.Collections.Concurrent;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.Portal.Rehearsal;

/// <summary>Places past orders again, at a pace, through the queue and the pipeline that real ones go through, and looks at what came of each.</summary>
internal sealed class Rehearsal(IPlaceOrders placing, IOwnershipMap map, TimeProvider time)
{
    private static readonly Scope _ours = Scope.ForPortal("rehearse", Lane.Order);

    public async Task<RehearsalReport> Run(IReadOnlyList<PastOrder> orders, RehearsalArguments arguments, CallMeter meter, Action<string> progress, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var running = new ConcurrentQueue<Task<Played>>();
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        for (var at = 0; at < orders.Count; at++)
        {
            var early = arguments.Pace.Interval * at - time.GetElapsedTime(began);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, time, cancel);
            }

            running.Enqueue(Play(orders[at], given.Token));
            if ((at + 1) % 100 == 0)
            {
                progress($"{at + 1} of {orders.Count} submitted");
            }
        }

        given.CancelAfter(arguments.Patience);
        var played = await Task.WhenAll(running);
        cancel.ThrowIfCancellationRequested();
        var took = time.GetElapsedTime(began);

        // Only what placing costs counts, not what this report asks afterwards.
        var calls = meter.Calls;
        var differing = new List<DifferingOrder>();
        var notCompared = 0;
        foreach (var (order, placed, _) in played.Where(one => one.Placing is { State: PlacingState.Confirmed, Number: not null }))
        {
            var now = await map.Owner<IOrders>().Get(_ours with { Lane = Lane.Batch }, placed!.Number!.Value, cancel);
            var differences = now.Succeeded ? Amounts.Compare(order, PastOrders.From(placed.Number.Value.Value, now.Value)) : null;
            switch (differences)
            {
                case null:
                    notCompared++;
                    break;
                case { Count: > 0 }:
                    differing.Add(new DifferingOrder(order.Name, placed.Number.Value.Value, differences));
                    break;
            }
        }

        var times = played.Where(one => one.Placing?.State is PlacingState.Confirmed).Select(one => one.Took).Order().ToList();
        var owner = map.OwnerOf(Entity.Orders);
        return new RehearsalReport
        {
            Orders = orders.Count,
            Placed = times.Count,
            Took = took,
            MiddleOrder = times.Count > 0 ? times[times.Count / 2] : null,
            SlowestOrders = times.Count > 0 ? times[Math.Min(times.Count - 1, times.Count * 99 / 100)] : null,
            Rejected = [.. played.Where(one => one.Placing?.State is PlacingState.Rejected or null).Select(one => new RejectedOrder(one.Order.Name, one.Order.Customer.Value, Reason(one)))],
            Open = [.. played.Where(one => one.Placing is { State: not (PlacingState.Rejected or PlacingState.Confirmed) })
                .Select(one => new OpenOrder(one.Order.Name, one.Order.Customer.Value, one.Placing!.State.ToString(), one.Placing.Failure?.ToString()))],
            Differing = differing,
            NotCompared = notCompared,
            Calls = [.. calls.GroupBy(call => (call.System, call.Lane, call.Operation))
                .Select(group => new LaneCalls(group.Key.System, group.Key.Lane, group.Key.Operation, group.Count()))
                .OrderBy(row => row.System, StringComparer.Ordinal).ThenBy(row => Enum.Parse<Lane>(row.Lane)).ThenByDescending(row => row.Calls)],
            Quota = arguments.Quota is { } quota ? QuotaVerdict.Of(quota, [.. calls.Where(call => call.System == owner).Select(call => call.At)]) : null,
        };
    }

    private async Task<Played> Play(PastOrder order, CancellationToken patience)
    {
        var id = new SubmissionId(Guid.NewGuid());
        var started = time.GetTimestamp();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watch = placing.Watch(_ours, id, changed =>
        {
            if (HasEnded(changed))
            {
                ended.TrySetResult();
            }
        });
        var taken = await placing.Submit(
            _ours,
            new Submission
            {
                Id = id,
                Request = new QuoteRequest
                {
                    Submission = id,
                    Customer = order.Customer,
                    ShipTo = order.ShipTo,
                    PoNumber = order.PoNumber,
                    Lines = [.. order.Lines.Select((line, at) => new OrderLineRequest($"{at + 1}", line.Sku, line.Quantity, line.Unit))],
                },
                OrderedBy = new OrderedBy(new PersonId("rehearsal"), "Rehearsal"),
                Note = $"Rehearsal of {order.Name}",
                Policy = PricePolicy.PriceOfTheDay,
            },
            CancellationToken.None);
        if (taken.Placing is null)
        {
            return new Played(order, null, TimeSpan.Zero);
        }

        try
        {
            if (await placing.Find(_ours, id, CancellationToken.None) is not { } now || !HasEnded(now))
            {
                await ended.Task.WaitAsync(patience);
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // What became of it is asked once more; it may stay open.
        }

        return new Played(order, await placing.Find(_ours, id, CancellationToken.None), time.GetElapsedTime(started));
    }

    private static bool HasEnded(Sync.Placing.Placing placing) => placing.IsFinal || placing.State is PlacingState.DeadLetter or PlacingState.NeedsDecision;

    private static string Reason(Played one) => one.Placing?.Failure is { } failure
        ? string.Join("; ", failure.Problems.Select(problem => problem.Message).Prepend(failure.Detail ?? failure.Cause.ToString()).Distinct(StringComparer.Ordinal))
        : "Not an order as the portal takes them.";

    private sealed record Played(PastOrder Order, Sync.Placing.Placing? Placing, TimeSpan Took);
}
