using System.Text.Json;
using PortalIntegration.Sandbox.Crm;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Control;

/// <summary>Does what people in sales do: edits the CRM's records, without versions and without the contract's limits.</summary>
internal sealed class CrmControl(CrmState state)
{
    public IEnumerable<Operation> All =>
    [
        Operation.Put("editAccount", "/crm/accounts/{id}", EditAccount),
        Operation.Delete("deleteAccount", "/crm/accounts/{id}", DeleteAccount),
        Operation.Put("editContact", "/crm/contacts/{id}", EditContact),
        Operation.Delete("deleteContact", "/crm/contacts/{id}", DeleteContact),
        Operation.Put("editOpportunity", "/crm/opportunities/{id}", EditOpportunity),
        Operation.Put("putCustomField", "/crm/custom-fields", PutCustomField),
        Operation.Delete("removeCustomField", "/crm/custom-fields/{entity}/{name}", RemoveCustomField),
        Operation.Get("findTimeline", "/crm/timeline", FindTimeline),
    ];

    private Answer EditAccount(Call call)
    {
        var edit = call.Read<AccountEdit>();
        lock (state.Gate)
        {
            var a = state.Accounts.Find(call.Route("id")) ?? throw Refusal.NotFound("There is no such account.");
            var owner = edit.OwnerId is { } id ? state.Users.Find(id) ?? throw Refusal.NotFound("There is no such user.") : null;
            var edited = a with
            {
                Name = edit.Name ?? a.Name,
                Phone = edit.Phone ?? a.Phone,
                Email = edit.Email ?? a.Email,
                ErpCustomerNumber = edit.Unlink ? null : edit.ErpCustomerNumber ?? a.ErpCustomerNumber,
                Owner = owner is null ? a.Owner : new Owner(owner.Id, owner.Name, owner.Email),
                Addresses = edit.Addresses ?? a.Addresses,
                CustomFields = edit.CustomFields ?? a.CustomFields,
                Version = a.Version + 1,
                UpdatedAt = state.Now,
            };
            state.Accounts.Put(edited);
            state.Publish("account.changed", "account", a.Id);
            return Answer.Ok(edited);
        }
    }

    private Answer DeleteAccount(Call call)
    {
        lock (state.Gate)
        {
            if (!state.Accounts.Delete(call.Route("id"), state.Now))
            {
                throw Refusal.NotFound("There is no such account.");
            }

            state.Publish("account.deleted", "account", call.Route("id"));
            return Answer.NoContent();
        }
    }

    private Answer EditContact(Call call)
    {
        var edit = call.Read<ContactEdit>();
        lock (state.Gate)
        {
            var c = state.Contacts.Find(call.Route("id")) ?? throw Refusal.NotFound("There is no such contact.");
            var edited = c with
            {
                Name = edit.Name ?? c.Name,
                Email = edit.Email ?? c.Email,
                AccountIds = edit.AccountIds ?? c.AccountIds,
                Portal = new Crm.Portal(edit.Role ?? c.Portal.Role, edit.NoLimit ? null : edit.OrderLimit ?? c.Portal.OrderLimit),
                Version = c.Version + 1,
                UpdatedAt = state.Now,
            };
            state.Contacts.Put(edited);
            state.Publish("contact.changed", "contact", c.Id);
            return Answer.Ok(edited);
        }
    }

    private Answer DeleteContact(Call call)
    {
        lock (state.Gate)
        {
            if (!state.Contacts.Delete(call.Route("id"), state.Now))
            {
                throw Refusal.NotFound("There is no such contact.");
            }

            state.Publish("contact.deleted", "contact", call.Route("id"));
            return Answer.NoContent();
        }
    }

    private Answer EditOpportunity(Call call)
    {
        var edit = call.Read<OpportunityEdit>();
        lock (state.Gate)
        {
            var o = state.Opportunities.Find(call.Route("id")) ?? throw Refusal.NotFound("There is no such opportunity.");
            var edited = o with
            {
                Name = edit.Name ?? o.Name,
                Stage = edit.Stage ?? o.Stage,
                PoNumber = edit.PoNumber ?? o.PoNumber,
                Lines = edit.Lines ?? o.Lines,
                Version = o.Version + 1,
                UpdatedAt = state.Now,
            };
            state.Opportunities.Put(edited);
            state.Publish("opportunity.changed", "opportunity", o.Id);
            return Answer.Ok(edited);
        }
    }

    private Answer PutCustomField(Call call)
    {
        var field = call.Read<CustomField>();
        lock (state.Gate)
        {
            state.CustomFields.Put(field);
            return Answer.Ok(field);
        }
    }

    private Answer RemoveCustomField(Call call)
    {
        lock (state.Gate)
        {
            return Enum.TryParse<CustomFieldEntity>(call.Route("entity"), ignoreCase: true, out var entity) && state.CustomFields.Remove(entity, call.Route("name"))
                ? Answer.NoContent()
                : throw Refusal.NotFound("There is no such field.");
        }
    }

    private Answer FindTimeline(Call call)
    {
        lock (state.Gate)
        {
            var order = call.Text("orderNumber");
            var found = state.Timeline.Values.SelectMany(t => t.Values).Where(e => order is null || e.OrderNumber == order).ToList();
            return Answer.Ok(new { found.Count, Items = found.TakeLast(call.Limit) });
        }
    }

    private sealed record AccountEdit
    {
        public string? Name { get; init; }

        public string? Phone { get; init; }

        public string? Email { get; init; }

        public string? ErpCustomerNumber { get; init; }

        public bool Unlink { get; init; }

        public string? OwnerId { get; init; }

        public IReadOnlyList<AccountAddress>? Addresses { get; init; }

        public Dictionary<string, JsonElement?>? CustomFields { get; init; }
    }

    private sealed record ContactEdit
    {
        public string? Name { get; init; }

        public string? Email { get; init; }

        public IReadOnlyList<string>? AccountIds { get; init; }

        public PortalRole? Role { get; init; }

        public OrderLimit? OrderLimit { get; init; }

        public bool NoLimit { get; init; }
    }

    private sealed record OpportunityEdit
    {
        public string? Name { get; init; }

        public Stage? Stage { get; init; }

        public string? PoNumber { get; init; }

        public IReadOnlyList<OpportunityLine>? Lines { get; init; }
    }
}
