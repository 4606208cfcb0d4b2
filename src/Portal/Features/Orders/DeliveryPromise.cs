using Microsoft.Extensions.Localization;
using PortalIntegration.Core.Orders;
using PortalIntegration.Portal.Components.Controls;

namespace PortalIntegration.Portal.Features.Orders;

/// <summary>What ships when, in one sentence. It only groups the ERP's own dates; it works none out.</summary>
public sealed class DeliveryPromise(IStringLocalizer<OrdersTexts> words, Wording say)
{
    /// <summary>More days than this are summed up by the first and the last.</summary>
    private const int MostDays = 3;

    public string Sentence(Order order) => order.Status switch
    {
        OrderStatus.Cancelled => words["Promise.Cancelled"],
        OrderStatus.Returned => words["Promise.Returned"],
        OrderStatus.Received => words["Promise.Received"],
        OrderStatus.CreditHold => order.Hold is { } hold ? words["Promise.HoldFor", hold.Reason] : words["Promise.Hold"],
        OrderStatus.Shipped or OrderStatus.Invoiced => LastShipment(order) is { } at ? words["Promise.ShippedOn", say.Day(Day(at))] : words["Promise.Shipped"],
        _ => Ahead(order),
    };

    private static DateTimeOffset? LastShipment(Order order) => order.Shipments.Max(shipment => shipment.ShippedAt);

    private DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(say.Local(at).DateTime);

    private string Ahead(Order order)
    {
        var open = order.Lines.Where(line => line.Ordered - line.Shipped - line.Cancelled > 0).ToList();
        if (open.Count == 0)
        {
            return LastShipment(order) is { } at ? words["Promise.ShippedOn", say.Day(Day(at))] : words["Promise.Shipped"];
        }

        var shipped = order.Lines.Count(line => line.Shipped > 0);
        var dated = open.Where(line => line.PromisedOn is not null).GroupBy(line => line.PromisedOn!.Value).OrderBy(group => group.Key).ToList();
        var undated = open.Count(line => line.PromisedOn is null);
        var promise = (dated.Count, undated) switch
        {
            (0, _) => words["Promise.NoDate"].Value,
            (1, 0) when shipped == 0 => words[open.Count == 1 ? "Promise.OneDay.One" : "Promise.OneDay", open.Count, say.Day(dated[0].Key)].Value,
            (1, 0) => words["Promise.RestOn", say.Day(dated[0].Key)].Value,
            ( <= MostDays, _) => string.Join(", ", dated.Select(group => Lines("Promise.LinesOn", group.Count(), say.Day(group.Key)))) + Undated(undated),
            _ => words["Promise.Between", open.Count - undated, say.Day(dated[0].Key), say.Day(dated[^1].Key)].Value + Undated(undated),
        };
        var sentence = char.ToUpper(promise[0], System.Globalization.CultureInfo.CurrentCulture) + promise[1..] + ".";
        return shipped == 0 ? sentence : Lines("Promise.PartShipped", shipped, order.Lines.Count) + " " + sentence;
    }

    private string Undated(int count) => count == 0 ? string.Empty : ", " + Lines("Promise.LinesUndated", count);

    private string Lines(string name, int count, params object[] rest) => words[count == 1 ? $"{name}.One" : name, [count, .. rest]];
}
