using System.Globalization;
using System.Text.Json;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Erp.Customers;

/// <summary>Customers, their credit and their part numbers on the wire.</summary>
internal sealed class CustomerOperations(ErpState state, PartNumbers partNumbers, ErpBehaviour behaviour)
{
    private readonly IdempotencyKeys keys = new(behaviour);

    public void ForgetKeys() => keys.Clear();

    public IEnumerable<Operation> All =>
    [
        Operation.Get("listCustomers", "/customers", List),
        Operation.Post("createCustomer", "/customers", Create),
        Operation.Get("getCustomer", "/customers/{number}", Show),
        Operation.Patch("updateCustomer", "/customers/{number}", Update),
        Operation.Get("getCredit", "/customers/{number}/credit", ShowCredit),
        Operation.Get("listCustomerPartNumbers", "/customers/{number}/part-numbers", ListPartNumbers),
    ];

    private Answer List(Call call)
    {
        var account = call.Text("crmAccountId");
        var words = (call.Text("q") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        lock (state.Gate)
        {
            bool Mentions(CustomerBody c, string word) =>
                c.Number.Contains(word, StringComparison.OrdinalIgnoreCase)
                || c.Name.Contains(word, StringComparison.OrdinalIgnoreCase)
                || c.ExternalReference?.Contains(word, StringComparison.OrdinalIgnoreCase) == true
                || c.ShipTos.Any(a => a.City.Contains(word, StringComparison.OrdinalIgnoreCase));
            bool Matches(Customer c) =>
                (account is null || c.Body.CrmAccountId == account) && words.All(w => Mentions(c.Body, w));

            var since = call.ChangedSince;
            var slice = state.Customers.ByChange(since, call.CursorText, call.Limit, Matches);
            return Answer.Ok(new ListPage<CustomerBody>(slice.Items.Select(c => c.Body).ToList(), state.Customers.DeletedSince(since), slice.NextCursor, state.Now, null));
        }
    }

    private Answer Show(Call call)
    {
        lock (state.Gate)
        {
            var customer = Find(call);
            return call.Versioned(customer.Body, customer.Body.Version);
        }
    }

    private Answer ShowCredit(Call call)
    {
        lock (state.Gate)
        {
            return Answer.Ok(state.Credit.Show(Find(call), state.Now));
        }
    }

    private Answer ListPartNumbers(Call call)
    {
        lock (state.Gate)
        {
            var customer = Find(call);
            var known = state.Items.All
                .SelectMany(i => partNumbers.Of(customer, i).Select(n => new PartNumberBody(i.Key, n)))
                .OrderBy(p => p.Sku, StringComparer.Ordinal)
                .ToList();
            var slice = Storage.Table<PartNumberBody>.ByPosition(known, call.CursorText, call.Limit);
            return Answer.Ok(new { slice.Items, slice.NextCursor });
        }
    }

    private Answer Create(Call call)
    {
        var key = call.IdempotencyKey;
        var request = call.Read<NewCustomer>();
        if (request.ExternalReference.Length is 0 or > 64 || request.BillTos.Count == 0 || request.ShipTos.Count == 0)
        {
            throw Refusal.BadRequest("externalReference has 1 to 64 characters, billTos and shipTos at least one entry");
        }

        if (keys.Begin(key, call.Body) is { } first)
        {
            lock (state.Gate)
            {
                return Created(200, state.Customers.Find(first)!);
            }
        }

        try
        {
            Customer created;
            lock (state.Gate)
            {
                created = Add(request);
            }

            keys.Complete(key, created.Key);
            return Created(201, created);
        }
        finally
        {
            keys.Release(key);
        }
    }

    private Customer Add(NewCustomer request)
    {
        if (behaviour.UniqueExternalReferences && state.Customers.All.FirstOrDefault(c => c.Body.ExternalReference == request.ExternalReference) is { } existing)
        {
            throw Refusal.Exists(existing.Key, "A customer with this reference exists.");
        }

        CheckLink(request.CrmAccountId, null);
        if (!Pricing.Money.Knows(request.Currency))
        {
            throw Refusal.Unprocessable("unknown_currency", $"There are no prices in {request.Currency}.");
        }

        var customer = new Customer(state.Customers.Count, new CustomerBody
        {
            Number = state.NextNumber("C-", 10_000),
            ExternalReference = request.ExternalReference,
            CrmAccountId = request.CrmAccountId,
            Name = request.Name,
            Status = CustomerStatus.Active,
            Currency = request.Currency,
            Terms = new Terms("N14", "14 days net", 14),
            TaxNumber = request.TaxNumber,
            Email = request.Email,
            Phone = request.Phone,
            DefaultDeliveryMethod = "STD",
            BillTos = Addresses(request.BillTos, "B"),
            ShipTos = Addresses(request.ShipTos, "S"),
            Version = 1,
            UpdatedAt = state.Now,
        })
        {
            CreditLimit = 5_000,
        };
        Save(customer);
        return customer;
    }

    private Answer Update(Call call)
    {
        var change = call.Read<CustomerChange>();
        var sent = SentProperties(call);
        lock (state.Gate)
        {
            var customer = Find(call);
            call.CheckIfMatch(customer.Body.Version, required: true);
            if (change.BillTos is { Count: 0 } || change.ShipTos is { Count: 0 } || (sent.Contains("name") && string.IsNullOrEmpty(change.Name)))
            {
                throw Refusal.BadRequest("a name and at least one address of each kind stay");
            }

            if (sent.Contains("crmAccountId"))
            {
                CheckLink(change.CrmAccountId, customer);
            }

            var b = customer.Body;
            customer.Body = b with
            {
                CrmAccountId = sent.Contains("crmAccountId") ? change.CrmAccountId : b.CrmAccountId,
                Name = change.Name ?? b.Name,
                Email = sent.Contains("email") ? change.Email : b.Email,
                Phone = sent.Contains("phone") ? change.Phone : b.Phone,
                TaxNumber = sent.Contains("taxNumber") ? change.TaxNumber : b.TaxNumber,
                BillTos = change.BillTos is { } billTos ? Addresses(billTos, "B") : b.BillTos,
                ShipTos = change.ShipTos is { } shipTos ? Addresses(shipTos, "S") : b.ShipTos,
                Version = b.Version + 1,
                UpdatedAt = state.Now,
            };
            Save(customer);
            return Answer.Ok(customer.Body).WithVersion(customer.Body.Version);
        }
    }

    private void Save(Customer customer)
    {
        state.Customers.Put(customer);
        state.Publish("customer.changed", "customer", customer.Key);
    }

    private void CheckLink(string? account, Customer? own)
    {
        if (account is not null && state.Customers.All.FirstOrDefault(c => c != own && c.Body.CrmAccountId == account) is { } other)
        {
            throw new Refusal(Refusal.ProblemAnswer(409, "link_exists", "Another customer is linked to this account.", other.Key));
        }
    }

    private static List<Address> Addresses(IReadOnlyList<AddressRequest> from, string prefix)
    {
        var taken = from.Where(a => a.Id is not null).Select(a => a.Id!).ToHashSet(StringComparer.Ordinal);
        var next = 0;
        string Fresh()
        {
            string id;
            do
            {
                id = string.Create(CultureInfo.InvariantCulture, $"{prefix}{++next}");
            }
            while (!taken.Add(id));
            return id;
        }

        return from.Select((a, i) => new Address
        {
            Id = a.Id ?? Fresh(),
            Name = a.Name,
            Line1 = a.Line1,
            Line2 = a.Line2,
            PostalCode = a.PostalCode,
            City = a.City,
            Region = a.Region,
            Country = a.Country,
            IsDefault = a.IsDefault || (i == 0 && !from.Any(x => x.IsDefault)),
        }).ToList();
    }

    private static HashSet<string> SentProperties(Call call)
    {
        using var document = JsonDocument.Parse(call.Body);
        return document.RootElement.EnumerateObject().Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    private Answer Created(int status, Customer customer) =>
        new Answer(status, customer.Body).WithVersion(customer.Body.Version).WithHeader("Location", $"/erp/v1/customers/{customer.Key}");

    private Customer Find(Call call) =>
        state.Customers.Find(call.Route("number")) ?? throw Refusal.NotFound($"There is no customer {call.Route("number")}.");

    private sealed record PartNumberBody(string Sku, string PartNumber) : Storage.IRow
    {
        string Storage.IRow.Key => Sku;

        DateTimeOffset Storage.IRow.UpdatedAt => default;
    }

    private sealed record AddressRequest
    {
        public string? Id { get; init; }

        public required string Name { get; init; }

        public required string Line1 { get; init; }

        public string? Line2 { get; init; }

        public string? PostalCode { get; init; }

        public required string City { get; init; }

        public string? Region { get; init; }

        public required string Country { get; init; }

        public bool IsDefault { get; init; }
    }

    private sealed record NewCustomer
    {
        public required string ExternalReference { get; init; }

        public string? CrmAccountId { get; init; }

        public required string Name { get; init; }

        public required string Currency { get; init; }

        public string? Email { get; init; }

        public string? Phone { get; init; }

        public string? TaxNumber { get; init; }

        public required IReadOnlyList<AddressRequest> BillTos { get; init; }

        public required IReadOnlyList<AddressRequest> ShipTos { get; init; }
    }

    private sealed record CustomerChange
    {
        public string? CrmAccountId { get; init; }

        public string? Name { get; init; }

        public string? Email { get; init; }

        public string? Phone { get; init; }

        public string? TaxNumber { get; init; }

        public IReadOnlyList<AddressRequest>? BillTos { get; init; }

        public IReadOnlyList<AddressRequest>? ShipTos { get; init; }
    }
}
