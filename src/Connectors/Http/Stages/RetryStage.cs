using Polly;
using Polly.Retry;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Http.Stages;

/// <summary>
/// Repeats reads, and only reads: after what the system named, or a random span. A wait that the call has no time for is not begun, so that the
/// caller hears at once what the system said.
/// </summary>
internal sealed class RetryStage : DelegatingHandler
{
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;
    private readonly RetryOptions _options;
    private readonly Func<double> _random;

    public RetryStage(int retries, RetryOptions options, TimeProvider time, Func<double> random)
    {
        _options = options;
        _random = random;
        _pipeline = retries == 0
            ? ResiliencePipeline<HttpResponseMessage>.Empty
            : new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
                .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
                {
                    MaxRetryAttempts = retries,
                    ShouldHandle = arguments => ValueTask.FromResult(
                        arguments.Outcome.Exception is CallFailedException failed && IsWorthRepeating(failed, arguments.AttemptNumber)),
                    DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(Stage.CallOf(arguments.Context).NextDelay),
                })
                .Build();
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = Call.Of(request);
        return call.Operation.IsRead && !call.IsProbe
            ? _pipeline.Run(call, token => base.SendAsync(request, token), cancellationToken)
            : base.SendAsync(request, cancellationToken);
    }

    private bool IsWorthRepeating(CallFailedException failed, int attempt)
    {
        var (call, failure) = (failed.Call, failed.Failure);
        if (!failed.SystemWasAsked || failure.Cause is not (Cause.Unreachable or Cause.TimedOut or Cause.Interrupted or Cause.ServerError
            or Cause.Unavailable or Cause.Throttled or Cause.Malformed))
        {
            return false;
        }

        var longest = _options.First * Math.Pow(2, attempt);
        call.NextDelay = failure.RetryAfter ?? (longest < _options.Longest ? longest : _options.Longest) * _random();
        if (call.NextDelay >= call.Remaining)
        {
            return false;
        }

        Telemetry.Waits(call, call.NextDelay);
        return true;
    }
}
