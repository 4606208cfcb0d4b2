using NSubstitute;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.UnitTests.Ownership;

public sealed class OwnershipMapTests
{
    [Fact]
    public void Build_EverythingOwned_HandsOutEveryPort()
    {
        var map = new Systems().Build();

        map.Owner<IPricing>().ShouldNotBeNull();
        map.Owner<IQuoting>().ShouldNotBeNull();
        map.OwnerOf(Entity.Pricing).ShouldBe("erp");
        map.Owned.Count.ShouldBe(Enum.GetValues<Entity>().Length);
    }

    [Fact]
    public void Build_SeveralMistakes_NamesEachWithItsKey()
    {
        var mistakes = new Systems()
            .With("Systems:erp:Address", "erp.example")
            .With("Systems:erp:AttemptTimeout", "00:10:00")
            .With("Systems:erp:Concurrency", "0")
            .With("Ownership:Entities:Pricing:Freshness", "sometimes")
            .With("Ownership:Entities:Stock:Owner", "erp")
            .Mistakes();

        mistakes.ShouldContain(mistake => mistake.StartsWith("Systems:erp:Address:"));
        mistakes.ShouldContain(mistake => mistake.StartsWith("Systems:erp:AttemptTimeout:"));
        mistakes.ShouldContain(mistake => mistake.StartsWith("Systems:erp:Concurrency:"));
        mistakes.ShouldContain(mistake => mistake.StartsWith("Ownership:Entities:Pricing:Freshness:"));
        mistakes.ShouldContain(mistake => mistake.StartsWith("Ownership:Entities:Stock:"));
        mistakes.Count.ShouldBe(5);
    }

    [Fact]
    public void Build_NoSystems_SaysWhichKeyToSet() =>
        new Systems().With("Systems:erp:Connector", null).With("Systems:erp:Address", null).Mistakes()
            .ShouldContain(mistake => mistake.StartsWith("Systems:"));

    [Fact]
    public void Build_EntityWithoutOwner_IsAMistake() =>
        new Systems().With("Ownership:Entities:Credit:Owner", null).Mistakes()
            .ShouldHaveSingleItem().ShouldStartWith("Ownership:Entities:Credit:Owner: nobody owns it");

    [Fact]
    public void Build_EntityWithTwoOwners_IsAMistake() =>
        new Systems().With("Ownership:Entities:Credit:Owner", null).With("Ownership:Entities:Credit:Owner:0", "erp").With("Ownership:Entities:Credit:Owner:1", "crm")
            .Mistakes().ShouldHaveSingleItem().ShouldContain("has 2 owners (erp, crm)");

    [Fact]
    public async Task Build_OwnerNone_AnswersNotSupported()
    {
        var map = new Systems().With("Ownership:Entities:Returns:Owner", "none").Build();

        var asked = await map.Owner<IReturns>().Get(Scope.ForPortal("test", Lane.Sync), "R-1");

        asked.Failure!.Cause.ShouldBe(Cause.NotSupported);
        map.OwnerOf(Entity.Returns).ShouldBeNull();
    }

    [Fact]
    public void Build_OwnerNoneForWhatThePortalNeeds_IsAMistake() =>
        new Systems().With("Ownership:Entities:Orders:Owner", "none").Mistakes().ShouldHaveSingleItem().ShouldContain("cannot do without it");

    [Theory]
    [InlineData("Systems:erp:Adress", "https://erp.example", "Systems:erp:Adress: there is no such key; there are Connector, Address, ")]
    [InlineData("Systems:erp:WebhookSecrets", "not-shown", "Systems:erp:WebhookSecrets: is given as one value, which would be ignored; write Systems:erp:WebhookSecrets:0, in the environment Systems__erp__WebhookSecrets__0.")]
    [InlineData("Systems:erp:Options", "x", "Systems:erp:Options: is given as one value, which would be ignored; write Systems:erp:Options:{name}, ")]
    public void Build_KeyOfASystemThatWouldBeIgnored_IsAMistake(string key, string value, string expected)
    {
        var mistakes = new Systems().With(key, value).Mistakes();

        mistakes.ShouldContain(mistake => mistake.StartsWith(expected, StringComparison.Ordinal));
        mistakes.ShouldAllBe(mistake => !mistake.Contains("not-shown"));
    }

    [Fact]
    public void Build_UnknownSystem_IsAMistake() =>
        new Systems().With("Ownership:Entities:Credit:Owner", "bank").Mistakes()
            .ShouldHaveSingleItem().ShouldContain("there is no system 'bank'");

