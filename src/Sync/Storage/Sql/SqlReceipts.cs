namespace PortalIntegration.Sync.Storage.Sql;

public sealed class SqlReceipts(StoreDatabase database, Payloads payloads, TimeProvider time) : IReceipts
{
    public Task<ReceiptVerdict> Take(Receipt receipt, IReadOnlyList<WorkTrigger> triggers, CancellationToken cancel) =>
        database.Write(
            async session =>
            {
                var now = time.GetUtcNow().Milliseconds();
                var taken = await session.Execute(
                    """
                    INSERT INTO receipts (system, delivery, body_hash, received_at) VALUES (@System, @DeliveryId, @BodyHash, @now)
                    ON CONFLICT (system, delivery) DO NOTHING
                    """,
                    new { receipt.System, receipt.DeliveryId, receipt.BodyHash, now });
                if (taken == 0)
                {
                    var known = await session.First<string>("SELECT body_hash FROM receipts WHERE system = @System AND delivery = @DeliveryId", receipt);
                    return known == receipt.BodyHash ? ReceiptVerdict.Known : ReceiptVerdict.OtherBody;
                }

                await SqlWorkStore.TriggerWithin(session, triggers, now);
                return ReceiptVerdict.New;
            },
            cancel);

    public Task Quarantine(Receipt receipt, string reason, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var values = new
        {
            receipt.System,
            receipt.DeliveryId,
            receipt.BodyHash,
            reason,
            now = time.GetUtcNow().Milliseconds(),
            body = payloads.Protect(body.Span),
        };
        return database.Write(
            session => session.Execute(
                """
                INSERT INTO quarantine (system, delivery, body_hash, reason, at, body) VALUES (@System, @DeliveryId, @BodyHash, @reason, @now, @body)
                ON CONFLICT (system, delivery, body_hash) DO NOTHING
                """,
                values),
            cancel);
    }

    public Task<IReadOnlyList<QuarantinedDelivery>> Quarantined(int limit, CancellationToken cancel) =>
        database.Read<IReadOnlyList<QuarantinedDelivery>>(
            async session =>
            [
                .. (await session.All<(string System, string Delivery, string BodyHash, string Reason, long At, byte[] Body)>(
                    "SELECT system, delivery, body_hash, reason, at, body FROM quarantine ORDER BY id DESC LIMIT @limit", new { limit }))
                    .Select(row => new QuarantinedDelivery(
                        row.System, row.Delivery, row.BodyHash, row.Reason, Moment.From(row.At), payloads.TryUnprotect(row.Body))),
            ],
            cancel);

    public Task<int> Purge(DateTimeOffset before, CancellationToken cancel) =>
        database.Write(
            async session =>
            {
                var limit = new { before = before.Milliseconds() };
                return await session.Execute("DELETE FROM receipts WHERE received_at < @before", limit)
                    + await session.Execute("DELETE FROM quarantine WHERE at < @before", limit);
            },
            cancel);
}
