using System.Text.Json;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.LiveTests.Placing;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests;

/// <summary>
/// An entry of the timeline stands once in a real Odoo's message log, whatever happens on the way, and nothing of it becomes HTML there. What stands is
/// read past the connector.
/// </summary>
public sealed class OdooTimelineOnceTests(OdooFixture odoo)
{
    private const string Load = "mail.message.load";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_SixteenAtOnce_IsOneEntry()
    {
        using var desk = await OdooDesk.SignIn(odoo.Address);
        var account = await Account(desk, "C1002");
        for (var round = 0; round < 5; round++)
        {
            var entry = Entry();
            var timelines = Enumerable.Range(0, 16).Select(_ => odoo.Connect(attemptTimeout: TimeSpan.FromSeconds(60)).Find<ITimeline>()!).ToList();
            await Task.WhenAll(timelines.Select(timeline => timeline.List(OdooFixture.Scope, account, null, Cancel))); // signed in

            var outcomes = await Task.WhenAll(timelines.Select(timeline => timeline.Put(OdooFixture.Scope, account, entry, Cancel)));

            outcomes.ShouldAllBe(outcome => outcome.Succeeded, string.Join('\n', outcomes.Where(outcome => !outcome.Succeeded)));
            (await Standing(desk, account, entry)).ShouldBe(1);
        }
    }

    [Theory]
    [InlineData(nameof(Fate.AnswerLost), 1, 1)]
    [InlineData(nameof(Fate.AnswerCut), 1, 1)]
    [InlineData(nameof(Fate.NeverAnswered), 1, 1)]
    [InlineData(nameof(Fate.ArrivesLate), 1, 2)]
    [InlineData(nameof(Fate.NeverArrives), 2, 2)]
    [InlineData(nameof(Fate.Dead), 2, 2)]
    public async Task Fault01_AnswerOfThePutIsLost_PutAgainIsOneEntry(string fate, int least, int most)
    {
        using var desk = await OdooDesk.SignIn(odoo.Address);
        var account = await Account(desk, "C1002");
        await using var proxy = await odoo.Proxy();
        var timeline = odoo.Connect(proxy.Address, attemptTimeout: TimeSpan.FromSeconds(8)).Find<ITimeline>()!;
        var entry = Entry();
        proxy.Arrange(Load, Enum.Parse<Fate>(fate));

        var first = await timeline.Put(OdooFixture.Scope, account, entry, Cancel);

        first.Failure.ShouldNotBeNull().MayHaveTakenEffect.ShouldBeTrue(first.ToString());
        var second = await timeline.Put(OdooFixture.Scope, account, entry, Cancel);
        await proxy.AllArrived();
        second.Succeeded.ShouldBeTrue(second.ToString());
        (await Standing(desk, account, entry)).ShouldBe(1);
        // Put again means written again only where nothing stood; what arrives late may be there by then.
        proxy.Seen.Count(method => method == Load).ShouldBeInRange(least, most);
    }

    [Fact]
    public async Task Put_AgainUnderOneKeyWithOtherWords_ChangesNothing()
    {
        using var desk = await OdooDesk.SignIn(odoo.Address);
        var account = await Account(desk, "C1004");
        var timeline = odoo.Port<ITimeline>();
        var entry = Entry();
        (await timeline.Put(OdooFixture.Scope, account, entry, Cancel)).Succeeded.ShouldBeTrue();

        (await timeline.Put(OdooFixture.Scope, account, entry with { Title = "Something else", At = entry.At.AddDays(-3) }, Cancel)).Succeeded.ShouldBeTrue();

        (await List(timeline, account)).Where(kept => kept.Key == entry.Key).ShouldHaveSingleItem().ShouldBe(entry);
    }

    /// <summary>The same key for another account is another entry.</summary>
    [Fact]
    public async Task Put_OneKeyForTwoAccounts_IsAnEntryOfEach()
    {
        using var desk = await OdooDesk.SignIn(odoo.Address);
        var entry = Entry();
        foreach (var customer in new[] { "C1005", "C1006" })
        {
            var account = await Account(desk, customer);
            (await odoo.Port<ITimeline>().Put(OdooFixture.Scope, account, entry, Cancel)).Succeeded.ShouldBeTrue();
            (await Standing(desk, account, entry)).ShouldBe(1);
        }
    }

