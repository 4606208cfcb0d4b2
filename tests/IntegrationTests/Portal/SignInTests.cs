using System.Net;
using System.Web;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Portal.Limits;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Portal.SignIn.Providers;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>Sign-in with real OpenID Connect providers, by a browser without scripts.</summary>
[Collection(SignInCollection.Name)]
public sealed class SignInTests(SignInFixture stage)
{
    private const string Customers = OpenIdServer.Customers;
    private const string Staff = OpenIdServer.Staff;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Customer_WithHisProvider_ArrivesWhereHeWantedToGo_AsTheCrmsContact()
    {
        var person = await stage.NewBuyer();
        using var browser = stage.Browser();
        var asked = await browser.Follow("/orders?q=x");
        asked.Address.AbsolutePath.ShouldBe("/sign-in");
        asked.Page.ShouldContain("Sign in with Halden ID");
        asked.Page.ShouldContain("Sign in with Halden staff");
        asked.Page.ShouldContain("href=\"/sign-in/customers?returnTo=%2Forders%3Fq%3Dx\"");

        var arrived = await browser.SignIn(Customers, person.Id.Value, "/orders?q=x");

        arrived.Address.PathAndQuery.ShouldBe("/orders?q=x");
        arrived.Page.ShouldContain($"data-person=\"{person.Id}\"");
        arrived.Page.ShouldContain($"data-account=\"{person.Accounts[0]}\"");
    }

    [Fact]
    public async Task Customer_TheAddressInAnotherCase_IsTheSameContact()
    {
        var person = await stage.NewBuyer();
        await stage.Providers.Put(Customers, person.Id.Value, person.Email!.ToUpperInvariant());
        using var browser = stage.Browser();

        (await browser.SignIn(Customers, person.Id.Value)).Page.ShouldContain($"data-person=\"{person.Id}\"");
    }

    [Fact]
    public async Task SeveralAccounts_HeChoosesOne_AndComesBackToItNextTime()
    {
        var person = stage.WithTwoAccounts;
        await stage.Providers.Put(Customers, person.Id.Value, person.Email!);
        using var browser = stage.Browser();

        var choice = await browser.SignIn(Customers, person.Id.Value, "/orders");
        choice.Address.AbsolutePath.ShouldBe("/account");
        var arrived = await browser.Submit(choice, "main form[method=post]", ("account", person.Accounts[1].Value));

        arrived.Address.AbsolutePath.ShouldBe("/orders", "where he wanted to go");
        arrived.Page.ShouldContain($"data-account=\"{person.Accounts[1]}\"");
        (await browser.GoToSignIn(Customers, "/orders")).Page.ShouldContain($"data-account=\"{person.Accounts[1]}\"");
    }

