using PortalIntegration.Core.Outcomes;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Placing;

/// <summary>
/// A discarded order shows its buyer that it was not taken. So one that may stand in the ERP, because a create was begun whose end is not known, cannot be discarded: it is
/// tried again first, which looks it up.
/// </summary>
internal sealed class DiscardOrder : IDiscardRule
{
    /// <summary>The code that the buyer's words are chosen by.</summary>
    public const string Code = "discarded";

    public string Flow => PlaceOrderFlow.FlowName;

    public byte[]? Discard(byte[] payload, DateTimeOffset now)
    {
        var record = PlacingRecord.Read(payload);
        return record is { NothingStands: true, ClearAt: null }
            ? (record.In(PlacingState.Rejected, now, new Failure(Cause.Rejected, "portal", PlaceOrderFlow.FlowName, now) { Code = Code }) with { WithdrawWanted = false }).Write()
            : null;
    }
}
