using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.UnitTests.Connectors.Reference;

/// <summary>The connector's records against the contracts' schemas: the same names, what is required, what may be null, the same codes.</summary>
public sealed partial class WireContractTests
{
    [Theory]
    [InlineData("erp", "Product", typeof(ProductWire))]
    [InlineData("erp", "SalesUnit", typeof(SalesUnitWire))]
    [InlineData("erp", "Attribute", typeof(AttributeWire))]
    [InlineData("erp", "ProductImage", typeof(ImageWire))]
    [InlineData("erp", "ProductPage", typeof(ProductPageWire))]
    [InlineData("erp", "Category", typeof(CategoryWire))]
    [InlineData("erp", "Products", typeof(ProductsWire))]
    [InlineData("erp", "Prices", typeof(PricesWire))]
    [InlineData("erp", "Price", typeof(PriceWire))]
    [InlineData("erp", "LineProblem", typeof(LineProblemWire))]
    [InlineData("erp", "Availability", typeof(AvailabilityWire))]
    [InlineData("erp", "Stock", typeof(StockWire))]
    [InlineData("erp", "DeliveryMethod", typeof(DeliveryMethodWire))]
    [InlineData("erp", "Quote", typeof(QuoteWire))]
    [InlineData("erp", "QuoteLine", typeof(QuoteLineWire))]
    [InlineData("erp", "Tax", typeof(TaxWire))]
    [InlineData("erp", "CreditDecision", typeof(CreditDecisionWire))]
    [InlineData("erp", "Person", typeof(PersonWire))]
    [InlineData("erp", "Order", typeof(OrderWire))]
    [InlineData("erp", "OrderLine", typeof(OrderLineWire))]
    [InlineData("erp", "Shipment", typeof(ShipmentWire))]
    [InlineData("erp", "OrderEvent", typeof(OrderEventWire))]
    [InlineData("erp", "OrderPage", typeof(PageWire<OrderWire>))]
    [InlineData("erp", "Backorder", typeof(BackorderWire))]
    [InlineData("erp", "OrderAllowed", typeof(OrderAllowedWire))]
    [InlineData("erp", "LineAllowed", typeof(LineAllowedWire))]
    [InlineData("erp", "QuantityAllowed", typeof(QuantityAllowedWire))]
    [InlineData("erp", "ExpectedDelivery", typeof(ExpectedDeliveryWire))]
    [InlineData("erp", "BackorderPage", typeof(PageWire<BackorderWire>))]
    [InlineData("erp", "Address", typeof(AddressWire))]
    [InlineData("erp", "Invoice", typeof(InvoiceWire))]
    [InlineData("erp", "InvoicePage", typeof(PageWire<InvoiceWire>))]
    [InlineData("erp", "Customer", typeof(CustomerWire))]
    [InlineData("erp", "Terms", typeof(TermsWire))]
    [InlineData("erp", "Credit", typeof(CreditWire))]
    [InlineData("erp", "CreditSignals", typeof(CreditSignalsWire))]
    [InlineData("erp", "CreditSignal", typeof(CreditSignalWire))]
    [InlineData("erp", "Overdue", typeof(OverdueWire))]
    [InlineData("erp", "OverdueItem", typeof(OverdueItemWire))]
    [InlineData("erp", "OrderActivity", typeof(OrderActivityWire))]
    [InlineData("erp", "OrderActivityItem", typeof(OrderActivityItemWire))]
    [InlineData("erp", "Return", typeof(ReturnWire))]
    [InlineData("erp", "Returnable", typeof(ReturnableWire))]
    [InlineData("erp", "ReturnableLine", typeof(ReturnableLineWire))]
    [InlineData("erp", "Statement", typeof(StatementWire))]
    [InlineData("erp", "AgeingBucket", typeof(AgeingBucketWire))]
    [InlineData("erp", "StatementItem", typeof(StatementItemWire))]
    [InlineData("erp", "HeldOrder", typeof(HeldOrderWire))]
    [InlineData("erp", "ReturnPage", typeof(PageWire<ReturnWire>))]
    [InlineData("erp", "Quotation", typeof(QuotationWire))]
    [InlineData("erp", "QuotationLine", typeof(QuotationLineWire))]
    [InlineData("erp", "QuotationEnd", typeof(QuotationEndWire))]
    [InlineData("erp", "QuotationPage", typeof(PageWire<QuotationWire>))]
    [InlineData("erp", "WebhookSubscription", typeof(SubscriptionWire))]
    [InlineData("crm", "WebhookSubscription", typeof(SubscriptionWire))]
    [InlineData("crm", "Account", typeof(AccountWire))]
    [InlineData("crm", "Owner", typeof(OwnerWire))]
    [InlineData("crm", "Address", typeof(AccountAddressWire))]
    [InlineData("crm", "Contact", typeof(ContactWire))]
    [InlineData("crm", "User", typeof(UserWire))]
    [InlineData("crm", "Opportunity", typeof(OpportunityWire))]
    [InlineData("crm", "TimelineEntry", typeof(TimelineEntryWire))]
    [InlineData("crm", "TimelinePage", typeof(TimelinePageWire))]
    [InlineData("crm", "AccountPage", typeof(DeletablePageWire<AccountWire>))]
    [InlineData("crm", "OpportunityPage", typeof(DeletablePageWire<OpportunityWire>))]
    [InlineData("crm", "Product", typeof(SalesProductWire))]
    [InlineData("crm", "Tombstone", typeof(TombstoneWire))]
    [InlineData("erp", "CustomerPage", typeof(DeletablePageWire<CustomerWire>))]
    public void Record_OfAnAnswer_ReadsTheSchemaAsItIs(string contract, string schema, Type wire)
    {
        var (required, properties) = Schema(contract, schema);
        var nullability = new NullabilityInfoContext();
        foreach (var property in wire.GetProperties().Where(property => property.Name != "EqualityContract"))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            properties.ShouldContainKey(name);
            var mayBeNull = nullability.Create(property).WriteState == NullabilityState.Nullable;
            if (required.Contains(name))
            {
                // A text that may be null may be missing too: nothing is made up of it.
                var isRequired = property.GetCustomAttribute<RequiredMemberAttribute>() is not null;
                (isRequired || (mayBeNull && property.PropertyType == typeof(string))).ShouldBeTrue($"{schema}.{name} is required by the contract");
            }
            else
            {
                property.GetCustomAttribute<RequiredMemberAttribute>().ShouldBeNull($"{schema}.{name} is optional by the contract");
            }

            var isNullable = properties[name].Split('\n')[0].Contains("'null'", StringComparison.Ordinal) || OrNull().IsMatch(properties[name]);
            if (isNullable)
            {
                mayBeNull.ShouldBeTrue($"{schema}.{name} may be null by the contract");
            }
            else if (required.Contains(name))
            {
                mayBeNull.ShouldBeFalse($"{schema}.{name} is never null by the contract");
            }
        }
    }

    [Theory]
    [InlineData("erp", "OrderStatus", typeof(OrderStatusWire))]
    [InlineData("erp", "InvoiceStatus", typeof(InvoiceStatusWire))]
    [InlineData("erp", "ReturnStatus", typeof(ReturnStatusWire))]
    [InlineData("erp", "QuotationKind", typeof(QuotationKindWire))]
    [InlineData("erp", "QuotationStatus", typeof(QuotationStatusWire))]
    [InlineData("crm", "PortalRole", typeof(PortalRoleWire))]
    [InlineData("crm", "UserRole", typeof(UserRoleWire))]
    [InlineData("crm", "Stage", typeof(StageWire))]
    [InlineData("crm", "TimelineKind", typeof(TimelineKindWire))]
    public void Codes_OfAnEnumeration_AreTheSchemas(string contract, string schema, Type wire)
    {
        var codes = EnumCodes().Match(Text(contract, schema)).Groups[1].Value.Split(',', StringSplitOptions.TrimEntries);

        Enum.GetNames(wire).Select(JsonNamingPolicy.CamelCase.ConvertName).Order().ShouldBe(codes.Order());
    }

    [Theory]
    [InlineData("erp", "Product", "status", typeof(ProductStatusWire))]
    [InlineData("erp", "Invoice", "kind", typeof(InvoiceKindWire))]
    [InlineData("erp", "Customer", "status", typeof(CustomerStatusWire))]
    [InlineData("erp", "CreditDecision", "decision", typeof(CreditVerdictWire))]
    [InlineData("erp", "WebhookSubscription", "status", typeof(SubscriptionStatusWire))]
    [InlineData("crm", "Address", "kind", typeof(AddressKindWire))]
    public void Codes_OfAProperty_AreTheSchemas(string contract, string schema, string property, Type wire)
    {
        var codes = EnumCodes().Match(Schema(contract, schema).Properties[property]).Groups[1].Value.Split(',', StringSplitOptions.TrimEntries);

        Enum.GetNames(wire).Select(JsonNamingPolicy.CamelCase.ConvertName).Order().ShouldBe(codes.Order());
    }

    [Fact]
    public void Schema_WithAnotherName_IsNotFound() => Should.Throw<InvalidOperationException>(() => Schema("erp", "NoSuchSchema"));

    /// <summary>The lines of one schema. The contracts are written with two spaces a level; that much YAML is read here.</summary>
    private static string Text(string contract, string schema)
    {
        var lines = File.ReadLines(Path.Combine(ServerProcess.Root, "docs", "contracts", $"{contract}.openapi.yaml")).ToList();
        var start = lines.FindIndex(lines.IndexOf("  schemas:"), line => line.StartsWith($"    {schema}:", StringComparison.Ordinal));
        if (start < 0)
        {
            throw new InvalidOperationException($"{contract} has no schema {schema}.");
        }

        var end = lines.FindIndex(start + 1, line => line.Length > 4 && line.StartsWith("    ", StringComparison.Ordinal) && line[4] != ' ');
        return string.Join('\n', lines[start..(end < 0 ? lines.Count : end)]);
    }

    private static (HashSet<string> Required, Dictionary<string, string> Properties) Schema(string contract, string schema)
    {
        var text = Text(contract, schema);
        var required = RequiredNames().Match(text).Groups[1].Value.Split(',', StringSplitOptions.TrimEntries).ToHashSet();
        var properties = new Dictionary<string, string>();
        foreach (Match match in PropertyBlock().Matches(text))
        {
            properties[match.Groups[1].Value] = match.Value;
        }

        properties.Count.ShouldBeGreaterThan(0);
        return (required, properties);
    }

    [GeneratedRegex(@"^      required: \[([^\]]*)\]", RegexOptions.Multiline)]
    private static partial Regex RequiredNames();

    /// <summary>A property with all that is written under it.</summary>
    [GeneratedRegex(@"^        (\w+):(?:.*)(?:\n          .*)*", RegexOptions.Multiline)]
    private static partial Regex PropertyBlock();

    /// <summary>The last of a property's own alternatives, not of something within it.</summary>
    [GeneratedRegex(@"^            - \{ type: 'null' \}", RegexOptions.Multiline)]
    private static partial Regex OrNull();

    [GeneratedRegex(@"enum: \[([^\]]*)\]")]
    private static partial Regex EnumCodes();
}
