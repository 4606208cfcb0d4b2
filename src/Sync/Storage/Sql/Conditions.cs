namespace PortalIntegration.Sync.Storage.Sql;

/// <summary>The conditions of a query, of which each counts only where somebody asked for it.</summary>
internal sealed class Conditions
{
    private readonly List<string> _all = [];

    /// <param name="asked">Null: the condition does not count.</param>
    public Conditions When(object? asked, string condition)
    {
        if (asked is not null)
        {
            _all.Add($"({condition})");
        }

        return this;
    }

    public override string ToString() => _all.Count == 0 ? "" : $"WHERE {string.Join(" AND ", _all)}";
}
