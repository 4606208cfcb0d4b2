using Polly.CircuitBreaker;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Http.Stages;

/// <summary>
/// Does not ask what has been failing. Whether it answers again is tried with a read: a write that comes when it is time sends the system's probe
/// ahead of itself.
/// </summary>
internal sealed class BreakerStage(Breakers breakers, Func<HttpRequestMessage> probe, Func<Call> probeCall, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = Call.Of(request);
        if (call.IsProbe)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        var breaker = breakers[call.Operation.Capability];
        Telemetry.AtBreaker(call, breaker.State);
        if (!call.Operation.IsRead && breaker.State is BreakerState.Open && breaker.RetriesAt <= time.GetUtcNow())
        {
            await TryWithProbe(breaker, cancellationToken);
        }

        if (!call.Operation.IsRead && breaker.State is not BreakerState.Closed)
        {
            throw Refuse(call, breaker);
        }

        try
        {
            return await breaker.Pipeline.Run(call, token => base.SendAsync(request, token), cancellationToken);
        }
        catch (BrokenCircuitException)
        {
            throw Refuse(call, breaker);
        }
    }

    private async Task TryWithProbe(Breakers.Breaker breaker, CancellationToken cancel)
    {
        var call = probeCall();
        using var request = call.Attach(probe());
        try
        {
            using var response = await breaker.Pipeline.Run(call, token => base.SendAsync(request, token), cancel);
        }
        catch (Exception failed) when (failed is CallFailedException or BrokenCircuitException)
        {
            // Then the breaker is open still, which is what is asked next.
        }
    }

    private CallFailedException Refuse(Call call, Breakers.Breaker breaker)
    {
        var wait = breaker.RetriesAt - time.GetUtcNow();
        return breaker.State == BreakerState.Isolated
            ? call.NotAsked(Cause.CircuitOpen, "An administrator has isolated the system.")
            : call.NotAsked(Cause.CircuitOpen, "It has been failing; it is tried again soon.", wait > TimeSpan.Zero ? wait : null);
    }
}
