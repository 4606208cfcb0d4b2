namespace PortalIntegration.Sync.Storage;

/// <summary>Operating marks, such as how far polling came. Lost ones cost a resync and nothing else.</summary>
public interface IMarks
{
    Task<string?> Get(string name, CancellationToken cancel = default);

    /// <summary>All whose names begin so, case as written.</summary>
    Task<IReadOnlyList<Mark>> Under(string prefix, CancellationToken cancel = default);

    Task Set(Mark mark, CancellationToken cancel = default);

    /// <summary>Sets it only while its value is still this one, whoever else tries on whichever node. Answers whether it was.</summary>
    Task<bool> Exchange(Mark mark, string before, CancellationToken cancel = default);

    Task Forget(string name, CancellationToken cancel = default);
}

/// <param name="Name">Such as <c>poll:Orders:erp</c>.</param>
public sealed record Mark(string Name, string Value);
