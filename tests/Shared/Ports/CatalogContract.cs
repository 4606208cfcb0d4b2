using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Tests.Ports;

public abstract class CatalogContract : PortContract<ErpFacts>
{
    private Task<ICatalog> Catalog => Port<ICatalog>(Facts());

    [Fact]
    public virtual async Task Search_Word_FindsSeveralAndSaysWhatTheyAre()
    {
        var facts = await Facts();
        var page = Value(await (await Catalog).Search(Portal, new CatalogQuery(facts.Word, facts.Customer, Limit: 10), Cancel));

        page.Items.Count.ShouldBeInRange(2, 10);
        page.Items.Select(product => product.Sku).Distinct().Count().ShouldBe(page.Items.Count);
        page.Items.ShouldAllBe(product => product.Name.Length > 0 && product.Units.Any(unit => unit.Code == product.SalesUnit && unit.Factor > 0));
        page.Items.ShouldAllBe(product => !(product.PackSize <= 0) && !(product.MinimumQuantity <= 0));
    }

    [Fact]
    public virtual async Task Search_Sku_FindsIt()
    {
        var facts = await Facts();
        var page = Value(await (await Catalog).Search(Portal, new CatalogQuery(facts.Sku.Value), Cancel));

        page.Items.ShouldContain(product => product.Sku == facts.Sku);
    }

    [Fact]
    public virtual async Task Search_PageByPage_GivesEachOnce()
    {
        var facts = await Facts();
        var catalog = await Catalog;
        var whole = Value(await catalog.Search(Portal, new CatalogQuery(facts.Word, Limit: 9), Cancel));

        var inParts = await All(cursor => catalog.Search(Portal, new CatalogQuery(facts.Word, Cursor: cursor, Limit: 3), Cancel), mostPages: 3);

        inParts.Select(product => product.Sku).ShouldBe(whole.Items.Select(product => product.Sku));
    }

    [Fact]
    public virtual async Task Search_NothingFits_IsAnEmptyPage()
    {
        var page = Value(await (await Catalog).Search(Portal, new CatalogQuery("zzqqxxjjkk"), Cancel));

        page.Items.ShouldBeEmpty();
        page.Next.ShouldBeNull();
    }

    [Fact]
    public virtual async Task Search_InACategory_StaysInIt()
    {
        var facts = await Facts();
        var catalog = await Catalog;
        var categories = Value(await catalog.Categories(Portal, Cancel)).ToDictionary(category => category.Code);
        await TellsEverywhere(Feature.Categories, [categories.Count > 0]);
        var own = Value(await catalog.Get(Portal, null, [facts.Sku], Cancel))[0].CategoryCode;
        await TellsEverywhere(Feature.Categories, [own is not null]);
        if (own is not { } code)
        {
            return;
        }

        var found = Value(await catalog.Search(Portal, new CatalogQuery("", Categories: [code], Limit: 50), Cancel));

        found.Items.ShouldNotBeEmpty();
        found.Items.Where(product => !WithParents(product.CategoryCode).Contains(code)).ShouldBeEmpty();

        IEnumerable<string> WithParents(string? category)
        {
            for (var at = category; at is not null; at = categories[at].ParentCode)
            {
                yield return at;
            }
        }
    }

    [Fact]
    public virtual async Task Search_InSeveralCategories_FindsWhatStandsInAnyOfThem_AsTheCountsSay()
    {
        var facts = await Facts();
        var catalog = await Catalog;
        var codes = Value(await catalog.Get(Portal, null, [facts.Sku, facts.OtherSku], Cancel)).Select(product => product.CategoryCode).OfType<string>().Distinct().ToList();
        if (codes.Count == 0)
        {
            return;
        }

        var both = Value(await catalog.Search(Portal, new CatalogQuery("", Categories: codes, Limit: 200), Cancel));
        var each = new HashSet<Sku>();
        foreach (var code in codes)
        {
            each.UnionWith(Value(await catalog.Search(Portal, new CatalogQuery("", Categories: [code], Limit: 200), Cancel)).Items.Select(product => product.Sku));
        }

        if (both.Next is null)
        {
            both.Items.Select(product => product.Sku).ShouldBe(each, ignoreOrder: true);
        }

        var counting = await catalog.CategoryCounts(Portal, null, facts.Word, Cancel);
        if (!await SupportedUnlessLacking(Feature.CategoryCounts, counting))
        {
            return;
        }

        var found = await All(cursor => catalog.Search(Portal, new CatalogQuery(facts.Word, Cursor: cursor, Limit: 200), Cancel), mostPages: 5);
        Value(counting).Where(count => count.Value > 0).Select(count => (count.Key, count.Value)).ShouldBe(
            found.GroupBy(product => product.CategoryCode).Where(group => group.Key is not null).Select(group => (group.Key!, group.Count())), ignoreOrder: true);
    }

    [Fact]
    public virtual async Task Categories_Parents_AreThereAndNoneIsItsOwnAncestor()
    {
        var categories = Value(await (await Catalog).Categories(Portal, Cancel)).ToDictionary(category => category.Code);

        foreach (var category in categories.Values)
        {
            var steps = 0;
            for (var at = category; at.ParentCode is { } parent; at = categories[parent])
            {
                (++steps).ShouldBeLessThan(categories.Count);
            }
        }
    }

