using Microsoft.Extensions.Options;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Portal.Components;

/// <summary>Holds a page back for the one answer that it hangs on: 404 can only be said before the first byte.</summary>
public sealed class FirstAnswer(IOptions<PagesOptions> pages, TimeProvider clock)
{
    /// <summary>
    /// Ends when the answer is there or <see cref="PagesOptions.FirstAnswer"/> is over. What is missing or not the asker's becomes a 404; an owner that is slower fills
    /// the page in later, and what is missing is then said in its place.
    /// </summary>
    /// <param name="context">Null in a circuit.</param>
    public async Task Wait<T>(Task<Outcome<T>> answer, HttpContext? context)
    {
        if (await Task.WhenAny(answer, Task.Delay(pages.Value.FirstAnswer, clock)) == answer
            && await answer is { Succeeded: false, Failure.Cause: Cause.NotFound } && context is { Response.HasStarted: false })
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}
