using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Http;

/// <summary>Carries a failure up through handlers and HttpClient. <see cref="SystemPipeline"/> turns it into an outcome; nobody else sees it.</summary>
internal sealed class CallFailedException(Call call, Failure failure) : Exception(failure.ToString())
{
    public Call Call => call;

    public Failure Failure => failure;

    /// <summary>False where the pipeline itself refused.</summary>
    public bool SystemWasAsked { get; init; } = true;
}

/// <summary>
/// The answer does not say what was agreed. Thrown while a connector maps an answer inside <see cref="SystemPipeline.Send"/>, which turns it into
/// <see cref="Cause.Malformed"/>.
/// </summary>
/// <param name="detail">Names the field, such as <c>items[3].availableToPromise is negative</c>; never its value.</param>
public sealed class MalformedAnswerException(string detail) : Exception(detail);
