using System.Diagnostics;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Placing;

/// <summary>What the portal may ask of placing: everything goes through the store, and the flow does the rest.</summary>
internal sealed class PlaceOrders(
    IWorkStore store, WorkSignal signal, PlacingWatchers watchers, IStepObserver steps, IOptions<StateOptions> state, TimeProvider time) : IPlaceOrders
{
    private const int RecentLimit = 200;

    public Task<SubmitResult> Submit(Scope scope, Submission submission, CancellationToken cancel) => Submit(scope, submission, again: false, cancel);

    public async Task<SubmitResult> SubmitAgain(Scope scope, Submission submission, CancellationToken cancel) =>
        scope.CoversEverything ? await Submit(scope, submission, again: true, cancel) : new SubmitResult(SubmitVerdict.NotFound, null);

    private async Task<SubmitResult> Submit(Scope scope, Submission submission, bool again, CancellationToken cancel)
    {
        // The item carries it: whatever runs the order, and whenever, goes on in this trace.
        using var activity = SyncTelemetry.Activities.StartActivity("place-order submit");
        activity?.SetTag("work.key", submission.Id.ToString());
        if (!MayOrder(scope) || !scope.Covers(submission.Request.Customer))
        {
            return new SubmitResult(SubmitVerdict.NotFound, null);
        }

        return SubmissionLimits.Allow(submission)
            ? await Take(scope, HandedInBy(scope, submission), withdrawWanted: false, again, cancel)
            : new SubmitResult(SubmitVerdict.Invalid, null);
    }

    public async Task<Placing?> Withdraw(Scope scope, Submission forgotten, CancellationToken cancel)
    {
        if (!MayOrder(scope) || !scope.Covers(forgotten.Request.Customer))
        {
            return null;
        }

        // Nothing of its content goes to the ERP, so that even what cannot be ordered as it stands can be taken back.
        var taken = await Take(scope, HandedInBy(scope, forgotten), withdrawWanted: true, again: false, cancel);
        return taken.Verdict is SubmitVerdict.Attached or SubmitVerdict.Conflict ? await Withdraw(scope, forgotten.Id, cancel) : taken.Placing;
    }

    private async Task<SubmitResult> Take(Scope scope, Submission submission, bool withdrawWanted, bool again, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var mine = PlacingRecord.Receive(scope, submission, now, knownFrom: await store.Made(cancel)) with { WithdrawWanted = withdrawWanted };
        var work = new NewWork(PlaceOrderFlow.KeyOf(submission.Id), submission.Request.Customer.Value, (int)Lane.Interactive, mine.Write(), HoldsUp: true) { Terms = Terms(scope, submission) };
        while (true)
        {
            var (item, added) = await store.Add(work, cancel);
            if (added || (item.PayloadLost && await Renew(item, work with { Payload = (mine with { KnownFrom = now }).Write() }, cancel)))
            {
                steps.Reached(PlacingSteps.Received);
                signal.Raise();
                return new SubmitResult(SubmitVerdict.Accepted, mine.Show(WorkState.Ready, running: false, item.Due, attempts: 0));
            }

            if (item.Payload is null)
            {
                continue; // another tab renewed it just now
            }

            var running = PlacingRecord.Read(item.Payload);
            if (!scope.Covers(running.Customer))
            {
                return new SubmitResult(SubmitVerdict.NotFound, null);
            }

            if (again && running.State is PlacingState.Rejected or PlacingState.Withdrawn)
            {
                // What it may have begun before is still to be waited for, before "there is none" is believed.
                var anew = mine with { KnownFrom = running.KnownFrom, AttemptOver = running.AttemptOver };
                if (await TakeAnew(scope, item, anew, now, cancel))
                {
                    return new SubmitResult(SubmitVerdict.Accepted, anew.Show(WorkState.Ready, running: false, now, attempts: 0));
                }

                continue; // somebody else did, in this moment
            }

            if (ActivityContext.TryParse(item.Correlation, null, isRemote: true, out var first))
            {
                Activity.Current?.AddLink(new ActivityLink(first)); // it goes on in the trace of the first press
            }

            var verdict = running.ContentHash == mine.ContentHash ? SubmitVerdict.Attached : SubmitVerdict.Conflict;
            return new SubmitResult(verdict, running.Show(item, time.GetUtcNow()));
        }
    }

    public async Task<Placing?> Find(Scope scope, SubmissionId id, CancellationToken cancel) =>
        await Read(scope, id, cancel) is var (item, record) ? record.Show(item, time.GetUtcNow()) : null;

    public async Task<IReadOnlyList<Placing>> Recent(Scope scope, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var lines = scope.CoversEverything
            ? null
            : scope.Accounts.Select(account => account.Customer).OfType<CustomerNumber>().Select(customer => customer.Value).Distinct().ToList();
        var items = await store.List(PlaceOrderFlow.FlowName, lines, now.AddDays(-1), RecentLimit, cancel);
        return [.. items.Where(item => item.Payload is not null).OrderByDescending(item => item.Sequence).Select(item => PlacingRecord.Read(item.Payload!).Show(item, now))];
    }

    public Task<Placing?> Accept(Scope scope, SubmissionId id, int offer, CancellationToken cancel) =>
        Decide(
            scope,
            id,
            "acceptOffer",
            (record, now) => record.State == PlacingState.NeedsDecision && record.OfferVersion == offer
                ? record.In(PlacingState.Received, now) with { Agreed = record.Offer, Offer = null, Differences = [] }
                : null,
            cancel);

    public Task<Placing?> Withdraw(Scope scope, SubmissionId id, CancellationToken cancel) =>
        Decide(
            scope,
            id,
            "withdraw",
            (record, now) => !record.CanWithdraw ? null
                : record is { LookedUp: true, NothingComes: true } ? record.End(PlacingState.Withdrawn, now)
                : (record.State == PlacingState.NeedsDecision ? record.In(PlacingState.Received, now) with { Offer = null, Differences = [] } : record) with { WithdrawWanted = true },
            cancel);

    public IDisposable Watch(Scope scope, SubmissionId id, Action<Placing> changed) =>
        watchers.Add(id, placing =>
        {
            if (scope.Covers(placing.Customer))
            {
                changed(placing);
            }
        });

    /// <summary>What an admin may look for it by.</summary>
    private static IReadOnlyCollection<string> Terms(Scope scope, Submission submission) =>
    [
        submission.Id.ToString(),
        submission.Request.PoNumber ?? "",
        submission.Request.Customer.Value,
        .. scope.Accounts.Where(account => account.Customer == submission.Request.Customer).Select(account => account.Account.Value),
        .. submission.Request.Lines.Select(line => line.Sku.Value),
    ];

    private static bool MayOrder(Scope scope) => scope.CoversEverything || scope.Role is Role.Buyer or Role.Approver or Role.Rep;

    /// <summary>Whoever hands it in does so in his own name, whatever it says.</summary>
    private static Submission HandedInBy(Scope scope, Submission submission) => scope.CoversEverything
        ? submission
        : submission with { OrderedBy = submission.OrderedBy with { Person = new PersonId(scope.Actor) } };

    private async Task<bool> TakeAnew(Scope scope, WorkItem item, PlacingRecord record, DateTimeOffset now, CancellationToken cancel)
    {
        var change = new WorkChange { State = WorkState.Ready, Payload = record.Write(), HoldsUp = true, Lane = (int)Lane.Order, WantedAt = now };
        var entry = new JournalEntry { At = now, Key = item.Key, Asked = "submitAgain", Read = item.State.ToString(), Changed = "queued again", By = scope.Actor };
        if (!await store.Amend(item.Key, item.Revision, change, [entry], cancel))
        {
            return false;
        }

        signal.Raise();
        watchers.Tell(record.Show(WorkState.Ready, running: false, now, attempts: 0));
        return true;
    }

    /// <summary>The keys that the old payload was encrypted with are gone: the buyer's own copy takes its place, and is looked up first.</summary>
    private Task<bool> Renew(WorkItem item, NewWork work, CancellationToken cancel) =>
        store.Amend(item.Key, item.Revision, new WorkChange { State = WorkState.Ready, Payload = work.Payload, HoldsUp = true, Lane = work.Lane }, [], cancel);

    private async Task<(WorkItem Item, PlacingRecord Record)?> Read(Scope scope, SubmissionId id, CancellationToken cancel) =>
        await store.Find(PlaceOrderFlow.KeyOf(id), cancel) is { Payload: { } payload } item && PlacingRecord.Read(payload) is var record && scope.Covers(record.Customer)
            ? (item, record)
            : null;

    /// <summary>
    /// A person's decision against whatever runs: it is taken on the revision that was read, and the run that had the item loses its lease, so
    /// that either the decision or the create comes first, never both.
    /// </summary>
    private async Task<Placing?> Decide(Scope scope, SubmissionId id, string what, Func<PlacingRecord, DateTimeOffset, PlacingRecord?> decide, CancellationToken cancel)
    {
        while (await Read(scope, id, cancel) is var (item, record))
        {
            var now = time.GetUtcNow();
            if (!MayOrder(scope) || decide(record, now) is not { } decided)
            {
                return record.Show(item, now);
            }

            var change = decided.IsFinal
                ? new WorkChange { State = WorkState.Done, KeepUntil = now.AddDays(state.Value.JournalDays), Payload = decided.Write() }
                : new WorkChange
                {
                    State = WorkState.Ready,
                    Due = item.State == WorkState.Ready ? item.Due : now,
                    Attempts = item.Attempts,
                    Waits = item.Waits,
                    WantedAt = item.State == WorkState.Ready ? null : now,
                    Payload = decided.Write(),
                    HoldsUp = true,
                    Lane = (int)Lane.Interactive,
                };
            var entry = new JournalEntry { At = now, Key = item.Key, Asked = what, Changed = decided.State.ToString(), By = scope.Actor };
            if (await store.Amend(item.Key, item.Revision, change, [entry], cancel))
            {
                signal.Raise();
                var placing = decided.Show(change.State, running: false, change.Due ?? now, change.Attempts);
                watchers.Tell(placing);
                return placing;
            }
        }

        return null;
    }
}