    [Theory]
    [InlineData("<script>alert(1)</script><img src=x onerror=alert(2)>")]
    [InlineData("</p></div><h1 style='position:fixed'>big</h1>")]
    [InlineData("&lt;b&gt; &amp;amp; &#60;script&#62;")]
    [InlineData("  two\n\nlines\t of   blanks \r\n")]
    [InlineData("100%20 %24 %7Bx%7D <% x %> ${object.name}")]
    [InlineData("> quoted\n> again\nme\n-- \nsignature")]
    [InlineData("Zwölf Kästen für Łódź – 東京 \U0001F4E6\u00A0\u200D")]
    [InlineData("src=\"data:image/png;base64,iVBORw0KGgo=\"")]
    [InlineData("   ")]
    public async Task Put_AnyText_ComesBackTheSameAndIsNoHtmlInOdoo(string text)
    {
        using var desk = await OdooDesk.SignIn(odoo.Address);
        var account = await Account(desk, "C1007");
        var entry = Entry() with { Title = text.Trim().Length > 0 ? text : "Blank", Text = text };

        var put = await odoo.Port<ITimeline>().Put(OdooFixture.Scope, account, entry, Cancel);

        put.Succeeded.ShouldBeTrue(put.ToString());
        (await List(odoo.Port<ITimeline>(), account)).Where(kept => kept.Key == entry.Key).ShouldHaveSingleItem().ShouldBe(entry);
        var stored = (await desk.Call("mail.message.search_read", Messages(account, entry), """ "fields": ["body"], "order": "id desc", "limit": 1 """))[0].GetProperty("body").GetString()!;
        System.Text.RegularExpressions.Regex.Matches(stored, "<[a-zA-Z/][^>]*>").Select(tag => tag.Value.Split(' ')[0].Trim('<', '>', '/')).Distinct()
            .ShouldBeSubsetOf(["p", "br", "span"], stored);
    }

    [Fact]
    public async Task List_WhatPeopleInOdooWrote_IsThereAsNotesAndWhatOdooLogsIsNot()
    {
        using var desk = await OdooDesk.SignIn(odoo.Address);
        var account = await Account(desk, "C1009");
        await desk.Call("res.partner.message_post", $"[{account}]", """ "body": "<p>Called <b>Ole</b></p><p>Wants 2 &lt; 3</p>", "message_type": "comment", "subtype_xmlid": "mail.mt_note" """);
        await desk.Call("res.partner.message_post", $"[{account}]", """ "body": "<p>Later</p>", "subject": "A subject", "message_type": "comment", "subtype_xmlid": "mail.mt_comment" """);
        await desk.Call("res.partner.message_post", $"[{account}]", """ "body": "<p>Salesperson changed</p>", "message_type": "notification", "subtype_xmlid": "mail.mt_note" """);

        var list = await List(odoo.Port<ITimeline>(), account);

        list.ShouldAllBe(entry => entry.Kind == TimelineKind.Note && entry.Order == null && entry.Key.Length > 0);
        list.Select(entry => (entry.Title, entry.Text)).ShouldBe([("A subject", "Later"), ("Called Ole", "Called Ole\n\nWants 2 < 3")], ignoreOrder: true);
    }

    /// <summary>Some in one second, so that Odoo alone could not put them in order, and more than one page holds.</summary>
    [Fact]
    public async Task List_PageByPage_GivesEachOnceNewestFirst()
    {
        using var desk = await OdooDesk.SignIn(odoo.Address);
        var account = await Account(desk, "C1008");
        var timeline = odoo.Port<ITimeline>();
        var start = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var entries = Enumerable.Range(0, 120).Select(i => Entry() with { At = start.AddMilliseconds(i * 83 % 120 * 150) }).ToList();
        foreach (var some in entries.Chunk(8))
        {
            (await Task.WhenAll(some.Select(entry => timeline.Put(OdooFixture.Scope, account, entry, Cancel)))).ShouldAllBe(put => put.Succeeded);
        }

        var list = await List(timeline, account);

        list.Select(entry => entry.Key).ShouldBe(entries.OrderByDescending(entry => entry.At).Select(entry => entry.Key));
    }

    private static TimelineEntry Entry() => new(
        $"order:{Guid.NewGuid():N}:shipped/1 ä", new DateTimeOffset(2026, 5, 4, 3, 2, 1, 234, TimeSpan.Zero).AddTicks(5), TimelineKind.Shipment, $"Order {Guid.NewGuid():N} shipped", "In two parts", new OrderNumber("SO-1"));

    private static async Task<List<TimelineEntry>> List(ITimeline timeline, AccountId account)
    {
        var all = new List<TimelineEntry>();
        string? cursor = null;
        do
        {
            var page = await timeline.List(OdooFixture.Scope, account, cursor, Cancel);
            page.Succeeded.ShouldBeTrue(page.ToString());
            all.AddRange(page.Value.Items);
            page.Value.Next.ShouldNotBe(cursor ?? "");
            cursor = page.Value.Next;
        }
        while (cursor is not null);
        return all;
    }

    private static async Task<AccountId> Account(OdooDesk desk, string customer) =>
        new((await desk.Only("res.partner", $"""["ref", "=", "{customer}"]""", "id")).GetProperty("id").GetRawText());

    /// <summary>How many messages of the account have the entry's subject, by whatever id: each entry here has one of its own.</summary>
    private static async Task<int> Standing(OdooDesk desk, AccountId account, TimelineEntry entry) =>
        (await desk.Call("mail.message.search", Messages(account, entry))).GetArrayLength();

    private static string Messages(AccountId account, TimelineEntry entry) =>
        $"""[["model", "=", "res.partner"], ["res_id", "=", {account}], ["subject", "=", {JsonSerializer.Serialize(entry.Title)}]]""";
}
