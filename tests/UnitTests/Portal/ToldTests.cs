using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.Components.Controls;
using PortalIntegration.Portal.Hosting;

namespace PortalIntegration.UnitTests.Portal;

/// <summary>What a system cannot tell is named as that, not shown as nothing.</summary>
public sealed class ToldTests
{
    [Fact]
    public async Task OwnerLacksIt_SaysWhoCannotTellAndWhy()
    {
        var shown = await Rendered(new NotAvailable("erp", new Lack(Feature.InboundStock, "It has no <purchase> orders.")));

        shown.ShouldContain("not available from the ERP");
        shown.ShouldContain("title=\"It has no &lt;purchase&gt; orders.\"");
        shown.ShouldNotContain("42 on their way");
    }

    [Fact]
    public async Task OwnerCanTell_ShowsIt()
    {
        var shown = await Rendered(null);

        shown.ShouldBe("42 on their way");
    }

    private static async Task<string> Rendered(NotAvailable? lacking)
    {
        var map = Substitute.For<IOwnershipMap>();
        map.Lacking(Feature.InboundStock).Returns(lacking);
        var services = new ServiceCollection();
        services.AddLogging().AddLocalization().AddSingleton(TimeProvider.System).AddSingleton<Wording>().AddSingleton(map);
        services.AddOptions<CompanyOptions>();
        await using var provider = services.BuildServiceProvider();
        await using var renderer = new HtmlRenderer(provider, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var told = await renderer.RenderComponentAsync<Told>(ParameterView.FromDictionary(new Dictionary<string, object?>
            {
                [nameof(Told.Feature)] = Feature.InboundStock,
                [nameof(Told.ChildContent)] = (RenderFragment)(content => content.AddContent(0, "42 on their way")),
            }));
            return told.ToHtmlString().Trim();
        });
    }
}
