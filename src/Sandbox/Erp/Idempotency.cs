using System.Security.Cryptography;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Erp;

/// <summary>
/// Keys of one creating operation. A key is taken before the work begins; a refused request leaves no key behind.
/// </summary>
internal sealed class IdempotencyKeys(ErpBehaviour behaviour)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (string BodyHash, string? Result)> keys = new(StringComparer.Ordinal);

    /// <summary>Takes the key, or tells what the first request with it created.</summary>
    public string? Begin(string key, ReadOnlyMemory<byte> body)
    {
        if (!behaviour.HonourIdempotencyKeys)
        {
            return null;
        }

        var hash = Convert.ToHexString(SHA256.HashData(body.Span));
        lock (gate)
        {
            if (!keys.TryGetValue(key, out var first))
            {
                keys[key] = (hash, null);
                return null;
            }

            if (first.BodyHash != hash)
            {
                throw Refusal.Unprocessable("idempotency_key_reused", "This key was used with another body.");
            }

            return first.Result ?? throw Refusal.InProgress();
        }
    }

    public void Complete(string key, string result)
    {
        lock (gate)
        {
            if (keys.TryGetValue(key, out var begun))
            {
                keys[key] = begun with { Result = result };
            }
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            keys.Clear();
        }
    }

    public void Release(string key)
    {
        lock (gate)
        {
            if (keys.TryGetValue(key, out var begun) && begun.Result is null)
            {
                keys.Remove(key);
            }
        }
    }
}
