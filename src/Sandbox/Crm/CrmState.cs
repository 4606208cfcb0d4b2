using PortalIntegration.Sandbox.Storage;

namespace PortalIntegration.Sandbox.Crm;

/// <summary>Everything the CRM holds, behind one lock.</summary>
internal sealed class CrmState(TimeProvider clock, Action<string, string, string>? publish = null)
{
    public Lock Gate { get; } = new();

    public Table<Account> Accounts { get; } = new();

    public Table<Contact> Contacts { get; } = new();

    public Table<User> Users { get; } = new();

    public Table<Opportunity> Opportunities { get; } = new();

    public Table<CrmProduct> Products { get; } = new();

    /// <summary>By account, then by the caller's key.</summary>
    public Dictionary<string, Dictionary<string, TimelineEntry>> Timeline { get; } = new(StringComparer.Ordinal);

    public CustomFields CustomFields { get; private set; } = new();

    public bool Publishing { get; set; }

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Empties everything, to be filled anew.</summary>
    public void Clear()
    {
        Accounts.Clear();
        Contacts.Clear();
        Users.Clear();
        Opportunities.Clear();
        Products.Clear();
        Timeline.Clear();
        CustomFields = new CustomFields();
    }

    public void Publish(string type, string entity, string key)
    {
        if (Publishing)
        {
            publish?.Invoke(type, entity, key);
        }
    }
}
