using System.Collections.Concurrent;
using PortalIntegration.Core;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Portal.Features.SyncHealth;

/// <summary>
/// What members of staff are called, asked of the CRM for as long as a page is looked at. The store keeps their ids alone: a name belongs to the CRM, changes there, and can be
/// deleted there. Customers' people stay ids: an admin sees no customer's business.
/// </summary>
public sealed class StaffNames(IOwnershipMap map, TimeProvider clock)
{
    /// <summary>A page does not wait longer for a name: the id says who it was.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly Scope Portal = Scope.ForPortal("staff-names", Lane.Interactive);

    private readonly ConcurrentDictionary<string, Task<string?>> _known = new(StringComparer.Ordinal);

    /// <summary>Null for nobody of the staff, and while the CRM does not say it.</summary>
    public Task<string?> Of(string id) => _known.GetOrAdd(id, Ask);

    /// <summary>The id of the one member of staff whom a name or a part of it means; the text itself where it means none, or several.</summary>
    public async Task<string> IdOf(string text)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        try
        {
            var found = map.OwnerOf(Entity.Contacts) is null ? null : await map.Owner<IContacts>().Search(Portal, new PersonQuery(text, Staff: true, Limit: 2), patience.Token);
            return found is not null && found.Try(out var page) && page.Items is [var only] ? only.Id.Value : text;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return text;
        }
    }

    private async Task<string?> Ask(string id)
    {
        if (map.OwnerOf(Entity.Contacts) is null)
        {
            return null;
        }

        using var patience = new CancellationTokenSource(Patience, clock);
        try
        {
            var found = await map.Owner<IContacts>().Get(Portal, new PersonId(id), patience.Token);
            return found.Try(out var person) && person.IsStaff ? person.Name : null;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return null;
        }
    }
}
