using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortalIntegration.Connectors.Reference;
using PortalIntegration.Core;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Alerts;
using PortalIntegration.Sync.Nodes;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;
using PortalIntegration.Tests;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.UnitTests.Sync.Alerts;

/// <summary>From something going wrong to somebody who knows, through the store and over the wire.</summary>
public sealed class AlertTests : IAsyncLifetime
{
    private const string Old = "whsec_YWxlcnQtdGVzdHMtb2xkLXNlY3JldC0wMDAwMDE=";
    private const string New = "whsec_YWxlcnQtdGVzdHMtbmV3LXNlY3JldC0wMDAwMDI=";

    private static readonly Scope Admin = Scope.ForPerson(new PersonId("adm-1"), Role.Admin, []);

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTimeProvider _clock = ManualClock.Start();
    private readonly MailSink _mail = new();
    private readonly ScriptedFlow _flow = new();
    private AlertReceiver? _receiver;
    private Node? _node;

    private AlertReceiver Receiver => _receiver!;

    private Node Node => _node!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await AlertReceiver.Start();
        _node = Open();
        await _node.Stand();
    }

    [Fact]
    public async Task GivenUp_IsToldOnEveryWay_OnceAndWhenItIsOver()
    {
        _flow.Ends = ScriptedFlow.Refused;
        await Trigger("k1");
        await Beat(3);

        var taken = Receiver.Taken.ShouldHaveSingleItem();
        var body = JsonDocument.Parse(taken.Body).RootElement;
        body.GetProperty("type").GetString().ShouldBe("alert.raised");
        body.GetProperty("kind").GetString().ShouldBe("deadLetters");
        body.GetProperty("subject").GetString().ShouldBe(ScriptedFlow.FlowName);
        body.GetProperty("page").GetString().ShouldBe("https://portal.example/admin/sync");
        var letter = _mail.Letters.ShouldHaveSingleItem();
        letter.ShouldContain("ops@example.com");
        letter.ShouldContain("Auto-Submitted: auto-generated");
        Node.Logs.Entries.Count(entry => entry.Id.Id == 5501 && entry.Level is LogLevel.Error).ShouldBe(1);

        _flow.Ends = _ => new Next.Done();
        await Node.Get<IWorkAdmin>().Retry(Admin, Key("k1"));
        await Beat(3);

        // Nobody who looks sees it any more; nobody is told before it stays away.
        (await Node.Get<IAlerts>().Now()).On.ShouldBeEmpty();
        Receiver.Taken.Count.ShouldBe(1);
        await Beat(4);
        Receiver.Taken.Count.ShouldBe(2);
        JsonDocument.Parse(Receiver.Taken.Last().Body).RootElement.GetProperty("type").GetString().ShouldBe("alert.cleared");
    }

    [Fact]
    public async Task Webhook_IsSignedWithEverySecret_AndWithNoOther()
    {
        _flow.Ends = ScriptedFlow.Refused;
        await Trigger("k1");
        await Beat(1);

        var (headers, body) = Receiver.Taken.ShouldHaveSingleItem();
        Complaint(headers, body, New).ShouldBeNull();
        Complaint(headers, body, Old).ShouldBeNull();
        Complaint(headers, body, "whsec_YWxlcnQtdGVzdHMtb3RoZXJzLXNlY3JldC0wMDE=").ShouldNotBeNull();
        body[0]++;
        Complaint(headers, body, New).ShouldNotBeNull();
    }

    [Fact]
    public async Task Webhook_ReceiverDown_IsToldWhenItIsBack_UnderTheSameId()
    {
        Receiver.Answer = HttpStatusCode.InternalServerError;
        _flow.Ends = ScriptedFlow.Refused;
        await Trigger("k1");
        await Beat(1);
        var failed = Receiver.Taken.Count;
        failed.ShouldBeGreaterThan(0);

        // A restart in between loses nothing.
        await Node.DisposeAsync();
        _node = Open();
        Receiver.Answer = HttpStatusCode.OK;
        await Beat(6);

        Receiver.Taken.Count.ShouldBe(failed + 1);
        Receiver.Taken.Select(taken => taken.Headers["webhook-id"].ToString()).Distinct().Count().ShouldBe(1);
        _mail.Letters.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Webhook_NeverTaken_IsLateWork_WhichEMailTells()
    {
        Receiver.Answer = HttpStatusCode.NotFound;
        _flow.Ends = ScriptedFlow.Refused;
        await Trigger("k1");
        await Beat(25);

        (await Node.Store.Find(new WorkKey("alert-webhook", Receiver.Taken.First().Headers["webhook-id"].ToString())))!.State.ShouldBe(WorkState.Ready);
        _mail.Letters.ShouldContain(letter => letter.Contains("alert-webhook is late", StringComparison.Ordinal));
        Receiver.Taken.ShouldNotContain(taken => taken.Headers["webhook-id"].ToString().Contains("alert-webhook"));
    }

    [Fact]
    public async Task Late_AFlowThatWaits_IsToldAfterItsTime_AndNotBefore()
    {
        _flow.Ends = _ => new Next.Retry(new Core.Outcomes.Failure(Core.Outcomes.Cause.Unreachable, "erp", "get", _clock.Now)) { Endless = true };
        await Trigger("k1");
        await Beat(18); // 4.5 minutes

        Receiver.Taken.ShouldBeEmpty();
        await Beat(3);
        JsonDocument.Parse(Receiver.Taken.ShouldHaveSingleItem().Body).RootElement.GetProperty("kind").GetString().ShouldBe("flowLate");
    }

    [Fact]
    public async Task Quarantined_IsTold_AndForgottenAfterADay()
    {
        await Node.Get<IReceipts>().Quarantine(new Receipt("erp", "d1", "00"), "malformed", new byte[] { 1 });
        await Beat(1);

        (await Node.Get<IAlerts>().Now()).On.ShouldHaveSingleItem().Key.ShouldBe(new ConditionKey(ConditionKind.Quarantined, "erp"));
        _clock.Advance(TimeSpan.FromHours(24));
        await Beat(1);
        (await Node.Get<IAlerts>().Now()).On.ShouldBeEmpty();
    }

    [Fact]
    public async Task WhatANodeSees_ReachesTheRound_UntilTheNodeIsGone()
    {
        var refused = Node.Get<RefusedDeliveries>();
        for (var i = 0; i < 20; i++)
        {
            refused.Add("crm");
        }

        await Node.Get<Heartbeat>().Beat(CancellationToken.None);
        await Node.Get<NodeWatch>().LookOnce(CancellationToken.None);
        await Beat(1);
        (await Node.Get<IAlerts>().Now()).On.ShouldHaveSingleItem().Key.ShouldBe(new ConditionKey(ConditionKind.MassRejection, "crm"));

        await Beat(6);
        (await Node.Get<IAlerts>().Now()).On.ShouldBeEmpty("it gave no sign of life");
    }

    [Fact]
    public async Task Prove_EveryChannel_TellsWhatCameOfIt()
    {
        _mail.ToRecipient = "550 nobody of that name here";
        using var worker = Node.Worker;
        await worker.StartAsync(CancellationToken.None);

        var proofs = await Prove();
        await worker.StopAsync(CancellationToken.None);

        proofs.Select(proof => (proof.Channel, proof.Result)).ShouldBe(
            [("log", ProofResult.Told), ("health", ProofResult.Told), ("webhook", ProofResult.Told), ("mail", ProofResult.Failed)]);
        proofs[^1].Failure!.Cause.ShouldBe(Core.Outcomes.Cause.Rejected);
        JsonDocument.Parse(Receiver.Taken.ShouldHaveSingleItem().Body).RootElement.GetProperty("test").GetBoolean().ShouldBeTrue();
        (await Node.Get<IAudit>().Read(new AuditFilter { Action = "proveAlerts" }, null, 10)).Entries.ShouldHaveSingleItem().Who.ShouldBe("adm-1");
    }

    [Fact]
    public async Task Prove_ByABuyer_SendsNothing()
    {
        (await Node.Get<IAlerts>().Prove(Samples.Buyer())).ShouldBeNull();

        Receiver.Taken.ShouldBeEmpty();
    }

    [Fact]
    public async Task StoreDown_IsToldAtOnce_PastTheQueue_AndWhenItIsBack()
    {
        var watch = Node.Get<NodeWatch>();
        await watch.LookOnce(CancellationToken.None);
        await Node.DisposeAsync();
        _node = Open("/proc/no-such-place");

        await Node.Get<NodeWatch>().LookOnce(CancellationToken.None);

        (await Node.Get<IAlerts>().Now()).On.ShouldHaveSingleItem().Key.Kind.ShouldBe(ConditionKind.StoreUnavailable);
        JsonDocument.Parse(Receiver.Taken.ShouldHaveSingleItem().Body).RootElement.GetProperty("kind").GetString().ShouldBe("storeUnavailable");
        _mail.Letters.Count.ShouldBe(1);
        var proofs = await Prove();
        proofs.ShouldAllBe(proof => proof.Result == ProofResult.Told);
    }

    [Fact]
    public async Task StoreDown_WhatWasWrongIsStillSaid()
    {
        _flow.Ends = ScriptedFlow.Refused;
        await Trigger("k1");
        await Beat(2);
        var alerts = Node.Get<IAlerts>();
        var before = await alerts.Now();
        before.On.ShouldHaveSingleItem().Key.Kind.ShouldBe(ConditionKind.DeadLetters);
        before.Channels.ShouldBe([new("log", true), new("health", true), new("webhook", true), new("mail", true)]);

        foreach (var file in Directory.GetFiles(_directory.Path, "portal.db*"))
        {
            File.Move(file, file + ".aside");
        }

        Directory.CreateDirectory(Path.Combine(_directory.Path, "portal.db"));

        var during = await alerts.Now();
        during.On.Select(condition => condition.Key.Kind).ShouldBe([ConditionKind.DeadLetters, ConditionKind.StoreUnavailable], ignoreOrder: true);
        during.LookedAt.ShouldBe(before.LookedAt);
    }

    [Theory]
    [InlineData("Sync:Alerts:Interval", "00:00:00.5", "Sync:Alerts:Interval: ")]
    [InlineData("Sync:Alerts:LateAfterOf:no-such-flow", "00:10:00", "Sync:Alerts:LateAfterOf:no-such-flow: ")]
    [InlineData("Sync:Alerts:WebhookSecrets:0", "secret", "Sync:Alerts:WebhookSecrets:0: ")]
    [InlineData("Sync:Alerts:MailTo:0", "nobody", "Sync:Alerts:MailTo:0: ")]
    [InlineData("Sync:Mail:From", "nobody", "Sync:Mail:From: ")]
    [InlineData("Sync:Mail:User", "portal", "Sync:Mail:User: ")]
    [InlineData("Sync:Alerts:NoSuchKey", "1", "Sync:Alerts:NoSuchKey: there is no such key")]
    public async Task Options_AMistake_NamesItsKey(string key, string value, string message)
    {
        await using var wrong = Open(_directory.Path, (key, value));

        var mistakes = Should.Throw<OptionsValidationException>(() => wrong.Get<IStartupValidator>().Validate()).Failures;

        mistakes.ShouldContain(mistake => mistake.StartsWith(message));
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await Receiver.DisposeAsync();
        await _mail.DisposeAsync();
        _directory.Dispose();
    }

    private static WorkKey Key(string key) => new(ScriptedFlow.FlowName, key);

    private string? Complaint(Microsoft.AspNetCore.Http.IHeaderDictionary headers, byte[] body, string secret) => StandardWebhooks.Complaint(
        headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"], body, [StandardWebhooks.Key(secret)!], _clock.Now);

    private Task Trigger(string key) => Node.Store.Trigger(new WorkTrigger(Key(key), (int)Lane.Sync));

    private async Task<IReadOnlyList<ChannelProof>> Prove()
    {
        var proving = Node.Get<IAlerts>().Prove(Admin);
        while (!proving.IsCompleted)
        {
            // No faster than real time: what is proved waits on this clock for servers that answer in real time.
            await Task.Delay(100);
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        return (await proving).ShouldNotBeNull();
    }

    /// <summary>Rounds as they come every quarter of a minute.</summary>
    private async Task Beat(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            await Node.RunDue();
            _clock.Advance(TimeSpan.FromSeconds(15));
        }

        await Node.RunDue();
    }

    private Node Open(string? directory = null, params (string Key, string Value)[] more) => new(
        directory ?? _directory.Path,
        _clock,
        new FakeErp(_clock),
        random: new Random(1),
        flows: [_flow],
        [
            .. new[]
            {
                ("Sync:Alerts:WebhookAddress", Receiver.Address),
                ("Sync:Alerts:WebhookSecrets:0", New),
                ("Sync:Alerts:WebhookSecrets:1", Old),
                ("Sync:Alerts:MailTo:0", "ops@example.com"),
                ("Sync:Alerts:PortalAddress", "https://portal.example/"),
                ("Sync:Mail:Host", "127.0.0.1"),
                ("Sync:Mail:Port", _mail.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                ("Sync:Mail:Encrypted", "false"),
                ("Sync:Mail:From", "portal@example.com"),
            }.ExceptBy(more.Select(setting => setting.Key), setting => setting.Item1),
            .. more,
        ]);
}
