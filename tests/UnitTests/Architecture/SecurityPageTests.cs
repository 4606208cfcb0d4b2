using System.Text.RegularExpressions;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.UnitTests.Architecture;

/// <summary>What docs/security.md and docs/privacy.md name is there: a test that was renamed, or a file that went, makes them red.</summary>
public sealed partial class SecurityPageTests
{
    private static readonly string Page = Read("docs/security.md");

    private static readonly Lazy<string> Tests = new(() => string.Join(
        '\n',
        Directory.EnumerateFiles(Path.Combine(ServerProcess.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText)));

    [Fact]
    public void Page_EveryTestThatItNames_IsThere()
    {
        var named = Named().Where(name => TestName().IsMatch(name)).ToList();
        named.Count.ShouldBeGreaterThan(60);

        named.Where(name => !IsTest(name)).ShouldBeEmpty();
    }

    [Fact]
    public void Page_EveryFileThatItNames_IsThere()
    {
        var named = Named().Where(name => FileName().IsMatch(name)).Concat(Link().Matches(Page).Select(link => $"docs/{link.Groups[1].Value}")).ToList();
        named.Count.ShouldBeGreaterThan(15);

        named.Where(name => !IsThere(name)).ShouldBeEmpty();
    }

    [Fact]
    public void Page_EveryRequirementOnce_AndEveryRowSaysHow()
    {
        var rows = Row().Matches(Page).Select(row => (Number: row.Groups[1].Value, Holds: row.Groups[2].Value.Trim(), How: row.Groups[3].Value.Trim())).ToList();

        rows.Count.ShouldBeGreaterThan(200);
        rows.Select(row => row.Number).ShouldBeUnique();
        rows.ShouldAllBe(row => row.Holds == "holds" || row.Holds == "partly" || row.Holds == "n/a" || row.Holds == "**does not hold**");
        rows.Where(row => row.Holds != "n/a" && row.How.Length == 0).ShouldBeEmpty();
        int Those(string holds) => rows.Count(row => row.Holds == holds);
        WhiteSpace().Replace(Page, " ").ShouldContain(
            $"{rows.Count} requirements: {Those("holds")} hold, {Those("partly")} hold in part, {Those("**does not hold**")} do not hold, {Those("n/a")} do not apply.");
    }

    [Fact]
    public void Control_WhatIsNotThere_IsSeen()
    {
        IsTest("NoSuchTests").ShouldBeFalse();
        IsTest("SecurityPageTests.NoSuch_Method_Here").ShouldBeFalse();
        IsTest("SecurityPageTests.Control_WhatIsNotThere_IsSeen").ShouldBeTrue();
        IsThere("docs/adr/no-such-decision.md").ShouldBeFalse();
        IsThere("docs/security.md").ShouldBeTrue();
    }

    private static bool IsThere(string path) => File.Exists(Path.Combine(ServerProcess.Root, path));

    private static string Read(string path) => File.ReadAllText(Path.Combine(ServerProcess.Root, path));

    /// <summary>Everything between backticks, of both pages.</summary>
    private static IEnumerable<string> Named() => Quoted().Matches(Page + Read("docs/privacy.md")).Select(quoted => quoted.Groups[1].Value).Distinct();

    private static bool IsTest(string name)
    {
        var parts = name.Split('.');
        return Regex.IsMatch(Tests.Value, $@"\bclass {parts[0]}\b") && (parts.Length == 1 || Regex.IsMatch(Tests.Value, $@"\b(void|Task|Task<\w+>|ValueTask) {parts[1]}\("));
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^\w+(Tests|Contract)(\.\w+)?$")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^(src|docs|tests)/[\w./-]+\.\w+$|^Directory\.\w+\.props$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"\]\(([\w./-]+\.md)(#[\w-]+)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\| (\d+\.\d+\.\d+) \| [12] \| ([^|]*) \| [^|]* \| ([^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
