using System.Text;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Storage.Sql;

namespace PortalIntegration.UnitTests.Sync.Storage;

/// <summary>Receipts, journal, marks, figures, audit and nodes, on every store.</summary>
public abstract class RecordsContract(IStoreGround ground) : StoreBench(ground)
{
    private static readonly WorkKey Key = new("account-to-erp", "A-1");

    private IReceipts Receipts => new SqlReceipts(Database, Payloads, Clock);

    private IReceipts OtherReceipts => new SqlReceipts(Other, Payloads, Clock);

    private IMarks Marks => new SqlMarks(Database, Clock);

    private IMeasures Measures => new SqlMeasures(Database, Clock);

    private IAudit Audit => new SqlAudit(Database);

    private INodes Nodes => new SqlNodes(Database, Clock);

    [Fact]
    public async Task Fault11_SameDeliveryManyTimesAtOnceOnTwoNodes_OneEffect()
    {
        var receipt = new Receipt("erp", "msg-1", "hash");

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 12).Select(i =>
            (i % 2 == 0 ? Receipts : OtherReceipts).Take(receipt, [new WorkTrigger(Key, 2) { Kind = TriggerKind.Webhook }])));

        verdicts.Count(verdict => verdict == ReceiptVerdict.New).ShouldBe(1);
        verdicts.Count(verdict => verdict == ReceiptVerdict.Known).ShouldBe(11);
        (await Work.Find(Key)).ShouldNotBeNull().Version.ShouldBe(1);
    }

    [Fact]
    public async Task Fault13_SameIdOtherBody_IsToldApartAndKeptOnceEncrypted()
    {
        await Receipts.Take(new Receipt("erp", "msg-1", "one"), []);
        var other = new Receipt("erp", "msg-1", "two");

        (await OtherReceipts.Take(other, [new WorkTrigger(Key, 2)])).ShouldBe(ReceiptVerdict.OtherBody);
        await Receipts.Quarantine(other, "other body", Encoding.UTF8.GetBytes("Ana Lindqvist"));
        await Receipts.Quarantine(other, "other body", Encoding.UTF8.GetBytes("Ana Lindqvist"));

        (await Work.Find(Key)).ShouldBeNull("it asks for nothing");
        var kept = (await Receipts.Quarantined(10)).ShouldHaveSingleItem();
        (kept.System, kept.DeliveryId, kept.Reason, kept.At).ShouldBe(("erp", "msg-1", "other body", Clock.Now));
        Encoding.UTF8.GetString(kept.Body!).ShouldBe("Ana Lindqvist");
        var resting = await Database.Read(session => session.First<byte[]>("SELECT body FROM quarantine"));
        Encoding.UTF8.GetString(resting!).ShouldNotContain("Lindqvist");
    }

    [Fact]
    public async Task Receipts_AfterTheirDays_AreForgotten()
    {
        await Receipts.Take(new Receipt("erp", "old", "h"), []);
        await Receipts.Quarantine(new Receipt("erp", "old", "g"), "why", new byte[] { 1 });
        Clock.Advance(TimeSpan.FromDays(1));
        await Receipts.Take(new Receipt("erp", "new", "h"), []);

        (await Receipts.Purge(Clock.Now)).ShouldBe(2);

        (await Receipts.Take(new Receipt("erp", "old", "h"), [])).ShouldBe(ReceiptVerdict.New);
        (await Receipts.Take(new Receipt("erp", "new", "h"), [])).ShouldBe(ReceiptVerdict.Known);
    }

    [Fact]
    public async Task Marks_Exchanged_OnlyWhileTheValueIsTheOneThatWasSeen()
    {
        (await Marks.Exchange(new Mark("claim", "mine"), "seen")).ShouldBeFalse("there is none");
        (await Marks.Get("claim")).ShouldBeNull();
        await Marks.Set(new Mark("claim", "seen"));

        var tries = await Task.WhenAll(Enumerable.Range(0, 8).Select(one => Task.Run(() => Marks.Exchange(new Mark("claim", $"of {one}"), "seen"))));

        tries.Count(done => done).ShouldBe(1);
        (await Marks.Get("claim")).ShouldBe($"of {Array.IndexOf(tries, true)}");
    }

    [Fact]
    public async Task Marks_SetReadForgotten()
    {
        (await Marks.Get("cursor")).ShouldBeNull();
        await Marks.Set(new Mark("cursor", "1"));
        await Work.Trigger([new WorkTrigger(Key, 2)], new Mark("cursor", "2"));
        (await Marks.Get("cursor")).ShouldBe("2");
        await Marks.Forget("cursor");
        (await Marks.Get("cursor")).ShouldBeNull();
    }

    [Fact]
    public async Task Journal_DifferencesFieldByField_PersonalOnesAreHashesThatTellEqualFromDifferent()
    {
        await Log.Write(
        [
            Entry() with
            {
                Changes = [new FieldChange("name", "Elbe", "Elbe GmbH"), new FieldChange("email", "ana@example.com", "ana@example.com", Personal: true), new FieldChange("phone", null, "1", Personal: true)],
                Written = "name, email",
                Origin = TriggerKind.Webhook,
                Trace = "0af7651916cd43dd8448eb211c80319c",
            },
        ]);

        var read = (await Log.Read(Key, 10)).ShouldHaveSingleItem();
        (read.Written, read.Origin, read.Trace).ShouldBe(("name, email", TriggerKind.Webhook, "0af7651916cd43dd8448eb211c80319c"));
        read.Changes[0].ShouldBe(new FieldChange("name", "Elbe", "Elbe GmbH"));
        read.Changes[1].From.ShouldNotBeNull().ShouldStartWith("#");
        read.Changes[1].From.ShouldBe(read.Changes[1].To);
        read.Changes[2].From.ShouldBeNull();
        read.Changes[2].To.ShouldNotBe(read.Changes[1].To);
        (await Database.Read(session => session.First<string>("SELECT changes FROM journal")))!.ShouldNotContain("ana@");
    }

    [Fact]
    public async Task Journal_Search_ByEverythingAndPageByPage()
    {
        await Log.Write([Entry() with { Asked = "putAccount", System = "erp", Trace = "t1" }]);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Log.Write([Entry() with { Key = new WorkKey("order-to-crm", "SO-1"), Asked = "putEvent", System = "crm", Answered = "Rejected (tooLong)" }]);

        (await Asked(new JournalFilter())).ShouldBe(["putEvent", "putAccount"]);
        (await Asked(new JournalFilter { Flow = "order-to-crm" })).ShouldBe(["putEvent"]);
        (await Asked(new JournalFilter { Key = "a-" })).ShouldBe(["putAccount"]);
        (await Asked(new JournalFilter { System = "crm" })).ShouldBe(["putEvent"]);
        (await Asked(new JournalFilter { Text = "toolong" })).ShouldBe(["putEvent"]);
        (await Asked(new JournalFilter { Trace = "t1" })).ShouldBe(["putAccount"]);
        (await Asked(new JournalFilter { Since = Clock.Now })).ShouldBe(["putEvent"]);
        (await Asked(new JournalFilter { Until = Clock.Now })).ShouldBe(["putAccount"]);
        var first = await Log.Search(new JournalFilter(), null, 1);
        var second = await Log.Search(new JournalFilter(), first.Next, 1);
        second.Entries.Single().Asked.ShouldBe("putAccount");
        (await Log.Search(new JournalFilter(), second.Next, 1)).ShouldSatisfyAllConditions(page => page.Entries.ShouldBeEmpty(), page => page.Next.ShouldBeNull());
        (await Log.Purge(Clock.Now)).ShouldBe(1);
    }

    [Fact]
    public async Task Measures_RunsOfABucket_AreAddedUpAndTheLastSuccessOutlivesThem()
    {
        var start = Clock.Now;
        for (var i = 1; i <= 3; i++)
        {
            await Run(TimeSpan.FromSeconds(i), RunResult.Done);
        }

        await Run(TimeSpan.FromSeconds(9), RunResult.Failed);
        Clock.Advance(IMeasures.Bucket);
        await Run(TimeSpan.FromSeconds(4), RunResult.Done);

        (await Measures.Read(null, start)).ShouldBe([
            new FlowMeasure(Key.Flow, start, 3, 1, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(6)),
            new FlowMeasure(Key.Flow, start + IMeasures.Bucket, 1, 0, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4)),
        ]);
        (await Measures.Read(Key.Flow, start + IMeasures.Bucket)).Count.ShouldBe(1);
        (await Measures.Read("other", start)).ShouldBeEmpty();

        var last = Clock.Now;
        Clock.Advance(IMeasures.Kept + IMeasures.Bucket);
        (await Measures.Purge()).ShouldBeGreaterThan(0);
        (await Measures.Read(null, start)).ShouldBeEmpty();
        (await Desk.Loads()).ShouldHaveSingleItem().LastDone.ShouldBe(last);
        (await Measures.Purge()).ShouldBe(0);
    }

    [Fact]
    public async Task Audit_IsReadBackAndSearched()
    {
        var first = new AuditEntry(Clock.Now, "adm-1", "retry", "place-order x", null, 3);
        await Audit.Write(first);
        Clock.Advance(TimeSpan.FromMinutes(1));
        var second = new AuditEntry(Clock.Now, "adm-2", "discard", "place-order y", "The Customer called");
        await Audit.Write(second);

        (await Audit.Read(new AuditFilter(), null, 10)).Entries.ShouldBe([second, first]);
        (await Audit.Read(new AuditFilter { Who = "adm-1" }, null, 10)).Entries.ShouldBe([first]);
        (await Audit.Read(new AuditFilter { Action = "discard" }, null, 10)).Entries.ShouldBe([second]);
        (await Audit.Read(new AuditFilter { Text = "customer CALLED" }, null, 10)).Entries.ShouldBe([second]);
        (await Audit.Read(new AuditFilter { Since = Clock.Now }, null, 10)).Entries.ShouldBe([second]);
        var page = await Audit.Read(new AuditFilter { Until = Clock.Now.AddSeconds(1) }, null, 1);
        (await Audit.Read(new AuditFilter(), page.Next, 1)).Entries.ShouldBe([first]);
        (await Audit.Purge(Clock.Now)).ShouldBe(1);
    }

    [Fact]
    public async Task Nodes_ThatGiveNoSign_AreNotLiving()
    {
        var start = Clock.Now;
        await Nodes.Beat("one", start);
        Clock.Advance(TimeSpan.FromSeconds(10));
        await Nodes.Beat("two", Clock.Now);
        await Nodes.Beat("one", start);
        (await Nodes.Living(start)).ShouldBe([new NodeSign("one", start, Clock.Now), new NodeSign("two", Clock.Now, Clock.Now)]);

        Clock.Advance(TimeSpan.FromSeconds(10));
        await Nodes.Beat("two", Clock.Now);
        (await Nodes.Living(Clock.Now)).Single().Node.ShouldBe("two");
        await Nodes.Leave("two");
        (await Nodes.Living(Clock.Now)).ShouldBeEmpty();
        (await Nodes.Purge(Clock.Now)).ShouldBe(1);
    }

    private async Task Run(TimeSpan lag, RunResult result)
    {
        await Work.Trigger(new WorkTrigger(Key, 2));
        var item = (await Work.Claim([Key.Flow], "n", TimeSpan.FromMinutes(1))).ShouldNotBeNull();
        Clock.Advance(lag);
        await Work.Save(Key, item.Fence, new WorkChange { State = WorkState.Done, Result = result }, []);
    }

    private async Task<IReadOnlyList<string>> Asked(JournalFilter filter) => [.. (await Log.Search(filter, null, 10)).Entries.Select(entry => entry.Asked)];

    private JournalEntry Entry() => new() { At = Clock.Now, Key = Key, Asked = "asked", By = "test" };
}

public sealed class SqliteRecordsTests() : RecordsContract(new SqliteGround());

public sealed class PostgresRecordsTests(PostgresFixture postgres) : RecordsContract(new PostgresGround(postgres));
