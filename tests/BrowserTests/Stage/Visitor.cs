using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace PortalIntegration.BrowserTests.Stage;

/// <summary>A person at his browser. What the browser complained of is kept: a test ends with none of it.</summary>
public sealed class Visitor : IAsyncDisposable
{
    private const string Circuits = "**/_blazor/**";

    private static readonly ConcurrentDictionary<(Uri Portal, string Person), IReadOnlyList<Cookie>> Tickets = new();

    private Visitor(IBrowserContext context, IPage page)
    {
        Context = context;
        Page = page;
    }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    /// <summary>Errors in the console and scripts that threw; blocked by the Content-Security-Policy counts too.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Somebody who has not signed in.</summary>
    public static async Task<Visitor> Unknown(Chromium chromium, Uri portal, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light, string language = Chromium.English)
    {
        var context = await chromium.Person(portal, width, height, scheme, language);
        // So that a test can cut them.
        await context.AddInitScriptAsync(
            """
            window.openSockets = [];
            window.WebSocket = class extends WebSocket {
              constructor(...given) { super(...given); window.openSockets.push(this); }
            };
            """);
        var visitor = new Visitor(context, await context.NewPageAsync());
        visitor.Listen(visitor.Page);
        return visitor;
    }

    /// <param name="name">As the list of people to sign in as is searched by.</param>
    public static async Task<Visitor> SignIn(
        Chromium chromium, Uri portal, string person, string name, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light, string language = Chromium.English)
    {
        var visitor = await Unknown(chromium, portal, width, height, scheme, language);
        await visitor.SignInAgain(person, name);
        return visitor;
    }

    /// <summary>
    /// As one who came back: signs in once for each person and portal, and from then on brings the cookie of that time, on an empty page. For whom nobody signs out, and at a
    /// portal that keeps its state.
    /// </summary>
    public static async Task<Visitor> ComeBack(
        Chromium chromium, Uri portal, string person, string name, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light, string language = Chromium.English)
    {
        var visitor = await Unknown(chromium, portal, width, height, scheme, language);
        if (Tickets.TryGetValue((portal, person), out var ticket))
        {
            await visitor.Context.AddCookiesAsync(ticket);
            return visitor;
        }

        await visitor.SignInAgain(person, name);
        Tickets[(portal, person)] = await visitor.Cookies();
        await visitor.Page.GotoAsync("about:blank"); // the first one finds no more than those after him
        return visitor;
    }

    /// <summary>As another browser would have to bring them to be the same person.</summary>
    public async Task<IReadOnlyList<Cookie>> Cookies() =>
    [
        .. (await Context.CookiesAsync()).Select(cookie => new Cookie
        {
            Name = cookie.Name,
            Value = cookie.Value,
            Domain = cookie.Domain,
            Path = cookie.Path,
            HttpOnly = cookie.HttpOnly,
            SameSite = cookie.SameSite,
        }),
    ];

    /// <summary>In the same browser, with whatever it keeps.</summary>
    public async Task SignInAgain(string person, string name)
    {
        await Page.GotoAsync($"/sign-in?q={Uri.EscapeDataString(name)}");
        await Page.Locator($"button[name=person][value='{person}']").ClickAsync();
        await Page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
    }

    /// <summary>Another tab of the same person.</summary>
    public async Task<IPage> NewTab()
    {
        var page = await Context.NewPageAsync();
        Listen(page);
        return page;
    }

    /// <summary>Cuts every open socket, as a lost line would. Answers how many there were.</summary>
    public Task<int> DropCircuits() => Page.EvaluateAsync<int>("() => { const open = window.openSockets.filter(socket => socket.readyState === 1); open.forEach(socket => socket.close()); return open.length; }");

    /// <summary>Cuts every open socket and lets no new one through, until <see cref="MendLine"/>.</summary>
    public async Task CutLine()
    {
        await Page.RouteAsync(Circuits, route => route.AbortAsync());
        (await DropCircuits()).ShouldBeGreaterThan(0);
    }

    public Task MendLine() => Page.UnrouteAsync(Circuits);

    public void ShouldHaveNoComplaints() => Complaints.ShouldBeEmpty();

    public ValueTask DisposeAsync() => Context.DisposeAsync();

    private void Listen(IPage page)
    {
        page.PageError += (_, error) => Complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Complaints.Add($"{message.Text} ({message.Location})");
            }
        };
    }
}
