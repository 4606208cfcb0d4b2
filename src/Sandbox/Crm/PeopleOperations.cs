using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Crm;

/// <summary>Contacts and users on the wire.</summary>
internal sealed class PeopleOperations(CrmState state)
{
    public IEnumerable<Operation> All =>
    [
        Operation.Get("listContacts", "/contacts", ListContacts),
        Operation.Get("getContact", "/contacts/{id}", ShowContact),
        Operation.Put("putContact", "/contacts/{id}", PutContact),
        Operation.Get("listUsers", "/users", ListUsers),
        Operation.Get("getUser", "/users/{id}", ShowUser),
    ];

    private Answer ListContacts(Call call)
    {
        var account = call.Text("accountId");
        var email = call.Text("email");
        var roles = call.Enums<PortalRole>("role");
        var words = (call.Text("q") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        lock (state.Gate)
        {
            var since = call.ChangedSince;
            var slice = state.Contacts.List(since, call.CursorText, call.Limit, c =>
                (account is null || c.AccountIds.Contains(account))
                && (email is null || string.Equals(c.Email, email, StringComparison.OrdinalIgnoreCase))
                && (roles.Count == 0 || roles.Contains(c.Portal.Role))
                && words.All(w => c.Name.Contains(w, StringComparison.OrdinalIgnoreCase) || c.Email?.Contains(w, StringComparison.OrdinalIgnoreCase) == true),
                all => all.OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase).ThenBy(c => c.Id, StringComparer.Ordinal));
            return Answer.Ok(new ListPage<Contact>(slice.Items, state.Contacts.DeletedSince(since), slice.NextCursor, state.Now, null));
        }
    }

    private Answer ShowContact(Call call)
    {
        lock (state.Gate)
        {
            var contact = state.Contacts.Find(call.Route("id")) ?? throw Refusal.NotFound($"There is no contact {call.Route("id")}.");
            return call.Versioned(contact, contact.Version);
        }
    }

    private Answer PutContact(Call call)
    {
        var input = call.Read<ContactInput>();
        var id = call.Route("id");
        if (id.Length > 64 || input.Name.Length is 0 or > 120 || input.Email?.Length > 254 || input.Phone?.Length > 40)
        {
            throw Refusal.BadRequest("a text is missing or too long");
        }

        lock (state.Gate)
        {
            var before = state.Contacts.Find(id);
            if (state.Accounts.Find(input.AccountId) is null || before?.AccountIds.Contains(input.AccountId) is false || state.Users.Find(id) is not null)
            {
                throw Refusal.NotFound($"Account {input.AccountId} has no contact {id}.");
            }

            if (before is not null && call.Header("If-Match") is null)
            {
                return before.Name == input.Name && before.Email == input.Email && before.Phone == input.Phone
                    ? Answer.Ok(before).WithVersion(before.Version)
                    : throw Refusal.VersionMismatch();
            }

            if (before is null && call.Header("If-Match") is not null)
            {
                throw Refusal.NotFound($"There is no contact {id}.");
            }

            if (before is not null)
            {
                call.CheckIfMatch(before.Version);
            }

            if (input.Email is { } email && state.Contacts.All.Any(c => c.Id != id && string.Equals(c.Email, email, StringComparison.OrdinalIgnoreCase)))
            {
                throw Refusal.Unprocessable("email_exists", "Another contact has this e-mail address.");
            }

            var contact = (before ?? new Contact
            {
                Id = id, Name = input.Name, AccountIds = [input.AccountId], Portal = new Portal(PortalRole.None, null), Version = 0, UpdatedAt = state.Now,
            }) with
            {
                Name = input.Name, Email = input.Email, Phone = input.Phone, Version = (before?.Version ?? 0) + 1, UpdatedAt = state.Now,
            };
            state.Contacts.Put(contact);
            state.Publish("contact.changed", "contact", id);
            return new Answer(before is null ? 201 : 200, contact).WithVersion(contact.Version);
        }
    }

    private Answer ListUsers(Call call)
    {
        var roles = call.Enums<UserRole>("role");
        var email = call.Text("email");
        var words = (call.Text("q") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        lock (state.Gate)
        {
            var slice = state.Users.List(null, call.CursorText, call.Limit, u =>
                (roles.Count == 0 || roles.Contains(u.Role))
                && (email is null || string.Equals(u.Email, email, StringComparison.OrdinalIgnoreCase))
                && words.All(w => u.Name.Contains(w, StringComparison.OrdinalIgnoreCase) || u.Email.Contains(w, StringComparison.OrdinalIgnoreCase)),
                all => all.OrderBy(u => u.Name, StringComparer.OrdinalIgnoreCase).ThenBy(u => u.Id, StringComparer.Ordinal));
            return Answer.Ok(new ListPage<User>(slice.Items, null, slice.NextCursor, state.Now, null));
        }
    }

    private Answer ShowUser(Call call)
    {
        lock (state.Gate)
        {
            var user = state.Users.Find(call.Route("id")) ?? throw Refusal.NotFound($"There is no user {call.Route("id")}.");
            return Answer.Ok(user).WithVersion(user.Version);
        }
    }

    private sealed record ContactInput
    {
        public required string Name { get; init; }

        public string? Email { get; init; }

        public string? Phone { get; init; }

        public required string AccountId { get; init; }
    }
}
