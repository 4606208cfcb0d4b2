namespace PortalIntegration.Sync.Storage.Sql;

/// <summary>
/// A database that the store is in. What the stores ask of it is plain SQL that every supported one speaks; where they differ, the few words are members here.
/// </summary>
public abstract class StoreDatabase
{
    /// <summary>
    /// Runs in one transaction and commits, or leaves nothing behind. The work may be run again when commits collide, so it does nothing but read and write here.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database cannot be read or written now.</exception>
    public abstract Task<T> Write<T>(Func<StoreSession, Task<T>> work, CancellationToken cancel = default);

    /// <summary>Reads outside a transaction.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be read now.</exception>
    public abstract Task<T> Read<T>(Func<StoreSession, Task<T>> work, CancellationToken cancel = default);

    /// <summary>After something was erased: what was deleted is overwritten on the disk, as far as this database can.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be written now.</exception>
    internal abstract Task Compact(CancellationToken cancel);

    /// <summary>Ends a query of one row that is about to be written: others wait for it.</summary>
    internal abstract string ForUpdate { get; }

    /// <summary>Ends a query of <c>work w</c> that is about to be claimed: what another claims is passed over.</summary>
    internal abstract string PassLocked { get; }

    /// <summary>Many writers of one counter use a row each, by this number, so that they do not wait for each other's commits.</summary>
    internal abstract int Slot { get; }

    /// <summary>A condition: the column is one of the parameter's values.</summary>
    internal abstract string In(string column, string parameter);

    internal abstract string Least(string one, string other);

    internal abstract string Greatest(string one, string other);

    /// <summary>A number that is higher than all before it.</summary>
    internal abstract Task<long> NextFence(StoreSession session);

    /// <summary>From here to the commit nobody else adds to this line.</summary>
    internal abstract Task LockLine(StoreSession session, string flow, string line);
}
