using Microsoft.AspNetCore.Components;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Portal.Components.Controls;

/// <summary>
/// Waits for an owner's answer and shows it when it comes; what was shown before stays until then. A new task asks again. Pages
/// start every task before they render, so that all owners are asked side by side.
/// </summary>
public abstract class AnswerView<T> : ComponentBase
{
    private Task<Outcome<T>>? _waitedFor;

    [Parameter, EditorRequired]
    public required Task<Outcome<T>> Answer { get; set; }

    protected Outcome<T>? Outcome { get; private set; }

    /// <summary>A newer answer is on its way.</summary>
    protected bool Busy { get; private set; }

    protected override async Task OnParametersSetAsync()
    {
        if (ReferenceEquals(Answer, _waitedFor))
        {
            return;
        }

        var asked = Answer;
        _waitedFor = asked;
        Busy = !asked.IsCompleted;
        var outcome = await asked;
        if (ReferenceEquals(asked, _waitedFor))
        {
            Outcome = outcome;
            Busy = false;
        }
    }
}
