using Microsoft.AspNetCore.Components;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Portal.Components;

/// <summary>Answers 404 for what does not exist or is not the asker's, which a page can only do before its first byte.</summary>
public static class MissingPages
{
    /// <summary>How long a page is held back for it. An owner that is slower fills the page in later, and what is missing is said in its place.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Waits for the one answer that the page hangs on; shows the not-found page when there is no such thing in the scope.</summary>
    public static async Task NotFoundIfMissing<T>(this NavigationManager navigation, Task<Outcome<T>> answer, TimeProvider clock)
    {
        if (await Task.WhenAny(answer, Task.Delay(Patience, clock)) == answer && await answer is { Failure.Cause: Cause.NotFound, Succeeded: false })
        {
            navigation.NotFound();
        }
    }
}
