using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Storage.Sql;

namespace PortalIntegration.UnitTests.Sync;

/// <summary>
/// A portal process that can be killed between any two things that the world outside sees of it: a call to a system, with or without its effect, and a commit,
/// with or without its answer. From then on it reaches nothing any more; what it held stays as it was.
/// </summary>
internal sealed class PortalProcess(Func<string, bool> dies)
{
    private static readonly AsyncLocal<PortalProcess?> _current = new();

    /// <summary>Whose code runs here.</summary>
    public static PortalProcess? Current => _current.Value;

    public bool IsDead { get; private set; }

    /// <summary>Counts its runs.</summary>
    public int Run { get; private set; }

    /// <summary>The run in which it died.</summary>
    public int? DiedIn { get; private set; }

    /// <summary>Where it died.</summary>
    public string? DiedAt { get; private set; }

    /// <summary>Runs one item as this process.</summary>
    public async Task<bool> RunOne(Node node)
    {
        _current.Value = this;
        Run++;
        var ran = await node.Processor.RunOne(CancellationToken.None);
        Run++; // what dies between two runs was in none
        return ran;
    }

    /// <summary>The dice are rolled, and a dead one goes no further.</summary>
    public void Point(string where)
    {
        if (!IsDead && _current.Value == this && dies(where))
        {
            (IsDead, DiedIn, DiedAt) = (true, Run, where);
        }

        if (IsDead)
        {
            throw new StoreUnavailableException($"Killed at {DiedAt}.");
        }
    }
}

/// <summary>The store as a process reaches it while it lives.</summary>
internal sealed class ProcessDatabase(StoreDatabase inner, PortalProcess process) : StoreDatabase, IAsyncDisposable
{
    internal override string ForUpdate => inner.ForUpdate;

    internal override string PassLocked => inner.PassLocked;

    internal override int Slot => inner.Slot;

    public override async Task<T> Write<T>(Func<StoreSession, Task<T>> work, CancellationToken cancel = default)
    {
        process.Point("a commit");
        var written = await inner.Write(work, cancel);
        process.Point("a commit, answered");
        return written;
    }

    public override Task<T> Read<T>(Func<StoreSession, Task<T>> work, CancellationToken cancel = default)
    {
        process.Point("a query");
        return inner.Read(work, cancel);
    }

    internal override string In(string column, string parameter) => inner.In(column, parameter);

    internal override string Least(string one, string other) => inner.Least(one, other);

    internal override string Greatest(string one, string other) => inner.Greatest(one, other);

    internal override Task Compact(CancellationToken cancel) => inner.Compact(cancel);

    internal override Task<long> NextFence(StoreSession session) => inner.NextFence(session);

    internal override Task LockLine(StoreSession session, string flow, string line) => inner.LockLine(session, flow, line);

    public async ValueTask DisposeAsync()
    {
        switch (inner)
        {
            case IAsyncDisposable both:
                await both.DisposeAsync();
                break;
            case IDisposable one:
                one.Dispose();
                break;
        }
    }
}
