using System.Globalization;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Components.Controls;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Portal;

/// <summary>Loading, empty, failed and stale are four looks, and none of them lasts for want of an answer.</summary>
public sealed class PanelTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task NoAnswerYet_ShowsBarsAndSaysSo()
    {
        var panel = await Rendered(new TaskCompletionSource<Outcome<string>>().Task, wait: false);

        panel.QuerySelectorAll(".skeleton-row").Length.ShouldBe(3);
        panel.QuerySelector("section")!.GetAttribute("aria-busy").ShouldBe("true");
        panel.QuerySelector(".source").ShouldBeNull();
    }

    [Fact]
    public async Task Answer_IsShownWithItsSource()
    {
        var panel = await Rendered(Task.FromResult(Outcome.Success("forty-two", new Provenance("erp", Now))));

        panel.QuerySelector(".value")!.TextContent.ShouldBe("forty-two");
        panel.QuerySelector(".source.live button")!.GetAttribute("aria-label").ShouldBe("ERP, live, 09:00");
        panel.QuerySelector(".skeleton").ShouldBeNull();
    }

    [Fact]
    public async Task NothingInIt_ShowsWhatWouldBeThere()
    {
        var panel = await Rendered(Task.FromResult(Outcome.Success("", new Provenance("erp", Now))));

        panel.QuerySelector(".value").ShouldBeNull();
        panel.Body!.TextContent.ShouldContain("Nothing yet");
    }

    [Fact]
    public async Task Failure_SaysWhoSinceWhenWhatStillWorksAndTriesAgain()
    {
        var failure = new Failure(Cause.Unreachable, "erp", "x", Now, "connection refused") { Since = Now.AddMinutes(-12) };

        var panel = await Rendered(Task.FromResult(Outcome.Failed<string>(failure)));

        var said = panel.QuerySelector(".failure")!.TextContent;
        said.ShouldContain("The ERP cannot be reached.");
        said.ShouldContain("since 08:48");
        said.ShouldContain("Stock still works.");
        said.ShouldNotContain("connection refused");
        panel.QuerySelector(".failure a.button")!.GetAttribute("href").ShouldBe("/here?q=1");
    }

    [Fact]
    public async Task Failure_ThatAskingAgainCannotHelp_OffersNoButton()
    {
        var panel = await Rendered(Task.FromResult(Outcome.Failed<string>(new Failure(Cause.NotSupported, "erp", "x", Now))));

        panel.QuerySelector(".failure .button").ShouldBeNull();
    }

    [Fact]
    public async Task Refusal_IsToldInTheOwnersWords()
    {
        var panel = await Rendered(Task.FromResult(Outcome.Failed<string>(new Failure(Cause.Rejected, "erp", "x", Now, "Customer C-1 is closed"))));

        panel.QuerySelector(".failure")!.TextContent.ShouldContain("Customer C-1 is closed");
    }

    [Fact]
    public async Task LastKnown_IsShownWithItsAge()
    {
        var stale = Outcome.LastKnown("forty-two", new Provenance("erp", Now.AddHours(-3)), new Failure(Cause.TimedOut, "erp", "x", Now));

        var panel = await Rendered(Task.FromResult(stale));

        panel.QuerySelector(".value")!.TextContent.ShouldBe("forty-two");
        panel.QuerySelector(".stale-note")!.TextContent.ShouldContain("Last known, 3 hours old.");
        panel.QuerySelector(".source.stale").ShouldNotBeNull();
    }

    [Fact]
    public async Task Bug_IsSaidInThePanel_AndDoesNotWaitForEver()
    {
        var panel = await Rendered(Broken());

        panel.QuerySelector(".skeleton").ShouldBeNull();
        panel.QuerySelector(".notice.is-bad")!.TextContent.ShouldContain("failed through a fault in the portal");
        panel.QuerySelector("section")!.HasAttribute("aria-busy").ShouldBeFalse();

        static async Task<Outcome<string>> Broken()
        {
            await Task.Yield();
            throw new InvalidOperationException("a bug");
        }
    }

    private static async Task<IDocument> Rendered(Task<Outcome<string>> answer, bool wait = true)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddLogging();
        services.AddLocalization();
        services.AddOptions<CompanyOptions>();
        services.AddSingleton<TimeProvider>(new ManualTimeProvider(Now));
        services.AddSingleton<Wording>();
        services.AddSingleton<NavigationManager, Here>();
        await using var provider = services.BuildServiceProvider();
        await using var renderer = new HtmlRenderer(provider, NullLoggerFactory.Instance);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = renderer.BeginRenderingComponent<Panel<string>>(ParameterView.FromDictionary(new Dictionary<string, object?>
            {
                ["Title"] = "Prices",
                ["Answer"] = answer,
                ["StillWorks"] = "Stock still works.",
                ["IsEmpty"] = (Func<string, bool>)(value => value.Length == 0),
                ["Empty"] = (RenderFragment)(builder => builder.AddContent(0, "Nothing yet")),
                ["ChildContent"] = (RenderFragment<string>)(value => builder => builder.AddMarkupContent(0, $"<p class=\"value\">{value}</p>")),
            }));
            if (wait)
            {
                await root.QuiescenceTask;
            }

            return root.ToHtmlString();
        });
        return new HtmlParser().ParseDocument(html);
    }

    private sealed class Here : NavigationManager
    {
        public Here() => Initialize("http://portal.example/", "http://portal.example/here?q=1");
    }
}
