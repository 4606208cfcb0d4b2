using System.Text.Json.Serialization;

namespace PortalIntegration.Connectors.Reference.Wire;

// The shapes of docs/contracts/erp.openapi.yaml, as far as the portal reads them. A nullable required property must be sent, be it as null.

internal sealed record AddressWire
{
    public required string? Id { get; init; }

    public required string Name { get; init; }

    public required string Line1 { get; init; }

    public required string? Line2 { get; init; }

    public required string? PostalCode { get; init; }

    public required string City { get; init; }

    public required string? Region { get; init; }

    public required string Country { get; init; }

    public bool IsDefault { get; init; }
}

internal sealed record CustomerWire
{
    public required string Number { get; init; }

    public required string? ExternalReference { get; init; }

    public required string? CrmAccountId { get; init; }

    public required string Name { get; init; }

    public required CustomerStatusWire Status { get; init; }

    public required string Currency { get; init; }

    public required TermsWire Terms { get; init; }

    public required string? TaxNumber { get; init; }

    public required string? Email { get; init; }

    public required string? Phone { get; init; }

    public required IReadOnlyList<AddressWire> BillTos { get; init; }

    public required IReadOnlyList<AddressWire> ShipTos { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

internal sealed record NewCustomerWire
{
    public required string ExternalReference { get; init; }

    public required string CrmAccountId { get; init; }

    public required string Name { get; init; }

    public required string Currency { get; init; }

    public required string? Email { get; init; }

    public required string? Phone { get; init; }

    public required IReadOnlyList<AddressInputWire> BillTos { get; init; }

    public required IReadOnlyList<AddressInputWire> ShipTos { get; init; }
}

/// <summary>What is null is not sent, and so stays.</summary>
internal sealed record CustomerChangeWire
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Email { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Phone { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TaxNumber { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AddressInputWire>? BillTos { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AddressInputWire>? ShipTos { get; init; }
}

internal sealed record AddressInputWire(
    string? Id, string Name, string Line1, string? Line2, string? PostalCode, string City, string? Region, string Country, bool IsDefault);

internal enum CustomerStatusWire
{
    Active,
    OnHold,
    Closed,
}

internal sealed record TermsWire
{
    public required string Description { get; init; }
}
