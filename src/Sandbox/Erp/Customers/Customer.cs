using PortalIntegration.Sandbox.Storage;

namespace PortalIntegration.Sandbox.Erp.Customers;

internal enum CustomerStatus
{
    Active,
    OnHold,
    Closed,
}

internal sealed record Address
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

internal sealed record Terms(string Code, string Description, int Days);

/// <summary>A customer as the contract shows it.</summary>
internal sealed record CustomerBody
{
    public required string Number { get; init; }

    public string? ExternalReference { get; init; }

    public string? CrmAccountId { get; init; }

    public required string Name { get; init; }

    public required CustomerStatus Status { get; init; }

    public required string Currency { get; init; }

    public required Terms Terms { get; init; }

    public string? TaxNumber { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public string? DefaultDeliveryMethod { get; init; }

    public required IReadOnlyList<Address> BillTos { get; init; }

    public required IReadOnlyList<Address> ShipTos { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A customer with what the contract shows elsewhere: credit and price agreements.</summary>
internal sealed class Customer(int index, CustomerBody body) : IRow
{
    public string Key => Body.Number;

    public DateTimeOffset UpdatedAt => Body.UpdatedAt;

    /// <summary>Place in the seed; gives its price agreements and part numbers.</summary>
    public int Index { get; } = index;

    public CustomerBody Body { get; set; } = body;

    public decimal? CreditLimit { get; set; }

    public string? HoldReason { get; set; }

    /// <summary>Share of the catalogue for which it has contract prices.</summary>
    public double ContractShare { get; init; }

    /// <summary>Share of the catalogue for which it has part numbers of its own.</summary>
    public double PartNumberShare { get; init; }

    /// <summary>The delivery address of that id, or the default one when none is named.</summary>
    public Address? ShipTo(string? id) => Choose(Body.ShipTos, id);

    /// <summary>The billing address of that id, or the default one when none is named.</summary>
    public Address? BillTo(string? id) => Choose(Body.BillTos, id);

    private static Address? Choose(IReadOnlyList<Address> from, string? id) =>
        id is null ? from.FirstOrDefault(a => a.IsDefault) ?? (from.Count > 0 ? from[0] : null) : from.FirstOrDefault(a => a.Id == id);
}
