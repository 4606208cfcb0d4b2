using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Http;

/// <summary>The certificates of one system's <see cref="TlsSettings"/>, read again when what is in their files changes; looked at once a minute. For threads of all kinds.</summary>
internal sealed class SystemCertificates
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private readonly TlsSettings _settings;
    private readonly TimeProvider _time;
    private readonly string[] _files;
    private readonly Lock _lock = new();
    private Certificates _current;
    private string[] _written;
    private long _looked;

    public SystemCertificates(TlsSettings settings, TimeProvider time)
    {
        _settings = settings;
        _time = time;
        _files = [.. new[] { settings.ClientCertificate, settings.ClientKey, settings.Authorities }.OfType<string>()];
        _written = Written();
        _current = Read();
        _looked = time.GetTimestamp();
    }

    /// <summary>Another object once a file has changed.</summary>
    public Certificates Current
    {
        get
        {
            if (_files.Length == 0 || _time.GetElapsedTime(Interlocked.Read(ref _looked)) < LookEvery)
            {
                return Volatile.Read(ref _current);
            }

            lock (_lock)
            {
                Interlocked.Exchange(ref _looked, _time.GetTimestamp());
                Look();
                return _current;
            }
        }
    }

    private void Look()
    {
        try
        {
            if (Written() is var written && !written.SequenceEqual(_written))
            {
                Volatile.Write(ref _current, Read());
                _written = written;
            }
        }
        catch (Exception halfWritten) when (halfWritten is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            // The old ones hold until the new file can be used; it is looked at again in a minute.
        }
    }

    /// <summary>What is in them, and no times: a link to another file has a time of its own, and a secret that is mounted is switched by a link.</summary>
    private string[] Written() => [.. _files.Select(file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))))];

    private Certificates Read() => new(TlsFiles.ClientCertificate(_settings), TlsFiles.Authorities(_settings));
}

/// <param name="Client">Ours, with what leads to its authority after it; null for none.</param>
/// <param name="Authorities">Null for the machine's.</param>
internal sealed record Certificates(X509Certificate2Collection? Client, X509Certificate2Collection? Authorities)
{
    public DateTimeOffset? ClientEnds => Client is { Count: > 0 } ? new DateTimeOffset(Client[0].NotAfter.ToUniversalTime()) : null;
}