    [Fact]
    public virtual async Task Get_SeveralSkus_LeavesOutTheUnknown()
    {
        var facts = await Facts();
        var products = Value(await (await Catalog).Get(Portal, facts.Customer, [facts.OtherSku, facts.NoSku, facts.Sku], Cancel));

        products.Select(product => product.Sku).ShouldBe([facts.OtherSku, facts.Sku], ignoreOrder: true);
    }

    [Fact]
    public virtual async Task Resolve_TypedCarelessly_FindsBySkuAndByTheCustomersOwnNumber()
    {
        var facts = await Facts();
        var catalog = await Catalog;
        var typed = facts.Sku.Value.ToLowerInvariant();
        await TellsEverywhere(Feature.CustomerPartNumbers, [facts.PartNumber is not null]);
        var (code, sku) = facts.PartNumber ?? (facts.Sku.Value.ToUpperInvariant(), facts.Sku);

        var his = Value(await catalog.Resolve(Portal, facts.Customer, [typed, code, "means nothing"], Cancel));
        his.Select(entry => (entry.Code, entry.Product.Sku)).ShouldBe([(typed, facts.Sku), (code, sku)], ignoreOrder: true);
        if (facts.PartNumber is not null)
        {
            his.Single(entry => entry.Code == code).Product.CustomerPartNumber.ShouldBe(code);
            Value(await catalog.Search(Portal, new CatalogQuery(code, facts.Customer), Cancel)).Items.ShouldContain(product => product.Sku == sku && product.CustomerPartNumber == code);
            Value(await catalog.Resolve(Portal, facts.OtherCustomer, [code], Cancel))
                .ShouldNotContain(entry => entry.Product.CustomerPartNumber == code, "the number is another customer's");
        }
    }

    [Fact]
    public virtual async Task Search_Everything_TellsWhatTheSystemHas()
    {
        var facts = await Facts();
        var products = Value(await (await Catalog).Get(Portal, facts.Customer, facts.Many, Cancel));

        products.Select(product => product.Sku).ShouldBe(facts.Many, ignoreOrder: true);
        products.ShouldAllBe(product => product.Units.Select(unit => unit.Code).Distinct().Count() == product.Units.Count);
        products.ShouldContain(product => product.Units.Count > 1, "some are sold in more than one unit");
        await TellsSomewhere(Feature.Categories, products.Select(product => product.CategoryCode is not null));
        await TellsSomewhere(Feature.QuantityRules, products.Select(product => product.PackSize is not null || product.MinimumQuantity is not null));
        await TellsSomewhere(Feature.ProductAttributes, products.Select(product => product.Attributes.Count > 0));
        await TellsSomewhere(Feature.ProductImages, products.Select(product => product.HasImage));
        await TellsSomewhere(
            Feature.CustomerPartNumbers,
            Value(await (await Catalog).Get(Portal, facts.Customer, [facts.PartNumber?.Sku ?? facts.Sku], Cancel)).Select(product => product.CustomerPartNumber is not null));
    }

    [Fact]
    public virtual async Task Image_OfNothing_IsNotFound()
    {
        var image = await (await Catalog).Image(Portal, (await Facts()).NoSku, Cancel);
        if (await SupportedUnlessLacking(Feature.ProductImages, image))
        {
            NotFound(image);
        }
    }

    [Fact]
    public virtual async Task Image_WhereThereIsOne_HasBytesAndAType()
    {
        var pictured = Value(await (await Catalog).Get(Portal, null, (await Facts()).Many, Cancel)).FirstOrDefault(product => product.HasImage);
        await TellsEverywhere(Feature.ProductImages, [pictured is not null]);
        if (pictured is not null)
        {
            var image = Value(await (await Catalog).Image(Portal, pictured.Sku, Cancel));
            image.Content.Length.ShouldBeGreaterThan(0);
            image.ContentType.ShouldStartWith("image/");
        }
    }

    [Fact]
    public virtual async Task ChangedSince_FromTheBeginning_NamesEveryProductOnceOrMore()
    {
        var facts = await Facts();
        var catalog = await Catalog;
        var keys = new HashSet<string>();
        string? cursor = null;
        if (!await SupportedUnlessLacking(Feature.ProductChanges, await catalog.ChangedSince(Portal, null, Cancel)))
        {
            return;
        }

        for (var pages = 0; pages < 200; pages++)
        {
            var changes = Value(await catalog.ChangedSince(Portal, cursor, Cancel));
            keys.UnionWith(changes.Keys);
            cursor = changes.Cursor;
            if (!changes.More)
            {
                break;
            }
        }

        keys.ShouldContain(facts.Sku.Value);
        keys.ShouldContain(facts.OtherSku.Value);
        Value(await catalog.ChangedSince(Portal, cursor, Cancel)).Keys.Count.ShouldBeLessThan(keys.Count, "the next round names what changed since");
    }
}
