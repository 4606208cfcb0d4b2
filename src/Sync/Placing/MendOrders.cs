using PortalIntegration.Core;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Placing;

internal sealed class MendOrders(IWorkStore store, IAdminJobs jobs, PlacingWatchers watchers, WorkSignal signal, TimeProvider time) : IMendOrders
{
    public async Task<MendableOrder?> Find(Scope scope, SubmissionId id, CancellationToken cancel) =>
        scope.Role is Role.Admin && await store.Find(PlaceOrderFlow.KeyOf(id), cancel) is { Payload: { } payload } item && IsOurs(item)
            && PlacingRecord.Read(payload) is { Submission: { } submission } record
            ? new MendableOrder(record.Customer, Of(submission), record.Mended?.Original, MayBeMended(record))
            : null;

    public async Task<AdminResult> MendAndRetry(Scope scope, SubmissionId id, OrderMend mend, CancellationToken cancel)
    {
        if (scope.Role is not Role.Admin)
        {
            return AdminResult.NotAllowed;
        }

        var now = time.GetUtcNow();
        PlacingRecord? written = null;
        var result = await jobs.Apply(
            PlaceOrderFlow.KeyOf(id),
            item =>
            {
                written = null;
                if (!IsOurs(item) || item.Payload is not { } payload || PlacingRecord.Read(payload) is not { Submission: { } submission } record)
                {
                    return new AdminDecision(AdminResult.NoLongerApplies);
                }

                var mended = submission with { Request = submission.Request with { PoNumber = mend.PoNumber, ShipTo = mend.ShipTo }, Note = mend.Note };
                if (!MayBeMended(record) || !SubmissionLimits.Allow(mended))
                {
                    return new AdminDecision(AdminResult.Refused);
                }

                // Its id and content hash stay the buyer's: his browser finds it by what he sent.
                written = record with
                {
                    Submission = mended,
                    PoNumber = mend.PoNumber,
                    Frozen = null,
                    FrozenQuotation = null,
                    LookedUp = false,
                    Mended = new MendedOrder(now, record.Mended?.Original ?? Of(submission), mend),
                };
                return new AdminDecision(
                    AdminResult.Applied,
                    new WorkChange
                    {
                        State = WorkState.Ready,
                        WantedAt = now,
                        Payload = written.Write(),
                        HoldsUp = item.HoldsUp,
                        Terms = mend.PoNumber is { } po ? [po] : [], // found by what the buyer sent, too
                    },
                    Entry(item.Key, Of(submission), mend, now, scope.Actor));
            },
            new AuditEntry(now, scope.Actor, "mendOrder", PlaceOrderFlow.KeyOf(id).ToString()),
            cancel);
        if (result == AdminResult.Applied && written is not null)
        {
            signal.Raise();
            watchers.Tell(written.Show(WorkState.Ready, running: false, now, 0));
        }

        return result;
    }

    private static bool IsOurs(WorkItem item) => item.State == WorkState.Dead || item.OnHold;

    private static bool MayBeMended(PlacingRecord record) => record is { NothingStands: true, ClearAt: null, IsFinal: false };

    private static OrderMend Of(Submission submission) => new(submission.Request.PoNumber, submission.Request.ShipTo, submission.Note);

    private static JournalEntry Entry(WorkKey key, OrderMend before, OrderMend after, DateTimeOffset now, string who) => new()
    {
        At = now,
        Key = key,
        Asked = "mendOrder",
        Changed = "mended and queued again",
        Changes =
        [
            .. new[]
            {
                new FieldChange("poNumber", before.PoNumber, after.PoNumber),
                new FieldChange("shipTo", before.ShipTo, after.ShipTo),
                new FieldChange("note", before.Note, after.Note, Personal: true),
            }.Where(change => change.From != change.To),
        ],
        By = who,
        Origin = TriggerKind.Admin,
    };
}
