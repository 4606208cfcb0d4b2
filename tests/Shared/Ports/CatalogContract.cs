using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Outcomes;

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
        var code = Value(await catalog.Get(Portal, null, [facts.Sku], Cancel))[0].CategoryCode!;

        var found = Value(await catalog.Search(Portal, new CatalogQuery("", Category: code, Limit: 50), Cancel));

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
    public virtual async Task Categories_Parents_AreThereAndNoneIsItsOwnAncestor()
    {
        var categories = Value(await (await Catalog).Categories(Portal, Cancel)).ToDictionary(category => category.Code);

        categories.ShouldNotBeEmpty();
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

        var his = Value(await catalog.Resolve(Portal, facts.Customer, [typed, facts.PartNumber.Code, "means nothing"], Cancel));
        var others = Value(await catalog.Resolve(Portal, facts.OtherCustomer, [facts.PartNumber.Code], Cancel));

        his.Select(entry => (entry.Code, entry.Product.Sku)).ShouldBe([(typed, facts.Sku), (facts.PartNumber.Code, facts.PartNumber.Sku)], ignoreOrder: true);
        others.ShouldNotContain(entry => entry.Product.CustomerPartNumber == facts.PartNumber.Code, "the number is another customer's");
    }

    [Fact]
    public virtual async Task Image_OfNothing_IsNotFound()
    {
        var facts = await Facts();
        NotFound(await (await Catalog).Image(Portal, facts.NoSku, Cancel));
    }

    [Fact]
    public virtual async Task Image_WhereThereIsOne_HasBytesAndAType()
    {
        var facts = await Facts();
        var catalog = await Catalog;
        var product = Value(await catalog.Get(Portal, null, [facts.Sku], Cancel))[0];

        var image = await catalog.Image(Portal, facts.Sku, Cancel);

        if (product.HasImage)
        {
            Value(image).Content.Length.ShouldBeGreaterThan(0);
            image.Value.ContentType.ShouldStartWith("image/");
        }
        else
        {
            NotFound(image);
        }
    }

    [Fact]
    public virtual async Task ChangedSince_FromTheBeginning_NamesEveryProductOnceOrMore()
    {
        var facts = await Facts();
        var catalog = await Catalog;
        var keys = new HashSet<string>();
        string? cursor = null;
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
