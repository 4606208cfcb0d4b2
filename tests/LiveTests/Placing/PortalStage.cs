using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Tests.Servers;
using PortalIntegration.Tests;

namespace PortalIntegration.LiveTests.Placing;

/// <summary>
/// Portals over one ERP and one state directory, each a process of its own, that can be killed and put to sleep. Orders come in through the
/// door of <c>tests/PlacingHost</c>.
/// </summary>
internal sealed class PortalStage(PlacingGround ground) : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private readonly string _state = Directory.CreateTempSubdirectory("portal-stage-").FullName;
    private readonly ConcurrentBag<ServerProcess> _portals = [];

    /// <param name="erp">Its own address, or that of a proxy before it.</param>
    /// <param name="crashAt">The step at which the process kills itself.</param>
    public async Task<ServerProcess> Start(Uri erp, string? crashAt = null, TimeSpan? createTimeout = null)
    {
        var address = ServerProcess.FreeAddress();
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["urls"] = address.ToString(),
            ["contentRoot"] = Path.Combine(ServerProcess.Root, "src", "Portal"),
            ["State:Directory"] = _state,
            ["Systems:erp:Address"] = erp.ToString(),
            ["Systems:erp:AttemptTimeout"] = "00:00:05",
            ["Systems:crm:Connector"] = "reference-crm",
            ["Systems:crm:Address"] = "http://127.0.0.1:9", // nobody listens, and nobody has to
            ["Systems:crm:Credentials:Token"] = "none",
            ["Sync:Polling:Interval"] = "00:00:01",
            ["Sync:Worker:Lease"] = "00:00:02",
            ["Sync:Worker:PollInterval"] = "00:00:00.2",
            ["Sync:Worker:BackoffBase"] = "00:00:00.2",
            ["Sync:Worker:BackoffCap"] = "00:00:02",
            ["Sync:Worker:MaxAttempts"] = "50", // more than any weather that is made here
            ["Sync:Placing:MaxCreates"] = "50", // likewise: giving up is another test's
            ["Sync:Placing:CreateTimeout"] = (createTimeout ?? TimeSpan.FromSeconds(20)).ToString("c", CultureInfo.InvariantCulture),
            ["Sync:Placing:LeaseMargin"] = "00:00:00.5",
        };
        foreach (var (key, value) in ground.Settings)
        {
            settings[key] = value;
        }

        var portal = await ServerProcess.StartAsync(
            "PlacingHost",
            address,
            "/test/placings/none/none",
            settings.Select(setting => $"--{setting.Key}={setting.Value}"),
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["PORTALINTEGRATION_CRASH_AT"] = crashAt },
            published: Path.Combine(ServerProcess.Root, "tests", "PlacingHost", "bin", ServerProcess.Configuration, "net10.0"));
        _portals.Add(portal);
        return portal;
    }

    public Task PutToSleep(ServerProcess portal) => portal.PutToSleep(_state);

    public static Submission Submission(NewOrder order, Quote? seen = null) => new()
    {
        Id = order.Submission,
        Request = order.Request,
        OrderedBy = order.OrderedBy,
        Note = order.Note,
        Policy = seen is null ? PricePolicy.PriceOfTheDay : PricePolicy.AskIfDifferent,
        Seen = seen,
    };

    public static async Task Submit(ServerProcess portal, Submission submission)
    {
        using var answer = await Http.PostAsJsonAsync(new Uri(portal.Address, "/test/submit"), submission);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>To a portal that is about to die.</summary>
    public static async Task SubmitToTheDying(ServerProcess portal, Submission submission)
    {
        try
        {
            using var answer = await Http.PostAsJsonAsync(new Uri(portal.Address, "/test/submit"), submission);
        }
        catch (Exception line) when (line is HttpRequestException or IOException or TaskCanceledException)
        {
        }
    }

    public static async Task Accept(ServerProcess portal, Submission submission, int offer)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/test/placings/{submission.Request.Customer}/{submission.Id}/accept/{offer}");
        using var answer = await Http.PostAsync(new Uri(portal.Address, path), content: null);
        answer.EnsureSuccessStatusCode();
    }

    public static async Task<Sync.Placing.Placing> WaitFor(ServerProcess portal, Submission submission, PlacingState state, int seconds = 90)
    {
        var clock = Stopwatch.StartNew();
        Sync.Placing.Placing? last = null;
        while (clock.Elapsed < TimeSpan.FromSeconds(seconds))
        {
            last = await Find(portal, submission) ?? last;
            if (last?.State == state)
            {
                return last;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"{submission.Id} is {last?.State.ToString() ?? "not there"} ({last?.Failure}) and not {state} after {seconds} s.\n{portal.Output}");
    }

    /// <summary>Whether a portal says so that may die at any moment.</summary>
    public static async Task<bool> IsAt(ServerProcess dying, Submission submission, PlacingState state)
    {
        try
        {
            return (await Find(dying, submission))?.State == state;
        }
        catch (Exception line) when (line is HttpRequestException or IOException or TaskCanceledException)
        {
            return false;
        }
    }

    /// <param name="standstill">How long nothing may come of any of them before the test fails.</param>
    public static async Task WaitForAll(ServerProcess portal, IReadOnlyList<Submission> submissions, PlacingState state, TimeSpan standstill)
    {
        var left = submissions.ToList();
        var moved = Stopwatch.StartNew();
        var last = new Dictionary<SubmissionId, Sync.Placing.Placing?>();
        while (left.Count > 0)
        {
            if (moved.Elapsed > standstill)
            {
                var standing = left.Select(submission => $"{submission.Id} {last.GetValueOrDefault(submission.Id)?.State.ToString() ?? "not there"} ({last.GetValueOrDefault(submission.Id)?.Failure})");
                throw new TimeoutException($"Nothing became {state} for {standstill.TotalSeconds} s:\n{string.Join('\n', standing)}\n{portal.Output}");
            }

            foreach (var submission in left.ToList())
            {
                last[submission.Id] = await Find(portal, submission);
                if (last[submission.Id]?.State == state)
                {
                    left.Remove(submission);
                    moved.Restart();
                }
            }

            await Task.Delay(200);
        }
    }

    private static async Task<Sync.Placing.Placing?> Find(ServerProcess portal, Submission submission)
    {
        using var answer = await Http.GetAsync(new Uri(portal.Address, $"/test/placings/{submission.Request.Customer}/{submission.Id}"));
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<Sync.Placing.Placing>() : null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var portal in _portals)
        {
            await portal.DisposeAsync();
        }

        TestDirectory.Delete(_state);
    }
}
