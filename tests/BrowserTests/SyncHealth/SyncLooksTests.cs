using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Looks;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.SyncHealth;

/// <summary>The health pages after a bad night, at two widths and in both themes.</summary>
public sealed class SyncLooksTests(Theatre theatre, SyncLooksTests.Night night) : IClassFixture<SyncLooksTests.Night>
{
    private const float Patience = 60_000;

    public static TheoryData<string> Cases =>
        ["sync-bad-night", "sync-open", "sync-proved", "sync-items", "sync-items-none", "sync-items-ask", "sync-item", "sync-item-gone", "sync-audit", "sync-job"];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Page_AtEveryWidthAndInBothThemes_CanBeUsedByEverybody(string name)
    {
        var portal = await night.Portal(theatre);
        var person = await theatre.Sandbox.Admin();
        await using var admin = await Visitor.ComeBack(theatre.Chromium, portal.Address, person, await theatre.Sandbox.NameOf(person));
        await Open(name, admin.Page);
        await Expect(admin.Page.Locator("main .skeleton:visible")).ToHaveCountAsync(0, new() { Timeout = Patience });

        await admin.Page.ShouldLookRightEverywhere(name);

        admin.ShouldHaveNoComplaints();
    }

    private static async Task Open(string name, IPage page)
    {
        switch (name)
        {
            case "sync-bad-night" or "sync-open" or "sync-proved":
                await page.GotoAsync("/admin/sync");
                await Expect(page.Locator(".failure-group").First).ToBeVisibleAsync(new() { Timeout = Patience });
                if (name == "sync-open")
                {
                    await page.Locator(".flow-open").First.ClickAsync();
                    await page.Locator(".behind summary").ClickAsync();
                    await Expect(page.Locator(".flow-more")).ToBeVisibleAsync(new() { Timeout = Patience });
                }

                if (name == "sync-proved")
                {
                    await page.GetByRole(AriaRole.Button, new() { Name = "Prove the alert path" }).ClickAsync();
                    await Expect(page.Locator(".proofs")).ToBeVisibleAsync(new() { Timeout = Patience });
                }

                break;
            case "sync-items" or "sync-items-ask":
                await page.GotoAsync("/admin/sync/items");
                await Expect(page.Locator("tbody tr").First).ToBeVisibleAsync(new() { Timeout = Patience });
                if (name == "sync-items-ask")
                {
                    await page.Locator(".items-do [data-action=discard]").ClickAsync(new() { Timeout = Patience });
                    await Expect(page.Locator("dialog[open] textarea")).ToBeVisibleAsync(new() { Timeout = Patience });
                }

                break;
            case "sync-items-none":
                await page.GotoAsync("/admin/sync/items?key=no-such-key");
                await Expect(page.Locator("main .empty")).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "sync-item":
                await page.GotoAsync("/admin/sync/order-changed/SO-000003");
                await Expect(page.Locator("#item-journal")).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "sync-item-gone":
                await page.GotoAsync("/admin/sync/order-changed/no-such-key");
                await Expect(page.GetByText("Nothing is known of this key")).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            case "sync-audit":
                await page.GotoAsync("/admin/sync/audit");
                break;
            case "sync-job":
                await page.GotoAsync("/admin/sync");
                await Expect(page.Locator("#failures")).ToBeVisibleAsync(new() { Timeout = Patience }); // jobs stand above it, if there are any
                if (await page.Locator(".job-line a").CountAsync() == 0)
                {
                    await page.GotoAsync("/admin/sync/items?flow=order-changed&key=SO-00001");
                    await Expect(page.Locator("tbody tr").First).ToBeVisibleAsync(new() { Timeout = Patience });
                    await page.Locator(".items-do [data-action=hold]").ClickAsync(new() { Timeout = Patience });
                    await page.Locator("dialog[open] textarea").FillAsync("asked the ERP's people for the right");
                    await page.Locator("dialog[open] button[type=submit]").ClickAsync();
                }

                await page.Locator(".job-line a").First.ClickAsync(new() { Timeout = Patience });
                await Expect(page.Locator(".job-who")).ToBeVisibleAsync(new() { Timeout = Patience });
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(name), name, "No such page.");
        }

        await Expect(page.Locator("main h1").First).ToBeVisibleAsync(new() { Timeout = Patience });
    }

    /// <summary>One portal after a bad night for all pictures.</summary>
    public sealed class Night : IAsyncDisposable
    {
        private PortalProcess? _portal;

        internal async Task<PortalProcess> Portal(Theatre theatre) => _portal ??= await SyncHealthTests.BadNight(theatre);

        public ValueTask DisposeAsync() => _portal?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
