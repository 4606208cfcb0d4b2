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

/// <summary>What was obtained.</summary>
/// <param name="RenewAt">From when on it is obtained anew before it is used; null where the system does not say how long it lasts.</param>
/// <param name="Ends">From when on it is not taken any more.</param>
public sealed record ObtainedCredential(AuthenticationHeaderValue Header, DateTimeOffset? RenewAt = null, DateTimeOffset? Ends = null);

/// <summary>
/// Credentials that are obtained and run out: one request for them at a time, however many calls wait for it, and all of those share its outcome. It is given up when the last of them leaves
/// who cannot do without.
/// </summary>
/// <param name="obtain">
/// Signs in. What goes wrong is thrown: <see cref="SignInException"/> for a refusal, what the transport throws otherwise.
/// </param>
public sealed class ObtainedAuthentication(Func<SendBare, CancellationToken, Task<ObtainedCredential>> obtain, TimeProvider? time = null) : IAuthentication, IDisposable
{
    /// <summary>How long a call waits for a new one while the old one holds.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _lock = new();
    private ObtainedCredential? _current;
    private Flight? _flight;

    public ObtainedAuthentication(Func<SendBare, CancellationToken, Task<AuthenticationHeaderValue>> obtain)
        : this(async (send, cancel) => new ObtainedCredential(await obtain(send, cancel)))
    {
    }

    public async ValueTask Apply(HttpRequestMessage request, SendBare send, CancellationToken cancel)
    {
        var old = Volatile.Read(ref _current);
        try
        {
            request.Headers.Authorization = await Obtain(null, old?.Ends > _time.GetUtcNow() ? old : null, send, cancel);
        }
        catch (Exception failed) when (failed is SignInException or HttpRequestException or IOException && old?.Ends > _time.GetUtcNow())
        {
            request.Headers.Authorization = old.Header; // it was renewed early; there is time to try again
        }
    }

    public async ValueTask<bool> Renew(HttpRequestMessage refused, SendBare send, CancellationToken cancel)
    {
        var old = refused.Headers.Authorization;
        return !Equals(await Obtain(old, null, send, cancel), old);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _flight?.Over.Cancel();
        }
    }

    /// <param name="holding">What still holds: taken when the new one does not come soon, which is then left to come for those after.</param>
    private async Task<AuthenticationHeaderValue> Obtain(AuthenticationHeaderValue? refused, ObtainedCredential? holding, SendBare send, CancellationToken cancel)
    {
        Flight flight;
        lock (_lock)
        {
            if (_current is { } current && current.Header.Equals(refused))
            {
                _current = null;
            }
            else if (_current is { } good && !(good.RenewAt <= _time.GetUtcNow()))
            {
                return good.Header;
            }

            flight = _flight ??= Start(send);
            flight.Waiting++;
        }

        var late = false;
        try
        {
            if (holding is not null)
            {
                await Task.WhenAny(flight.Obtained, flight.Late).WaitAsync(cancel);
                if (!flight.Obtained.IsCompleted)
                {
                    late = true;
                    return holding.Header;
                }
            }

            return (await flight.Obtained.WaitAsync(cancel)).Header;
        }
        finally
        {
            Leave(flight, stays: late);
        }
    }

    private Flight Start(SendBare send)
    {
        var flight = new Flight { Late = Task.Delay(Patience, _time) };
        flight.Obtained = Task.Run(async () =>
        {
            ObtainedCredential? obtained = null;
            try
            {
                return obtained = await obtain(send, flight.Over.Token);
            }
            finally
            {
                lock (_lock)
                {
                    _current = obtained ?? _current;
                    _flight = _flight == flight ? null : _flight;
                }
            }
        });
        return flight;
    }

    private void Leave(Flight flight, bool stays)
    {
        lock (_lock)
        {
            if (--flight.Waiting > 0 || stays)
            {
                return;
            }

            if (_flight == flight)
            {
                _flight = null;
                flight.Over.Cancel();
            }
        }
    }

    /// <summary>One request for a credential.</summary>
    private sealed class Flight
    {
        public CancellationTokenSource Over { get; } = new();

        public Task<ObtainedCredential> Obtained { get; set; } = null!;

        /// <summary>Over once nobody waits for it who can do without.</summary>
        public required Task Late { get; init; }

        public int Waiting { get; set; }
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
