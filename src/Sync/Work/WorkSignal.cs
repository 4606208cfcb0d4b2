namespace PortalIntegration.Sync.Work;

/// <summary>Wakes this node's worker, so that new work does not wait for the next poll.</summary>
public sealed class WorkSignal : IDisposable
{
    private readonly SemaphoreSlim _raised = new(0, 1);

    public void Raise()
    {
        try
        {
            _raised.Release();
        }
        catch (SemaphoreFullException)
        {
            // Raised already.
        }
        catch (ObjectDisposedException)
        {
            // The portal is gone; the item is durable.
        }
    }

    /// <summary>Returns at once when it was raised since the last wait.</summary>
    internal Task<bool> Wait(CancellationToken cancel) => Wait(Timeout.InfiniteTimeSpan, cancel);

    internal Task<bool> Wait(TimeSpan atMost, CancellationToken cancel) => _raised.WaitAsync(atMost, cancel);

    public void Dispose() => _raised.Dispose();
}
