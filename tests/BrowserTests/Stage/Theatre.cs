using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Stage;
using PortalIntegration.BrowserTests.SyncHealth;

[assembly: AssemblyFixture(typeof(Theatre))]
// Two cores: side by side, the tests would only make each other slow.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace PortalIntegration.BrowserTests.Stage;

/// <summary>What all tests share: a browser, and one portal over one sandbox for those that break nothing.</summary>
public sealed class Theatre : IAsyncLifetime
{
    private Chromium? _chromium;
    private SandboxProcess? _sandbox;
    private PortalProcess? _portal;

    public Chromium Chromium => _chromium ?? throw new InvalidOperationException("Not started.");

    public SandboxProcess Sandbox => _sandbox ?? throw new InvalidOperationException("Not started.");

    public PortalProcess Portal => _portal ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        _chromium = await Chromium.StartAsync();
        _sandbox = await SandboxProcess.StartAsync();
        // Every test orders as the same buyer, in whatever order they come: his credit is not what runs out.
        await _sandbox.Erp.Put("control/erp/customers/C-10001", new { creditLimit = 1_000_000 });
        _portal = await PortalProcess.StartAsync(_sandbox, seed: SeededStore.OfYesterday);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in new IAsyncDisposable?[] { _chromium, _portal, _sandbox })
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }
    }

    /// <summary>A signed-in person in a window of his own, on an empty page. Signing out would sign out all of them: who does that signs in for himself.</summary>
    public async Task<Visitor> Visit(string person, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light, string language = Chromium.English) =>
        await Visitor.ComeBack(Chromium, Portal.Address, person, await Sandbox.NameOf(person), width, height, scheme, language);

    /// <summary>After the CRM was down: until the portal asks it again, so that the next test finds everybody to sign in as.</summary>
    public async Task CrmIsBack()
    {
        var page = new Uri(Portal.Address, $"/sign-in?q={Uri.EscapeDataString(await Sandbox.NameOf(People.Buyer))}");
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        for (var look = 0; !(await http.GetStringAsync(page)).Contains($"value=\"{People.Buyer}\"", StringComparison.Ordinal); look++)
        {
            look.ShouldBeLessThan(240);
            await Task.Delay(500);
        }
    }

    /// <summary>After the ERP was down: until every page of a buyer's has its answers again.</summary>
    public async Task ErpIsBack()
    {
        await using var buyer = await Visit(People.Buyer);
        foreach (var path in new[] { "/", "/catalog", "/orders", "/backorders", "/invoices", "/returns", "/quotes" })
        {
            for (var look = 0; ; look++)
            {
                await buyer.Page.GotoAsync(path);
                await Assertions.Expect(buyer.Page.Locator("main .skeleton:visible, main .fill-waits:visible")).ToHaveCountAsync(0, new() { Timeout = 60_000 });
                if (await buyer.Page.Locator("main .failure:visible").CountAsync() == 0)
                {
                    break;
                }

                look.ShouldBeLessThan(60, path);
                await Task.Delay(1000);
            }
        }
    }

    /// <summary>The same, signed in for himself, on the first page.</summary>
    public async Task<Visitor> SignIn(string person) => await Visitor.SignIn(Chromium, Portal.Address, person, await Sandbox.NameOf(person));
}

/// <summary>People of the sandbox's seed whom the tests know by what they are.</summary>
public static class People
{
    /// <summary>Buys for one linked account, without a limit.</summary>
    public const string Buyer = "con-00001";

    /// <summary>Buys for the customer without a credit limit.</summary>
    public const string BuyerUnlimited = "con-00006";

    /// <summary>Buys for the customer who is over his credit limit.</summary>
    public const string BuyerOverLimit = "con-00003";

    /// <summary>Buys for the account that is not linked to the ERP.</summary>
    public const string BuyerNotLinked = "con-00007";
}
