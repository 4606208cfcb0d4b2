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
        Operation.Put("putAddress", "/accounts/{id}/addresses/{addressId}", PutAddress),
        Operation.Delete("removeAddress", "/accounts/{id}/addresses/{addressId}", RemoveAddress),
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

    private Answer PutAddress(Call call)
    {
        var input = call.Read<AddressInput>();
        var id = call.Route("addressId");
        if (id.Length > 64 || !id.All(sign => char.IsAsciiLetterOrDigit(sign) || sign == '-'))
        {
            throw Refusal.BadRequest("addressId has 1 to 64 letters, digits and hyphens");
        }

        if (input.Name.Length is 0 or > 120 || input.Line1.Length is 0 or > 120 || input.Line2?.Length > 120 || input.PostalCode?.Length > 16
            || input.City.Length is 0 or > 80 || input.Region?.Length > 80 || input.Country is not [>= 'A' and <= 'Z', >= 'A' and <= 'Z'])
        {
            throw Refusal.BadRequest("a text is missing or too long, or the country is no ISO 3166-1 alpha-2");
        }

        lock (state.Gate)
        {
            var account = Find(call);
            var before = account.Addresses.FirstOrDefault(a => a.Id == id);
            var first = account.Addresses.All(a => a.Kind != input.Kind || a.Id == id);
            var address = new AccountAddress
            {
                Id = id,
                Kind = input.Kind,
                Name = input.Name,
                Line1 = input.Line1,
                Line2 = input.Line2,
                PostalCode = input.PostalCode,
                City = input.City,
                Region = input.Region,
                Country = input.Country,
                IsDefault = input.IsDefault || first || before?.IsDefault == true,
                ErpAddressId = before?.ErpAddressId,
            };
            if (before is not null && call.Header("If-Match") is null)
            {
                return address == before ? Answer.Ok(Body(account)).WithVersion(account.Version) : throw Refusal.VersionMismatch();
            }

            call.CheckIfMatch(account.Version);
            if (before is null && call.Header("If-Match") is not null)
            {
                throw Refusal.NotFound($"There is no address {id}.");
            }

            if (before is not null && before.Kind != input.Kind)
            {
                throw Refusal.Unprocessable("kind_is_fixed", "An address stays what it is for.");
            }

            var others = account.Addresses.Where(a => a.Id != id).Select(a => address.IsDefault && a.Kind == address.Kind ? a with { IsDefault = false } : a);
            return new Answer(before is null ? 201 : 200, Body(Keep(account, before is null
                ? [.. others, address]
                : [.. account.Addresses.Select(a => a.Id == id ? address : others.First(other => other.Id == a.Id))]))).WithVersion(account.Version + 1);
        }
    }

    private Answer RemoveAddress(Call call)
    {
        lock (state.Gate)
        {
            var account = Find(call);
            call.CheckIfMatch(account.Version, required: true);
            var address = account.Addresses.FirstOrDefault(a => a.Id == call.Route("addressId")) ?? throw Refusal.NotFound("The account has no such address.");
            if (address.IsDefault && account.Addresses.Any(a => a.Id != address.Id && a.Kind == address.Kind))
            {
                throw Refusal.Unprocessable("default_address", "This is the default address. Make another one the default first.");
            }

            if (state.Opportunities.All.Any(o => o.ShippingAddressId == address.Id && o.AccountId == account.Id && o.ErpOrderNumber is null && o.Stage is not Stage.ClosedLost))
            {
                throw Refusal.Unprocessable("address_in_use", "An open opportunity is to be delivered to this address.");
            }

            var changed = Keep(account, [.. account.Addresses.Where(a => a.Id != address.Id)]);
            return Answer.Ok(Body(changed)).WithVersion(changed.Version);
        }
    }

    private Account Keep(Account account, IReadOnlyList<AccountAddress> addresses)
    {
        var changed = account with { Addresses = addresses, Version = account.Version + 1, UpdatedAt = state.Now };
        state.Accounts.Put(changed);
        state.Publish("account.changed", "account", changed.Id);
        return changed;
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

    private sealed record AddressInput
    {
        public required AddressKind Kind { get; init; }

        public required string Name { get; init; }

        public required string Line1 { get; init; }

        public string? Line2 { get; init; }

        public string? PostalCode { get; init; }

        public required string City { get; init; }

        public string? Region { get; init; }

        public required string Country { get; init; }

        public required bool IsDefault { get; init; }
    }

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
