using System.Text.Json;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Crm;

/// <summary>Accounts and custom fields on the wire.</summary>
internal sealed class AccountOperations(CrmState state)
{
    public IEnumerable<Operation> All =>
    [
        Operation.Get("listAccounts", "/accounts", List),
        Operation.Get("getAccount", "/accounts/{id}", Show),
        Operation.Patch("updateAccount", "/accounts/{id}", Update),
        Operation.Get("listCustomFields", "/custom-fields", ListCustomFields),
    ];

    private Answer List(Call call)
    {
        var owner = call.Text("ownerId");
        var customer = call.Text("erpCustomerNumber");
        var words = (call.Text("q") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        lock (state.Gate)
        {
            bool Mentions(Account a, string word) =>
                a.Name.Contains(word, StringComparison.OrdinalIgnoreCase)
                || a.Id == word
                || a.ErpCustomerNumber?.Contains(word, StringComparison.OrdinalIgnoreCase) == true
                || a.Addresses.Any(x => x.City.Contains(word, StringComparison.OrdinalIgnoreCase));
            var since = call.ChangedSince;
            var slice = state.Accounts.List(since, call.CursorText, call.Limit, a =>
                (owner is null || a.Owner?.Id == owner)
                && (customer is null || a.ErpCustomerNumber == customer)
                && words.All(w => Mentions(a, w)),
                all => all.OrderBy(a => a.Name, StringComparer.OrdinalIgnoreCase).ThenBy(a => a.Id, StringComparer.Ordinal));
            return Answer.Ok(new ListPage<Account>(slice.Items.Select(Body).ToList(), state.Accounts.DeletedSince(since), slice.NextCursor, state.Now, null));
        }
    }

    private Answer Show(Call call)
    {
        lock (state.Gate)
        {
            var account = Find(call);
            return call.Versioned(Body(account), account.Version);
        }
    }

    private Answer Update(Call call)
    {
        var change = call.Read<AccountChange>();
        using var document = JsonDocument.Parse(call.Body);
        var sent = document.RootElement.EnumerateObject().Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        lock (state.Gate)
        {
            var account = Find(call);
            call.CheckIfMatch(account.Version, required: true);
            if (sent.Count == 0 || (sent.Contains("name") && string.IsNullOrEmpty(change.Name)))
            {
                throw Refusal.BadRequest("nothing to change, or an empty name");
            }

            if (change.ErpCustomerNumber is { } number && state.Accounts.All.FirstOrDefault(a => a.Id != account.Id && a.ErpCustomerNumber == number) is { } other)
            {
                throw Refusal.Unprocessable("link_exists", $"Account {other.Id} is linked to this customer.");
            }

            var changed = account with
            {
                Name = change.Name ?? account.Name,
                ErpCustomerNumber = sent.Contains("erpCustomerNumber") ? change.ErpCustomerNumber : account.ErpCustomerNumber,
                Email = sent.Contains("email") ? change.Email : account.Email,
                Phone = sent.Contains("phone") ? change.Phone : account.Phone,
                Website = sent.Contains("website") ? change.Website : account.Website,
                Industry = sent.Contains("industry") ? change.Industry : account.Industry,
                CustomFields = change.CustomFields is null
                    ? account.CustomFields
                    : state.CustomFields.Apply(CustomFieldEntity.Account, account.CustomFields, change.CustomFields),
                Version = account.Version + 1,
                UpdatedAt = state.Now,
            };
            state.Accounts.Put(changed);
            state.Publish("account.changed", "account", changed.Id);
            return Answer.Ok(Body(changed)).WithVersion(changed.Version);
        }
    }

    private Answer ListCustomFields(Call call)
    {
        var entity = call.Enums<CustomFieldEntity>("entity");
        lock (state.Gate)
        {
            return Answer.Ok(new { Items = state.CustomFields.Of(entity.Count == 0 ? null : entity[0]) });
        }
    }

    private Account Body(Account account) =>
        account with { CustomFields = state.CustomFields.Complete(CustomFieldEntity.Account, account.CustomFields) };

    private Account Find(Call call) =>
        state.Accounts.Find(call.Route("id")) ?? throw Refusal.NotFound($"There is no account {call.Route("id")}.");

    private sealed record AccountChange
    {
        public string? Name { get; init; }

        public string? ErpCustomerNumber { get; init; }

        public string? Email { get; init; }

        public string? Phone { get; init; }

        public string? Website { get; init; }

        public string? Industry { get; init; }

        public Dictionary<string, JsonElement?>? CustomFields { get; init; }
    }
}
