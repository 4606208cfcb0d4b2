using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Flows.Map;

namespace PortalIntegration.Sync.Flows;

/// <summary>What the ERP says about a customer, in fields that the company added to its accounts. The key is the customer's number.</summary>
internal abstract class CustomerToAccount(FlowContext context, FlowDefinition definition, IReadOnlyList<FieldRule> rules) : Reconciler(context, definition, rules)
{
    /// <summary>The customers that accounts are linked to.</summary>
    public override async Task<Outcome<Page<string>>> Keys(Scope scope, string? cursor, CancellationToken cancel)
    {
        var page = await Map.Owner<IAccounts>().Search(scope, new AccountQuery(Cursor: cursor, Limit: 200), cancel);
        return page.Select(accounts => new Page<string>([.. accounts.Items.Select(account => account.Customer?.Value).OfType<string>()], accounts.Next, accounts.Total));
    }

    protected override async Task<Outcome<IReadOnlyList<string>>> Resolve(Scope scope, Entity entity, string key, CancellationToken cancel)
    {
        var found = await Map.Owner<IAccounts>().Get(scope, new AccountId(key), cancel);
        return found.Select<IReadOnlyList<string>>(account => account.Customer is { } customer ? [customer.Value] : []);
    }

    /// <param name="owner">What the ERP said.</param>
    /// <param name="link">The account that the ERP links the customer to, where it says so.</param>
    protected async Task<Look> Against(Scope scope, CustomerNumber number, object owner, string? name, AccountId? link, CancellationToken cancel)
    {
        var accounts = Map.Owner<IAccounts>();
        var found = await accounts.Search(scope, new AccountQuery(Limit: 2) { Customer = number }, cancel);
        if (!found.Try(out var page))
        {
            return Look.Failed(found.Failure!);
        }

        if (page.Items is not [var account])
        {
            return Look.Needs(page.Items.Count == 0 ? Obstacle.Unlinked("customer", "account in the CRM") : Obstacle.LinksDisagree, name);
        }

        if (link is { } other && other != account.Id)
        {
            return Look.Needs(Obstacle.LinksDisagree, account.Name);
        }

        if (Missing(account) is { } missing)
        {
            return Look.Needs(missing, account.Name);
        }

        var differences = Differ(owner, account);
        var change = new AccountChange
        {
            CustomFields = differences.Where(difference => difference.IsWritten)
                .ToDictionary(difference => difference.Rule.Target.Field, difference => difference.Wanted, StringComparer.Ordinal),
        };
        return new Look
        {
            Name = account.Name,
            Differences = differences,
            Write = async (_, token) => (await accounts.Update(scope, account.Id, change, account.Version, token)).Select(updated => updated.Id.Value),
        };
    }
}

/// <summary>Payment terms, and what else a company adds about its customers.</summary>
internal sealed class TermsToCrm(FlowContext context, IReadOnlyList<FieldRule> rules) : CustomerToAccount(context, Definition, rules)
{
    public static new FlowDefinition Definition { get; } = new()
    {
        Settings = new FlowSettings { Name = "terms-to-crm", Schedule = "0 20 2 * * ?" },
        What = "The payment terms of a customer go to his account in the CRM.",
        Follows = [Entity.Customers],
        FollowsToo = [Entity.Accounts],
        Owner = Entity.Customers,
        Target = Entity.Accounts,
        Needs = [Feature.AccountUpdates, Feature.PaymentTerms],
        Pairs = [(Entity.Customers, Entity.Accounts)],
        Map = map => map.Carry(Entity.Customers, "PaymentTerms", Entity.Accounts, "paymentTerms", "shorten:40", (FieldType.Text, 40)),
    };

    public override async Task<Look> Compare(Scope scope, string key, CancellationToken cancel)
    {
        var number = new CustomerNumber(key);
        var asked = await Map.Owner<ICustomers>().Get(scope, number, cancel);
        return asked.Try(out var customer) ? await Against(scope, number, customer, customer.Name, customer.Account, cancel)
            : asked.Failure!.Cause == Cause.NotFound ? Look.Nothing("no such customer")
            : Look.Failed(asked.Failure);
    }
}

/// <summary>Limit, balance and hold of a customer, as they move.</summary>
internal sealed class CreditToCrm(FlowContext context, IReadOnlyList<FieldRule> rules) : CustomerToAccount(context, Definition, rules)
{
    public static new FlowDefinition Definition { get; } = new()
    {
        Settings = new FlowSettings { Name = "credit-to-crm", Schedule = "0 30 2 * * ?" },
        What = "The credit of a customer goes to his account in the CRM, whenever an order, an invoice or a payment moves it.",
        Follows = [Entity.Credit],
        FollowsToo = [Entity.Accounts],
        Owner = Entity.Credit,
        Target = Entity.Accounts,
        Needs = [Feature.AccountUpdates],
        Pairs = [(Entity.Credit, Entity.Accounts)],
        Map = map => map
            .Carry(Entity.Credit, "Limit", Entity.Accounts, "creditLimit", own: (FieldType.Amount, null), mayClear: true, note: "Empty: no limit.")
            .Carry(Entity.Credit, "Available", Entity.Accounts, "creditAvailable", own: (FieldType.Amount, null), mayClear: true, note: "As the ERP states it; nothing is added up here.")
            .Carry(Entity.Credit, "Balance", Entity.Accounts, "creditBalance", own: (FieldType.Amount, null))
            .Carry(Entity.Credit, "Currency", Entity.Accounts, "creditCurrency", own: (FieldType.Text, 3))
            .Carry(Entity.Credit, "OnHold", Entity.Accounts, "creditOnHold", own: (FieldType.Flag, null)),
    };

    public override async Task<Look> Compare(Scope scope, string key, CancellationToken cancel)
    {
        var number = new CustomerNumber(key);
        var asked = await Map.Owner<ICredit>().Get(scope, number, cancel);
        return asked.Try(out var credit) ? await Against(scope, number, credit, null, null, cancel)
            : asked.Failure!.Cause == Cause.NotFound ? Look.Nothing("no such customer")
            : Look.Failed(asked.Failure);
    }
}
