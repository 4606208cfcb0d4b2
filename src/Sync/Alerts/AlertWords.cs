using System.Globalization;

namespace PortalIntegration.Sync.Alerts;

/// <summary>An alert in English, for those who do not look at a page. Ages are told once, times in UTC.</summary>
internal static class AlertWords
{
    /// <summary>One line.</summary>
    public static string Headline(Alert alert) => alert.Change switch
    {
        AlertChange.Cleared => $"Over: {What(alert.Condition)}",
        AlertChange.StillOn => $"Still: {What(alert.Condition)}",
        AlertChange.Worse => $"Worse: {What(alert.Condition)}",
        _ => What(alert.Condition),
    };

    /// <summary>What to do.</summary>
    public static string Todo(Condition condition) => condition.Key.Kind switch
    {
        ConditionKind.FlowLate => "See on the sync-health page what it waits for. If its system answers again, it catches up by itself.",
        ConditionKind.DeadLetters => "The sync-health page says why; mend that, then have them tried again. Nothing of them is lost.",
        ConditionKind.Quarantined => "Whoever runs that system should see what it sends. What the deliveries were about is found by polling and the nightly resync.",
        ConditionKind.MassRejection => "Compare the webhook secret there with the one here: after a change of secrets, both must be configured for a while. Polling carries on meanwhile.",
        ConditionKind.BrakeEngaged => "Look at the drift report: if the changes are meant, let the flow go on.",
        ConditionKind.SubscriptionLost => "Check the credentials and rights for webhooks in that system. Polling carries on, more slowly.",
        ConditionKind.StoreUnavailable => "Check disk space, rights and, where it is used, the PostgreSQL server. New orders are refused until the store is back; pages still answer.",
        ConditionKind.SystemUnreachable => "Check the system and the network to it. Orders and changes wait and go out by themselves.",
        ConditionKind.QuotaRunningOut => "Batch work is held back already. Ask for more quota, or set flows to a longer rhythm.",
        ConditionKind.CertificateEnds => "Have a new certificate issued and put it in the place of the old file: it is taken within a minute, without a restart.",
        _ => "Nothing: this is a test of the alert path.",
    };

    private static string What(Condition condition)
    {
        var (subject, count, since) = (condition.Key.Subject, condition.Count, Time(condition.Since));
        return condition.Key.Kind switch
        {
            ConditionKind.FlowLate => Said($"The flow {subject} is late: its oldest change has waited since {since}."),
            ConditionKind.DeadLetters => Said($"The flow {subject} gave up {Things(count)}, the first at {since}."),
            ConditionKind.Quarantined => Said($"{Deliveries(count)} of {subject} could not be read and {(count == 1 ? "was" : "were")} set aside, the first at {since}."),
            ConditionKind.MassRejection => Said($"{Deliveries(count)} that claim to come from {subject} were refused since {since}."),
            ConditionKind.BrakeEngaged => Said($"The flow {subject} stopped itself at {since} before it changed too much."),
            ConditionKind.SubscriptionLost => Said($"{subject} has not taken our subscription to its changes since {since}."),
            ConditionKind.StoreUnavailable => Said($"The portal's own store has not answered since {since}."),
            ConditionKind.SystemUnreachable => Said($"Every call to {subject} has failed since {since}."),
            ConditionKind.QuotaRunningOut => Said($"The quota of {subject} will be used up at {Time(condition.Until ?? condition.Since)} if calls go on like this."),
            ConditionKind.CertificateEnds => Said($"The certificate that the portal shows {subject} ends at {Time(condition.Until ?? condition.Since)}; after that no call gets through."),
            _ => Said($"Test of the alert path, asked for by {subject} at {since}."),
        };
    }

    private static string Things(int count) => count == 1 ? "an item" : Said($"{count} items");

    private static string Deliveries(int count) => count == 1 ? "A delivery" : Said($"{count} deliveries");

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Said(FormattableString words) => FormattableString.Invariant(words);
}
