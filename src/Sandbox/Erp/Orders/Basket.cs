using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Erp.Pricing;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Erp.Orders;

internal sealed record OrderLineRequest
{
    public required string LineId { get; init; }

    public required string Sku { get; init; }

    public required decimal Quantity { get; init; }

    public string? Unit { get; init; }

    public DateOnly? RequestedDate { get; init; }

    public string? Note { get; init; }
}

internal sealed record PersonRequest
{
    public string? ContactId { get; init; }

    public required string Name { get; init; }

    public string? OnBehalfOf { get; init; }

    public Person AsPerson() => new(ContactId, Name, OnBehalfOf);
}

/// <summary>What somebody wants, with every name in it known to the ERP. To be called under the ERP's lock.</summary>
internal static class Basket
{
    public static Wanted Resolve(
        ErpState state, string customerNumber, string? billToId, string? shipToId, string? deliveryMethod, DateOnly? requestedDate, bool? partialDelivery, IReadOnlyList<OrderLineRequest> lines)
    {
        var customer = state.Customers.Find(customerNumber) ?? throw Refusal.Unprocessable("unknown_customer", $"There is no customer {customerNumber}.");
        var shipTo = customer.ShipTo(shipToId) ?? throw Refusal.Unprocessable("unknown_ship_to", $"The customer has no delivery address {shipToId}.");
        var billTo = customer.BillTo(billToId) ?? throw Refusal.Unprocessable("unknown_bill_to", $"The customer has no billing address {billToId}.");
        var method = deliveryMethod ?? customer.Body.DefaultDeliveryMethod ?? "STD";
        if (Delivery.Find(method) is null)
        {
            throw Refusal.Unprocessable("unknown_delivery_method", $"There is no delivery method {method}.");
        }

        if (lines.Count is 0 or > 500)
        {
            throw Refusal.BadRequest("an order has 1 to 500 lines");
        }

        if (lines.Any(l => l.Quantity <= 0))
        {
            throw Refusal.BadRequest("a quantity is above 0");
        }

        if (lines.Select(l => l.LineId).Distinct(StringComparer.Ordinal).Count() != lines.Count)
        {
            throw Refusal.BadRequest("lineId is not unique");
        }

        return new Wanted(
            customer, billTo, shipTo, method, requestedDate, lines.Select(l => new LineWanted(l.LineId, l.Sku, l.Quantity, l.Unit, l.RequestedDate, l.Note)).ToList(), partialDelivery);
    }

    /// <summary>Refuses when a line has a problem that is none of those to be let through.</summary>
    public static void RefuseProblems(Quoted quoted, string code, Func<LineProblem, bool>? letThrough = null)
    {
        var errors = quoted.Lines
            .Select((l, i) => l.Problem is { } p && letThrough?.Invoke(p) != true ? new ProblemError(p.Code, p.Message, $"/lines/{i}", l.Wanted.LineId) : null)
            .OfType<ProblemError>()
            .ToList();
        if (errors.Count > 0)
        {
            throw Refusal.Unprocessable(code, errors.Count == 1 ? "1 line cannot be ordered." : $"{errors.Count} lines cannot be ordered.", errors);
        }
    }
}
