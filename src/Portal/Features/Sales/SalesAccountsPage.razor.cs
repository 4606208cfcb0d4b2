using System.Globalization;
using Microsoft.AspNetCore.Components;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Sales;

/// <summary>The accounts in a rep's care, as the CRM said when it was last asked who he is, and what their owners say is to be looked at.</summary>
public sealed partial class SalesAccountsPage
{
    public const int PageSize = 50;

    /// <summary>How long the list waits for signals to sort by. Who is slower fills in his signals later, and moves no row.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private Task<Outcome<PortalSession>>? _session;
    private Task<Outcome<Shown>>? _shown;
    private IReadOnlyList<AskedSigns> _asked = [];

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required AccountSignals Signals { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [SupplyParameterFromQuery]
    public string? Q { get; set; }

    [SupplyParameterFromQuery(Name = "signal")]
    public string? SignalName { get; set; }

    [SupplyParameterFromQuery]
    public string? Sort { get; set; }

    /// <summary>From 1.</summary>
    [SupplyParameterFromQuery]
    public string? Page { get; set; }

    private Signal? Wanted => Enum.TryParse<Signal>(SignalName, ignoreCase: true, out var signal) && Enum.IsDefined(signal) ? signal : null;

    private AccountSort Order => Enum.TryParse<AccountSort>(Sort, ignoreCase: true, out var sort) && Enum.IsDefined(sort) ? sort : AccountSort.Attention;

    private bool IsFiltered => !string.IsNullOrWhiteSpace(Q) || Wanted is not null;

    private int Skipped => int.TryParse(Page, CultureInfo.InvariantCulture, out var page) && page is > 1 and < 100_000 ? (page - 1) * PageSize : 0;

    private string NextPage => ((Skipped / PageSize) + 2).ToString(CultureInfo.InvariantCulture);

    protected override void OnInitialized()
    {
        _session = Current.Get();
        _asked = [.. Signals.Askable.Select(source => new AskedSigns(source, Current.InScope(session => Signals.Ask(session.Scope, source))))];
        _shown = Show();
    }

    private async Task<Outcome<Shown>> Show()
    {
        var answer = await _session!;
        if (!answer.Try(out var session))
        {
            return answer.As<Shown>();
        }

        if (Wanted is { } wanted)
        {
            // Who has a signal only its owner can say: without his answer there is no such list.
            var source = AccountSignals.SourceOf(wanted);
            if (_asked.FirstOrDefault(asked => asked.Source == source) is { } decisive && await decisive.Answer is { Succeeded: false } failed)
            {
                return failed.As<Shown>();
            }
        }

        var all = Task.WhenAll(_asked.Select(asked => asked.Answer));
        await Task.WhenAny(all, Task.Delay(_patience, Clock));
        var known = _asked.Select(asked => asked.Known).OfType<Signs>().ToList();
        return answer.Select(_ => new Shown(AccountList.Of(session.Scope.Accounts, Q, Wanted, Order, known), session.Acting, known.Count == _asked.Count)
        {
            LeftOut = session.LeftOut,
            Whole = session.Scope.Accounts.Count + session.LeftOut,
        });
    }

    private string Summary(PortalSession session)
    {
        var all = session.Scope.Accounts.Count + session.LeftOut;
        var unlinked = session.Scope.Accounts.Count(account => account.Customer is null);
        var words = Words[all == 1 ? "Accounts.Count.One" : "Accounts.Count", all].Value;
        return unlinked == 0 ? words : $"{words}, {Words[unlinked == 1 ? "Accounts.ActionRequired.One" : "Accounts.ActionRequired", unlinked].Value}";
    }

    /// <param name="ByAllSignals">Every owner who can say something had answered when the rows took their places.</param>
    private sealed record Shown(IReadOnlyList<ScopedAccount> Accounts, ScopedAccount? Acting, bool ByAllSignals)
    {
        public int LeftOut { get; init; }

        public int Whole { get; init; }
    }
}
