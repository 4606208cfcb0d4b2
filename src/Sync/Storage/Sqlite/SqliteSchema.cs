using Dapper;
using Microsoft.Data.Sqlite;
using PortalIntegration.Sync.Storage.Sql;

namespace PortalIntegration.Sync.Storage.Sqlite;

/// <summary>The tables, step by step. A step that was released is never changed: add the next one.</summary>
internal static class SqliteSchema
{
    internal static IReadOnlyList<SchemaStep> Steps { get; } =
    [
        new(
            """
            CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
            INSERT INTO counters (name, value) VALUES ('fence', 0);

            CREATE TABLE work (
                sequence     INTEGER PRIMARY KEY AUTOINCREMENT,
                flow         TEXT    NOT NULL,
                key          TEXT    NOT NULL,
                line         TEXT    NULL,
                state        INTEGER NOT NULL,
                holds_up     INTEGER NOT NULL,
                lane         INTEGER NOT NULL,
                version      INTEGER NOT NULL,
                revision     INTEGER NOT NULL,
                due          INTEGER NOT NULL,
                attempts     INTEGER NOT NULL,
                waits        INTEGER NOT NULL,
                leased_until INTEGER NULL,
                leased_by    TEXT    NULL,
                fence        INTEGER NOT NULL,
                cause        TEXT    NULL,
                payload      BLOB    NULL,
                added_at     INTEGER NOT NULL,
                changed_at   INTEGER NOT NULL,
                keep_until   INTEGER NULL,
                UNIQUE (flow, key)
            );
            CREATE INDEX work_due  ON work (state, lane, due);
            CREATE INDEX work_line ON work (flow, line, sequence);

            CREATE TABLE receipts (
                system      TEXT    NOT NULL,
                delivery    TEXT    NOT NULL,
                body_hash   TEXT    NOT NULL,
                received_at INTEGER NOT NULL,
                PRIMARY KEY (system, delivery)
            ) WITHOUT ROWID;

            CREATE TABLE quarantine (
                id        INTEGER PRIMARY KEY AUTOINCREMENT,
                system    TEXT    NOT NULL,
                delivery  TEXT    NOT NULL,
                body_hash TEXT    NOT NULL,
                reason    TEXT    NOT NULL,
                at        INTEGER NOT NULL,
                body      BLOB    NOT NULL
            );
            CREATE UNIQUE INDEX quarantine_once ON quarantine (system, delivery, body_hash);

            CREATE TABLE journal (
                id       INTEGER PRIMARY KEY AUTOINCREMENT,
                at       INTEGER NOT NULL,
                flow     TEXT    NOT NULL,
                key      TEXT    NOT NULL,
                system   TEXT    NULL,
                asked    TEXT    NOT NULL,
                read     TEXT    NULL,
                changed  TEXT    NULL,
                answered TEXT    NULL,
                took     INTEGER NULL,
                by       TEXT    NOT NULL
            );
            CREATE INDEX journal_key ON journal (flow, key, id);
            CREATE INDEX journal_at  ON journal (at);

            CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL, changed_at INTEGER NOT NULL) WITHOUT ROWID;
            """),
        new(
            """
            ALTER TABLE work ADD COLUMN detail          TEXT    NULL;
            ALTER TABLE work ADD COLUMN first_failed_at INTEGER NULL;
            ALTER TABLE work ADD COLUMN failed_at       INTEGER NULL;
            ALTER TABLE work ADD COLUMN note            TEXT    NULL;
            ALTER TABLE work ADD COLUMN origin          INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE work ADD COLUMN correlation     TEXT    NULL;
            ALTER TABLE work ADD COLUMN wanted_at       INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE work ADD COLUMN again_at        INTEGER NULL;
            UPDATE work SET wanted_at = MAX(added_at, due), failed_at = CASE WHEN cause IS NULL THEN NULL ELSE changed_at END,
                first_failed_at = CASE WHEN cause IS NULL THEN NULL ELSE changed_at END;
            CREATE INDEX work_wrong ON work (flow, cause, detail) WHERE cause IS NOT NULL;

            CREATE TABLE work_terms (term TEXT NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (term, sequence)) WITHOUT ROWID;
            CREATE INDEX work_terms_sequence ON work_terms (sequence);

            ALTER TABLE journal ADD COLUMN changes TEXT    NULL;
            ALTER TABLE journal ADD COLUMN written TEXT    NULL;
            ALTER TABLE journal ADD COLUMN origin  INTEGER NULL;
            ALTER TABLE journal ADD COLUMN trace   TEXT    NULL;

            CREATE TABLE measures (
                flow        TEXT    NOT NULL,
                at          INTEGER NOT NULL,
                slot        INTEGER NOT NULL,
                done        INTEGER NOT NULL,
                failed      INTEGER NOT NULL,
                lag_max     INTEGER NOT NULL,
                lag_total   INTEGER NOT NULL,
                last_done   INTEGER NULL,
                last_failed INTEGER NULL,
                PRIMARY KEY (flow, at, slot)
            ) WITHOUT ROWID;
            CREATE TABLE flow_last (flow TEXT PRIMARY KEY, done_at INTEGER NOT NULL) WITHOUT ROWID;

            CREATE TABLE audit (
                id      INTEGER PRIMARY KEY AUTOINCREMENT,
                at      INTEGER NOT NULL,
                who     TEXT    NOT NULL,
                action  TEXT    NOT NULL,
                subject TEXT    NOT NULL,
                reason  TEXT    NULL,
                items   INTEGER NOT NULL
            );
            CREATE INDEX audit_at ON audit (at);

            CREATE TABLE nodes (node TEXT PRIMARY KEY, started_at INTEGER NOT NULL, seen_at INTEGER NOT NULL) WITHOUT ROWID;

            CREATE TABLE admin_jobs (
                id          TEXT    PRIMARY KEY,
                action      INTEGER NOT NULL,
                who         TEXT    NOT NULL,
                reason      TEXT    NULL,
                subject     TEXT    NOT NULL,
                filter      BLOB    NULL,
                listed_to   INTEGER NOT NULL,
                last        INTEGER NOT NULL,
                total       INTEGER NOT NULL,
                applied     INTEGER NOT NULL,
                unapplied   INTEGER NOT NULL,
                gone        INTEGER NOT NULL,
                refused     INTEGER NOT NULL,
                started_at  INTEGER NOT NULL,
                finished_at INTEGER NULL
            );
            CREATE TABLE admin_job_items (
                job      TEXT    NOT NULL,
                position INTEGER NOT NULL,
                flow     TEXT    NOT NULL,
                key      TEXT    NOT NULL,
                result   INTEGER NOT NULL,
                PRIMARY KEY (job, position)
            ) WITHOUT ROWID;
            CREATE INDEX admin_job_items_waiting ON admin_job_items (job, position) WHERE result = 0;
            """),
        new(
            """
            UPDATE marks SET name = 'poll:Orders:' || SUBSTR(name, 12) WHERE SUBSTR(name, 1, 11) = 'order-poll:';
            DELETE FROM work WHERE flow = 'order-poll';
            """),
    ];

    /// <summary>Brings the file to the newest step, and notes when it was made and who can work on it.</summary>
    /// <exception cref="InvalidOperationException">It was written by a newer version of the portal, and this one cannot work on it.</exception>
    /// <exception cref="StoreUnavailableException">A step is due that older nodes could not go on with, and one of them lives.</exception>
    public static void Apply(SqliteConnection connection, DateTimeOffset now, IReadOnlyList<SchemaStep> steps)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        connection.Execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)", transaction: transaction);
        SchemaSteps.Apply(connection, transaction, now, steps, "or start with an empty State:Directory");
        transaction.Commit();
    }
}
