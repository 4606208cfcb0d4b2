using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Portal.Components;

/// <summary>Holds a page back for the one answer that it hangs on: 404 can only be said before the first byte.</summary>
public static class FirstAnswer
{
    /// <summary>The longest time. An owner that is slower fills the page in later, and what is missing is then said in its place.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Ends when the answer is there or patience is over. What is missing or not the asker's becomes a 404.</summary>
    /// <param name="context">Null in a circuit.</param>
    public static async Task Wait<T>(Task<Outcome<T>> answer, TimeProvider clock, HttpContext? context)
    {
        if (await Task.WhenAny(answer, Task.Delay(Patience, clock)) == answer
            && await answer is { Succeeded: false, Failure.Cause: Cause.NotFound } && context is { Response.HasStarted: false })
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}
