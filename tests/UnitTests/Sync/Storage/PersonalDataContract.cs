using System.Text;
using System.Text.Json;
using PortalIntegration.Core;
using PortalIntegration.Sync.Privacy;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Storage.Sql;
using PortalIntegration.Sync.Storage.Sqlite;

namespace PortalIntegration.UnitTests.Sync.Storage;

/// <summary>What is kept about one person is found whole and erased whole, on every store, and nobody else's goes with it.</summary>
public abstract class PersonalDataContract(IStoreGround ground) : StoreBench(ground)
{
    private static readonly PersonNames Ana = new(new PersonId("con-77"), ["Ana Lindqvist-Öberg", "ana.l+portal@lindqvist.example", "+46 31 77 00 77", "Ana"]);
    private static readonly string[] Words = ["con-77", "Ana Lindqvist-Öberg", "ana.l+portal@lindqvist.example", "+46 31 77 00 77"];

    private IPersonalData Data => DataOf(Database);

    private IReceipts Receipts => new SqlReceipts(Database, Payloads, Clock);

    private IMarks Marks => new SqlMarks(Database, Clock);

    private protected IAudit Audit => new SqlAudit(Database);

    [Fact]
    public async Task Export_FindsEverythingAboutThePerson_AndNothingOfAnother()
    {
        await Keep("con-77", "ana.l+portal@lindqvist.example", "+46 31 77 00 77", "one");
        await Keep("con-771", "ben@other.example", "+46 31 77 00 771", "two");

        var kept = await Data.Export(Ana);

        kept.Select(record => record.Table).Order(StringComparer.Ordinal).ShouldBe(["admin_jobs", "audit", "audit", "audit", "journal", "journal", "marks", "quarantine", "work", "work"]);
        var flight = kept.Where(record => record.InFlight).ShouldHaveSingleItem();
        flight.Key.ShouldBe("place-order one-flying");
        flight.Content!.ToJsonString().ShouldContain("one-flying");
        var written = JsonSerializer.Serialize(kept);
        written.ShouldNotContain("two");
        written.ShouldNotContain("ben@other");
        (await Data.Export(new PersonNames(new PersonId("con-7"), []))).ShouldBeEmpty("con-7 is another one than con-77");
    }

    [Fact]
    public async Task Erase_WhileAnOrderIsInFlight_IsRefusedAndChangesNothing()
    {
        await Keep("con-77", "ana.l+portal@lindqvist.example", "+46 31 77 00 77", "one");
        var before = await Everything();

        var erasure = await Data.Erase(Ana, "con-admin", "asked for");

        erasure.Done.ShouldBeFalse();
        erasure.InFlight.ShouldHaveSingleItem().Key.ShouldBe("place-order one-flying");
        (await Everything()).ShouldBe(before);
    }

    [Fact]
    public async Task Erase_WhenAnOrderIsHandedInAfterTheSearch_IsRefusedAndChangesNothing()
    {
        await Audit.Write(new AuditEntry(Clock.Now, "con-77", "hold", "place-order one"));
        List<string> before = [];
        var commits = 0;
        var hooked = new HookedDatabase(Database)
        {
            BeforeWrite = async () =>
            {
                await Work.Add(new NewWork(new WorkKey("place-order", "late"), "C-1", 0, Encoding.UTF8.GetBytes(Content("con-77", "late")), HoldsUp: true));
                before = await Everything();
                commits++;
            },
        };

        var erasure = await DataOf(hooked).Erase(Ana, "con-admin", "asked for");

        commits.ShouldBe(1, "it is handed in after the search and before the commit");
        erasure.Done.ShouldBeFalse();
        erasure.InFlight.ShouldHaveSingleItem().Key.ShouldBe("place-order late");
        (await Everything()).ShouldBe(before);
    }

