using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using PortalIntegration.Sandbox.Faults;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Webhooks;

/// <summary>
/// Sends events to subscribers, signed after Standard Webhooks, and tries again with growing pauses. The body names what
/// changed and carries no values.
/// </summary>
internal sealed class WebhookDispatcher(TimeProvider clock, WebhookOptions options, FaultBook faults, HttpMessageHandler? handler = null) : IAsyncDisposable
{
    private const int LogLength = 5_000;
    private readonly Lock gate = new();
    private readonly List<Subscription> subscriptions = [];
    private readonly LinkedList<Delivery> log = [];
    private readonly List<(Subscription To, Delivery Delivery, byte[] Body)> heldBack = [];
    private readonly HashSet<Task> running = [];
    private readonly SemaphoreSlim slots = new(16, 16);
    private readonly CancellationTokenSource stopping = new();
    private readonly HttpClient client = new(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private int lastSubscription;

    public Subscription Subscribe(Uri url, IReadOnlyList<string> events, string? secret)
    {
        lock (gate)
        {
            subscriptions.RemoveAll(s => s.Url == url);
            var now = clock.GetUtcNow();
            var key = secret ?? "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
            var subscription = new Subscription
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"sub-{++lastSubscription}"),
                Url = url,
                Events = events,
                Status = SubscriptionStatus.Active,
                CreatedAt = now,
                ExpiresAt = now + options.SubscriptionLifetime,
                Secrets = [key],
            };
            subscriptions.Add(subscription);
            return subscription with { Secret = key };
        }
    }

    public IReadOnlyList<Subscription> Subscriptions
    {
        get
        {
            lock (gate)
            {
                ExpireLocked();
                return subscriptions.ToList();
            }
        }
    }

    public bool Unsubscribe(string id)
    {
        lock (gate)
        {
            return subscriptions.RemoveAll(s => s.Id == id) > 0;
        }
    }

    /// <summary>Ends every subscription now, as if its time were over.</summary>
    public void ExpireAll()
    {
        lock (gate)
        {
            Change(_ => true, s => s with { Status = SubscriptionStatus.Expired, ExpiresAt = clock.GetUtcNow() });
        }
    }

    /// <summary>Signs with a new secret beside the present one, or with the new one alone.</summary>
    public bool Rotate(string id, string secret, bool keepOld)
    {
        lock (gate)
        {
            return Change(s => s.Id == id, s => s with { Secrets = keepOld ? [secret, .. s.Secrets] : [secret] });
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            subscriptions.Clear();
            log.Clear();
            heldBack.Clear();
        }
    }

    public IReadOnlyList<Delivery> Log
    {
        get
        {
            lock (gate)
            {
                return log.ToList();
            }
        }
    }

    /// <summary>Never waits: an event is put on its way and forgotten by who raised it.</summary>
    public void Publish(string type, string entity, string key)
    {
        lock (gate)
        {
            ExpireLocked();
            var now = clock.GetUtcNow();
            byte[]? body = null;
            foreach (var to in subscriptions.Where(s => s.Status != SubscriptionStatus.Expired && s.Events.Contains(type)))
            {
                body ??= Json.Bytes(new { Type = type, Timestamp = now, Data = new { Entity = entity, Key = key } });
                var delivery = new Delivery { Id = NewId(), SubscriptionId = to.Id, Type = type, Key = key, At = now };
                Dispatch(to, delivery, body);
            }
        }
    }

    /// <summary>Sends a body made by hand to every subscriber, for tests of receivers.</summary>
    public int SendByHand(string id, string body, int timestampOffsetSeconds, bool badSignature)
    {
        lock (gate)
        {
            var bytes = Encoding.UTF8.GetBytes(body);
            foreach (var to in subscriptions)
            {
                var delivery = new Delivery { Id = id, SubscriptionId = to.Id, Type = "by-hand", Key = "", At = clock.GetUtcNow() };
                Remember(delivery);
                Run(() => TryOnceAsync(to, delivery, bytes, timestampOffsetSeconds, badSignature));
            }

            return subscriptions.Count;
        }
    }

    public static string Sign(string secret, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        Task[] left;
        lock (gate)
        {
            left = [.. running];
        }

        await Task.WhenAll(left);
        client.Dispose();
        slots.Dispose();
        stopping.Dispose();
    }

    private static string NewId() => "msg_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    private void Dispatch(Subscription to, Delivery delivery, byte[] body)
    {
        var drawn = faults.Draw(delivery.Type, null, webhook: true);
        delivery = delivery with { Fault = drawn.Count == 0 ? null : string.Join(", ", drawn.Select(f => f.Kind)) };
        Remember(delivery);
        if (drawn.Any(f => f.Kind == FaultKind.WebhookSuppress))
        {
            Update(delivery with { Done = true });
            return;
        }

        if (drawn.Any(f => f.Kind == FaultKind.WebhookReorder))
        {
            heldBack.Add((to, delivery, body));
            return;
        }

        var late = TimeSpan.FromSeconds(drawn.Where(f => f.Kind == FaultKind.WebhookLate).Sum(f => f.Seconds ?? 5));
        var copies = drawn.Where(f => f.Kind == FaultKind.WebhookTwice).Select(f => f.Copies ?? 2).DefaultIfEmpty(1).Max();
        var after = heldBack.ToList();
        heldBack.Clear();
        Run(async () =>
        {
            await Pause(late);
            await Task.WhenAll(Enumerable.Range(0, copies).Select(_ => DeliverAsync(to, delivery, body)));
            foreach (var (heldTo, held, heldBody) in after)
            {
                await DeliverAsync(heldTo, held, heldBody);
            }
        });
    }

    private async Task DeliverAsync(Subscription to, Delivery delivery, byte[] body)
    {
        var pause = options.FirstPause;
        for (var attempt = 1; attempt <= options.Attempts; attempt++)
        {
            var status = await TryOnceAsync(to, delivery, body, 0, badSignature: false);
            delivery = delivery with { Attempts = attempt, LastStatus = status, Done = status is >= 200 and < 300 };
            lock (gate)
            {
                Update(delivery);
                var known = subscriptions.Find(s => s.Id == to.Id);
                if (delivery.Done)
                {
                    Change(s => s.Id == to.Id && s.Status == SubscriptionStatus.Failing, s => s with { Status = SubscriptionStatus.Active });
                    return;
                }

                if (known is null || known.Status == SubscriptionStatus.Expired)
                {
                    return;
                }

                if (status == (int)HttpStatusCode.Gone)
                {
                    Change(s => s.Id == to.Id, s => s with { Status = SubscriptionStatus.Expired, ExpiresAt = clock.GetUtcNow() });
                    return;
                }

                Change(s => s.Id == to.Id, s => s with { Status = SubscriptionStatus.Failing });
                to = known;
            }

            if (attempt < options.Attempts)
            {
                await Pause(pause);
                pause = pause * 3 < options.LongestPause ? pause * 3 : options.LongestPause;
            }
        }
    }

    private async Task<int> TryOnceAsync(Subscription to, Delivery delivery, byte[] body, int timestampOffset, bool badSignature)
    {
        await slots.WaitAsync(stopping.Token);
        try
        {
            var timestamp = clock.GetUtcNow().ToUnixTimeSeconds() + timestampOffset;
            var signatures = to.Secrets.Select(s => badSignature ? "v1," + Convert.ToBase64String(new byte[32]) : Sign(s, delivery.Id, timestamp, body));
            using var request = new HttpRequestMessage(HttpMethod.Post, to.Url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add("webhook-id", delivery.Id);
            request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
            request.Headers.Add("webhook-signature", string.Join(' ', signatures));
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
            limit.CancelAfter(options.Timeout);
            using var response = await client.SendAsync(request, limit.Token);
            return (int)response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            return 0;
        }
        finally
        {
            slots.Release();
        }
    }

    private Task Pause(TimeSpan time) => time <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(time, clock, stopping.Token);

    private void Run(Func<Task> work)
    {
        var task = Task.Run(async () =>
        {
            try
            {
                await work();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // the sandbox stops; what was not delivered is lost, as it may be
            }
        });
        running.Add(task);
        _ = task.ContinueWith(
            done =>
            {
                lock (gate)
                {
                    running.Remove(done);
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private void ExpireLocked()
    {
        var now = clock.GetUtcNow();
        Change(s => s.ExpiresAt <= now && s.Status != SubscriptionStatus.Expired, s => s with { Status = SubscriptionStatus.Expired });
    }

    private bool Change(Predicate<Subscription> which, Func<Subscription, Subscription> change)
    {
        var any = false;
        for (var i = 0; i < subscriptions.Count; i++)
        {
            if (which(subscriptions[i]))
            {
                subscriptions[i] = change(subscriptions[i]);
                any = true;
            }
        }

        return any;
    }

    private void Remember(Delivery delivery)
    {
        log.AddLast(delivery);
        if (log.Count > LogLength)
        {
            log.RemoveFirst();
        }
    }

    private void Update(Delivery delivery)
    {
        for (var node = log.Last; node is not null; node = node.Previous)
        {
            if (node.Value.Id == delivery.Id && node.Value.SubscriptionId == delivery.SubscriptionId)
            {
                node.Value = delivery;
                return;
            }
        }
    }
}
