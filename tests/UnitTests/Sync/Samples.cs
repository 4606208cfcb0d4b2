using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.UnitTests.Sync;

internal static class Samples
{
    public static CustomerNumber Customer { get; } = new("C-1");

    public static Scope Buyer(string customer = "C-1", Role role = Role.Buyer) =>
        Scope.ForPerson(new PersonId("con-1"), role, [new ScopedAccount(new AccountId($"acc-{customer}"), new CustomerNumber(customer), "Elbe")]);

    public static Submission Submission(SubmissionId? id = null, string customer = "C-1", PricePolicy policy = PricePolicy.PriceOfTheDay, Quote? seen = null, decimal quantity = 10)
    {
        var submission = id ?? new SubmissionId(Guid.NewGuid());
        return new Submission
        {
            Id = submission,
            Request = new QuoteRequest
            {
                Submission = submission,
                Customer = new CustomerNumber(customer),
                PoNumber = "PO-4711",
                ShipTo = "S1",
                Lines = [new OrderLineRequest("a", new Sku("FAS-001"), quantity)],
            },
            OrderedBy = new OrderedBy(new PersonId("con-1"), "Ana Lindqvist"),
            Note = "Ring at gate 3",
            Policy = policy,
            Seen = seen,
        };
    }

    public static Quote Quote(decimal unitPrice = 4.36m, decimal total = 137.92m, DateOnly? promised = null) => new()
    {
        Lines =
        [
            new QuoteLine
            {
                LineId = "a",
                Sku = new Sku("FAS-001"),
                Quantity = new Quantity(10, "PCE"),
                UnitPrice = new Money(unitPrice, "EUR"),
                ExtendedAmount = new Money(109, "EUR"),
                PromisedOn = promised ?? new DateOnly(2026, 3, 4),
            },
        ],
        Subtotal = new Money(109, "EUR"),
        Total = new Money(total, "EUR"),
    };
}
