using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Storage.Sql;

namespace PortalIntegration.UnitTests.Sync.Storage;

/// <summary>A store with something that happens right before a commit begins, or before its files are written anew.</summary>
internal sealed class HookedDatabase(StoreDatabase inner) : StoreDatabase
{
    public Func<Task> BeforeWrite { get; set; } = () => Task.CompletedTask;

    public Func<Task> BeforeCompact { get; set; } = () => Task.CompletedTask;

    internal override string ForUpdate => inner.ForUpdate;

    internal override string PassLocked => inner.PassLocked;

    internal override int Slot => inner.Slot;

    public override async Task<T> Write<T>(Func<StoreSession, Task<T>> work, CancellationToken cancel = default)
    {
        await BeforeWrite();
        return await inner.Write(work, cancel);
    }

    public override Task<T> Read<T>(Func<StoreSession, Task<T>> work, CancellationToken cancel = default) => inner.Read(work, cancel);

    internal override string In(string column, string parameter) => inner.In(column, parameter);

    internal override string Least(string one, string other) => inner.Least(one, other);

    internal override string Greatest(string one, string other) => inner.Greatest(one, other);

    internal override async Task Compact(CancellationToken cancel)
    {
        await BeforeCompact();
        await inner.Compact(cancel);
    }

    internal override Task<long> NextFence(StoreSession session) => inner.NextFence(session);

    internal override Task LockLine(StoreSession session, string flow, string line) => inner.LockLine(session, flow, line);
}