    [Fact]
    public void Build_UnknownConnector_IsAMistake() =>
        new Systems().With("Systems:erp:Connector", "abacus").Mistakes()
            .ShouldHaveSingleItem().ShouldContain("there is no connector 'abacus'; there are everything");

    [Fact]
    public void Build_OptionThatTheConnectorDoesNotHave_IsAMistake() =>
        new Systems().With("Systems:erp:Options:CustomerFeild", "ref").Mistakes()
            .ShouldHaveSingleItem().ShouldBe("Systems:erp:Options:CustomerFeild: the connector 'everything' has no such option; it has none.");

    [Fact]
    public void Build_OwnerThatLacksThePort_IsAMistake()
    {
        var stockOnly = Substitute.For<IConnector>();
        stockOnly.Name.Returns("stock-only");
        stockOnly.Ports.Returns([new PortDeclaration(typeof(IInventory), "stock")]);
        stockOnly.Check(default!).ReturnsForAnyArgs([]);

        new Systems().With("Systems:wms:Connector", "stock-only").With("Systems:wms:Address", "https://wms.example")
            .With("Ownership:Entities:Inventory:Owner", "wms").With("Ownership:Entities:Orders:Owner", "wms")
            .Mistakes(stockOnly).ShouldHaveSingleItem()
            .ShouldBe("Ownership:Entities:Orders:Owner: system 'wms' cannot own it, its connector 'stock-only' does not implement IOrders, IQuoting.");
    }

    [Fact]
    public void Lacking_FeatureThatTheOwnerDeclares_IsNamedWithTheOwner()
    {
        var stockOnly = Substitute.For<IConnector>();
        stockOnly.Name.Returns("stock-only");
        stockOnly.Ports.Returns([new PortDeclaration(typeof(IInventory), "stock") { Lacks = [new Lack(Feature.InboundStock, "Not told.")] }]);
        stockOnly.Check(default!).ReturnsForAnyArgs([]);
        stockOnly.Open(default!).ReturnsForAnyArgs(new Systems.Connection("wms", new Dictionary<Type, object> { [typeof(IInventory)] = Substitute.For<IInventory>() }));
        var systems = new Systems().With("Systems:wms:Connector", "stock-only").With("Systems:wms:Address", "https://wms.example");

        systems.Build(more: stockOnly).Lacking(Feature.InboundStock).ShouldBeNull("another owns it");
        var map = systems.With("Ownership:Entities:Inventory:Owner", "wms").Build(more: stockOnly);

        map.Lacking(Feature.InboundStock).ShouldBe(new NotAvailable("wms", new Lack(Feature.InboundStock, "Not told.")));
        map.Lacking(Feature.StockByWarehouse).ShouldBeNull();
    }

    [Theory]
    [InlineData("account.name", "customer.name", "40", "30", "does not fit into")]
    [InlineData("account.name", "customer.name", null, "30", "does not fit into")]
    public void Build_FieldMappedOntoAShorterOne_IsAMistake(string from, string to, string? fromLength, string toLength, string said) =>
        Field(new Systems(), 0, from, to, fromLength, toLength).Mistakes().ShouldHaveSingleItem().ShouldContain(said);

    [Fact]
    public void Build_ShorterFieldWithTransformation_IsAllowed() =>
        Field(new Systems(), 0, "account.name", "customer.name", "40", "30").With("Ownership:Fields:0:Transformation", "shorten")
            .Build().Fields.ShouldHaveSingleItem().Transformation.ShouldBe("shorten");

    [Fact]
    public void Build_FieldWithTwoOwners_IsAMistake() =>
        Field(Field(new Systems(), 0, "account.name", "customer.name"), 1, "party.name", "customer.name")
            .Mistakes().ShouldHaveSingleItem().ShouldContain("erp.customer.name has 2 owners");

    [Fact]
    public void Build_FieldsInACycle_AreAMistakeSaidOnce() =>
        Field(Field(Field(new Systems(), 0, "a", "b"), 1, "b", "c"), 2, "c", "a")
            .Mistakes().ShouldHaveSingleItem().ShouldContain("comes back to itself");

    private static Systems Field(Systems systems, int index, string from, string to, string? fromLength = null, string? toLength = null) => systems
        .With($"Ownership:Fields:{index}:From:System", "erp").With($"Ownership:Fields:{index}:From:Field", from)
        .With($"Ownership:Fields:{index}:From:Length", fromLength)
        .With($"Ownership:Fields:{index}:To:System", "erp").With($"Ownership:Fields:{index}:To:Field", to)
        .With($"Ownership:Fields:{index}:To:Length", toLength);
}
