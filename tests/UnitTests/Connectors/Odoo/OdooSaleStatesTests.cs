using PortalIntegration.Connectors.Odoo;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core.Orders;

namespace PortalIntegration.UnitTests.Connectors.Odoo;

/// <summary>What Odoo's states mean to the portal.</summary>
public sealed class OdooSaleStatesTests
{
    private static readonly Ref Procured = new(1, "S00001");

    /// <param name="outgoing">States of the deliveries.</param>
    [Theory]
    [InlineData("Draft", "No", "", OrderStatus.Received)]
    [InlineData("Sent", "No", "", OrderStatus.Received)]
    [InlineData("Cancel", "No", "Done", OrderStatus.Cancelled)]
    [InlineData("Sale", "No", "", OrderStatus.Open)]
    [InlineData("Sale", "No", "Waiting", OrderStatus.Open)]
    [InlineData("Sale", "ToInvoice", "Assigned Cancel", OrderStatus.Open)]
    [InlineData("Sale", "No", "Cancel", OrderStatus.Open)]
    [InlineData("Sale", "ToInvoice", "Done Confirmed", OrderStatus.PartlyShipped)]
    [InlineData("Sale", "Invoiced", "Done Draft", OrderStatus.PartlyShipped)]
    [InlineData("Sale", "ToInvoice", "Done Done", OrderStatus.Shipped)]
    [InlineData("Done", "ToInvoice", "Done Cancel", OrderStatus.Shipped)]
    [InlineData("Sale", "Invoiced", "Done", OrderStatus.Invoiced)]
    [InlineData("Sale", "Upselling", "Done", OrderStatus.Invoiced)]
    [InlineData("Done", "Invoiced", "", OrderStatus.Invoiced)]
    [InlineData("Sale", "Invoiced", "Waiting", OrderStatus.Open)]
    public void Status_OfStateInvoicingAndDeliveries_IsTheOrders(string state, string invoiced, string outgoing, OrderStatus status) =>
        SaleStates.Status(Enum.Parse<SaleState>(state), Enum.Parse<Invoicing>(invoiced), [.. Pickings(outgoing, PickingKind.Outgoing)]).ShouldBe(status);

    [Fact]
    public void Status_GoodsThatCameBack_ChangeNothing() =>
        SaleStates.Status(SaleState.Sale, Invoicing.ToInvoice, [.. Pickings("Done", PickingKind.Outgoing), .. Pickings("Assigned", PickingKind.Incoming)])
            .ShouldBe(OrderStatus.Shipped);

    [Theory]
    [InlineData("Draft", false, false)]
    [InlineData("Sent", false, false)]
    [InlineData("Draft", true, true)] // confirmed once, and taken back by a clerk
    [InlineData("Sale", true, true)]
    [InlineData("Sale", false, true)] // of services only
    [InlineData("Done", true, true)]
    [InlineData("Cancel", false, true)]
    public void IsPlaced_WhateverWasEverConfirmedOrCancelled_IsAnOrder(string state, bool procured, bool placed) =>
        SaleStates.IsPlaced(Enum.Parse<SaleState>(state), procured ? Procured : null).ShouldBe(placed);

    [Theory]
    [InlineData(OrderStatus.CreditHold)]
    [InlineData(OrderStatus.Backordered)]
    [InlineData(OrderStatus.Returned)]
    public void Are_StatusThatOdooHasNot_FindsNone(OrderStatus status) => SaleStates.Are(status, [], []).ShouldBe(Domain.None);

    [Fact]
    public void Are_EveryStatus_HasACondition()
    {
        foreach (var status in Enum.GetValues<OrderStatus>())
        {
            SaleStates.Are(status, [1, 2], [2]).ShouldNotBeEmpty(status.ToString());
        }
    }

    private static IEnumerable<PickingRow> Pickings(string states, PickingKind kind) =>
        states.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((state, i) => new PickingRow
        {
            Id = i, Name = $"WH/OUT/{i}", State = Enum.Parse<PickingState>(state), PickingTypeCode = kind, SaleId = null, CarrierId = null, CarrierTrackingRef = null,
            CarrierTrackingUrl = null, DateDone = null,
        });
}
