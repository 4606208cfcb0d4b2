using System.Globalization;
using System.Text;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Flows.Map;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.UnitTests.Sync.Flows;

/// <summary>docs/data-dictionary.md is what the flows carry: it is written from the very rules that they run on.</summary>
public sealed class DataDictionaryTests
{
    private const string Rewrite = "PORTALINTEGRATION_WRITE_DOCS";

    private static readonly string _file = Path.Combine(ServerProcess.Root, "docs", "data-dictionary.md");

    [Fact]
    public void Page_IsWhatTheFlowsCarry()
    {
        var page = Page();
        if (Environment.GetEnvironmentVariable(Rewrite) is { Length: > 0 })
        {
            File.WriteAllText(_file, page);
        }

        File.ReadAllText(_file).ShouldBe(page, $"set {Rewrite}=1 and run this test once to write docs/data-dictionary.md anew");
    }

    private static string Page()
    {
        var page = new StringBuilder();
        Line("# Data dictionary");
        Line();
        Line("Which field of which system follows which, by flow. This page is written from the rules that the flows run on, and a test fails when it says anything else.");
        Line("The owner is always right; the target follows. An empty owner never empties its target, unless the rule says \"empties\". How the flows are set, and how a");
        Line("company adds fields of its own, is in [operations](operations.md#flows). Links between records live in the systems themselves: the account's customer number,");
        Line("the customer's account id, the address's ERP id. What is not linked is \"action required\", and is never matched by name.");
        foreach (var flow in FlowRegistration.Definitions)
        {
            var map = new FieldMap(flow.Name);
            flow.Map(map);
            Line();
            Line($"## {flow.Name}");
            Line();
            Line(flow.What);
            Line();
            Line($"- Direction: {flow.Owner} to {flow.Target}");
            Line($"- Follows: {string.Join(", ", flow.Follows.Concat(flow.FollowsToo))}, by webhook or polling; all keys by schedule (`{flow.Settings.Schedule}`, UTC)");
            Line($"- Needs: {(flow.Needs.Count == 0 ? "nothing special" : string.Join(", ", flow.Needs))}");
            Line($"- Fields of a company's own: {(flow.Pairs.Count == 0 ? "none" : string.Join(", ", flow.Pairs.Select(pair => $"{pair.Owner} to {pair.Target}")))}");
            Line();
            Line("| Owner's field | Type | Length | Target's field | Type | Length | Transformation | When | Empty owner | Note |");
            Line("|---|---|---|---|---|---|---|---|---|---|");
            foreach (var rule in map.Rules)
            {
                Line($"| `{rule.Owner}` | {rule.Owner.Type} | {Length(rule.Owner)} | `{rule.Target}` | {rule.Target.Type} | {Length(rule.Target)} | {(rule.Transformation is { } how ? $"`{how}`" : "")} "
                    + $"| {(rule.Mode == FieldMode.RealTime ? "real time" : "batch")} | {(rule.MayClear ? "empties" : "is left")} | {rule.Note} |");
            }
        }

        Line();
        Line("## Transformations");
        Line();
        Line("| Name | What comes out |");
        Line("|---|---|");
        foreach (var (name, what) in Transformations.Known)
        {
            Line($"| `{name}` | {what} |");
        }

        Line();
        Line("## Fields that can be named");
        Line();
        Line("Beside the fields that a company added to its accounts, which are named as the CRM names them.");
        Line();
        Line("| Field | Type | Can follow |");
        Line("|---|---|---|");
        foreach (var (entity, known) in Enum.GetValues<Entity>().SelectMany(entity => KnownFields.In(entity), (entity, known) => (entity, known)))
        {
            Line($"| `{entity}.{known.Name}` | {known.Type} | {(known.CanBeWritten ? "yes" : "")} |");
        }

        return page.ToString();

        void Line(string text = "") => page.Append(text).Append('\n');

        static string Length(FieldSide side) => side.Length?.ToString(CultureInfo.InvariantCulture) ?? "any";
    }
}
