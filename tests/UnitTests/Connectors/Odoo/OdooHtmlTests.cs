using PortalIntegration.Connectors.Odoo.Crm;

namespace PortalIntegration.UnitTests.Connectors.Odoo;

public sealed class OdooHtmlTests
{
    [Theory]
    [InlineData("plain", "<p>plain</p>")]
    [InlineData("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")]
    [InlineData("a & b \"c\" 'd'", "<p>a &amp; b &quot;c&quot; &#39;d&#39;</p>")]
    [InlineData("two\nlines\r\nthree", "<p>two<br>lines&#13;<br>three</p>")]
    [InlineData("20%20off <% x %>", "<p>20<span>%</span>20off &lt;<span>%</span> x <span>%</span>&gt;</p>")]
    public void Of_AnyText_HasNoTagOfItsOwnAndComesBack(string text, string html)
    {
        OdooHtml.Of(text).ShouldBe(html);
        OdooHtml.Text(html).ShouldBe(text);
    }

    [Fact]
    public void Of_WhatHtmlCannotHold_IsReplaced()
    {
        OdooHtml.Of("a\0b\vc").ShouldBe("<p>a\uFFFDb\uFFFDc</p>");
        OdooHtml.Of("half a pair \uD83D").ShouldBe("<p>half a pair \uFFFD</p>");
        OdooHtml.Text(OdooHtml.Of("tab\tnbsp\u00A0smile \U0001F600")).ShouldBe("tab\tnbsp\u00A0smile \U0001F600");
    }

    [Theory]
    [InlineData("<p>Gate &#8238;3&#x2069; East</p>", "Gate 3 East")]
    [InlineData("<p>Called <b>Petra</b></p><p>She wants &lt;more&gt;<br>soon</p>", "Called Petra\n\nShe wants <more>\nsoon")]
    [InlineData("<div>a\n   b</div><ul><li>one</li><li>two</li></ul>", "a b\n\none\n\ntwo")]
    [InlineData("<p title=\"a > b\">x<!-- not <p>this</p> --> <% y %> 1 < 2</p>", "x <% y %> 1 < 2")]
    [InlineData("<p><br></p>", "")]
    [InlineData("no tags &amp; all", "no tags & all")]
    public void Reading_HtmlOfAnybody_IsWhatAPersonReads(string html, string read) => OdooHtml.Reading(html).ShouldBe(read);

    /// <summary>Whoever writes an e-mail writes it.</summary>
    [Theory]
    [InlineData("<a ")]
    [InlineData("<a \"")]
    [InlineData("<!--")]
    public async Task Reading_TagsWithoutEnd_TakesNoTime(string begun)
    {
        var html = string.Concat(Enumerable.Repeat(begun, 200_000));

        (await Task.Run(() => OdooHtml.Reading(html)).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).ShouldNotBeEmpty();
    }
}
