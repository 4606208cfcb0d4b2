using System.Data.Common;
using System.Globalization;
using Dapper;

namespace PortalIntegration.Sync.Storage.Sql;

/// <summary>One version of the tables. A step that was released is never changed: add the next one.</summary>
/// <param name="Sql">What it changes.</param>
/// <param name="OlderGoOn">
/// Portals that do not know it can go on working on the store: it only adds tables, indexes, and columns that may be null or have a default, and what it writes into the store's rows
/// before is right for them too. Such a step allows a rolling upgrade, and going back; any other one needs every node stopped, and no way leads back but a backup.
/// </param>
internal sealed record SchemaStep(string Sql, bool OlderGoOn = false);

/// <summary>Brings the tables to the newest step.</summary>
internal static class SchemaSteps
{
    /// <summary>Under this name the store says which version of the tables a portal must know to work on it.</summary>
    private const string OldestReader = "oldest_reader";

    /// <summary>A node that gave no sign of life for so long does not count as one that lives.</summary>
    private static readonly TimeSpan Lives = TimeSpan.FromMinutes(1);

    public static void Apply(DbConnection connection, DbTransaction transaction, DateTimeOffset now, IReadOnlyList<SchemaStep> steps, string otherwise)
    {
        var version = connection.ExecuteScalar<long?>("SELECT MAX(version) FROM schema_version", transaction: transaction) ?? 0;
        if (version > steps.Count)
        {
            // Written by a newer portal: it said who else can work on it.
            var least = connection.ExecuteScalar<long?>("SELECT value FROM counters WHERE name = @OldestReader", new { OldestReader }, transaction) ?? version;
            if (least > steps.Count)
            {
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                    $"The store is at version {version}, which portals can work on that know version {least} or a later one; this one knows {steps.Count}: run the newer portal, {otherwise}."));
            }

            return;
        }

        if (version > 0 && steps.Skip((int)version).Any(step => !step.OlderGoOn))
        {
            ThrowWhileOthersLive(connection, transaction, now, version, steps.Count);
        }

        for (var step = (int)version; step < steps.Count; step++)
        {
            connection.Execute(steps[step].Sql, transaction: transaction);
            connection.Execute("INSERT INTO schema_version (version) VALUES (@version)", new { version = step + 1 }, transaction);
        }

        connection.Execute(
            "INSERT INTO counters (name, value) VALUES ('made', @now) ON CONFLICT (name) DO NOTHING", new { now = now.ToUnixTimeMilliseconds() }, transaction);
        connection.Execute(
            "INSERT INTO counters (name, value) VALUES (@OldestReader, @value) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            new { OldestReader, value = (long)(steps.Count - steps.Reverse().TakeWhile(step => step.OlderGoOn).Count()) },
            transaction);
    }

    private static void ThrowWhileOthersLive(DbConnection connection, DbTransaction transaction, DateTimeOffset now, long version, int wanted)
    {
        if (NodesTable(connection, transaction)
            && connection.ExecuteScalar<long>("SELECT COUNT(*) FROM nodes WHERE seen_at > @since", new { since = (now - Lives).ToUnixTimeMilliseconds() }, transaction) > 0)
        {
            throw new StoreUnavailableException(string.Create(CultureInfo.InvariantCulture,
                $"The store goes from version {version} to {wanted}, which the nodes that run on it cannot go on with: stop every node of the older portal. A node that was killed is waited for a minute."));
        }
    }

    private static bool NodesTable(DbConnection connection, DbTransaction transaction) => connection.ExecuteScalar<long>(
        connection is Npgsql.NpgsqlConnection
            ? "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'nodes'"
            : "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'nodes'",
        transaction: transaction) > 0;
}
