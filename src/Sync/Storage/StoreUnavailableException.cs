namespace PortalIntegration.Sync.Storage;

/// <summary>
/// The portal's own store, or the keys that it is encrypted with, cannot be read or written now: locked, full, broken or not there. The one exception that
/// everything which keeps something in the store throws for that; none of the driver's gets out. It is no bug: what was asked may be
/// asked again, unchanged, and whether it was committed shows then. A request is answered 503.
/// </summary>
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
