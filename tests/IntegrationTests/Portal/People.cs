using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>One customer's things, for somebody else to reach for.</summary>
/// <param name="Return">Null where this customer never sent anything back.</param>
internal sealed record Belongings(
    AccountId Account, CustomerNumber Customer, PersonId Contact, PersonId Owner, OrderNumber Order, string? PoNumber, string Invoice, string? Return, string? Opportunity, string Name)
{
    /// <summary>Id of an address that nobody else has under this id.</summary>
    public required string Address { get; init; }

    /// <summary>Of a parcel of this customer's.</summary>
    public required string Tracking { get; init; }

    /// <summary>Null where nothing is kept for this customer.</summary>
    public string? Quotation { get; init; }
}

/// <summary>Who plays which part on the sandbox's seed: one person a role, all but the foreign customer's own on one side.</summary>
internal sealed record People
{
    private static readonly Scope Everything = Scope.ForPortal("test", Lane.Interactive);

    public required IReadOnlyDictionary<Role, PersonId> ByRole { get; init; }

    /// <summary>Of the buyer.</summary>
    public required Belongings Own { get; init; }

    /// <summary>Nobody in <see cref="ByRole"/> may see them.</summary>
    public required Belongings Foreign { get; init; }

    /// <summary>A product with a picture.</summary>
    public required Sku Picture { get; init; }

    public PersonId Buyer => ByRole[Role.Buyer];

    public static async Task<People> Of(PortalFixture portal)
    {
        var contacts = portal.Map.Owner<IContacts>();
        var people = await All(cursor => contacts.Search(Everything, new PersonQuery(Cursor: cursor, Limit: 200)));
        var staff = await All(cursor => contacts.Search(Everything, new PersonQuery(Staff: true, Cursor: cursor, Limit: 200)));
        var accounts = await All(cursor => portal.Map.Owner<IAccounts>().Search(Everything, new AccountQuery(Cursor: cursor, Limit: 200)));

        List<Belongings> customers = [];
        foreach (var account in accounts.Where(account => account is { Customer: not null, Owner: not null }))
        {
            var buyer = people.FirstOrDefault(person => person is { Role: Role.Buyer, Accounts.Count: 1 } && person.Accounts[0] == account.Id);
            if (buyer is not null && customers.Count < 12 && await Look(portal, account, buyer.Id) is { } found)
            {
                customers.Add(found);
            }
        }

        // Returns are rarer than the rest: one who has some is the better victim.
        var foreign = customers.OrderByDescending(customer => customer.Quotation is not null).ThenByDescending(customer => customer.Return is not null).ThenByDescending(customer => customer.Opportunity is not null).First();
        var own = customers.First(customer => customer.Owner != foreign.Owner && customer.Account != foreign.Account);
        var products = (await portal.Map.Owner<ICatalog>().Search(Everything, new CatalogQuery("", Limit: 100))).Value.Items;
        return new People
        {
            Own = own,
            Foreign = foreign,
            Picture = products.First(product => product.HasImage).Sku,
            ByRole = new Dictionary<Role, PersonId>
            {
                [Role.Viewer] = Contact(Role.Viewer),
                [Role.Buyer] = own.Contact,
                [Role.Approver] = Contact(Role.Approver),
                [Role.Rep] = own.Owner,
                [Role.Admin] = staff.First(person => person.Role == Role.Admin).Id,
            },
        };

        PersonId Contact(Role role) => people.First(person => person.Role == role && person.Accounts.Count > 0 && !person.Accounts.Contains(foreign.Account)).Id;
    }

    private static async Task<Belongings?> Look(PortalFixture portal, Account account, PersonId contact)
    {
        var customer = account.Customer!.Value;
        var orders = (await portal.Map.Owner<IOrders>().Search(Everything, new OrderQuery { Customer = customer, Limit = 50 })).Value.Items;
        var invoices = (await portal.Map.Owner<IInvoices>().List(Everything, customer)).Value.Items;
        var returns = (await portal.Map.Owner<IReturns>().List(Everything, customer)).Value.Items;
        var quotations = (await portal.Map.Owner<IQuotations>().List(Everything, new QuotationQuery { Customer = customer })).Value.Items;
        var opportunities = (await portal.Map.Owner<IOpportunities>().List(Everything, account.Id)).Value.Items;
        string? tracking = null;
        foreach (var sent in orders.Where(order => order.Status is OrderStatus.Shipped or OrderStatus.Invoiced))
        {
            tracking ??= (await portal.Map.Owner<IOrders>().Get(Everything, sent.Number)).Value.Shipments.Select(shipment => shipment.TrackingNumber).FirstOrDefault(number => number is not null);
        }

        return orders.Count > 0 && invoices.Count > 0 && tracking is not null
            ? new(account.Id, customer, contact, account.Owner!.Value, orders[0].Number, orders.FirstOrDefault(order => order.PoNumber is not null)?.PoNumber,
                invoices[0].Number, returns is [var first, ..] ? first.Number : null, opportunities is [var won, ..] ? won.Id : null, account.Name)
            {
                Address = account.Addresses[0].Id,
                Tracking = tracking,
                Quotation = quotations is [var kept, ..] ? kept.Number.Value : null,
            }
            : null;
    }

    private static async Task<List<T>> All<T>(Func<string?, Task<Core.Outcomes.Outcome<Page<T>>>> ask)
    {
        List<T> all = [];
        string? cursor = null;
        do
        {
            var page = (await ask(cursor)).Value;
            all.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);
        return all;
    }
}
