using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors;

/// <summary>One question of a port's, in as many calls as the system's own limit demands.</summary>
internal static class Batches
{
    /// <summary>The calls go out side by side. One that fails fails the whole; nothing is asked about nothing.</summary>
    /// <param name="largest">The most that the system takes in one call.</param>
    public static async Task<Outcome<IReadOnlyList<TOut>>> Ask<TIn, TOut>(
        SystemPipeline pipeline, IReadOnlyList<TIn> items, int largest, Func<IReadOnlyList<TIn>, Task<Outcome<IReadOnlyList<TOut>>>> ask)
    {
        if (items.Count <= largest)
        {
            return items.Count > 0 ? await ask(items) : Outcome.Success<IReadOnlyList<TOut>>([], new Provenance(pipeline.System, pipeline.Time.GetUtcNow()));
        }

        var answers = await Task.WhenAll(items.Chunk(largest).Select(ask));
        if (Array.Find(answers, answer => !answer.Succeeded) is { } failed)
        {
            return failed;
        }

        return Outcome.Success<IReadOnlyList<TOut>>(
            [.. answers.SelectMany(answer => answer.Value)],
            answers.Select(answer => answer.Provenance!).MinBy(provenance => provenance.AsOf)!);
    }
}
