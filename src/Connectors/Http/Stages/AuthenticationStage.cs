using System.Net;
using PortalIntegration.Core.Settings;

namespace PortalIntegration.Connectors.Http.Stages;

/// <summary>Last stage before the transport: puts credentials on, and has them renewed once when the system no longer takes them.</summary>
internal sealed class AuthenticationStage(IAuthentication? authentication, SecretMask secrets) : DelegatingHandler
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
        await Apply(authentication, request, cancellationToken);
        call.Phase = CallPhase.Sent;
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        // RFC 9110, 15.5.2: it "has not been applied", so even a write may go once more. Nothing else is repeated here.
        call.Phase = CallPhase.SigningIn;
        if (!await authentication.Renew(request, base.SendAsync, cancellationToken))
        {
            return response;
        }

        response.Dispose();
        await Apply(authentication, request, cancellationToken);
        call.Phase = CallPhase.Sent;
        return await base.SendAsync(request, cancellationToken);
    }

    private async ValueTask Apply(IAuthentication credentials, HttpRequestMessage request, CancellationToken cancel)
    {
        await credentials.Apply(request, base.SendAsync, cancel);
        secrets.AddPassing(request.Headers.Authorization?.Parameter);
    }
}
