using System.Text.RegularExpressions;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Odoo.Crm;

/// <summary>The names that a company gave to what the portal needs of its CRM: see <c>docs/odoo.md</c>.</summary>
internal sealed partial class CrmOptions(SystemSettings settings)
{
    private const string CustomerFieldKey = "CustomerField";
    private const string CustomFieldsKey = "CustomFields";
    private const string RoleFieldKey = "RoleField";
    private const string OrderLimitFieldKey = "OrderLimitField";
    private const string AccountsFieldKey = "AccountsField";
    private const string RepGroupKey = "RepGroup";
    private const string AdminGroupKey = "AdminGroup";
    private const string OrderFieldKey = "OrderField";

    /// <summary>A key with its default; an empty value turns off what may be done without.</summary>
    private static readonly Dictionary<string, string> Defaults = new(StringComparer.OrdinalIgnoreCase)
    {
        [CustomerFieldKey] = "ref",
        [CustomFieldsKey] = "",
        [RoleFieldKey] = "x_portal_role",
        [OrderLimitFieldKey] = "x_portal_order_limit",
        [AccountsFieldKey] = "",
        [RepGroupKey] = "sales_team.group_sale_salesman",
        [AdminGroupKey] = "base.group_system",
        [OrderFieldKey] = "",
    };

    private static readonly string[] Needed = [CustomerFieldKey, RoleFieldKey, RepGroupKey, AdminGroupKey];

    public static IReadOnlyList<string> Keys { get; } = [.. Defaults.Keys];

    /// <summary>Of a company: the customer's number in the ERP.</summary>
    public string CustomerField => Value(CustomerFieldKey);

    /// <summary>Of a company: shown as they are.</summary>
    public IReadOnlyList<string> CustomFields => Value(CustomFieldsKey).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Of a contact: <c>viewer</c>, <c>buyer</c> or <c>approver</c>.</summary>
    public string RoleField => Value(RoleFieldKey);

    /// <summary>Of a contact: an amount in the company's currency; null where there is no such field.</summary>
    public string? OrderLimitField => Optional(OrderLimitFieldKey);

    /// <summary>Of a contact: the companies that he acts for beside his own; null where there is no such field.</summary>
    public string? AccountsField => Optional(AccountsFieldKey);

    /// <summary>The users who are sales representatives.</summary>
    public string RepGroup => Value(RepGroupKey);

    public string AdminGroup => Value(AdminGroupKey);

    /// <summary>Of an opportunity: the order's number in the ERP; null where there is no such field.</summary>
    public string? OrderField => Optional(OrderFieldKey);

    public static IEnumerable<string> Mistakes(SystemSettings settings)
    {
        var options = new CrmOptions(settings);
        foreach (var key in Needed.Where(key => options.Value(key).Length == 0))
        {
            yield return $"Systems:{settings.Name}:Options:{key} must not be empty.";
        }

        foreach (var (key, name) in Defaults.Keys.Where(key => key.EndsWith("Field", StringComparison.Ordinal)).Select(key => (key, options.Value(key)))
            .Concat(options.CustomFields.Select(name => (CustomFieldsKey, name))))
        {
            if (name.Length > 0 && !FieldName.IsMatch(name))
            {
                yield return $"Systems:{settings.Name}:Options:{key}: '{name}' is no name of a field, such as x_customer.";
            }
        }

        foreach (var key in new[] { RepGroupKey, AdminGroupKey }.Where(key => options.Value(key).Length > 0 && !GroupName.IsMatch(options.Value(key))))
        {
            yield return $"Systems:{settings.Name}:Options:{key}: '{options.Value(key)}' is no external id of a group, such as base.group_system.";
        }

        foreach (var name in options.CustomFields.Intersect(OdooAccounts.OwnFields, StringComparer.Ordinal))
        {
            yield return $"Systems:{settings.Name}:Options:{CustomFieldsKey}: '{name}' is shown already.";
        }
    }

    private string Value(string key) => (settings.Options.TryGetValue(key, out var value) ? value : Defaults[key]).Trim();

    private string? Optional(string key) => Value(key) is { Length: > 0 } value ? value : null;

    [GeneratedRegex("^[a-z_][a-z0-9_]*$")]
    private static partial Regex FieldName { get; }

    [GeneratedRegex(@"^\w+\.\w+$")]
    private static partial Regex GroupName { get; }
}
