using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Portal.Features.Sales;

/// <summary>Why an account wants to be looked at, the loudest first.</summary>
public enum Signal
{
    OnHold,
    OverLimit,
    Overdue,
    Late,
    Quiet,
}

/// <summary>Who says it: one question each, and each fails alone.</summary>
public enum SignalSource
{
    Credit,
    Invoices,
    Orders,
}

/// <summary>A signal of one account, with what its owner says of it.</summary>
public sealed record Sign(Signal Signal)
{
    public string? Reason { get; init; }

    public Money? Amount { get; init; }

    public int Count { get; init; }

    public DateOnly? Since { get; init; }

    /// <summary>When the account ordered last; null for never.</summary>
    public DateTimeOffset? LastOrderedAt { get; init; }
}

/// <param name="Of">Only accounts with at least one sign.</param>
public sealed record Signs(IReadOnlyDictionary<CustomerNumber, IReadOnlyList<Sign>> Of)
{
    public IReadOnlyList<Sign> For(CustomerNumber? customer) => customer is { } number && Of.TryGetValue(number, out var signs) ? signs : [];

    public int Count(Signal signal) => Of.Values.Count(signs => signs.Any(sign => sign.Signal == signal));
}

/// <summary>One owner's answer about all accounts, perhaps still on its way.</summary>
public sealed class AskedSigns
{
    public AskedSigns(SignalSource source, Task<Outcome<Signs>> asked)
    {
        Source = source;
        Answer = Keep(asked);
    }

    public SignalSource Source { get; }

    public Task<Outcome<Signs>> Answer { get; }

    /// <summary>What is known by now; null while it is not.</summary>
    public Signs? Known { get; private set; }

    public bool IsWaiting => !Answer.IsCompleted;

    private async Task<Outcome<Signs>> Keep(Task<Outcome<Signs>> asked)
    {
        var outcome = await asked;
        Known = outcome.Succeeded ? outcome.Value : null;
        return outcome;
    }
}
