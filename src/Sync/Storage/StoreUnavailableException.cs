namespace PortalIntegration.Sync.Storage;

/// <summary>The store cannot be read or written now: locked, full, or not there. Nothing was committed.</summary>
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException()
    {
    }

    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    public StoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
