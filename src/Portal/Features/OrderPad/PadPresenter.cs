using Microsoft.Extensions.Localization;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.Components.Controls;

namespace PortalIntegration.Portal.Features.OrderPad;

/// <summary>Puts what the owners said about a line into words.</summary>
public sealed class PadPresenter(IStringLocalizer<OrderPadTexts> words, Wording say)
{
    public PadRow Row(LineAnswer answer) => new()
    {
        Id = answer.Line.Id,
        Version = answer.Line.Version,
        Asking = !answer.IsComplete,
        Sku = answer.Recognised == Recognised.Yes ? answer.Sku?.Value : answer.Line.Sku,
        Name = answer.Product?.Name,
        Href = answer.Product is { } product ? PortalUrls.Product(product.Sku) : null,
        Part = answer.Product?.CustomerPartNumber is { } part ? words["Line.YourNumber", part].Value : null,
        Unit = Unit(answer),
        Units = answer.Product is { } sold ? [.. sold.Units.Select(unit => new PadUnit(unit.Code, unit.Name))] : [],
        Price = Price(answer),
        Amount = Amount(answer),
        Stock = Stock(answer),
        Notes = [.. Notes(answer)],
    };

    /// <summary>The line as the summary names it.</summary>
    public static string Label(LineAnswer answer) => answer.Line.Code.Trim() is { Length: > 0 } code ? code : answer.Sku?.Value ?? string.Empty;

    private static string? Unit(LineAnswer answer) => string.IsNullOrEmpty(answer.Line.Unit) ? answer.Product?.SalesUnit : answer.Line.Unit;

    private PadCell Price(LineAnswer answer) => answer.PricePart switch
    {
        Part.Waiting => PadCell.Waiting,
        Part.Failed => new("failed", words["Cell.NoPrice"]),
        Part.Answered when answer.Price?.UnitPrice is { } price => new("ok", say.Money(price), PriceDetail(answer, answer.Price)),
        Part.Answered => new("failed", words["Cell.NotPriced"]),
        _ => PadCell.None,
    };

    private string? PriceDetail(LineAnswer answer, Price price)
    {
        var parts = new List<string>();
        if (price.PricePer != 1 || (price.PriceUnit is { } unit && unit != Unit(answer)))
        {
            parts.Add(words["Price.Per", say.Quantity(price.PricePer, price.PriceUnit)]);
        }

        if (price.Source is PriceSource.Contract or PriceSource.Tier)
        {
            parts.Add(words[$"Price.{price.Source}"]);
        }

        return parts.Count == 0 ? null : string.Join(" · ", parts);
    }

    private PadCell Amount(LineAnswer answer) => answer.PricePart switch
    {
        Part.Waiting => PadCell.Waiting,
        Part.Answered when answer.Price?.ExtendedAmount is { } amount => new("ok", say.Money(amount)),
        _ => PadCell.None,
    };

    private PadCell Stock(LineAnswer answer) => answer.StockPart switch
    {
        Part.Waiting => PadCell.Waiting,
        Part.Failed => new("failed", words["Cell.NoStock"]),
        Part.Answered when answer.Availability is { } stock => Stock(answer, stock),
        Part.Answered => new("failed", words["Cell.NotStocked"]),
        _ => PadCell.None,
    };

    /// <summary>Only quantities in the same unit are set beside each other: nothing is converted here.</summary>
    private PadCell Stock(LineAnswer answer, Availability stock)
    {
        var available = say.Quantity(stock.AvailableToPromise, stock.Unit);
        var more = stock.NextAvailableOn is { } day ? words["Stock.MoreBy", say.Day(day)] : words["Stock.NoDate"];
        return (stock.AvailableToPromise, answer.Quantity.Value) switch
        {
            (0, _) => new("none-now", words["Stock.NoneNow"], stock.NextAvailableOn is null ? null : more.Value),
            (var now, { } wanted) when Unit(answer) == stock.Unit && now < wanted => new("some", words["Stock.Now", available], words["Stock.Rest", more]),
            // In another unit, whether it is enough is for the quote to say.
            _ => new(Unit(answer) == stock.Unit ? "ok" : "told", words["Stock.Now", available]),
        };
    }

    private IEnumerable<PadNote> Notes(LineAnswer answer)
    {
        switch (answer.Recognised)
        {
            case Recognised.No:
                yield return new("bad", words["Note.Unknown"], "code");
                yield break;
            case Recognised.NotAnswered:
                yield return new("notice", words["Note.NotChecked"], "code");
                break;
            case Recognised.Empty:
                yield break;
        }

        if (answer.Product is { Discontinued: true } old)
        {
            yield return new("warning", old.Successor is { } successor ? words["Note.Successor", successor] : words["Note.Discontinued"], "code");
        }

        if (answer.Quantity.Fault is { } fault)
        {
            yield return new(fault == QuantityFault.Missing ? "notice" : "bad", words[$"Quantity.{fault}", answer.Line.Quantity ?? string.Empty], "qty");
        }
        else if (answer is { Product: { } product, Quantity.Value: { } quantity } && PackNote(product, quantity, Unit(answer)) is { } note)
        {
            yield return note;
        }

        if (answer.Price?.Problem is { } problem)
        {
            yield return new("bad", say.Problem(problem));
        }
    }

    /// <summary>What the product's owner states about its packs, held against the quantity; the ERP has the last word.</summary>
    private PadNote? PackNote(Product product, decimal quantity, string? unit)
    {
        if (product.Units.FirstOrDefault(candidate => candidate.Code == unit) is { } measure && decimal.Round(quantity, measure.Decimals) != quantity)
        {
            return new("bad", measure.Decimals == 0 ? words["Note.WholeOnly", measure.Name] : words["Note.Decimals", measure.Name, measure.Decimals], "qty");
        }

        if (unit != product.SalesUnit)
        {
            return null;
        }

        if (product.MinimumQuantity is { } least && quantity < least)
        {
            return new("bad", words["Note.AtLeast", say.Quantity(least, unit)], "qty");
        }

        if (product.PackSize is { } pack and > 0 && quantity % pack != 0)
        {
            var below = quantity - (quantity % pack);
            return below == 0
                ? new("bad", words["Note.PackFirst", say.Quantity(pack, unit)], "qty")
                : new("bad", words["Note.Pack", say.Quantity(pack, unit), say.Number(below), say.Number(below + pack)], "qty");
        }

        return null;
    }
}
