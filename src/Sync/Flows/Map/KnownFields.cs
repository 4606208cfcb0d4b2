using System.Collections.Frozen;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.SalesProducts;

namespace PortalIntegration.Sync.Flows.Map;

/// <summary>A field that every system of an entity has.</summary>
/// <param name="CanBeWritten">By a flow, in the system that follows.</param>
internal sealed record KnownField(string Name, FieldType Type, int? Length, Func<object, FieldValue?> Read, bool CanBeWritten = false, bool Personal = false);

/// <summary>What a field map may name.</summary>
internal static class KnownFields
{
    private static readonly FrozenDictionary<Entity, IReadOnlyList<KnownField>> All = new Dictionary<Entity, IReadOnlyList<KnownField>>
    {
        [Entity.Accounts] =
        [
            Of<Account>("Name", FieldType.Text, 120, account => FieldValue.Of(account.Name)),
            Of<Account>("Email", FieldType.Text, null, account => FieldValue.Of(account.Email), personal: true),
            Of<Account>("Phone", FieldType.Text, null, account => FieldValue.Of(account.Phone), personal: true),
            Of<Account>("OwnerName", FieldType.Text, null, account => FieldValue.Of(account.OwnerName), personal: true),
        ],
        [Entity.Customers] =
        [
            Of<Customer>("Name", FieldType.Text, 120, customer => FieldValue.Of(customer.Name), write: true),
            Of<Customer>("Email", FieldType.Text, null, customer => FieldValue.Of(customer.Email), write: true, personal: true),
            Of<Customer>("Phone", FieldType.Text, null, customer => FieldValue.Of(customer.Phone), write: true, personal: true),
            Of<Customer>("TaxNumber", FieldType.Text, null, customer => FieldValue.Of(customer.TaxNumber), write: true),
            Of<Customer>("Currency", FieldType.Text, 3, customer => FieldValue.Of(customer.Currency)),
            Of<Customer>("PaymentTerms", FieldType.Text, null, customer => FieldValue.Of(customer.PaymentTerms)),
        ],
        [Entity.Credit] =
        [
            Of<CreditStanding>("Limit", FieldType.Amount, null, credit => FieldValue.Of(credit.Limit)),
            Of<CreditStanding>("Available", FieldType.Amount, null, credit => FieldValue.Of(credit.Available)),
            Of<CreditStanding>("Balance", FieldType.Amount, null, credit => FieldValue.Of(credit.Balance)),
            Of<CreditStanding>("OpenOrders", FieldType.Amount, null, credit => FieldValue.Of(credit.OpenOrders)),
            Of<CreditStanding>("Currency", FieldType.Text, 3, credit => FieldValue.Of(credit.Balance.Currency)),
            Of<CreditStanding>("OnHold", FieldType.Flag, null, credit => FieldValue.Of(credit.OnHold)),
            Of<CreditStanding>("HoldReason", FieldType.Text, null, credit => FieldValue.Of(credit.HoldReason)),
        ],
        [Entity.Orders] =
        [
            Of<OrderSummary>("Number", FieldType.Text, 32, order => FieldValue.Of(order.Number.Value)),
            Of<OrderSummary>("Status", FieldType.Text, 32, order => FieldValue.Of(order.Status.ToString())),
            Of<OrderSummary>("OrderedOn", FieldType.Date, null, order => FieldValue.Of(DateOnly.FromDateTime(order.OrderedAt.UtcDateTime))),
            Of<OrderSummary>("Total", FieldType.Amount, null, order => FieldValue.Of(order.Total)),
            Of<OrderSummary>("PoNumber", FieldType.Text, 35, order => FieldValue.Of(order.PoNumber)),
        ],
        [Entity.Catalogue] =
        [
            Of<Product>("Name", FieldType.Text, null, product => FieldValue.Of(product.Name)),
            Of<Product>("Description", FieldType.Text, null, product => FieldValue.Of(product.Description)),
            Of<Product>("CategoryName", FieldType.Text, null, product => FieldValue.Of(product.CategoryName ?? product.CategoryCode)),
            Of<Product>("Orderable", FieldType.Flag, null, product => FieldValue.Of(!product.Discontinued)),
        ],
        [Entity.Inventory] =
        [
            Of<Availability>("AvailableToPromise", FieldType.Number, null, stock => FieldValue.Of(stock.AvailableToPromise)),
            Of<Availability>("Unit", FieldType.Text, null, stock => FieldValue.Of(stock.Unit)),
        ],
        [Entity.SalesProducts] =
        [
            Of<SalesProduct>("Name", FieldType.Text, 255, product => FieldValue.Of(product.Name), write: true),
            Of<SalesProduct>("Description", FieldType.Text, 4_000, product => FieldValue.Of(product.Description), write: true),
            Of<SalesProduct>("Category", FieldType.Text, 120, product => FieldValue.Of(product.Category), write: true),
            Of<SalesProduct>("Unit", FieldType.Text, 8, product => FieldValue.Of(product.Unit), write: true),
            Of<SalesProduct>("IsActive", FieldType.Flag, null, product => FieldValue.Of(product.IsActive), write: true),
            Of<SalesProduct>("Available", FieldType.Number, null, product => FieldValue.Of(product.Available), write: true),
        ],
    }.ToFrozenDictionary();

    public static IReadOnlyList<KnownField> In(Entity entity) => All.GetValueOrDefault(entity, []);

    public static KnownField? Find(Entity entity, string name) => In(entity).FirstOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The companies' own fields are of accounts alone.</summary>
    public static bool HasOwnFields(Entity entity) => entity is Entity.Accounts;

    /// <summary>A field that a company added to its accounts.</summary>
    public static FieldValue? Added(Account account, string name, FieldType type) =>
        FieldValue.Read(account.CustomFields.FirstOrDefault(field => field.Key == name).Value, type);

    public static bool IsThere(Account account, string name) => account.EmptyFields.Contains(name) || account.CustomFields.Any(field => field.Key == name);

    private static KnownField Of<T>(string name, FieldType type, int? length, Func<T, FieldValue?> read, bool write = false, bool personal = false) =>
        new(name, type, length, record => read((T)record), write, personal);
}
