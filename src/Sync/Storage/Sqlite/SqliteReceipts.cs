using Dapper;

namespace PortalIntegration.Sync.Storage.Sqlite;

public sealed class SqliteReceipts(SqliteDatabase database, Payloads payloads, TimeProvider time) : IReceipts
{
    public Task<ReceiptVerdict> Take(Receipt receipt, IReadOnlyList<WorkTrigger> triggers, CancellationToken cancel) =>
        database.Write(
            (connection, transaction) =>
            {
                var now = time.GetUtcNow().ToUnixTimeMilliseconds();
                var known = connection.QueryFirstOrDefault<string?>(
                    "SELECT body_hash FROM receipts WHERE system = @System AND delivery = @DeliveryId", receipt, transaction);
                if (known is not null)
                {
                    return known == receipt.BodyHash ? ReceiptVerdict.Known : ReceiptVerdict.OtherBody;
                }

                connection.Execute(
                    "INSERT INTO receipts (system, delivery, body_hash, received_at) VALUES (@System, @DeliveryId, @BodyHash, @now)",
                    new { receipt.System, receipt.DeliveryId, receipt.BodyHash, now },
                    transaction);
                foreach (var trigger in triggers)
                {
                    SqliteWorkStore.TriggerWithin(connection, transaction, trigger, now);
                }

                return ReceiptVerdict.New;
            },
            cancel);

    public Task Quarantine(Receipt receipt, string reason, ReadOnlyMemory<byte> body, CancellationToken cancel) =>
        database.Write(
            (connection, transaction) => connection.Execute(
                """
                INSERT INTO quarantine (system, delivery, body_hash, reason, at, body) VALUES (@System, @DeliveryId, @BodyHash, @reason, @now, @body)
                ON CONFLICT (system, delivery, body_hash) DO NOTHING
                """,
                new
                {
                    receipt.System,
                    receipt.DeliveryId,
                    receipt.BodyHash,
                    reason,
                    now = time.GetUtcNow().ToUnixTimeMilliseconds(),
                    body = payloads.Protect(body.Span),
                },
                transaction),
            cancel);

    public Task<IReadOnlyList<QuarantinedDelivery>> Quarantined(int limit, CancellationToken cancel) =>
        database.Read<IReadOnlyList<QuarantinedDelivery>>(
            connection =>
            [
                .. connection.Query<(string System, string Delivery, string BodyHash, string Reason, long At, byte[] Body)>(
                    "SELECT system, delivery, body_hash, reason, at, body FROM quarantine ORDER BY id DESC LIMIT @limit", new { limit })
                    .Select(row => new QuarantinedDelivery(
                        row.System, row.Delivery, row.BodyHash, row.Reason, DateTimeOffset.FromUnixTimeMilliseconds(row.At), payloads.TryUnprotect(row.Body))),
            ],
            cancel);

    public Task<int> Purge(DateTimeOffset before, CancellationToken cancel) =>
        database.Write(
            (connection, transaction) =>
            {
                var limit = new { before = before.ToUnixTimeMilliseconds() };
                return connection.Execute("DELETE FROM receipts WHERE received_at < @before", limit, transaction)
                    + connection.Execute("DELETE FROM quarantine WHERE at < @before", limit, transaction);
            },
            cancel);
}
