using PortalIntegration.Core;

namespace PortalIntegration.Sync.Placing;

/// <summary>Whether an order waits for somebody's approval: the ERP's total beside the person's limit, compared in one currency and never converted.</summary>
public static class ApprovalRule
{
    /// <param name="limit">Null for none.</param>
    /// <param name="total">As the ERP states it; null where it states none.</param>
    /// <returns>Null when it needs none.</returns>
    public static ApprovalReason? Reason(Money? limit, Money? total) => (limit, total) switch
    {
        (null, _) => null,
        (_, null) => ApprovalReason.NoTotal,
        ({ } most, { } stated) when !stated.Currency.Equals(most.Currency, StringComparison.OrdinalIgnoreCase) => ApprovalReason.OtherCurrency,
        ({ } most, { } stated) when stated.Amount > most.Amount => ApprovalReason.AboveLimit,
        _ => null,
    };
}
