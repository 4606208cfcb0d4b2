using System.Text.Json;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors;

/// <summary>What several answers make together; nonsense that only shows then is a failure as any other.</summary>
internal static class Together
{
    /// <param name="map">Throws <see cref="MalformedAnswerException"/> for what makes no sense.</param>
    /// <param name="malformed">The failure, with what was told of the nonsense.</param>
    public static Outcome<TOther> Map<T, TOther>(Outcome<T> outcome, Func<T, TOther> map, Func<string, Failure> malformed)
    {
        try
        {
            return outcome.Select(map);
        }
        catch (MalformedAnswerException nonsense)
        {
            return Outcome.Failed<TOther>(malformed(nonsense.Message));
        }
        catch (JsonException)
        {
            // Of fields whose names are options: they are read when it is known what they should be.
            return Outcome.Failed<TOther>(malformed("A field is not the agreed JSON."));
        }
    }
}
