using Polly;
using Polly.Timeout;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Http.Stages;

/// <summary>First stage: bounds a call with all its waiting and attempts.</summary>
internal sealed class TotalTimeoutStage(TimeProvider time) : DelegatingHandler
{
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
        .AddTimeout(new TimeoutStrategyOptions { TimeoutGenerator = arguments => ValueTask.FromResult(Stage.AtLeast(Stage.CallOf(arguments.Context).Remaining)) })
        .Build();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = Call.Of(request);
        if (call.Remaining <= TimeSpan.Zero)
        {
            throw call.NotAsked(Cause.QueueFull, "No time was left for the call.");
        }

        try
        {
            return await _pipeline.Run(call, token => base.SendAsync(request, token), cancellationToken);
        }
        catch (TimeoutRejectedException)
        {
            throw call.Phase switch
            {
                CallPhase.Sent => call.Fail(Cause.TimedOut, "No answer within the time allowed."),
                _ when call.LastFailure is { } last => last,
                CallPhase.SigningIn => call.Fail(Cause.Unreachable, "Signing in took too long."),
                _ => call.NotAsked(Cause.QueueFull, "Waited too long behind other calls."),
            };
        }
    }
}
