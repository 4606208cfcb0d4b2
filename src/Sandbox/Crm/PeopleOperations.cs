using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Crm;

/// <summary>Contacts and users on the wire.</summary>
internal sealed class PeopleOperations(CrmState state)
{
    public IEnumerable<Operation> All =>
    [
        Operation.Get("listContacts", "/contacts", ListContacts),
        Operation.Get("getContact", "/contacts/{id}", ShowContact),
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
}
