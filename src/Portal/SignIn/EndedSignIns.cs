using System.Collections.Concurrent;
using System.Security.Claims;

namespace PortalIntegration.Portal.SignIn;

/// <summary>
/// Who has signed out. A circuit keeps the principal that it was opened with, whatever becomes of the cookie; a copy of the cookie is as good as the
/// cookie. In this node's memory: circuits do not outlive it.
/// </summary>
public sealed class EndedSignIns(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new(StringComparer.Ordinal);

    public void End(ClaimsPrincipal user)
    {
        var now = clock.GetUtcNow();
        foreach (var (old, at) in _ended)
        {
            if (now - at > 2 * SessionTicket.Lifetime)
            {
                _ended.TryRemove(old, out _);
            }
        }

        if (SessionTicket.SignIn(user) is { } id)
        {
            _ended[id] = now;
        }
    }

    public bool Has(ClaimsPrincipal user) => SessionTicket.SignIn(user) is { } id && _ended.ContainsKey(id);
}