    [Fact]
    public async Task Erase_AfterTheOrderIsFinished_LeavesNothingOfThePerson_AndEverythingOfAnother()
    {
        await Keep("con-77", "ana.l+portal@lindqvist.example", "+46 31 77 00 77", "one");
        await Keep("con-771", "ben@other.example", "+46 31 77 00 771", "two");
        await Finish("one-flying", Content("con-77", "one-flying"));
        var others = (await Everything()).Where(line => line.Contains("two", StringComparison.Ordinal)).ToList();
        others.Count.ShouldBeGreaterThan(5);

        var erasure = await Data.Erase(Ana, "con-admin", "Ana Lindqvist-Öberg asked for it, ticket 4");

        erasure.Done.ShouldBeTrue();
        (erasure.Anonymised, erasure.Removed).ShouldBe((9, 1));
        var after = await Everything();
        foreach (var word in Words)
        {
            after.ShouldNotContain(line => Says(line, word), word);
        }

        after.Where(line => line.Contains("two", StringComparison.Ordinal)).ShouldBe(others);
        (await Data.Export(Ana)).ShouldBeEmpty();
        var told = (await Audit.Read(new AuditFilter { Action = "erasePerson" }, null, 10)).Entries.ShouldHaveSingleItem();
        (told.Who, told.Reason, told.Count).ShouldBe(("con-admin", "[erased] asked for it, ticket 4", 10));
        told.Subject.ShouldStartWith("person #");

        // The same submission asked again is still recognised.
        Encoding.UTF8.GetString((await Work.Find(new WorkKey("place-order", "one-done"))).ShouldNotBeNull().Payload!).ShouldContain("one-done");
    }

