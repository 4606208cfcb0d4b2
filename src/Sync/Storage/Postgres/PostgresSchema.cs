using Dapper;
using Npgsql;
using PortalIntegration.Sync.Storage.Sql;

namespace PortalIntegration.Sync.Storage.Postgres;

/// <summary>The tables, step by step. A step that was released is never changed: add the next one.</summary>
internal static class PostgresSchema
{
    /// <summary>Whoever holds it changes the tables; the others wait and find it done.</summary>
    private const long AdvisoryLock = 0x506F7274616C0001;

    internal static IReadOnlyList<SchemaStep> Steps { get; } =
    [
        new(
            """
            CREATE TABLE counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL);
            CREATE SEQUENCE fence;

            CREATE TABLE work (
                sequence        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                flow            TEXT   NOT NULL,
                key             TEXT   NOT NULL,
                line            TEXT   NULL,
                state           BIGINT NOT NULL,
                holds_up        BIGINT NOT NULL,
                lane            BIGINT NOT NULL,
                version         BIGINT NOT NULL,
                revision        BIGINT NOT NULL,
                due             BIGINT NOT NULL,
                attempts        BIGINT NOT NULL,
                waits           BIGINT NOT NULL,
                leased_until    BIGINT NULL,
                leased_by       TEXT   NULL,
                fence           BIGINT NOT NULL,
                cause           TEXT   NULL,
                detail          TEXT   NULL,
                first_failed_at BIGINT NULL,
                failed_at       BIGINT NULL,
                note            TEXT   NULL,
                origin          BIGINT NOT NULL,
                correlation     TEXT   NULL,
                wanted_at       BIGINT NOT NULL,
                again_at        BIGINT NULL,
                payload         BYTEA  NULL,
                added_at        BIGINT NOT NULL,
                changed_at      BIGINT NOT NULL,
                keep_until      BIGINT NULL,
                UNIQUE (flow, key)
            ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
            CREATE INDEX work_due   ON work (lane, due, sequence) WHERE state = 0;
            CREATE INDEX work_line  ON work (flow, line, sequence) WHERE line IS NOT NULL;
            CREATE INDEX work_wrong ON work (flow, cause, detail) WHERE cause IS NOT NULL;

            CREATE TABLE work_terms (term TEXT NOT NULL, sequence BIGINT NOT NULL, PRIMARY KEY (term, sequence));
            CREATE INDEX work_terms_sequence ON work_terms (sequence);

            CREATE TABLE receipts (
                system      TEXT   NOT NULL,
                delivery    TEXT   NOT NULL,
                body_hash   TEXT   NOT NULL,
                received_at BIGINT NOT NULL,
                PRIMARY KEY (system, delivery)
            );

            CREATE TABLE quarantine (
                id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                system    TEXT   NOT NULL,
                delivery  TEXT   NOT NULL,
                body_hash TEXT   NOT NULL,
                reason    TEXT   NOT NULL,
                at        BIGINT NOT NULL,
                body      BYTEA  NOT NULL,
                UNIQUE (system, delivery, body_hash)
            );

            CREATE TABLE journal (
                id       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                at       BIGINT NOT NULL,
                flow     TEXT   NOT NULL,
                key      TEXT   NOT NULL,
                system   TEXT   NULL,
                asked    TEXT   NOT NULL,
                read     TEXT   NULL,
                changed  TEXT   NULL,
                changes  TEXT   NULL,
                written  TEXT   NULL,
                answered TEXT   NULL,
                took     BIGINT NULL,
                by       TEXT   NOT NULL,
                origin   BIGINT NULL,
                trace    TEXT   NULL
            );
            CREATE INDEX journal_key ON journal (flow, key, id);
            CREATE INDEX journal_at  ON journal (at);

            CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL, changed_at BIGINT NOT NULL);

            CREATE TABLE measures (
                flow        TEXT   NOT NULL,
                at          BIGINT NOT NULL,
                slot        BIGINT NOT NULL,
                done        BIGINT NOT NULL,
                failed      BIGINT NOT NULL,
                lag_max     BIGINT NOT NULL,
                lag_total   BIGINT NOT NULL,
                last_done   BIGINT NULL,
                last_failed BIGINT NULL,
                PRIMARY KEY (flow, at, slot)
            ) WITH (fillfactor = 50);
            CREATE TABLE flow_last (flow TEXT PRIMARY KEY, done_at BIGINT NOT NULL);

            CREATE TABLE audit (
                id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                at      BIGINT NOT NULL,
                who     TEXT   NOT NULL,
                action  TEXT   NOT NULL,
                subject TEXT   NOT NULL,
                reason  TEXT   NULL,
                items   BIGINT NOT NULL
            );
            CREATE INDEX audit_at ON audit (at);

            CREATE TABLE nodes (node TEXT PRIMARY KEY, started_at BIGINT NOT NULL, seen_at BIGINT NOT NULL);

            CREATE TABLE admin_jobs (
                id          TEXT   PRIMARY KEY,
                action      BIGINT NOT NULL,
                who         TEXT   NOT NULL,
                reason      TEXT   NULL,
                subject     TEXT   NOT NULL,
                filter      BYTEA  NULL,
                listed_to   BIGINT NOT NULL,
                last        BIGINT NOT NULL,
                total       BIGINT NOT NULL,
                applied     BIGINT NOT NULL,
                unapplied   BIGINT NOT NULL,
                gone        BIGINT NOT NULL,
                refused     BIGINT NOT NULL,
                started_at  BIGINT NOT NULL,
                finished_at BIGINT NULL
            );
            CREATE TABLE admin_job_items (
                job      TEXT   NOT NULL,
                position BIGINT NOT NULL,
                flow     TEXT   NOT NULL,
                key      TEXT   NOT NULL,
                result   BIGINT NOT NULL,
                PRIMARY KEY (job, position)
            );
            CREATE INDEX admin_job_items_waiting ON admin_job_items (job, position) WHERE result = 0;

            CREATE TABLE keys (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name TEXT NOT NULL, xml TEXT NOT NULL);
            """),
        new(
            """
            UPDATE marks SET name = 'poll:Orders:' || SUBSTR(name, 12) WHERE SUBSTR(name, 1, 11) = 'order-poll:';
            DELETE FROM work WHERE flow = 'order-poll';
            """),
        new(
            """
            CREATE TABLE flow_changes (flow TEXT NOT NULL, key TEXT NOT NULL, at BIGINT NOT NULL, emptied BIGINT NOT NULL, PRIMARY KEY (flow, key));
            CREATE INDEX flow_changes_at ON flow_changes (flow, at);
            CREATE TABLE flow_changed (flow TEXT PRIMARY KEY, keys BIGINT NOT NULL, emptied BIGINT NOT NULL) WITH (fillfactor = 50);
            """,
            OlderGoOn: true),
    ];

    /// <summary>Brings the database to the newest step, and notes when it was made and who can work on it.</summary>
    /// <exception cref="InvalidOperationException">It was written by a newer version of the portal, and this one cannot work on it.</exception>
    /// <exception cref="StoreUnavailableException">A step is due that older nodes could not go on with, and one of them lives.</exception>
    public static void Apply(NpgsqlConnection connection, DateTimeOffset now, IReadOnlyList<SchemaStep> steps)
    {
        using var transaction = connection.BeginTransaction();
        connection.Execute("SELECT pg_advisory_xact_lock(@AdvisoryLock)", new { AdvisoryLock }, transaction);
        connection.Execute("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)", transaction: transaction);
        SchemaSteps.Apply(connection, transaction, now, steps, "or set State:ConnectionString to an empty database");
        transaction.Commit();
    }
}
