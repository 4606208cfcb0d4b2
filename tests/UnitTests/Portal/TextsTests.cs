using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using PortalIntegration.Portal.Features.Ownership;

namespace PortalIntegration.UnitTests.Portal;

/// <summary>Every word on a page comes from a resource file: none that is asked for may be missing, none may be left over.</summary>
public sealed partial class TextsTests
{
    private static readonly string Portal = Path.Combine(MarkupTests.Root(), "src", "Portal");

    public static TheoryData<string> Files() => [.. ResourceFiles().Select(file => Path.GetRelativePath(Portal, file))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Texts_WhatPagesAskFor_IsThere(string file)
    {
        var keys = Keys(file);
        var (literal, begun) = Asked(file);

        literal.Except(keys).ShouldBeEmpty();
        begun.Where(start => !keys.Any(key => key.StartsWith(start, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Texts_WhatIsThere_IsAskedFor(string file)
    {
        var sources = string.Join('\n', Sources(file));
        var (_, begun) = Asked(file);

        // A key that ends in ".One" is the singular of the key before it.
        Keys(file).Where(key => !IsIn(sources, key) && !IsIn(sources, Plural(key)) && !begun.Any(start => key.StartsWith(start, StringComparison.Ordinal)))
            .ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Texts_NoneIsEmptyOrTwice(string file)
    {
        Keys(file).ShouldBeUnique();
        XDocument.Load(Path.Combine(Portal, file)).Root!.Elements("data").ShouldAllBe(entry => entry.Element("value")!.Value.Length > 0);
    }

    /// <summary>A text that is missing in a language shows in English; a place that is missing hides a figure.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Texts_InEveryLanguage_SayTheSameThings(string file)
    {
        var own = Words(file);
        var languages = Directory.GetFiles(Path.GetDirectoryName(Path.Combine(Portal, file))!, $"{Path.GetFileNameWithoutExtension(file)}.*.resx");
        languages.Select(path => path.Split('.')[^2]).ShouldContain("de");
        foreach (var language in languages)
        {
            var words = Words(Path.GetRelativePath(Portal, language));
            words.Keys.ShouldBe(own.Keys, ignoreOrder: true, language);
            words.Where(entry => !Places(entry.Value).SetEquals(Places(own[entry.Key]))).Select(entry => $"{language} {entry.Key}").ShouldBeEmpty();
        }
    }

    [Fact]
    public void Control_APlaceThatATranslationForgets_IsSeen() => Places("{0} of {1:N0}").SetEquals(Places("{0} von 3")).ShouldBeFalse();

    [Fact]
    public void Texts_EnumerationsShownByName_AreComplete()
    {
        var keys = Keys(Path.Combine("Resources", "Texts.resx"));
        var expected = Names<Core.Outcomes.Cause>("Failure").Concat(Names<Core.Orders.OrderStatus>("OrderStatus")).Concat(Names<Core.Invoices.InvoiceStatus>("InvoiceStatus"))
            .Concat(Names<Core.Scopes.Role>("Role")).Concat(Names<Core.Ownership.Entity>("Entity")).Concat(Names<Core.Pricing.PriceSource>("PriceSource"));

        expected.Except(keys).ShouldBeEmpty();
    }

    [Fact]
    public void Texts_OwnershipPage_TellsWhyOfEveryEntityAndItsKey()
    {
        var expected = Names<Core.Ownership.Entity>("Why").Concat(Enum.GetValues<Core.Ownership.Entity>().Where(WhoAnswers.CanBeAsked).Select(entity => $"Key.{entity}"));

        expected.Except(Keys(Path.Combine("Features", "Ownership", "OwnershipTexts.resx"))).ShouldBeEmpty();
        Enum.GetValues<Core.Ownership.Entity>().ShouldAllBe(entity => WhoAnswers.CanBeAsked(entity));
    }

    [Fact]
    public void Control_AKeyThatNobodyWrote_IsSeen() =>
        Lookups("""<p>@Text["No.SuchKey", Words[$"Other.{1}"]]</p>""").ShouldBe([("Text", "\"No.SuchKey\", Words]"), ("Words", "$\"Other.{1}\"")]);

    private static bool IsIn(string sources, string key) => sources.Contains($"\"{key}\"", StringComparison.Ordinal);

    private static string Plural(string key) => key.EndsWith(".One", StringComparison.Ordinal) ? key[..^4] : key;

    private static IEnumerable<string> Names<TEnum>(string prefix)
        where TEnum : struct, Enum => Enum.GetNames<TEnum>().Select(name => $"{prefix}.{name}");

    private static Dictionary<string, string> Words(string file) => XDocument.Load(Path.Combine(Portal, file)).Root!.Elements("data")
        .ToDictionary(entry => entry.Attribute("name")!.Value, entry => entry.Element("value")!.Value, StringComparer.Ordinal);

    private static HashSet<string> Places(string words) => [.. Place().Matches(words).Select(match => match.Value)];

    private static List<string> Keys(string file) =>
        [.. XDocument.Load(Path.Combine(Portal, file)).Root!.Elements("data").Select(entry => entry.Attribute("name")!.Value)];

    /// <summary>Keys written out, and the beginnings of keys that end in a name.</summary>
    private static (List<string> Literal, List<string> Begun) Asked(string file)
    {
        var shared = IsShared(file);
        List<string> literal = [];
        List<string> begun = [];
        foreach (var (who, inside) in Sources(file).SelectMany(Lookups))
        {
            if (who.Equals("text", StringComparison.OrdinalIgnoreCase) != shared)
            {
                continue;
            }

            foreach (var word in Literals().Matches(inside).Select(inner => inner.Groups))
            {
                (word["interpolated"].Success ? begun : literal).Add(word["word"].Value.Split('{')[0]);
            }
        }

        return (literal, begun);
    }

    /// <summary>Every lookup such as <c>Text["…"]</c>: who is asked, and what stands in its own brackets, not in those within.</summary>
    private static IEnumerable<(string Who, string Inside)> Lookups(string source)
    {
        foreach (var begin in LookupBegin().Matches(source).Cast<Match>())
        {
            var (depth, inside) = (1, new StringBuilder());
            for (var at = begin.Index + begin.Length; at < source.Length && depth > 0; at++)
            {
                depth += source[at] switch { '[' => 1, ']' => -1, _ => 0 };
                if (depth == 1)
                {
                    inside.Append(source[at]);
                }
            }

            yield return (begin.Groups["who"].Value, inside.ToString());
        }
    }

    /// <summary>The whole portal for the shared texts, else the files beside the resource file.</summary>
    private static IEnumerable<string> Sources(string file) =>
        Directory.EnumerateFiles(IsShared(file) ? Portal : Path.GetDirectoryName(Path.Combine(Portal, file))!, "*.*", SearchOption.AllDirectories)
            .Where(MarkupTests.IsSource).Where(path => path.EndsWith(".razor", StringComparison.Ordinal) || path.EndsWith(".cs", StringComparison.Ordinal))
            .Select(File.ReadAllText);

    private static bool IsShared(string file) => Path.GetFileName(file) == "Texts.resx";

    private static IEnumerable<string> ResourceFiles() => Directory.EnumerateFiles(Portal, "*Texts.resx", SearchOption.AllDirectories).Where(MarkupTests.IsSource);

    [GeneratedRegex(@"\{\d+(:[^}]*)?\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"\b(?<who>[Tt]ext|[Ww]ords)\[")]
    private static partial Regex LookupBegin();

    [GeneratedRegex("(?<interpolated>\\$)?\"(?<word>[A-Z][A-Za-z0-9]*\\.[^\"]*|[A-Z][a-z]+)\"")]
    private static partial Regex Literals();
}
