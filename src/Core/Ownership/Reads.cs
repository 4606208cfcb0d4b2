using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Ownership;

/// <summary>
/// Reads of one entity: identical ones in flight are one call, and what the map declares about freshness holds. What it keeps is in
/// memory only, bounded, and may vanish at any time.
/// </summary>
/// <remarks>
/// The key of a personal answer carries whose it is, so that nothing crosses customers. A read that others wait for too is not
/// cancelled by one who leaves: the HTTP pipeline's total timeout bounds it.
/// </remarks>
internal sealed class Reads(OwnedEntity owned, TimeProvider time, IMemoryCache kept, IPersonBudget? budget)
{
    private readonly ConcurrentDictionary<(Lane Lane, string Key, int Moves), Task> _running = new();
    private int _moves;
    private volatile OwnerAnswers _last = OwnerAnswers.None;

    /// <summary>What the owner answered last, here in memory.</summary>
    public OwnerAnswers LastAnswers => _last;

    /// <summary>Who asks from now on joins no read that was begun before.</summary>
    public void Moved() => Interlocked.Increment(ref _moves);

    /// <param name="operation">Name of the port's method.</param>
    /// <param name="whose">The customer, account or actor that the answer is for; null when it is the same for everybody.</param>
    /// <param name="asked">Everything else that the answer depends on.</param>
    public async Task<Outcome<T>> Ask<T>(Scope scope, string operation, string? whose, object? asked, Func<CancellationToken, Task<Outcome<T>>> call, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var span = OwnershipTelemetry.Start(owned, operation);
        if (scope is { CoversEverything: true, Lane: Lane.Sync or Lane.Batch })
        {
            // A flow that compares needs what is now: nothing kept, and nothing that was asked before it began.
            OwnershipTelemetry.Answered(span, OwnershipTelemetry.ByOwner);
            var started = time.GetTimestamp();
            var live = await call(cancel);
            Remember(operation, started, live.Failure);
            return live;
        }

        var key = JsonSerializer.Serialize(new object?[] { owned.Entity.ToString(), operation, whose, asked });
        // What a batch reads nobody asks again soon: it would only push out what people ask.
        var remembers = scope.Lane is not Lane.Batch;
        if (remembers && owned.Freshness is { } age && Last<T>(key) is { } recent && time.GetUtcNow() - recent.At <= age)
        {
            OwnershipTelemetry.Answered(span, OwnershipTelemetry.ByMemory, time.GetUtcNow() - recent.At);
            return Outcome.Success(recent.Answer.Value, recent.Answer.Provenance! with { Freshness = Freshness.Snapshot });
        }

        var outcome = Refused<T>(scope, operation) ?? await Together(scope.Lane, key, operation, call, span).WaitAsync(cancel);
        if (outcome.Succeeded)
        {
            if (remembers && (owned.Freshness is not null || owned.ShowLastKnown))
            {
                kept.Set(key, new Kept<T>(outcome, time.GetUtcNow()), new MemoryCacheEntryOptions { Size = 1 });
            }

            return outcome;
        }

        // Only "could not be asked" is answered from memory: what the owner refused or does not know is its answer.
        if (owned.ShowLastKnown && outcome.Failure!.RetryCanHelp && Last<T>(key) is { } last)
        {
            OwnershipTelemetry.Answered(span, OwnershipTelemetry.ByLastKnown, time.GetUtcNow() - last.At);
            return Outcome.LastKnown(last.Answer.Value, last.Answer.Provenance!, outcome.Failure);
        }

        return outcome;
    }

    /// <summary>When a person has used up what he may ask of the owners; null when he may ask.</summary>
    public Outcome<T>? Refused<T>(Scope scope, string operation) =>
        !scope.CoversEverything && budget?.Refuses(new PersonId(scope.Actor), operation) is { } later ? Outcome.Failed<T>(later) : null;

    private void Remember(string operation, long started, Failure? failure)
    {
        var answer = new OwnerAnswer(operation, time.GetUtcNow(), time.GetElapsedTime(started), failure);
        _last = failure is null or { RetryCanHelp: false } ? _last with { Answered = answer } : _last with { Failed = answer };
    }

    private Kept<T>? Last<T>(string key) => kept.TryGetValue(key, out Kept<T>? last) ? last : null;

    private Task<Outcome<T>> Together<T>(Lane lane, string key, string operation, Func<CancellationToken, Task<Outcome<T>>> call, Activity? span)
    {
        var mine = new TaskCompletionSource<Outcome<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var place = (lane, key, Volatile.Read(ref _moves));
        var running = _running.GetOrAdd(place, mine.Task);
        if (!ReferenceEquals(running, mine.Task))
        {
            OwnershipTelemetry.Answered(span, OwnershipTelemetry.ByQuestionInFlight);
            return (Task<Outcome<T>>)running;
        }

        OwnershipTelemetry.Answered(span, OwnershipTelemetry.ByOwner);
        _ = Run();
        return mine.Task;

        async Task Run()
        {
            var started = time.GetTimestamp();
            try
            {
                var outcome = await call(CancellationToken.None);
                Remember(operation, started, outcome.Failure);
                _running.TryRemove(place, out _);
                mine.SetResult(outcome);
            }
            catch (Exception bug)
            {
                _running.TryRemove(place, out _);
                mine.SetException(bug);
            }
        }
    }

    private sealed record Kept<T>(Outcome<T> Answer, DateTimeOffset At);
}
