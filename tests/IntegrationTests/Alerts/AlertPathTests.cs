using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sandbox;
using PortalIntegration.Sandbox.Faults;
using PortalIntegration.Sync.Alerts;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;

namespace PortalIntegration.IntegrationTests.Alerts;

/// <summary>Everything that can go wrong between two systems, from its cause in a running portal to everybody who is told: once, and again when it is over.</summary>
public sealed class AlertPathTests : IAsyncDisposable
{
    /// <summary>Of each case its own: some let the portal's clock jump, and to a portal of another time the systems' own webhooks are forgeries.</summary>
    private readonly AlertStage _stage = new();

    [Theory]
    [InlineData(ConditionKind.DeadLetters, "account-to-erp", "The flow account-to-erp gave up an item")]
    [InlineData(ConditionKind.FlowLate, "credit-to-crm", "The flow credit-to-crm is late")]
    [InlineData(ConditionKind.BrakeEngaged, "account-to-erp", "The flow account-to-erp stopped itself")]
    [InlineData(ConditionKind.SubscriptionLost, "erp", "erp has not taken our subscription")]
    [InlineData(ConditionKind.SystemUnreachable, "crm", "Every call to crm has failed")]
    [InlineData(ConditionKind.QuotaRunningOut, "crm", "The quota of crm will be used up")]
    [InlineData(ConditionKind.MassRejection, "erp", "6 deliveries that claim to come from erp were refused")]
    public async Task Wrong_IsToldOnceOnEveryWay_AndWhenItIsMended(ConditionKind kind, string subject, string words)
    {
        var name = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());
        var bad = kind is not (ConditionKind.SubscriptionLost or ConditionKind.QuotaRunningOut);
        // A slow machine makes no flow late: that would be worse than what is, or told before anything is broken.
        await _stage.Start(lateAfter: TimeSpan.FromMinutes(15));
        _stage.Posted(name, subject).ShouldBeEmpty("nothing of it before");

        await using (await Broken(kind))
        {
            await AlertStage.Until(() => _stage.IsOn(kind, subject), $"{kind} is on the list");
            await AlertStage.Until(() => Task.FromResult(_stage.Posted(name, subject).Count > 0 && _stage.Letters(words).Count > 0), $"{kind} was told by webhook and e-mail");
            var (code, overall) = bad ? (HttpStatusCode.ServiceUnavailable, "bad") : (HttpStatusCode.OK, "warning");
            await AlertStage.Until(async () => await OnHealth(name, subject) is { } shown && (shown.Status, shown.Overall) == (code, overall), $"{kind} shows on /health/sync");
            await _stage.Rounds(3);

            // Still on, and told no more.
            _stage.Posted(name, subject).ShouldBe(["alert.raised"]);
            _stage.Letters(words).ShouldBe([""]);
            _stage.Logged(words).ShouldBe([bad ? LogLevel.Error : LogLevel.Warning]);
            Line? line = null;
            // A dead letter that is tried again is not there for that moment.
            await AlertStage.Until(async () => (line = await OnHealth(name, subject)) is { } still && still.Overall == overall, $"{kind} is still on /health/sync");
            line.ShouldNotBeNull();
            line.Words.ShouldContain(words);
            line.Todo.ShouldNotBeNullOrEmpty();
        }

