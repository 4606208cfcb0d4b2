namespace PortalIntegration.Sync.Placing;

/// <summary>Why the portal itself refuses an order that was handed in: codes of a failure of system <c>portal</c>, each with its sentence on the pages.</summary>
public static class PlacingRefusals
{
    /// <summary>Who asked for an order cannot approve it.</summary>
    public const string ApproverIsRequester = "approverIsRequester";

    public const string NotAnApprover = "notAnApprover";

    /// <summary>What was handed in is not what the quotation says.</summary>
    public const string NotWhatWasAskedFor = "notWhatWasAskedFor";

    public const string AboveApproversLimit = "aboveApproversLimit";

    /// <summary>Above the limit, and the ERP keeps nothing.</summary>
    public const string ApprovalNotPossible = "approvalNotPossible";

    public const string UnknownQuotation = "unknownQuotation";

    public static IReadOnlyList<string> All { get; } =
        [ApproverIsRequester, NotAnApprover, NotWhatWasAskedFor, AboveApproversLimit, ApprovalNotPossible, UnknownQuotation];
}
