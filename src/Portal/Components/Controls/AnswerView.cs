using Microsoft.AspNetCore.Components;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Portal.Components.Controls;

/// <summary>
/// Waits for an owner's answer and shows it when it comes; what was shown before stays until then. A new task asks again. Pages
/// start every task before they render, so that all owners are asked side by side.
/// </summary>
public abstract partial class AnswerView<T> : ComponentBase
{
    private Task<Outcome<T>>? _waitedFor;

    [Inject]
    private ILoggerFactory Loggers { get; set; } = default!;

    [Parameter, EditorRequired]
    public required Task<Outcome<T>> Answer { get; set; }

    protected Outcome<T>? Outcome { get; private set; }

    /// <summary>A newer answer is on its way.</summary>
    protected bool Busy { get; private set; }

    /// <summary>Asking ended in a bug of ours. It stays in this part of the page: an error that passes on while a page streams would leave it waiting for ever.</summary>
    protected bool Broken { get; private set; }

    protected override async Task OnParametersSetAsync()
    {
        if (ReferenceEquals(Answer, _waitedFor))
        {
            return;
        }

        var asked = Answer;
        _waitedFor = asked;
        Busy = !asked.IsCompleted;
        try
        {
            var outcome = await asked;
            if (ReferenceEquals(asked, _waitedFor))
            {
                (Outcome, Busy, Broken) = (outcome, false, false);
            }
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            Log.Failed(Loggers.CreateLogger(GetType()), bug);
            if (ReferenceEquals(asked, _waitedFor))
            {
                (Busy, Broken) = (false, true);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A part of a page failed.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