        await AlertStage.Until(async () => !await _stage.IsOn(kind, subject), $"{kind} went away");
        await AlertStage.Until(() => Task.FromResult(_stage.Posted(name, subject).Count > 1 && _stage.Letters(words).Count > 1), $"that {kind} is over was told");
        _stage.Posted(name, subject).ShouldBe(["alert.raised", "alert.cleared"]);
        _stage.Letters(words).ShouldBe(["", "Over: "]);
        _stage.Logged(words).ShouldBe([bad ? LogLevel.Error : LogLevel.Warning, LogLevel.Information]);
        await AlertStage.Until(
            async () => await _stage.Health() is (HttpStatusCode.OK, var body) && body.GetProperty("status").GetString() == "ok" && body.GetProperty("conditions").GetArrayLength() == 0,
            "nothing is wrong any more");
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    /// <summary>Breaks it; disposing of the answer mends it.</summary>
    private Task<IAsyncDisposable> Broken(ConditionKind kind) => kind switch
    {
        ConditionKind.DeadLetters => DeadLetter(),
        ConditionKind.FlowLate => Late(),
        ConditionKind.BrakeEngaged => Brake(),
        ConditionKind.SubscriptionLost => Subscription(),
        ConditionKind.SystemUnreachable => Fault(_stage.Sandbox.CrmControlUrl, new FaultRule { Kind = FaultKind.Outage, Mode = "unavailable" }),
        ConditionKind.QuotaRunningOut => Quota(),
        ConditionKind.MassRejection => Forged(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private async Task<IAsyncDisposable> DeadLetter()
    {
        var fault = await Fault(_stage.Sandbox.ErpControlUrl, new FaultRule { Kind = FaultKind.Error, Operation = "updateCustomer", Status = 500 });
        await Rename("acc-00001");
        return new Mend(async () =>
        {
            await fault.DisposeAsync();
            (await _stage.Services.GetRequiredService<IWorkAdmin>().Retry(AlertStage.Admin, new WorkKey("account-to-erp", "acc-00001"))).ShouldBe(AdminResult.Applied);
        });
    }

    private async Task<IAsyncDisposable> Late()
    {
        var fault = await Fault(_stage.Sandbox.CrmControlUrl, new FaultRule { Kind = FaultKind.Outage, Mode = "unavailable", Operation = "updateAccount" });
        using var erp = new SandboxControl(_stage.Sandbox.ErpControlUrl);
        await erp.SendAsync<object>(HttpMethod.Put, "erp/customers/C-10002", new { creditLimit = 77_000 });
        var alerts = _stage.Services.GetRequiredService<IOptions<AlertOptions>>().Value;
        alerts.LateAfterOf = new(alerts.LateAfterOf) { ["credit-to-crm"] = TimeSpan.FromSeconds(6) };
        return fault;
    }

    private async Task<IAsyncDisposable> Brake()
    {
        foreach (var account in new[] { "acc-00001", "acc-00002", "acc-00005", "acc-00006", "acc-00010", "acc-00011" })
        {
            await Rename(account);
        }

        return new Mend(async () => (await _stage.Services.GetRequiredService<IFlowBoard>().Resume(AlertStage.Admin, "account-to-erp")).ShouldBeTrue());
    }

    private async Task<IAsyncDisposable> Subscription()
    {
        var fault = await Fault(_stage.Sandbox.ErpControlUrl, new FaultRule { Kind = FaultKind.Error, Operation = "listWebhookSubscriptions", Status = 403 });
        // As it does by itself every ten minutes.
        await _stage.Services.GetRequiredService<IWorkStore>().Trigger(new WorkTrigger(new WorkKey("webhook-subscription", "erp"), (int)Lane.Sync));
        return fault;
    }

    private async Task<IAsyncDisposable> Quota()
    {
        var accounts = _stage.Map.Owner<IAccounts>();
        await Parallel.ForAsync(0, 850, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, cancel) =>
            await accounts.Get(Scope.ForPortal("test", Lane.Interactive), new AccountId($"acc-{(i % 20) + 1:00000}"), cancel));
        return new Mend(() =>
        {
            _stage.Time.Jump(TimeSpan.FromMinutes(61)); // a new hour, a new quota
            return Task.CompletedTask;
        });
    }

    private async Task<IAsyncDisposable> Forged()
    {
        for (var i = 0; i < 6; i++)
        {
            using var forged = new StringContent("""{"type":"order.changed"}""", System.Text.Encoding.UTF8, "application/json");
            forged.Headers.Add("webhook-id", $"msg_{i}");
            forged.Headers.Add("webhook-timestamp", _stage.Time.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
            forged.Headers.Add("webhook-signature", "v1,bm90IHNpZ25lZCBieSBhbnlib2R5IHdobyBrbm93cw==");
            (await _stage.Post("webhooks/erp", forged)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        return new Mend(() =>
        {
            _stage.Time.Jump(TimeSpan.FromMinutes(6)); // it has stopped since
            return Task.CompletedTask;
        });
    }

    private async Task Rename(string account)
    {
        using var crm = new SandboxControl(_stage.Sandbox.CrmControlUrl);
        await crm.SendAsync<object>(HttpMethod.Put, $"crm/accounts/{account}", new { name = $"Renamed {Guid.NewGuid():N}" });
    }

    private static async Task<IAsyncDisposable> Fault(Uri control, FaultRule rule)
    {
        using var sandbox = new SandboxControl(control);
        var set = await sandbox.SetFaultAsync(rule);
        return new Mend(async () =>
        {
            using var again = new SandboxControl(control);
            await again.ClearFaultsAsync(set.Id);
        });
    }

    private async Task<Line?> OnHealth(string kind, string subject)
    {
        var (status, body) = await _stage.Health();
        return body.GetProperty("conditions").EnumerateArray().Where(line => line.GetProperty("kind").GetString() == kind && line.GetProperty("subject").GetString() == subject)
            .Select(line => new Line(status, body.GetProperty("status").GetString()!, line.GetProperty("words").GetString()!, line.GetProperty("todo").GetString())).SingleOrDefault();
    }

    private sealed record Line(HttpStatusCode Status, string Overall, string Words, string? Todo);

    private sealed class Mend(Func<Task> mend) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await mend();
    }
}
