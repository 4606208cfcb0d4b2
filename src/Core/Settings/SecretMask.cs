using System.Collections.Concurrent;
using System.Text.Json;

namespace PortalIntegration.Core.Settings;

/// <summary>
/// Knows the secrets of this process and makes them unreadable in any text that leaves it: failures, logs, spans, messages of a failed start. For threads of all kinds.
/// </summary>
public sealed class SecretMask
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Masked = "•••";

    /// <summary>A shorter secret would make common words unreadable, and is none.</summary>
    public const int Shortest = 6;

    private const int MostPassing = 64;

    private readonly ConcurrentDictionary<string, bool> _lasting = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _passing = new();

    /// <summary>From the configuration. Null and what is shorter than <see cref="Shortest"/> is left out.</summary>
    public void Add(string? secret)
    {
        foreach (var form in Forms(secret))
        {
            _lasting[form] = true;
        }
    }

    /// <summary>Obtained, such as an access token: the newest 64 are known.</summary>
    public void AddPassing(string? secret)
    {
        if (secret is not { Length: >= Shortest } || _lasting.ContainsKey(secret) || _passing.Contains(secret))
        {
            return;
        }

        _passing.Enqueue(secret);
        while (_passing.Count > MostPassing)
        {
            _passing.TryDequeue(out _);
        }
    }

    /// <summary>The text without any secret.</summary>
    public string Mask(string text)
    {
        foreach (var secret in Known())
        {
            if (text.Contains(secret, StringComparison.Ordinal))
            {
                text = text.Replace(secret, Masked, StringComparison.Ordinal);
            }
        }

        return text;
    }

    public bool Finds(string text) => Known().Any(secret => text.Contains(secret, StringComparison.Ordinal));

    /// <summary>The longest first: one may be part of another.</summary>
    private IEnumerable<string> Known() => _lasting.Keys.Concat(_passing).OrderByDescending(secret => secret.Length);

    /// <summary>As it is, in an address, and in JSON.</summary>
    private static IEnumerable<string> Forms(string? secret) => secret is { Length: >= Shortest }
        ? new[] { secret, Uri.EscapeDataString(secret), JsonEncodedText.Encode(secret).ToString() }.Distinct(StringComparer.Ordinal)
        : [];
}
