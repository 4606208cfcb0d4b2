using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.SyncHealth;

/// <summary>An admin at the health page of a portal that has had a bad night.</summary>
public sealed class SyncHealthTests(Theatre theatre)
{
    private const float Patience = 60_000;

    [Fact]
    public async Task TenThousandDeadLetters_TriedAgainByFilter_ThePageGoesOnAnswering()
    {
        const int Many = 10_000;
        await using var portal = await PortalProcess.StartAsync(theatre.Sandbox, seed: async directory =>
        {
            await using var store = new SeededStore(directory);
            await store.Dead("order-changed", Enumerable.Range(0, Many).Select(number => $"SO-{number:000000}"), "Forbidden", "erp getOrder", TimeSpan.FromHours(9));
        });
        await using var admin = await Admin(portal);
        var page = admin.Page;
        await page.GotoAsync("/admin/sync/items?flow=order-changed&status=dead");
        await Expect(page.Locator("#found")).ToContainTextAsync("10,000", new() { Timeout = Patience });

        await page.GetByRole(AriaRole.Button, new() { Name = "Try all 10,000 again" }).ClickAsync(new() { Timeout = Patience });
        await Expect(page.Locator("dialog[open]")).ToContainTextAsync("Tell open pages of a changed order; Given up", new() { Timeout = Patience });
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Expect(page.Locator(".items-job")).ToContainTextAsync("of 10,000", new() { Timeout = Patience });

        // While it goes on, every click is answered within a second, and other pages too.
        var slowest = TimeSpan.Zero;
        var during = 0;
        for (var look = 0; look < 300; look++)
        {
            var progress = await page.Locator(".items-job .job-count").TextContentAsync();
            if (!progress!.Contains("so far", StringComparison.Ordinal))
            {
                break;
            }

            during++;
            var watch = Stopwatch.StartNew();
            if (look % 2 == 0)
            {
                // The list empties under the hand: the button is pressed in the same breath in which it is found.
                if (!await page.EvaluateAsync<bool>("() => { const hold = document.querySelector('.items-do [data-action=hold]:enabled'); hold?.click(); return !!hold; }"))
                {
                    break;
                }

                await Expect(page.Locator("dialog[open]")).ToBeVisibleAsync(new() { Timeout = Patience });
            }
            else
            {
                await page.Keyboard.PressAsync("Escape");
                await Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0, new() { Timeout = Patience });
            }

            slowest = watch.Elapsed > slowest ? watch.Elapsed : slowest;
            await Task.Delay(100);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{during} clicks while it ran, the slowest answered after {slowest.TotalMilliseconds:0} ms"));
        slowest.ShouldBeLessThan(TimeSpan.FromSeconds(30), "clicks are answered while it runs, not after it");
        await Expect(page.Locator(".items-job")).ToContainTextAsync("10,000 of 10,000", new() { Timeout = 240_000 });
        await Expect(page.Locator(".items-job")).ToContainTextAsync("All done", new() { Timeout = Patience });
        await page.GotoAsync("/admin/sync/items?flow=order-changed&status=dead");
        await Expect(page.Locator("main .empty")).ToBeVisibleAsync(new() { Timeout = Patience });
        admin.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task AGroup_SaysWhatItMeans_AndIsTriedAgainByOnePress()
    {
        await using var portal = await BadNight();
        await using var admin = await Admin(portal);
        var page = admin.Page;
        await page.GotoAsync("/admin/sync");

        var group = page.Locator(".failure-group").First;
        await Expect(group).ToContainTextAsync("The ERP answered that the portal's user", new() { Timeout = Patience });
        await Expect(group).ToContainTextAsync("the right to read orders");
        await Expect(group).ToContainTextAsync("12 given up");
        await Expect(page.Locator(".page-head-below")).ToContainTextAsync("need");
        var alert = page.Locator(".alert-row", new() { HasTextString = "gave up 12" });
        await Expect(alert).ToBeVisibleAsync(new() { Timeout = Patience });
        await alert.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("#cause-order-changed-1$"));
        await group.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(page.Locator("#jobs")).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.Locator(".job-line").First).ToContainTextAsync("12 of 12", new() { Timeout = Patience });
        await Expect(page.Locator(".failure-group", new() { HasTextString = "12 given up" })).ToHaveCountAsync(0, new() { Timeout = Patience });
        await page.Locator(".job-line a").First.ClickAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(12, new() { Timeout = Patience });
        await page.GotoAsync("/admin/sync/audit");
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("Try again");
        await Expect(page.Locator("tbody tr .staff").First).ToHaveTextAsync(await theatre.Sandbox.NameOf(await theatre.Sandbox.Admin()));
        admin.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task KeyboardOnly_ASelection_IsPutOnHoldWithANote_ReleasedAndDiscarded()
    {
        await using var portal = await BadNight();
        await using var admin = await Admin(portal);
        var page = admin.Page;
        await page.GotoAsync("/admin/sync/items?flow=order-changed");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(12, new() { Timeout = Patience });

        await page.TabTo("tbody tr:nth-child(1) input");
        await page.Keyboard.PressAsync("Space");
        await page.TabTo("tbody tr:nth-child(2) input");
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator(".items-do [data-action=hold]")).ToHaveTextAsync("Put the 2 ticked on hold", new() { Timeout = Patience });
        await page.Locator(".items-do [data-action=hold]").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("dialog[open] textarea")).ToBeFocusedAsync(new() { Timeout = Patience });
        await page.Keyboard.TypeAsync("asked the ERP's people");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator("tbody tr", new() { HasTextString = "asked the ERP's people" })).ToHaveCountAsync(2, new() { Timeout = Patience });
        await page.Locator("tbody tr a").First.ClickAsync();
        await Expect(page.Locator("#item-now")).ToBeVisibleAsync(new() { Timeout = Patience });
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await page.Locator("dialog[open] textarea").FillAsync("the order was a test");
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Expect(page.Locator(".timeline")).ToContainTextAsync("discarded: the order was a test", new() { Timeout = Patience });
        admin.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task AlertPath_IsProved_ChannelByChannel()
    {
        await using var portal = await PortalProcess.StartAsync(theatre.Sandbox, new Dictionary<string, string?>
        {
            ["Sync:Alerts:WebhookAddress"] = "http://127.0.0.1:9/nobody-listens",
            ["Sync:Alerts:WebhookSecrets:0"] = "whsec_YnJvd3Nlci10ZXN0cy1zaGFyZWQtc2VjcmV0LTAwMQ==",
        });
        await using var admin = await Admin(portal);
        var page = admin.Page;
        await page.GotoAsync("/admin/sync");

        await Expect(page.Locator("[data-channel=webhook]")).ToContainTextAsync("set up", new() { Timeout = Patience });
        await Expect(page.Locator("[data-channel=mail]")).ToContainTextAsync("Sync:Mail:Host", new() { Timeout = Patience });
        await page.GetByRole(AriaRole.Button, new() { Name = "Prove the alert path" }).ClickAsync(new() { Timeout = Patience });

        var proofs = page.Locator(".proofs");
        await Expect(proofs.Locator("li", new() { HasTextString = "Log" })).ToContainTextAsync("Taken", new() { Timeout = Patience });
        await Expect(proofs.Locator("li", new() { HasTextString = "Webhook" })).ToContainTextAsync("Failed");
        await Expect(proofs.Locator("li", new() { HasTextString = "E-mail" })).ToContainTextAsync("Not set up");
        using var http = new HttpClient { BaseAddress = portal.Address };
        var health = JsonDocument.Parse(await http.GetStringAsync("/health/sync")).RootElement;
        health.GetProperty("conditions").EnumerateArray().ShouldContain(condition => condition.GetProperty("kind").GetString() == "test");
        admin.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task StoreDown_ThePageSaysSoAndWhatStillWorks_AndIsBackByItself()
    {
        await using var portal = await BadNight();
        await using var admin = await Admin(portal);
        var page = admin.Page;
        await page.GotoAsync("/admin/sync");
        await Expect(page.Locator(".failure-group").First).ToBeVisibleAsync(new() { Timeout = Patience });

        await portal.BreakStore();
        await Expect(page.Locator("[role=alert]").First).ToContainTextAsync("New orders are refused", new() { Timeout = Patience });
        await Expect(page.Locator("[data-system=erp]")).ToBeVisibleAsync();
        await Expect(page.Locator(".failure-group button").First).ToBeDisabledAsync(new() { Timeout = Patience });
        await Expect(page.Locator(".alert-row", new() { HasTextString = "gave up 12" })).ToBeVisibleAsync();
        await Expect(page.Locator("[data-system=erp] button")).ToBeEnabledAsync();
        await page.Picture("sync-store-down");
        await portal.MendStore();

        await Expect(page.GetByText("New orders are refused")).ToHaveCountAsync(0, new() { Timeout = Patience });
    }

    [Fact]
    public async Task TheSeedsDifferentlySpelledAccount_IsSeenAsDrift_AndOneClickRepairsItInTheRightDirection()
    {
        await using var sandbox = await SandboxProcess.StartAsync();
        await using var portal = await PortalProcess.StartAsync(sandbox);
        var person = await sandbox.Admin();
        await using var admin = await Visitor.SignIn(theatre.Chromium, portal.Address, person, await sandbox.NameOf(person));
        var page = admin.Page;
        await page.GotoAsync("/admin/sync/drift");
        await page.GetByRole(AriaRole.Link, new() { Name = "Accounts to the ERP" }).ClickAsync(new() { Timeout = Patience });
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare both systems" }).ClickAsync(new() { Timeout = Patience });

        var name = page.Locator("tbody tr", new() { HasTextString = "Customers.Name" }).First;
        await Expect(name).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.Locator(".drift-words[role=status]")).ToContainTextAsync("compared,", new() { Timeout = Patience });
        await page.Picture("sync-drift");
        var (key, right) = (await name.Locator(".sku, a").Last.TextContentAsync(), await name.Locator(".drift-is").TextContentAsync());
        await name.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.Locator("main .notice.is-good")).ToContainTextAsync("Queued to be repaired", new() { Timeout = Patience });

        await page.GotoAsync($"/admin/sync/account-to-erp/{Uri.EscapeDataString(key!)}");
        await Expect(page.Locator(".timeline .is").First).ToHaveTextAsync(right!, new() { Timeout = Patience });
        await page.Picture("sync-journal");
        await page.GotoAsync("/admin/sync/drift?flow=account-to-erp");
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare again" }).ClickAsync(new() { Timeout = Patience });
        await Expect(page.Locator(".drift-words[role=status]")).ToContainTextAsync("compared,", new() { Timeout = Patience });
        await Expect(page.Locator("tbody tr", new() { HasTextString = right! })).ToHaveCountAsync(0, new() { Timeout = Patience });
        admin.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task AFlow_IsSetPausedAndLetGoOn_AndAllOfItStandsInTheAudit()
    {
        await using var portal = await PortalProcess.StartAsync(theatre.Sandbox);
        await using var admin = await Admin(portal);
        var page = admin.Page;
        await page.GotoAsync("/admin/sync");
        var row = page.Locator("[data-flow=credit-to-crm]");
        var control = page.Locator("[data-control=credit-to-crm]");
        await row.Locator(".flow-open").ClickAsync(new() { Timeout = Patience });

        await control.Locator("select").SelectOptionAsync("Off", new() { Timeout = Patience });
        await Expect(row).ToContainTextAsync("Switched off", new() { Timeout = Patience });
        await control.Locator("select").SelectOptionAsync("Report");
        await Expect(row).ToContainTextAsync("On time", new() { Timeout = Patience });
        await control.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Pause") }).ClickAsync();
        await page.Locator("dialog[open] textarea").FillAsync("the CRM is being moved");
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Expect(row).ToContainTextAsync("the CRM is being moved", new() { Timeout = Patience });
        await page.Picture("sync-paused");
        await row.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Let it go on") }).ClickAsync();
        await Expect(row).Not.ToContainTextAsync("Paused", new() { Timeout = Patience });
        await control.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Compare all now") }).ClickAsync();
        await Expect(control).ToContainTextAsync("compared at", new() { Timeout = Patience });

        await page.GotoAsync("/admin/sync/audit");
        await Expect(page.Locator("tbody tr", new() { HasTextString = "Credit to the CRM" })).ToHaveCountAsync(5);
        admin.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task ABuyer_FindsNoSuchPage()
    {
        await using var buyer = await theatre.Visit(People.Buyer);
        foreach (var path in new[] { "/admin/sync", "/admin/sync/items", "/admin/sync/audit", $"/admin/sync/jobs/{Guid.NewGuid()}", "/admin/sync/place-order/x" })
        {
            (await buyer.Page.GotoAsync(path))!.Status.ShouldBe(404, path);
        }
    }

    /// <summary>Twelve given up at once, some that fail, and a delivery that was set aside.</summary>
    internal static Task<PortalProcess> BadNight(Theatre theatre) => PortalProcess.StartAsync(theatre.Sandbox, seed: async directory =>
    {
        await using var store = new SeededStore(directory);
        await store.Dead("order-changed", Enumerable.Range(0, 12).Select(number => $"SO-{number:000000}"), "Forbidden", "erp getOrder", TimeSpan.FromHours(9));
        await store.Failing("draft-sweep", ["warehouse"], "Unreachable", "erp sweepDrafts", TimeSpan.FromMinutes(40));
        await store.Receipts.Quarantine(new("crm", "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", "00"), "no JSON", new byte[] { 1 });
    });

    private Task<PortalProcess> BadNight() => BadNight(theatre);

    private async Task<Visitor> Admin(PortalProcess portal, int width = 1440)
    {
        var person = await theatre.Sandbox.Admin();
        return await Visitor.SignIn(theatre.Chromium, portal.Address, person, await theatre.Sandbox.NameOf(person), width);
    }
}
