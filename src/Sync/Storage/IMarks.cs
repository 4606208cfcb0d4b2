namespace PortalIntegration.Sync.Storage;

/// <summary>Operating marks, such as how far polling came. Lost ones cost a resync and nothing else.</summary>
public interface IMarks
{
    Task<string?> Get(string name, CancellationToken cancel = default);

    Task Set(string name, string value, CancellationToken cancel = default);
}
