using System.Net.Http.Headers;

namespace PortalIntegration.Connectors.Http;

/// <summary>Sends a request of the authentication's own (a login) below itself, so that it shares transport and timeout.</summary>
public delegate Task<HttpResponseMessage> SendBare(HttpRequestMessage request, CancellationToken cancel);

/// <summary>Puts credentials on requests. Runs within each attempt.</summary>
public interface IAuthentication
{
    ValueTask Apply(HttpRequestMessage request, SendBare send, CancellationToken cancel);

    /// <summary>
    /// The system answered 401 to this request. True when there are other credentials now, so that it is worth sending once more at once.
    /// </summary>
    ValueTask<bool> Renew(HttpRequestMessage refused, SendBare send, CancellationToken cancel);
}

/// <summary>Credentials that are obtained from the system and run out: fetched once, however many calls wait for them.</summary>
/// <param name="obtain">
/// Signs in. What goes wrong is thrown: <see cref="SignInException"/> for a refusal, what the transport throws otherwise.
/// </param>
public sealed class ObtainedAuthentication(Func<SendBare, CancellationToken, Task<AuthenticationHeaderValue>> obtain) : IAuthentication, IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile AuthenticationHeaderValue? _current;

    public async ValueTask Apply(HttpRequestMessage request, SendBare send, CancellationToken cancel) =>
        request.Headers.Authorization = _current ?? await Obtain(null, send, cancel);

    public async ValueTask<bool> Renew(HttpRequestMessage refused, SendBare send, CancellationToken cancel)
    {
        var old = refused.Headers.Authorization;
        return !Equals(await Obtain(old, send, cancel), old);
    }

    public void Dispose() => _one.Dispose();

    private async Task<AuthenticationHeaderValue> Obtain(AuthenticationHeaderValue? refused, SendBare send, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            var current = _current;
            if (current is null || current.Equals(refused))
            {
                _current = null;
                current = _current = await obtain(send, cancel);
            }

            return current;
        }
        finally
        {
            _one.Release();
        }
    }
}

/// <summary>A credential that does not change, such as a bearer token from configuration.</summary>
public sealed class FixedAuthentication(AuthenticationHeaderValue credential) : IAuthentication
{
    public ValueTask Apply(HttpRequestMessage request, SendBare send, CancellationToken cancel)
    {
        request.Headers.Authorization = credential;
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> Renew(HttpRequestMessage refused, SendBare send, CancellationToken cancel) => ValueTask.FromResult(false);
}

/// <summary>Signing in was refused or answered with nonsense; the call itself was not sent.</summary>
/// <param name="refusal">Why; its cause becomes the call's.</param>
public sealed class SignInException(Refusal refusal) : Exception(refusal.Detail)
{
    public Refusal Refusal => refusal;
}
