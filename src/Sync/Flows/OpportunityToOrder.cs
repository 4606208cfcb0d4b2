using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Flows.Map;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.Sync.Flows;

/// <summary>
/// A won opportunity becomes an order in the ERP, once, with the customer that it needs; the order's number goes back to the CRM. The key is the
/// opportunity's id, and the submission's id is made of it: whoever comes twice, after whatever was lost, comes to the same order.
/// </summary>
internal sealed class OpportunityToOrder(FlowContext context, IReadOnlyList<FieldRule> rules, IPlaceOrders placing) : Reconciler(context, Definition, rules)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    public static new FlowDefinition Definition { get; } = new()
    {
        Settings = new FlowSettings { Name = "opportunity-to-order", Schedule = "0 50 2 * * ?", MaxAge = TimeSpan.FromDays(30), BrakeKeys = 50, BrakeShare = 0.01 },
        What = "A won opportunity becomes an order in the ERP, and a customer where there is none yet; the order's number goes back.",
        Follows = [Entity.Opportunities],
        Owner = Entity.Opportunities,
        Target = Entity.Orders,
        Needs = [Feature.OpportunityLines, Feature.OpportunityChanges, Feature.OpportunityOrders],
        Map = map => map
            .Described(new(Entity.Opportunities, "Id", FieldType.Text), new(Entity.Orders, "Submission", FieldType.Text, 35), "The external reference: made of system and id, so that it is the same every time.", "name-based id")
            .Described(new(Entity.Opportunities, "Lines", FieldType.Text), new(Entity.Orders, "Lines", FieldType.Text), "SKU, quantity and unit. The ERP states the prices.")
            .Described(new(Entity.Opportunities, "PoNumber", FieldType.Text), new(Entity.Orders, "PoNumber", FieldType.Text, 35), transformation: "shorten:35")
            .Described(new(Entity.Opportunities, "ShipTo", FieldType.Text), new(Entity.Orders, "ShipTo", FieldType.Text), "Over the link of the account's address to the ERP's.")
            .Described(new(Entity.Opportunities, "Name", FieldType.Text), new(Entity.Orders, "Note", FieldType.Text, 1000), transformation: "shorten:900")
            .Described(new(Entity.Accounts, "Name, Addresses, Email, Phone", FieldType.Text), new(Entity.Customers, "(created)", FieldType.Text), "Only where no customer is linked: made under the account's id, looked up before, and linked on both sides.")
            .Described(new(Entity.Orders, "Number", FieldType.Text, 32), new(Entity.Opportunities, "Order", FieldType.Text, 32), "Back to the CRM."),
    };

    private static Obstacle Refused { get; } = new(
        "orderRefused",
        "The ERP refused the order of this opportunity; its reason is with the order among the placed ones. Mend the opportunity in the CRM, and it is ordered by itself; "
        + "mend it in the ERP, and try again here. Whoever orders it by hand writes the order's number into the opportunity.");

    private static Obstacle TakenBack { get; } = new(
        "orderTakenBack",
        "The order of this opportunity was taken back before it reached the ERP. Try again here if it is wanted after all; or close the opportunity in another way.");

    private static Obstacle GivenUp { get; } = new("orderGivenUp", "The order of this opportunity was given up. Try the placed order again, then this.");

    /// <summary>The same opportunity of the same system is the same submission, whoever asks and whatever was forgotten.</summary>
    public static SubmissionId SubmissionOf(string system, string opportunity)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"PortalIntegration.opportunity\n{system}\n{opportunity}"));
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80); // a name-based UUID of version 8 (RFC 9562)
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new SubmissionId(new Guid(hash.AsSpan(0, 16), bigEndian: true));
    }

    public override async Task<Outcome<Page<string>>> Keys(Scope scope, string? cursor, CancellationToken cancel)
    {
        var page = await Map.Owner<IOpportunities>().Won(scope, cursor, cancel);
        return page.Select(won => new Page<string>([.. won.Items.Select(opportunity => opportunity.Id)], won.Next, won.Total));
    }

    public override async Task<Look> Compare(Scope scope, string key, CancellationToken cancel)
    {
        var asked = await Map.Owner<IOpportunities>().Get(scope, key, cancel);
        if (!asked.Try(out var opportunity))
        {
            return asked.Failure!.Cause == Cause.NotFound ? Look.Nothing("no such opportunity") : Look.Failed(asked.Failure);
        }

        if (opportunity.Stage != OpportunityStage.Won || opportunity.Order is not null)
        {
            return Look.Nothing(opportunity.Order is null ? "not won" : "ordered", opportunity.Name);
        }

        if (Settings.MaxAge is { } most && opportunity.ClosesOn is { } closed && closed < DateOnly.FromDateTime((Now - most).UtcDateTime))
        {
            return Look.Nothing("won too long ago", opportunity.Name);
        }

        if (opportunity.Lines.Count == 0)
        {
            return Look.Needs(new Obstacle("noLines", "This won opportunity has no products, so there is nothing to order. Add them, or write the order's number yourself."), opportunity.Name);
        }

        var submission = SubmissionOf(OwnerSystem, key);
        var account = await Map.Owner<IAccounts>().Get(scope, opportunity.Account, cancel);
        if (!account.Try(out var company))
        {
            return Look.Failed(account.Failure!);
        }

        // As what it is shown to the person who compares: the order that has to come.
        var rule = Rules.First(candidate => candidate.Target is { Entity: Entity.Opportunities, Field: "Order" });
        var standing = await placing.Find(scope, submission, cancel);
        var order = new Look
        {
            Name = opportunity.Name,
            Differences = [new PortalIntegration.Sync.Flows.Map.Difference(rule, FieldValue.Of("an order"), null)],
            Write = (steps, token) => Order(scope, opportunity, company, submission, standing, steps, token),
            Again = Now + Soon,
        };
        return standing switch
        {
            { State: PlacingState.DeadLetter } => Look.Needs(GivenUp, opportunity.Name),
            { IsFinal: false } => new Look { Name = opportunity.Name, Idle = "the order is on its way", Again = Now + Soon },
            { State: PlacingState.Withdrawn } or { State: PlacingState.Rejected, Failure.Code: DiscardOrder.Code } => order with { Obstacle = TakenBack },

            // What the ERP refused it refuses again, until somebody has changed the opportunity since, or says that he has mended something else.
            { State: PlacingState.Rejected } when standing.SourceVersion is null || standing.SourceVersion == opportunity.Version => order with { Obstacle = Refused },
            _ => order,
        };
    }

    /// <summary>Customer, order and number: each step looks first, so that it does not matter where the last run was cut.</summary>
    private async Task<Outcome<string>> Order(
        Scope scope, Opportunity opportunity, Account account, SubmissionId id, PortalIntegration.Sync.Placing.Placing? standing, Steps steps, CancellationToken cancel)
    {
        var customer = await CustomerOf(scope, opportunity, account, steps, cancel);
        if (!customer.Try(out var number))
        {
            return customer.As<string>();
        }

        var found = await Map.Owner<IOrders>().FindByReference(scope, number, id, cancel);
        if (!found.Try(out var order))
        {
            return found.As<string>();
        }

        var placed = order?.Number;
        if (placed is null)
        {
            var wanted = Submission(opportunity, account, number, id);
            var submitted = standing is { IsFinal: true } ? await placing.SubmitAgain(scope, wanted, cancel) : await placing.Submit(scope, wanted, cancel);
            if (submitted.Placing is not { } running)
            {
                return Failed($"The order is not one that the portal takes: {submitted.Verdict}.", "notAnOrder");
            }

            if (running is not { State: PlacingState.Confirmed, Number: not null })
            {
                steps.Add($"Submission {id}");
                return Outcome.Success("order submitted", new Provenance("portal", Now)); // looked at again soon
            }

            placed = running.Number;
        }

        var written = await Map.Owner<IOpportunities>().SetOrder(scope, opportunity.Id, placed.Value, opportunity.Version, cancel);
        if (written.Succeeded)
        {
            steps.Add("Order");
        }

        return written.Select(_ => placed.Value.Value);
    }

    private async Task<Outcome<CustomerNumber>> CustomerOf(Scope scope, Opportunity opportunity, Account account, Steps steps, CancellationToken cancel)
    {
        if (account.Customer is { } linked)
        {
            return Outcome.Success(linked, new Provenance(OwnerSystem, Now));
        }

        var customers = Map.Owner<ICustomers>();
        var found = await customers.FindByAccount(scope, account.Id, cancel);
        if (!found.Try(out var customer))
        {
            return found.As<CustomerNumber>();
        }

        if (customer is null)
        {
            if (opportunity.Currency is not { } currency || Addresses(account, AddressKind.Shipping) is not { Count: > 0 } ships)
            {
                return Outcome.Failed<CustomerNumber>(new Failure(Cause.Rejected, OwnerSystem, "createCustomer", Now, "Currency or address is missing.") { Code = "accountIncomplete" });
            }

            var bills = Addresses(account, AddressKind.Billing) is { Count: > 0 } given ? given : ships;
            var created = await customers.Create(
                scope,
                new NewCustomer { Account = account.Id, Name = account.Name, Currency = currency, Email = account.Email, Phone = account.Phone, ShipTos = ships, BillTos = bills },
                cancel);
            if (!created.Try(out customer))
            {
                return created.As<CustomerNumber>();
            }

            steps.Add($"Customer {customer.Number}");
        }

        var written = await Map.Owner<IAccounts>().Update(scope, account.Id, new AccountChange { Customer = customer.Number }, account.Version, cancel);
        if (written.Succeeded)
        {
            steps.Add("Accounts.Customer");
        }

        return written.Select(_ => customer.Number);
    }

    private static Submission Submission(Opportunity opportunity, Account account, CustomerNumber customer, SubmissionId id) => new()
    {
        Id = id,
        Request = new QuoteRequest
        {
            Submission = id,
            Customer = customer,
            PoNumber = opportunity.PoNumber is { } po ? Cut(po, SubmissionLimits.PoNumber) : null,
            ShipTo = account.Addresses.FirstOrDefault(address => address.Id == opportunity.ShipTo)?.ErpAddress,
            Lines = [.. opportunity.Lines.Select((line, i) => new OrderLineRequest((i + 1).ToString(CultureInfo.InvariantCulture), line.Sku, line.Quantity.Value, line.Quantity.Unit))],
        },
        OrderedBy = new OrderedBy(new PersonId(Definition.Name), $"Opportunity {opportunity.Id}"),
        Note = Cut($"Opportunity {opportunity.Id}: {opportunity.Name}", 900),
        Policy = PricePolicy.PriceOfTheDay,
        SourceVersion = opportunity.Version,
    };

    private static List<ErpAddress> Addresses(Account account, AddressKind kind) =>
    [
        .. account.Addresses.Where(address => address.Kind == kind && address is { City: not null, Country: not null, Lines.Count: > 0 }).Select(address => new ErpAddress
        {
            Id = null,
            Name = address.Name ?? account.Name,
            Lines = address.Lines,
            PostalCode = address.PostalCode,
            City = address.City,
            Region = address.Region,
            Country = address.Country,
            IsDefault = address.IsDefault,
        }),
    ];

    private Outcome<string> Failed(string words, string code) => Outcome.Failed<string>(new Failure(Cause.Rejected, TargetSystem, "placeOrder", Now, words) { Code = code });

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most];
}
