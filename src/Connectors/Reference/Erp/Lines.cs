using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Reference.Erp;

/// <summary>What several of the ERP's answers are made of.</summary>
internal static class Lines
{
    /// <summary>A code that we do not know is shown with its message, as the contract says.</summary>
    public static Problem? Problem(LineProblemWire? problem, string? lineId, string at) => problem is null
        ? null
        : new Problem(Strict.Filled(problem.Code, $"{at}.code"), Strict.Filled(problem.Message, $"{at}.message"), lineId);

    public static OrderedByWire Person(OrderedBy by) => new(by.Person.Value, by.Name, by.OnBehalfOf);

    public static ErpAddress Address(AddressWire address, string at) => new()
    {
        Id = address.Id,
        Name = Strict.Filled(address.Name, $"{at}.name"),
        Lines = address.Line2 is { Length: > 0 } second ? [address.Line1, second] : [address.Line1],
        PostalCode = address.PostalCode,
        City = address.City,
        Region = address.Region,
        Country = address.Country,
        IsDefault = address.IsDefault,
    };
}
