using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Flows.Map;

namespace PortalIntegration.Sync.Flows;

/// <summary>Name and addresses of a company: the CRM owns them, the ERP follows. The key is the account's id.</summary>
internal sealed class AccountToErp(FlowContext context, IReadOnlyList<FieldRule> rules) : Reconciler(context, Definition, rules)
{
    private const string LinkedOnly = "Address by address, over the link that the CRM's address holds. What is not linked is left; an address is never matched by its words.";

    private const string NotLinked = "An address that is new in the CRM is shown as a difference and not carried: no ERP of these takes a reference with an address, so that "
        + "one created twice could not be told from two. Create it in the ERP and link it in the CRM; from then on it follows.";

    public static new FlowDefinition Definition { get; } = new()
    {
        Settings = new FlowSettings { Name = "account-to-erp", Schedule = "0 10 2 * * ?" },
        What = "Name and addresses of an account go to its customer in the ERP; an edit on the ERP's side is set back.",
        Follows = [Entity.Accounts],
        FollowsToo = [Entity.Customers],
        Owner = Entity.Accounts,
        Target = Entity.Customers,
        Needs = [Feature.CustomerUpdates],
        Pairs = [(Entity.Accounts, Entity.Customers)],
        Map = map => map
            .Carry(Entity.Accounts, "Name", Entity.Customers, "Name")
            .Add(Addresses("BillTos", AddressKind.Billing, customer => customer.BillTos))
            .Add(Addresses("ShipTos", AddressKind.Shipping, customer => customer.ShipTos))
            .Add(new FieldRule("account-to-erp", new FieldSide(Entity.Accounts, "Addresses (not linked)", FieldType.Text), new FieldSide(Entity.Customers, "BillTos, ShipTos", FieldType.Text))
            {
                Personal = true,
                OnlyTold = true,
                Note = NotLinked,
                Wanted = (owner, _) => Text(((Account)owner).Addresses.Where(address => address.ErpAddress is null)),
                Standing = _ => null,
            }),
    };

    public override async Task<Outcome<Page<string>>> Keys(Scope scope, string? cursor, CancellationToken cancel)
    {
        var page = await Map.Owner<IAccounts>().Search(scope, new AccountQuery(Cursor: cursor, Limit: 200), cancel);
        return page.Select(accounts => new Page<string>([.. accounts.Items.Select(account => account.Id.Value)], accounts.Next, accounts.Total));
    }

    public override async Task<Look> Compare(Scope scope, string key, CancellationToken cancel)
    {
        var asked = await Map.Owner<IAccounts>().Get(scope, new AccountId(key), cancel);
        if (!asked.Try(out var account))
        {
            return asked.Failure!.Cause == Cause.NotFound ? Look.Nothing("no such account") : Look.Failed(asked.Failure);
        }

        if (account.Customer is not { } number)
        {
            return Look.Needs(Obstacle.Unlinked("account", "customer in the ERP"), account.Name);
        }

        var customers = Map.Owner<ICustomers>();
        var found = await customers.Get(scope, number, cancel);
        if (!found.Try(out var customer))
        {
            return found.Failure!.Cause == Cause.NotFound
                ? Look.Needs(new Obstacle("linkBroken", "This account names a customer that the ERP does not have. Mend the account's customer number."), account.Name)
                : Look.Failed(found.Failure);
        }

        if (customer.Account is { } other && other != account.Id)
        {
            return Look.Needs(Obstacle.LinksDisagree, account.Name);
        }

        var differences = Differ(account, customer);
        return new Look
        {
            Name = account.Name,
            Differences = differences,
            Write = async (_, token) => (await customers.Update(scope, number, Change(differences, account, customer), customer.Version, token)).Select(updated => updated.Number.Value),
        };
    }

    protected override async Task<Outcome<IReadOnlyList<string>>> Resolve(Scope scope, Entity entity, string key, CancellationToken cancel)
    {
        var found = await Map.Owner<IAccounts>().Search(scope, new AccountQuery(Limit: 2) { Customer = new CustomerNumber(key) }, cancel);
        return found.Select<IReadOnlyList<string>>(page => [.. page.Items.Select(account => account.Id.Value)]);
    }

    private static CustomerChange Change(IReadOnlyList<Difference> differences, Account account, Customer customer)
    {
        var change = new CustomerChange();
        foreach (var difference in differences.Where(difference => difference is { IsWritten: true, Wanted: not null }))
        {
            var text = difference.Wanted!.Text;
            change = difference.Rule.Target.Field switch
            {
                "Name" => change with { Name = text },
                "Email" => change with { Email = text },
                "Phone" => change with { Phone = text },
                "TaxNumber" => change with { TaxNumber = text },
                "BillTos" => change with { BillTos = Followed(account, AddressKind.Billing, customer.BillTos) },
                "ShipTos" => change with { ShipTos = Followed(account, AddressKind.Shipping, customer.ShipTos) },
                var other => throw new InvalidOperationException($"No rule writes {other}."),
            };
        }

        return change;
    }

    private static FieldRule Addresses(string field, AddressKind kind, Func<Customer, IReadOnlyList<ErpAddress>> of) =>
        new(Definition.Name, new FieldSide(Entity.Accounts, $"Addresses ({kind})", FieldType.Text), new FieldSide(Entity.Customers, field, FieldType.Text))
        {
            Personal = true,
            Note = LinkedOnly,
            Wanted = (owner, target) => Text(Followed((Account)owner, kind, of((Customer)target))),
            Standing = target => Text(of((Customer)target)),
        };

    /// <summary>The ERP's addresses, as those of the CRM that are linked to them say.</summary>
    private static List<ErpAddress> Followed(Account account, AddressKind kind, IReadOnlyList<ErpAddress> standing) =>
    [
        .. standing.Select(address => account.Addresses.FirstOrDefault(own => own.Kind == kind && own.ErpAddress is { } link && link == address.Id) is { } own
            ? address with
            {
                Name = own.Name is { Length: > 0 } name ? name : address.Name,
                Lines = own.Lines.Count > 0 ? own.Lines : address.Lines,
                PostalCode = own.PostalCode ?? address.PostalCode,
                City = own.City is { Length: > 0 } city ? city : address.City,
                Region = own.Region ?? address.Region,
                Country = own.Country is { Length: > 0 } country ? country : address.Country,
            }
            : address),
    ];

    private static FieldValue? Text(IEnumerable<AccountAddress> addresses) => FieldValue.Of(string.Join(" | ", addresses.Select(address =>
        $"{address.Id}: {string.Join("; ", new[] { address.Name }.Concat(address.Lines).Concat([address.PostalCode, address.City, address.Region, address.Country]).Where(part => !string.IsNullOrEmpty(part)))}")));

    private static FieldValue? Text(IEnumerable<ErpAddress> addresses) => FieldValue.Of(string.Join(" | ", addresses.Select(address =>
        $"{address.Id}: {string.Join("; ", new[] { address.Name }.Concat(address.Lines).Concat([address.PostalCode, address.City, address.Region, address.Country]).Where(part => !string.IsNullOrEmpty(part)))}")));
}
