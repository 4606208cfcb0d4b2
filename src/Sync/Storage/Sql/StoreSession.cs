using System.Data.Common;
using Dapper;

namespace PortalIntegration.Sync.Storage.Sql;

/// <summary>One connection, within its transaction where it writes.</summary>
public sealed class StoreSession(StoreDatabase database, DbConnection connection, DbTransaction? transaction, CancellationToken cancel)
{
    public StoreDatabase Database { get; } = database;

    public Task<int> Execute(string sql, object? values = null) => connection.ExecuteAsync(Command(sql, values));

    /// <summary>For what takes as long as the database is large.</summary>
    internal Task<int> ExecuteHoweverLong(string sql) => connection.ExecuteAsync(new CommandDefinition(sql, null, transaction, commandTimeout: 0, cancellationToken: cancel));

    public Task<T?> First<T>(string sql, object? values = null) => connection.QueryFirstOrDefaultAsync<T>(Command(sql, values));

    public async Task<List<T>> All<T>(string sql, object? values = null) => (await connection.QueryAsync<T>(Command(sql, values))).AsList();

    private CommandDefinition Command(string sql, object? values) => new(sql, values, transaction, cancellationToken: cancel);
}
