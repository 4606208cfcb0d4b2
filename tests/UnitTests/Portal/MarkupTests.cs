using System.Text.RegularExpressions;

namespace PortalIntegration.UnitTests.Portal;

/// <summary>What a browser would refuse under our policy must not stand in the markup, and what markup names must exist.</summary>
public sealed partial class MarkupTests
{
    private static readonly string Portal = Path.Combine(Root(), "src", "Portal");

    [Fact]
    public void Markup_NothingInline()
    {
        foreach (var file in Razor())
        {
            Inline(File.ReadAllText(file)).ShouldBeNull(file);
        }
    }

    [Theory]
    [InlineData("""<p style="color:red">""")]
    [InlineData("""<button onclick="go()">""")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("""<a href="javascript:go()">""")]
    [InlineData("<style>p { }</style>")]
    public void Control_WhatStandsInline_IsSeen(string markup) => Inline(markup).ShouldNotBeNull();

    [Fact]
    public void Icons_EveryOneNamedIsInTheSprite_AndTheSpriteHoldsNoOther()
    {
        var sprite = File.ReadAllLines(Path.Combine(Portal, "FrontEnd", "icons.txt")).Where(line => line.Length > 0).ToList();
        var sources = string.Join('\n', Directory.EnumerateFiles(Portal, "*.*", SearchOption.AllDirectories)
            .Where(IsSource).Where(file => Path.GetExtension(file) is ".razor" or ".cs" or ".js").Select(File.ReadAllText));
        var named = IconName().Matches(sources).Select(match => match.Groups[1].Value).Distinct();

        sprite.ShouldBeUnique();
        named.Except(sprite).ShouldBeEmpty();
        sprite.Where(icon => !sources.Contains($"\"{icon}\"", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    /// <summary>Whatever a system or a person wrote is text: only words of our own resource files become markup, and no script builds markup at all.</summary>
    [Fact]
    public void Markup_IsMadeOfOurOwnWordsAlone()
    {
        var sources = Directory.EnumerateFiles(Portal, "*.*", SearchOption.AllDirectories).Where(IsSource).Where(file => Path.GetExtension(file) is ".razor" or ".cs" or ".js");
        foreach (var file in sources)
        {
            Unescaped(File.ReadAllText(file)).ShouldBeEmpty(file);
        }
    }

    [Theory]
    [InlineData("@((MarkupString)Product.Name)")]
    [InlineData("builder.AddMarkupContent(0, name);")]
    [InlineData("new MarkupString(order.Note)")]
    [InlineData("row.innerHTML = answer.name;")]
    [InlineData("row.insertAdjacentHTML('beforeend', name);")]
    public void Control_WhatASystemWrote_AsMarkup_IsSeen(string source) => Unescaped(source).ShouldNotBeEmpty();

    [Fact]
    public void Control_OurOwnWords_AsMarkup_AreAllowed() => Unescaped("""@((MarkupString)Words["Summary.Keys"].Value)""").ShouldBeEmpty();

    private static IEnumerable<string> Unescaped(string source) => MarkupFromText().Matches(OwnWordsAsMarkup().Replace(source, "")).Select(match => match.Value);

    private static string? Inline(string markup) => InlineMarkup().Match(markup) is { Success: true } match ? match.Value : null;

    private static IEnumerable<string> Razor() => Directory.EnumerateFiles(Portal, "*.razor", SearchOption.AllDirectories).Where(IsSource);

    internal static bool IsSource(string file) => !file.Replace('\\', '/').Split('/').Any(part => part is "obj" or "bin" or "node_modules" or "lib" or "_framework");

    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PortalIntegration.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Not inside the repository.");
        }

        return folder.FullName;
    }

    [GeneratedRegex("""\sstyle=["']|\son[a-z]+=["']|<style\b|javascript:|<script(?![^>]*\ssrc=)""")]
    private static partial Regex InlineMarkup();

    [GeneratedRegex("""\(MarkupString\)(?:Words|Text)\["[\w.]+"\]\.Value""")]
    private static partial Regex OwnWordsAsMarkup();

    [GeneratedRegex("""MarkupString|AddMarkupContent|\b(?:inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|\beval\(""")]
    private static partial Regex MarkupFromText();

    [GeneratedRegex("""(?:<Icon Name|[Ss]ymbol)="([a-z0-9-]+)["]""")]
    private static partial Regex IconName();
}