    [Fact]
    public async Task Names_ThatJsonWritesWithEscapes_AreFoundAndErased()
    {
        await Marks.Set(new Mark("flow:paused", JsonSerializer.Serialize(new { Who = "con-admin", Why = "Ana Lindqvist-Öberg asked, +46 31 77 00 77" })));
        await Marks.Set(new Mark("seen", JsonSerializer.Serialize(new Dictionary<string, int> { ["Ana Lindqvist-Öberg"] = 1 })));
        await Marks.Set(new Mark("flow:other", JsonSerializer.Serialize(new { Who = "con-admin", Why = "Björn Ö asked" })));
        await Log.Write([new JournalEntry { At = Clock.Now, Key = new WorkKey("account-to-erp", "A-1"), Asked = "update", By = "account-to-erp", Changes = [new FieldChange("Customers.Name", "Björn", "Ana Lindqvist-Öberg")] }]);
        await Receipts.Quarantine(new Receipt("crm", "d-1", "h-1"), "It is broken.", Encoding.UTF8.GetBytes("""{ "name": broken "Ana Lindqvist-\u00d6berg" """));
        (await Everything()).Count(line => line.Contains("Ana Lindqvist-\\u00D6berg", StringComparison.OrdinalIgnoreCase)).ShouldBeGreaterThanOrEqualTo(2, "the store's JSON has escapes, or this test is about nothing");

        (await Data.Export(Ana)).Select(record => record.Table).Order(StringComparer.Ordinal).ShouldBe(["journal", "marks", "marks", "quarantine"]);
        var erasure = await Data.Erase(Ana, "con-admin", "asked for");

        (erasure.Done, erasure.Anonymised, erasure.Removed).ShouldBe((true, 3, 1));
        (await Data.Export(Ana)).ShouldBeEmpty();
        JsonDocument.Parse((await Marks.Get("flow:paused"))!).RootElement.GetProperty("Why").GetString().ShouldBe("[erased] asked, [erased]");
        (await Marks.Get("seen")).ShouldBe("""{"[erased]":1}""");
        JsonDocument.Parse((await Marks.Get("flow:other"))!).RootElement.GetProperty("Why").GetString().ShouldBe("Björn Ö asked");
        var change = (await Log.Search(new JournalFilter { Flow = "account-to-erp" }, null, 10)).Entries.ShouldHaveSingleItem().Changes.ShouldHaveSingleItem();
        (change.From, change.To).ShouldBe(("Björn", "[erased]"));
        (await Everything()).ShouldNotContain(line => line.Contains("Lindqvist", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Erase_WhoseRoomCannotBeOverwrittenNow_IsDoneAndSaysSo()
    {
        await Audit.Write(new AuditEntry(Clock.Now, "con-77", "hold", "place-order one"));
        var hooked = new HookedDatabase(Database) { BeforeCompact = () => throw new StoreUnavailableException("the disk is full") };

        var erasure = await DataOf(hooked).Erase(Ana, "con-admin", "asked for");

        (erasure.Done, erasure.Anonymised, erasure.NotCompacted).ShouldBe((true, 1, "the disk is full"));
        (await Data.Export(Ana)).ShouldBeEmpty();
        (await Data.Erase(Ana, "con-admin", "once more")).NotCompacted.ShouldBeNull();
    }

    [Fact]
    public async Task Erase_OfNobodyWhoIsKept_IsDoneAndInTheAudit()
    {
        (await Data.Erase(Ana, "con-admin", "asked for")).ShouldBe(new Erasure([], 0, 0), new DoneAndCounts());

        (await Audit.Read(new AuditFilter { Action = "erasePerson" }, null, 10)).Entries.ShouldHaveSingleItem().Count.ShouldBe(0);
    }

    [Fact]
    public async Task Places_EveryTableAndColumnOfTheStore_IsLookedAtOrIsSaidToNameNobody()
    {
        await Work.Trigger(new WorkTrigger(new WorkKey("flow", "a"), 2));
        var columns = await Database.Read(session => session.All<(string Table, string Column, string Type)>(Database is SqliteDatabase
            ? "SELECT m.name, p.name, p.type FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'"
            : "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = current_schema()"));
        var speaking = columns.Where(column => column.Type.ToUpperInvariant() is not ("INTEGER" or "BIGINT")).Select(column => $"{column.Table}.{column.Column}").ToList();
        speaking.Count.ShouldBeGreaterThan(30);

        var known = KeptPlaces.All.SelectMany(place => place.Texts.Append(place.Sealed).OfType<string>().Select(column => $"{place.Table}.{column}")).Concat(KeptPlaces.WithoutPeople.Keys).ToHashSet();

        speaking.Where(column => !known.Contains(column)).ShouldBeEmpty("a new column: say in KeptPlaces whether it may name a person");
    }

    private protected IPersonalData DataOf(StoreDatabase database) => new SqlPersonalData(database, Payloads, Hashes(Database), Clock);

    private static string Content(string person, string id) => JsonSerializer.Serialize(new { Id = id, Person = new { Value = person }, Note = person is "con-77" ? "Für Ana Lindqvist-Öberg, <con-77>" : "Für Söhne", Number = $"SO-{id}" });

    /// <summary>Something of everything that the portal keeps, by or about one person.</summary>
    private async Task Keep(string person, string email, string phone, string name)
    {
        await Work.Add(new NewWork(new WorkKey("place-order", $"{name}-flying"), "C-1", 0, Encoding.UTF8.GetBytes(Content(person, $"{name}-flying")), HoldsUp: true));
        await Work.Add(new NewWork(new WorkKey("place-order", $"{name}-done"), "C-1", 0, Encoding.UTF8.GetBytes(Content(person, $"{name}-done")), HoldsUp: true));
        await Finish($"{name}-done", Content(person, $"{name}-done"));
        await Log.Write(
        [
            new JournalEntry { At = Clock.Now, Key = new WorkKey("place-order", $"{name}-done"), Asked = "withdraw", By = person },
            new JournalEntry { At = Clock.Now, Key = new WorkKey("account-to-erp", $"A-{name}"), Asked = "update", By = "account-to-erp", Changes = [new FieldChange("Customers.Email", email, null, Personal: true)] },
        ]);
        await Audit.Write(new AuditEntry(Clock.Now, person, "hold", $"place-order {name}"));
        await Audit.Write(new AuditEntry(Clock.Now, "con-admin", "discard", $"place-order {name}", $"{email} called, {name}"));
        await Receipts.Quarantine(new Receipt("crm", $"d-{name}", $"h-{name}"), "It does not say what it is about.", Encoding.UTF8.GetBytes($"{{ \"{name}\": broken, {phone}"));
        await Marks.Set(new Mark($"flow:{name}", JsonSerializer.Serialize(new { Who = person, Why = name })));
        await Jobs.Start(
            new NewAdminJob { Id = Guid.CreateVersion7(Clock.Now), Action = AdminAction.Retry, Who = person, Reason = name, Keys = null, Filter = new WorkFilter { Text = $"{email} {name}" }, Subject = name },
            new WorkTrigger(new WorkKey("admin-job", name), 0));
    }

    private async Task Finish(string key, string content)
    {
        var item = (await Work.Find(new WorkKey("place-order", key)))!;
        (await Work.Amend(item.Key, item.Revision, new WorkChange { State = WorkState.Done, KeepUntil = Clock.Now.AddDays(30), Payload = Encoding.UTF8.GetBytes(content) }, [])).ShouldBeTrue();
    }

    /// <summary>Every row of every table, what is encrypted decrypted.</summary>
    private async Task<List<string>> Everything()
    {
        List<string> lines = [];
        foreach (var table in KeptPlaces.All.Select(place => place.Table).Concat(["work_terms", "receipts", "admin_job_items"]))
        {
            foreach (IDictionary<string, object?> row in await Database.Read(session => session.All<dynamic>($"SELECT * FROM {table}")))
            {
                lines.Add($"{table}: {string.Join(" | ", row.Select(column => $"{column.Key}={Said(column.Value)}"))}");
            }
        }

        return lines;
    }

    private string Said(object? value) => value is not byte[] bytes ? $"{value}"
        : Payloads.TryUnprotect(bytes) is { } plain ? System.Text.RegularExpressions.Regex.Unescape(Encoding.UTF8.GetString(plain)) : "unreadable";

    private static bool Says(string line, string word)
    {
        var at = line.IndexOf(word, StringComparison.OrdinalIgnoreCase);
        return at >= 0 && (at + word.Length == line.Length || !char.IsLetterOrDigit(line[at + word.Length]));
    }

    private sealed class DoneAndCounts : IEqualityComparer<Erasure>
    {
        public bool Equals(Erasure? x, Erasure? y) => (x!.InFlight.Count, x.Anonymised, x.Removed) == (y!.InFlight.Count, y.Anonymised, y.Removed);

        public int GetHashCode(Erasure obj) => obj.Anonymised;
    }
}

public sealed class SqlitePersonalDataTests() : PersonalDataContract(new SqliteGround())
{
    [Fact]
    public async Task Erase_WhileAnotherReads_SaysThatTheLogIsNotEmptiedYet()
    {
        await using var database = new SqliteDatabase(((SqliteGround)Ground).File, TimeSpan.FromMilliseconds(100), Clock);
        var data = DataOf(database);
        await Audit.Write(new AuditEntry(Clock.Now, "con-77", "hold", "place-order one"));
        var person = new PersonNames(new PersonId("con-77"), []);
        await using (var reader = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={database.Path};Pooling=False"))
        {
            await reader.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = reader.CreateCommand();
            command.CommandText = "BEGIN; SELECT COUNT(*) FROM audit";
            (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(1L);

            (await data.Erase(person, "con-admin", "asked for")).NotCompacted.ShouldNotBeNull();
        }

        (await data.Erase(person, "con-admin", "once more")).NotCompacted.ShouldBeNull();
        new FileInfo($"{database.Path}-wal").Length.ShouldBe(0);
    }
}

public sealed class PostgresPersonalDataTests(PostgresFixture postgres) : PersonalDataContract(new PostgresGround(postgres));
