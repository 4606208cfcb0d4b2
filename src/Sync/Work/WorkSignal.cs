using PortalIntegration.Sync.Nodes;

namespace PortalIntegration.Sync.Work;

/// <summary>Wakes the worker of every node, so that new work does not wait for the next poll.</summary>
public sealed class WorkSignal : IDisposable
{
    private readonly SemaphoreSlim _raised = new(0, 1);
    private readonly INodeNotices _notices;
    private readonly IDisposable _listening;

    public WorkSignal()
        : this(new SingleNode())
    {
    }

    public WorkSignal(INodeNotices notices)
    {
        _notices = notices;
        _listening = notices.Listen(Topics.Work, _ => RaiseHere());
    }

    /// <summary>There is new work, for whichever node takes it.</summary>
    public void Raise()
    {
        RaiseHere();
        _notices.Send(Topics.Work, "");
    }

    /// <summary>This node may go on; the others know or need not.</summary>
    internal void RaiseHere()
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

    public void Dispose()
    {
        _listening.Dispose();
        _raised.Dispose();
    }
}
