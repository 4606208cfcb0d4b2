using System.Text.RegularExpressions;
using System.Xml.Linq;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Orders;
using PortalIntegration.Portal.Features.Checkout;
using PortalIntegration.Portal.Features.OrderPad;
using PortalIntegration.Portal.Features.Sales;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.UnitTests.Portal.Ordering;

/// <summary>A text that is missing shows its name to a customer: every name used must be in its feature's resource file, and none left over.</summary>
public sealed partial class WordsTests
{
    private static readonly string Features = Path.Combine(ServerProcess.Root, "src", "Portal", "Features");

    /// <summary>Names that are put together at run time.</summary>
    private static readonly Dictionary<string, IEnumerable<string>> Composed = new()
    {
        ["OrderPad"] =
        [
            .. Enum.GetNames<QuantityFault>().Select(name => $"Quantity.{name}"), "AddFrom.History", "AddFrom.Order", "AddFrom.Upload", "Silent.Catalogue", "Silent.Prices", "Silent.Stock", "Price.Contract", "Price.Tier",
        ],
        ["Checkout"] =
        [
            .. Enum.GetNames<PlaceObstacle>().Select(name => $"Obstacle.{name}"),
            .. Enum.GetNames<PricePolicy>().Select(name => $"Policy.{name}"),
            .. Enum.GetNames<DifferenceKind>().Select(name => $"Difference.{name}"),
            .. Enum.GetNames<CreditVerdict>().Select(name => $"Verdict.{name}"),
            .. Enum.GetNames<PlacingState>().Where(name => name is not nameof(PlacingState.Rejected) and not nameof(PlacingState.Confirmed)).Select(name => $"Now.{name}"),
            .. Enum.GetNames<StepLook>().Where(name => name != nameof(StepLook.Done)).Select(name => $"StepLook.{name}"),
            "Now.Waiting.At", "Now.OutcomeUnknown.At", "Step.Received", "Step.Checked", "Step.Confirmed", "Step.Kept",
            .. Enum.GetNames<ApprovalReason>().Select(name => $"Now.Approval.{name}"),
            .. PlacingRefusals.All.Select(name => $"Refused.{name}"),
            "Mended.PoNumber", "Mended.ShipTo", "Mended.Note",
        ],
        ["Orders"] =
        [
            "Promise.LinesOn", "Promise.LinesOn.One", "Promise.LinesUndated", "Promise.LinesUndated.One", "Promise.PartShipped", "Promise.PartShipped.One",
            "Lines.Subtotal", "Lines.Freight", "Lines.Tax", "Lines.Total",
        ],
        ["Sales"] =
        [
            .. Enum.GetNames<AddressKind>().Select(name => $"Facts.Address.{name}"), .. Enum.GetNames<OpportunityStage>().Select(name => $"Stage.{name}"),
            .. Enum.GetNames<Signal>().Select(name => $"Signal.{name}"), .. Enum.GetNames<SignalSource>().Select(name => $"Source.{name}"),
            .. Enum.GetNames<AccountSort>().SelectMany(name => new[] { $"Sort.{name}", $"Sort.{name}.Told" }),
            .. Enum.GetNames<ListEnd>().SelectMany(name => new[] { $"Cut.{name}", $"CutOf.{name}" }),
        ],
    };

    [Theory]
    [InlineData("OrderPad")]
    [InlineData("Checkout")]
    [InlineData("Orders")]
    [InlineData("Sales")]
    public void Words_OfAFeature_AreAllThereAndAllUsed(string feature)
    {
        var folder = Path.Combine(Features, feature);
        var sources = string.Concat(Directory.EnumerateFiles(folder).Where(file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal)).Select(File.ReadAllText));
        var used = Use().Matches(sources).SelectMany(match => Name().Matches(match.Value).Select(name => name.Groups[1].Value)).Concat(Composed[feature]).ToHashSet(StringComparer.Ordinal);
        var there = XDocument.Load(Path.Combine(folder, $"{feature}Texts.resx")).Root!.Elements("data").Select(data => data.Attribute("name")!.Value).ToHashSet(StringComparer.Ordinal);

        used.Count.ShouldBeGreaterThan(10);
        used.Except(there).ShouldBeEmpty("used and not there");
        there.Except(used).ShouldBeEmpty("there and not used");
    }

    // Words["Name", …], words[condition ? "Name.One" : "Name", …]
    [GeneratedRegex("""[wW]ords\[[^$\]]*?("[^"]+"[^\]]*?)+[,\]]""")]
    private static partial Regex Use();

    [GeneratedRegex("\"([A-Z][A-Za-z]+(?:\\.[A-Za-z]+)*)\"")]
    private static partial Regex Name();
}
