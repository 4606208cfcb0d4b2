using System.Net;

namespace PortalIntegration.Connectors.Http.Stages;

/// <summary>Last stage before the transport: puts credentials on, and has them renewed once when the system no longer takes them.</summary>
internal sealed class AuthenticationStage(IAuthentication? authentication) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = Call.Of(request);
        if (authentication is null)
        {
            call.Phase = CallPhase.Sent;
            return await base.SendAsync(request, cancellationToken);
        }

        call.Phase = CallPhase.SigningIn;
        await authentication.Apply(request, base.SendAsync, cancellationToken);
        call.Phase = CallPhase.Sent;
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        // A 401 did nothing, so even a write may go once more.
        call.Phase = CallPhase.SigningIn;
        if (!await authentication.Renew(request, base.SendAsync, cancellationToken))
        {
            return response;
        }

        response.Dispose();
        await authentication.Apply(request, base.SendAsync, cancellationToken);
        call.Phase = CallPhase.Sent;
        return await base.SendAsync(request, cancellationToken);
    }
}
