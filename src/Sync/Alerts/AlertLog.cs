using Microsoft.Extensions.Logging;

namespace PortalIntegration.Sync.Alerts;

/// <summary>The channel that is always there.</summary>
internal static partial class AlertLog
{
    public static void Told(ILogger logger, Alert alert)
    {
        var words = AlertWords.Headline(alert);
        switch (alert)
        {
            case { Condition.Key.Kind: ConditionKind.Test } or { Change: AlertChange.Cleared }:
                Quiet(logger, alert.Id, words);
                break;
            case { Condition.Severity: Severity.Bad }:
                Loud(logger, alert.Id, words);
                break;
            default:
                Notable(logger, alert.Id, words);
                break;
        }
    }

    [LoggerMessage(EventId = 5501, Level = LogLevel.Error, Message = "Alert {Alert}: {Words}")]
    private static partial void Loud(ILogger logger, string alert, string words);

    [LoggerMessage(EventId = 5502, Level = LogLevel.Warning, Message = "Alert {Alert}: {Words}")]
    private static partial void Notable(ILogger logger, string alert, string words);

    [LoggerMessage(EventId = 5503, Level = LogLevel.Information, Message = "Alert {Alert}: {Words}")]
    private static partial void Quiet(ILogger logger, string alert, string words);
}
