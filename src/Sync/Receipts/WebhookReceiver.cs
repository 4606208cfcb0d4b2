using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Sync.Alerts;
using PortalIntegration.Sync.Changes;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.Sync.Receipts;

/// <summary>
/// Takes a delivery: size, signature, seen before, commit, and only then "yes". A body is never believed: it names what to look at.
/// </summary>
internal sealed partial class WebhookReceiver(
    IOwnershipMap map,
    Followers followers,
    IReceipts receipts,
    IChangeBoard board,
    WorkSignal signal,
    IStepObserver steps,
    RefusedDeliveries refused,
    IOptions<WebhookOptions> options,
    ILogger<WebhookReceiver> logger)
{
    /// <summary>The delivery is durable; its sender was not told yet.</summary>
    public const string Committed = "receipts:committed";

    /// <returns>The status code to answer with.</returns>
    public async Task<int> Receive(string system, HttpRequest request)
    {
        if (map.Systems.FirstOrDefault(candidate => candidate.System.Equals(system, StringComparison.OrdinalIgnoreCase)) is not { } connection
            || connection.Find<IWebhooks>() is not { } webhooks)
        {
            return StatusCodes.Status404NotFound;
        }

        if (await ReadBody(request) is not { } body)
        {
            return Answer(connection.System, "tooLarge", StatusCodes.Status413PayloadTooLarge);
        }

        var headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        try
        {
            return await Take(connection.System, webhooks.Read(new WebhookDelivery(headers, body)), body, request.HttpContext.RequestAborted);
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.StoreUnavailable(logger, unavailable, connection.System);
            return Answer(connection.System, "unavailable", StatusCodes.Status503ServiceUnavailable);
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            // Ours, so the sender must keep it and come again.
            Log.Bug(logger, bug, connection.System);
            return Answer(connection.System, "bug", StatusCodes.Status503ServiceUnavailable);
        }
    }

    private async Task<int> Take(string system, WebhookReading reading, byte[] body, CancellationToken cancel)
    {
        if (reading.Verdict == WebhookVerdict.Rejected)
        {
            refused.Add(system);
            Log.Rejected(logger, system, reading.Reason ?? "");
            return Answer(system, "rejected", StatusCodes.Status401Unauthorized);
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(body));
        var receipt = new Receipt(system, reading.DeliveryId ?? hash, hash);
        if (reading.Verdict == WebhookVerdict.Malformed)
        {
            await receipts.Quarantine(receipt, reading.Reason ?? "malformed", body, cancel);
            Log.Quarantined(logger, system, receipt.DeliveryId, "it cannot be read");
            return Answer(system, "malformed", StatusCodes.Status202Accepted);
        }

        var triggers = reading.Notices.Distinct().SelectMany(notice => followers.Of(notice.Entity, notice.Key, TriggerKind.Webhook));
        var verdict = await receipts.Take(receipt, [.. triggers], cancel);
        if (verdict == ReceiptVerdict.OtherBody)
        {
            await receipts.Quarantine(receipt, "the same delivery id came with another body before", body, cancel);
            Log.Quarantined(logger, system, receipt.DeliveryId, "its id came with another body before");
            return Answer(system, "otherBody", StatusCodes.Status202Accepted);
        }

        steps.Reached(Committed);
        if (verdict == ReceiptVerdict.New)
        {
            signal.Raise();
            foreach (var notice in reading.Notices.Where(notice => notice.Entity != Entity.Orders))
            {
                board.Tell(notice.Entity, notice.Key); // open pages need not wait for a flow
            }
        }

        return Answer(system, verdict == ReceiptVerdict.New ? "taken" : "known", StatusCodes.Status204NoContent);
    }

    /// <summary>Null when it is larger than we take.</summary>
    private async Task<byte[]?> ReadBody(HttpRequest request)
    {
        var most = options.Value.MaxBodyBytes;
        if (request.ContentLength > most)
        {
            return null;
        }

        using var kept = new MemoryStream();
        var buffer = new byte[8192];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0)
        {
            if (kept.Length + read > most)
            {
                return null;
            }

            kept.Write(buffer, 0, read);
        }

        return kept.ToArray();
    }

    private static int Answer(string system, string verdict, int status)
    {
        SyncTelemetry.Deliveries.Add(1, new KeyValuePair<string, object?>("system", system), new KeyValuePair<string, object?>("verdict", verdict));
        return status;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 5301, Level = LogLevel.Error, Message = "A delivery of {System} was not taken: the store is not to be had")]
        public static partial void StoreUnavailable(ILogger logger, Exception unavailable, string system);

        [LoggerMessage(EventId = 5302, Level = LogLevel.Error, Message = "A delivery of {System} was not taken: a bug")]
        public static partial void Bug(ILogger logger, Exception bug, string system);

        [LoggerMessage(EventId = 5303, Level = LogLevel.Warning, Message = "A delivery that claims to come from {System} was rejected: {Reason}")]
        public static partial void Rejected(ILogger logger, string system, string reason);

        [LoggerMessage(EventId = 5304, Level = LogLevel.Error, Message = "Delivery {Delivery} of {System} is quarantined: {Reason}")]
        public static partial void Quarantined(ILogger logger, string system, string delivery, string reason);
    }
}
