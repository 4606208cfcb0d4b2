using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Portal.Features.Sales;

/// <summary>
/// What to look at first among the accounts in a rep's care. Each owner is asked once about all of them, however many they are. What they say is shown as they say it;
/// only how long an account has not ordered is worked out here, from the day that its owner tells.
/// </summary>
public sealed class AccountSignals(IOwnershipMap map, IOptions<SalesOptions> options, TimeProvider clock)
{
    public int QuietAfterDays => options.Value.QuietAfterDays;

    public static SignalSource SourceOf(Signal signal) => signal switch
    {
        Signal.OnHold or Signal.OverLimit => SignalSource.Credit,
        Signal.Overdue => SignalSource.Invoices,
        _ => SignalSource.Orders,
    };

    public static Feature FeatureOf(SignalSource source) => source switch
    {
        SignalSource.Credit => Feature.CreditSignals,
        SignalSource.Invoices => Feature.OverdueSignals,
        _ => Feature.OrderActivity,
    };

    /// <summary>The owners who can say anything; of the others it is known that they cannot.</summary>
    public IReadOnlyList<SignalSource> Askable => [.. Enum.GetValues<SignalSource>().Where(source => map.Lacking(FeatureOf(source)) is null)];

    public async Task<Outcome<Signs>> Ask(Scope scope, SignalSource source, CancellationToken cancel = default)
    {
        List<CustomerNumber> customers = [.. scope.Accounts.Where(account => account.Customer is not null).Select(account => account.Customer!.Value).Distinct().OrderBy(number => number.Value, StringComparer.Ordinal)];
        return source switch
        {
            SignalSource.Credit => (await map.Owner<ICredit>().Signals(scope, customers, cancel)).Select(all => Gather(all, signal => signal.Customer, OfCredit)),
            SignalSource.Invoices => (await map.Owner<IInvoices>().Overdue(scope, customers, cancel)).Select(all => Gather(all, signal => signal.Customer, OfDebt)),
            _ => (await map.Owner<IOrders>().Activity(scope, customers, cancel)).Select(all => Gather(all, activity => activity.Customer, OfOrders)),
        };
    }

    private static IEnumerable<Sign> OfCredit(CreditSignal credit)
    {
        if (credit.OnHold)
        {
            yield return new Sign(Signal.OnHold) { Reason = credit.HoldReason };
        }

        if (credit.OverLimit)
        {
            yield return new Sign(Signal.OverLimit);
        }
    }

    private static IEnumerable<Sign> OfDebt(OverdueSignal debt)
    {
        if (debt.Since is not null)
        {
            yield return new Sign(Signal.Overdue) { Amount = debt.Amount, Since = debt.Since };
        }
    }

    private IEnumerable<Sign> OfOrders(OrderActivity activity)
    {
        if (activity.Late > 0)
        {
            yield return new Sign(Signal.Late) { Count = activity.Late, Since = activity.LateSince };
        }

        if (activity.LastOrderedAt is not { } last || clock.GetUtcNow() - last >= TimeSpan.FromDays(QuietAfterDays))
        {
            yield return new Sign(Signal.Quiet) { LastOrderedAt = activity.LastOrderedAt };
        }
    }

    private static Signs Gather<T>(IReadOnlyList<T> all, Func<T, CustomerNumber> customerOf, Func<T, IEnumerable<Sign>> signsOf) => new(all
        .GroupBy(customerOf)
        .Select(group => (Customer: group.Key, Signs: (IReadOnlyList<Sign>)[.. group.SelectMany(signsOf)]))
        .Where(entry => entry.Signs.Count > 0)
        .ToDictionary(entry => entry.Customer, entry => entry.Signs));
}
