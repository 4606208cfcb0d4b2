namespace PortalIntegration.Sync.Nodes;

/// <summary>
/// Tells the other nodes on the same store that something happened, soon, if all goes well: what is lost is found by whatever polls. Carries names, never values.
/// </summary>
public interface INodeNotices
{
    /// <summary>To all nodes but this one. Does not wait.</summary>
    /// <param name="topic">Such as <c>work</c>.</param>
    /// <param name="words">At most 2,000 characters.</param>
    void Send(string topic, string words);

    /// <summary>Called on any thread with what another node sent, until disposed.</summary>
    IDisposable Listen(string topic, Action<string> heard);
}

/// <summary>There is no other node.</summary>
internal sealed class SingleNode : INodeNotices, IDisposable
{
    public void Send(string topic, string words)
    {
    }

    public IDisposable Listen(string topic, Action<string> heard) => this;

    public void Dispose()
    {
    }
}