    [Fact]
    public async Task Rep_ByHisGroup_HasTheAccountsThatHeOwns_AndNoMore()
    {
        var subject = await NewStaff("sales");
        using var browser = stage.Browser();

        var arrived = await browser.SignIn(Staff, subject);

        arrived.Page.ShouldContain($"data-person=\"{stage.Rep.Id}\"");
        arrived.Page.ShouldContain("/sales/accounts");
        (await browser.Get("/admin/systems")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Admin_ByHisGroup_NeedsNoEntryInTheCrm()
    {
        await stage.Providers.Put(Staff, "root-1", "root@halden.example", name: "Ruth Root", groups: "portal-admins");
        using var browser = stage.Browser();

        (await browser.SignIn(Staff, "root-1", "/admin/systems")).Page.ShouldContain("data-person=\"staff:root-1\"");
    }

    [Fact]
    public async Task TwoProviders_OneBrowser_TheSecondTakesTheFirstsPlace()
    {
        var person = await stage.NewBuyer();
        var subject = await NewStaff("sales");
        using var browser = stage.Browser();

        (await browser.SignIn(Customers, person.Id.Value)).Page.ShouldContain($"data-person=\"{person.Id}\"");
        using var copy = browser.Copy();
        (await copy.Follow("/orders")).Address.AbsolutePath.ShouldBe("/orders");

        (await browser.SignIn(Staff, subject)).Page.ShouldContain($"data-person=\"{stage.Rep.Id}\"");

        (await copy.Follow("/orders")).Address.AbsolutePath.ShouldBe("/sign-in", "a copy of the first one's cookie is worth nothing any more");
        (await browser.Follow("/")).Page.ShouldContain($"data-person=\"{stage.Rep.Id}\"");
    }

    [Fact]
    public async Task Customer_AStaffAddressWithTheCustomersProvider_IsNobody()
    {
        await NewStaff("sales");
        await stage.Providers.Put(Customers, "sly", stage.Rep.Email!, groups: ["sales", "portal-admins"]);
        using var browser = stage.Browser();

        (await browser.SignIn(Customers, "sly")).ShouldBeTheProblem("does not know this e-mail address yet", stage.Rep.Email!);
    }

    [Fact]
    public async Task Stranger_SeesWhoHeIsAndWhatToDo_AndCanComeAsSomebodyElse()
    {
        var person = await stage.NewBuyer();
        await stage.Providers.Put(Customers, "stranger", "stranger@nowhere.example");
        using var browser = stage.Browser();

        var page = await browser.SignIn(Customers, "stranger", "/orders");
        page.ShouldBeTheProblem("does not know this e-mail address yet", "stranger@nowhere.example");
        page.Address.Query.ShouldNotContain("stranger", customMessage: "no address in an address");
        page.Page.ShouldContain("Ask your contact at Halden Supply");

        // The provider knows him still; he is asked all the same who he is.
        var form = await browser.Follow($"/sign-in/customers?returnTo=%2Forders&another=1");
        (await browser.Login(form, person.Id.Value)).Address.AbsolutePath.ShouldBe("/orders");
    }

    [Fact]
    public async Task AddressNotVerified_IsToldToVerifyIt()
    {
        var person = stage.Buyers.Peek();
        await stage.Providers.Put(Customers, "unverified", person.Email!, verified: false);
        using var browser = stage.Browser();

        (await browser.SignIn(Customers, "unverified")).ShouldBeTheProblem("is not verified", person.Email!);
    }

    [Fact]
    public async Task AddressOfAnotherDomain_WithTheStaffsProvider_DoesNotComeIn()
    {
        await stage.Providers.Put(Staff, "outsider", "outsider@example.org", groups: "portal-admins");
        using var browser = stage.Browser();

        (await browser.SignIn(Staff, "outsider")).ShouldBeTheProblem("cannot sign in with Halden staff", "outsider@example.org");
    }

    [Fact]
    public async Task Staff_WithoutAGroupOfThePortals_DoesNotComeIn()
    {
        await stage.Providers.Put(Staff, "intern", "intern@halden.example", groups: "kitchen");
        using var browser = stage.Browser();

        (await browser.SignIn(Staff, "intern")).ShouldBeTheProblem("You have no access with Halden staff", "intern@halden.example");
    }

    [Fact]
    public async Task TwoContactsOfOneAddress_NobodyIsGuessed()
    {
        var (person, other) = (await stage.NewBuyer(), await stage.NewBuyer());
        await stage.Edit(other, new { email = person.Email!.ToUpperInvariant() });
        using var browser = stage.Browser();

        (await browser.SignIn(Customers, person.Id.Value)).ShouldBeTheProblem("stands with more than one person", person.Email!);
    }

    [Fact]
    public async Task ContactWithoutARole_IsTold()
    {
        var person = await stage.NewBuyer();
        await stage.Edit(person, new { role = "none" });
        using var browser = stage.Browser();

        (await browser.SignIn(Customers, person.Id.Value)).ShouldBeTheProblem("You have no access to the portal", person.Email!);
    }

    [Fact]
    public async Task ProviderDown_ThePortalRunsAndSaysSo()
    {
        using var browser = stage.Browser();

        (await browser.Follow("/sign-in/gone?returnTo=%2Forders")).ShouldBeTheProblem("gone does not answer");
    }

    [Fact]
    public async Task OnePerson_TooOften_IsToldWhenToTryAgain_StaysSignedIn_AndOthersComeIn()
    {
        var (person, other) = (await stage.NewBuyer(), await stage.NewBuyer());
        using var browser = stage.Browser();
        await browser.SignIn(Customers, person.Id.Value, "/orders");

        var limits = stage.Services.GetRequiredService<RateLimits>();
        Arrival refused;
        var time = 0;
        do
        {
            // What he may is used up, and fills again while a slow machine signs in: the next one is meant, whenever it comes.
            while (limits.Refuses(Asked.SignIn, Admitting.IdOf(Customers, person.Id.Value)) is null)
            {
            }

            refused = await browser.GoToSignIn(Customers, "/orders");
            (++time).ShouldBeLessThan(20);
        }
        while (refused.Status != HttpStatusCode.TooManyRequests);

        refused.ShouldBeTheProblem("You signed in very often in a short time", person.Email!);
        refused.RetryAfter!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        WebUtility.HtmlDecode(refused.Page).ShouldMatch("It goes on in [0-9]+ second");
        refused.Page.ShouldContain("href=\"/sign-in/customers?returnTo=%2Forders\"");
        (await browser.Follow("/orders")).Page.ShouldContain($"data-person=\"{person.Id}\"", customMessage: "what he had before stays");

        using var others = stage.Browser();
        (await others.SignIn(Customers, other.Id.Value, "/orders")).Page.ShouldContain($"data-person=\"{other.Id}\"", customMessage: "somebody else at the same address");
    }

    [Fact]
    public async Task Provider_SaysAccessDenied_IsToldAndMayTryAgain()
    {
        using var browser = stage.Browser();
        var state = (await Challenge(browser))["state"];

        (await browser.Follow($"/sign-in/customers/done?error=access_denied&error_description=%3Cb%3Eno&state={Uri.EscapeDataString(state!)}")).ShouldBeTheProblem("You were not signed in");
        state = (await Challenge(browser))["state"];
        (await browser.Follow($"/sign-in/customers/done?error=server_error&state={Uri.EscapeDataString(state!)}")).ShouldBeTheProblem("did not sign you in");
    }

    [Fact]
    public async Task State_OfAnotherBrowserOrNone_IsLost_AndKeepsWhereHeWantedToGo()
    {
        using var browser = stage.Browser();
        var state = (await Challenge(browser))["state"];
        using var other = stage.Browser();

        var page = await other.Follow($"/sign-in/customers/done?code=x&iss={Uri.EscapeDataString(Issuer)}&state={Uri.EscapeDataString(state!)}");

        page.ShouldBeTheProblem("took too long, or was interrupted");
        QueryHelpers.ParseQuery(page.Address.Query)["returnTo"].ToString().ShouldBe("/orders");
        (await other.Follow($"/sign-in/customers/done?code=x&iss={Uri.EscapeDataString(Issuer)}&state=nonsense")).ShouldBeTheProblem("took too long, or was interrupted");
    }

    [Theory]
    [InlineData("nonce", "another", "did not stand the check")]
    [InlineData("code_challenge", "YW5vdGhlci1jaGFsbGVuZ2UtdGhhbi10aGUtcG9ydGFscw", "took too long, or was interrupted")]
    public async Task Request_ChangedOnItsWay_LetsNobodyIn(string parameter, string value, string problem)
    {
        var person = await stage.NewBuyer();
        using var browser = stage.Browser();
        var (endpoint, query) = await ChallengeUrl(browser);
        query[parameter] = value;

        var form = await browser.Follow(new Uri(QueryHelpers.AddQueryString(endpoint, query)), null);

        (await browser.Login(form, person.Id.Value)).ShouldBeTheProblem(problem);
    }

    [Fact]
    public async Task Answer_OfAnotherProvider_IsNotTaken()
    {
        using var browser = stage.Browser();
        var state = (await Challenge(browser))["state"];

        (await browser.Follow($"/sign-in/customers/done?code=x&iss={Uri.EscapeDataString("https://evil.example.com")}&state={Uri.EscapeDataString(state!)}"))
            .ShouldBeTheProblem("did not stand the check");
        (await browser.Follow($"/sign-in/customers/done?code=x&state={Uri.EscapeDataString(state!)}"))
            .ShouldBeTheProblem("did not stand the check", because: "this provider names itself in every answer");
    }

    [Theory]
    [InlineData("https://evil.example.com/")]
    [InlineData("//evil.example.com")]
    [InlineData("/\\evil.example.com")]
    public async Task ReturnTo_ElsewhereThanHere_IsHome(string returnTo)
    {
        var person = await stage.NewBuyer();
        using var browser = stage.Browser();

        (await browser.SignIn(Customers, person.Id.Value, returnTo)).Address.ShouldBe(stage.Address);
    }

    [Fact]
    public async Task Challenge_CarriesPkceNonceAndState_AndItsCookiesAreClosed()
    {
        using var browser = stage.Browser();
        using var answer = await browser.Get("/sign-in/customers?returnTo=%2Forders");
        var query = HttpUtility.ParseQueryString(answer.Headers.Location!.Query);

        query["response_type"].ShouldBe("code");
        query["code_challenge_method"].ShouldBe("S256");
        query["code_challenge"]!.Length.ShouldBe(43);
        query["nonce"]!.Length.ShouldBeGreaterThan(40);
        query["scope"].ShouldBe("openid profile email offline_access");
        query["state"]!.Length.ShouldBeGreaterThan(40);
        answer.Headers.GetValues("Set-Cookie").ShouldAllBe(cookie => cookie.Contains("httponly", StringComparison.OrdinalIgnoreCase) && cookie.Contains("samesite=lax", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task UnknownProvider_IsNotFound_AndNobodyIsPicked()
    {
        using var browser = stage.Browser();

        (await browser.Get("/sign-in/nobody")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await browser.Follow("/sign-in")).Page.ShouldNotContain("name=\"person\"");
    }

    [Fact]
    public async Task RevokedInTheCrm_IsOut_AndIsToldWhy()
    {
        var person = await stage.NewBuyer();
        using var browser = stage.Browser();
        await browser.SignIn(Customers, person.Id.Value, "/orders");

        await stage.Edit(person, new { role = "none" });

        (await Until(() => browser.Follow("/orders"), page => page.Address.AbsolutePath == "/sign-in")).Page.ShouldContain("You were signed out");
        await stage.Edit(person, new { role = "buyer" });
        (await browser.Follow("/orders")).Address.AbsolutePath.ShouldBe("/sign-in", "given again, it begins with a new sign-in");
        (await browser.GoToSignIn(Customers, "/orders")).Address.AbsolutePath.ShouldBe("/orders");
    }

    [Fact]
    public async Task AddressMovedToAnotherContact_IsOut()
    {
        var person = await stage.NewBuyer();
        using var browser = stage.Browser();
        await browser.SignIn(Customers, person.Id.Value, "/orders");

        await stage.Edit(person, new { email = "somebody.else@example.org" });

        await Until(() => browser.Follow("/orders"), page => page.Address.AbsolutePath == "/sign-in");
    }

    [Fact]
    public async Task RefreshRefused_EndsTheSignIn()
    {
        var (person, stays) = (await stage.NewBuyer(), await stage.NewBuyer());
        using var browser = stage.Browser();
        using var other = stage.Browser();
        await browser.SignIn(Customers, person.Id.Value, "/orders");
        await other.SignIn(Customers, stays.Id.Value, "/orders");

        await stage.Providers.Refuse(Customers, person.Id.Value);

        (await Until(() => browser.Follow("/orders"), page => page.Address.AbsolutePath == "/sign-in")).Page.ShouldContain("You were signed out");
        (await browser.Follow("/orders")).Page.ShouldContain("You were signed out", customMessage: "and as often as he asks");
        (await other.Follow("/orders")).Address.AbsolutePath.ShouldBe("/orders", "another one's tokens were renewed");
    }

    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    public async Task EveryProblem_SaysWhatHappened_WhoItIsAbout_AndGivesAWayOn(string language)
    {
        var problems = stage.Services.GetRequiredService<SignInProblems>();
        using var http = new HttpClient { BaseAddress = stage.Address };
        http.DefaultRequestHeaders.Add("Accept-Language", language);
        var titles = new HashSet<string>();
        foreach (var problem in Enum.GetValues<SignInProblem>())
        {
            var about = new AboutProblem(Customers, "ana@halden.example", problem is SignInProblem.TooOften ? TimeProvider.System.GetUtcNow().AddMinutes(5) : null);
            using var answer = await http.GetAsync(problems.Url(problem, about, "/orders"));
            var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());

            page.DocumentElement.GetAttribute("lang").ShouldBe(language);
            var said = page.QuerySelectorAll($"[data-problem={problem}] p").Select(line => line.TextContent.Trim()).ToList();
            said.Count.ShouldBe(3, problem.ToString());
            said.ShouldAllBe(line => line.Length > 15 && !line.Contains("SignIn.", StringComparison.Ordinal) && !line.Contains('{'));
            said[1].ShouldContain("ana@halden.example");
            titles.Add(said[0]).ShouldBeTrue(said[0]);
            page.QuerySelector($"[data-problem={problem}] a.button")!.GetAttribute("href").ShouldStartWith("/sign-in/customers?returnTo=%2Forders");
            answer.StatusCode.ShouldBe(problem is SignInProblem.TooOften ? HttpStatusCode.TooManyRequests : HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Refresh_ByTwoNodesInTheSameInstant_AsOftenAsItFallsDue_CostsNobodyHisSignIn()
    {
        var person = await stage.NewBuyer();
        using var browser = stage.Browser();
        await browser.SignIn(Customers, person.Id.Value, "/orders");
        var user = browser.Ticket(stage.Services);
        var patient = Options.Create(new SignInOptions { Patience = TimeSpan.FromMinutes(1) });
        var clock = new ClockAhead();
        using var one = ActivatorUtilities.CreateInstance<ProviderSignIns>(stage.Services, patient, clock);
        using var other = ActivatorUtilities.CreateInstance<ProviderSignIns>(stage.Services, patient, clock);

        for (var time = 0; time < 8; time++)
        {
            // This provider takes a refresh token that comes twice for stolen, and gives none any more.
            clock.Ahead += TimeSpan.FromMinutes(1);
            (await Task.WhenAll(Task.Run(() => one.Holds(user)), Task.Run(() => other.Holds(user)))).ShouldBe([true, true], $"time {time}");
        }

        stage.Services.GetRequiredService<EndedSignIns>().Has(user).ShouldBeFalse();
        (await browser.Follow("/orders")).Address.AbsolutePath.ShouldBe("/orders");
    }

    [Fact]
    public async Task SignOut_EndsItHereAndAtTheProvider()
    {
        var person = await stage.NewBuyer();
        using var browser = stage.Browser();
        var home = await browser.SignIn(Customers, person.Id.Value);
        (await browser.GoToSignIn(Customers)).Address.ShouldBe(stage.Address, "the provider knows him");

        var leaving = await browser.Submit(home, "form[action='/sign-out']");
        leaving.Address.AbsolutePath.ShouldBe("/signed-out");
        var there = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(leaving.Page).QuerySelector("meta[http-equiv=refresh]")!.GetAttribute("content")!["0;url=".Length..];
        there.ShouldStartWith(stage.Providers.Issuer(Customers).ToString());
        there.ShouldContain("id_token_hint=");
        var asking = await browser.Follow(new Uri(there), null);
        var back = await browser.Submit(asking, "form", ("logout", "yes"));

        back.Address.AbsolutePath.ShouldBe("/signed-out");
        (await browser.Follow("/orders")).Address.AbsolutePath.ShouldBe("/sign-in");
        (await browser.GoToSignIn(Customers)).Page.ShouldContain("name=\"login\"", customMessage: "the provider does not know him any more");
    }

    [Fact]
    public async Task SignOut_AtTheProvider_EndsItHere()
    {
        var (person, stays) = (await stage.NewBuyer(), await stage.NewBuyer());
        using var browser = stage.Browser();
        using var other = stage.Browser();
        await browser.SignIn(Customers, person.Id.Value, "/orders");
        await other.SignIn(Customers, stays.Id.Value, "/orders");

        var asking = await browser.Follow(new Uri(stage.Providers.Issuer(Customers), $"session/end?client_id=portal-customers"), null);
        await browser.Submit(asking, "form", ("logout", "yes"));

        // At once, for the provider waits until the portal has obeyed; not when a refresh is refused.
        (await browser.Follow("/orders")).Address.AbsolutePath.ShouldBe("/sign-in", stage.Providers.Output);
        (await other.Follow("/orders")).Address.AbsolutePath.ShouldBe("/orders");
    }

    [Fact]
    public async Task BackChannel_WithATokenThatDoesNotHold_IsRefused()
    {
        using var http = new HttpClient { BaseAddress = stage.Address };
        using var form = new FormUrlEncodedContent([new("logout_token", "e30.e30.e30")]);
        (await http.PostAsync("/sign-out/customers", form)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        using var large = new FormUrlEncodedContent([new("logout_token", new string('x', 100_000))]);
        (await http.PostAsync("/sign-out/customers", large)).IsSuccessStatusCode.ShouldBeFalse();
        using var unknown = new FormUrlEncodedContent([new("logout_token", "x")]);
        (await http.PostAsync("/sign-out/nobody", unknown)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task BackChannel_WithATokenForAnotherClient_IsRefused()
    {
        var person = await stage.NewBuyer();
        using var browser = stage.Browser();
        await browser.SignIn(Customers, person.Id.Value, "/orders");
        using var http = new HttpClient { BaseAddress = stage.Address };

        (await Post("another-customers")).ShouldBe(HttpStatusCode.BadRequest);
        (await browser.Follow("/orders")).Address.AbsolutePath.ShouldBe("/orders");

        // It is refused for whom it is for, and for nothing else.
        (await Post("portal-customers")).ShouldBe(HttpStatusCode.OK);
        (await browser.Follow("/orders")).Address.AbsolutePath.ShouldBe("/sign-in");

        async Task<HttpStatusCode> Post(string client)
        {
            using var form = new FormUrlEncodedContent([new("logout_token", await stage.Providers.LogoutToken(Customers, person.Id.Value, client))]);
            using var answer = await http.PostAsync("/sign-out/customers", form);
            return answer.StatusCode;
        }
    }

    private sealed class ClockAhead : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
    }

    private string Issuer => stage.Providers.Issuer(Customers).ToString().TrimEnd('/');

    private static async Task<Arrival> Until(Func<Task<Arrival>> look, Func<Arrival, bool> seen)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var page = await look();
            if (seen(page))
            {
                return page;
            }

            await Task.Delay(200, patience.Token);
        }
    }

    private static async Task<Dictionary<string, string?>> Challenge(Browser browser) => (await ChallengeUrl(browser)).Query;

    private static async Task<(string Endpoint, Dictionary<string, string?> Query)> ChallengeUrl(Browser browser)
    {
        using var answer = await browser.Get("/sign-in/customers?returnTo=%2Forders");
        var location = answer.Headers.Location.ShouldNotBeNull();
        return (location.GetLeftPart(UriPartial.Path), QueryHelpers.ParseQuery(location.Query).ToDictionary(one => one.Key, one => (string?)one.Value.ToString()));
    }

    /// <summary>The CRM's rep, known to the staff's provider under an address of its domain.</summary>
    private async Task<string> NewStaff(params string[] groups)
    {
        await stage.Providers.Put(Staff, "rep-1", stage.Rep.Email!, groups: groups);
        return "rep-1";
    }
}

internal static class Arrivals
{
    public static void ShouldBeTheProblem(this Arrival page, string words, string? who = null, string? because = null)
    {
        page.Address.AbsolutePath.ShouldBe("/sign-in", because ?? page.Page);
        page.Address.Query.ShouldContain("problem=");
        var text = WebUtility.HtmlDecode(page.Page);
        text.ShouldContain(words, customMessage: because);
        if (who is not null)
        {
            text.ShouldContain(who);
        }
    }
}
