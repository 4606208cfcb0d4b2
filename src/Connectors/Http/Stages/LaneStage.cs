namespace PortalIntegration.Connectors.Http.Stages;

/// <summary>Holds each attempt until its lane may send, and tells the gate what the system says of its quota.</summary>
internal sealed class LaneStage(LaneGate gate, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = Call.Of(request);
        call.Phase = CallPhase.Waiting;
        var before = call.Attempts;
        var asked = time.GetTimestamp();
        var pass = await gate.Enter(call, cancellationToken);
        Telemetry.LetThrough(call, time.GetElapsedTime(asked), gate);
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            gate.Heed(null);
            return response;
        }
        catch (CallFailedException failed) when (failed.SystemWasAsked)
        {
            gate.Heed(failed.Failure);
            throw;
        }
        finally
        {
            gate.Leave(pass, sent: call.Attempts > before);
        }
    }
}
