using PortalIntegration.Connectors.Http;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Reference;

/// <summary>Reads a list by change, page by page and round by round.</summary>
internal static class ChangeFeed
{
    /// <summary>As <see cref="Read"/>; without a cursor, from now on.</summary>
    public static Task<Outcome<Changes>> Follow(SystemPipeline pipeline, Operation operation, string? cursor, Func<ChangeCursor, Task<Outcome<Changes>>> page) =>
        Read(pipeline, operation, ChangeCursor.Now, cursor, page);

    public static async Task<Outcome<Changes>> Read(SystemPipeline pipeline, Operation operation, ChangeCursor start, string? cursor, Func<ChangeCursor, Task<Outcome<Changes>>> page)
    {
        var position = cursor is null ? start : ChangeCursor.Read(cursor);
        if (position is null)
        {
            return pipeline.Fail<Changes>(operation, Cause.Rejected, "The cursor is none of this connector's.");
        }

        var answer = await page(position);

        // A page's cursor may run out after ten minutes; the round's own start does not.
        return position.Next is not null && answer.Failure?.Cause == Cause.Rejected ? await page(position.Restarted()) : answer;
    }
}
