using System.Text.Json;
using System.Text.Json.Serialization;
using PortalIntegration.Sandbox.Storage;

namespace PortalIntegration.Sandbox.Crm;

internal enum AddressKind
{
    Billing,
    Shipping,
}

internal enum PortalRole
{
    Buyer,
    Approver,
    Viewer,
    Rep,
    Admin,
    None,
}

internal enum UserRole
{
    Rep,
    Manager,
    Admin,
}

internal enum Stage
{
    Prospecting,
    Qualification,
    Proposal,
    Negotiation,
    ClosedWon,
    ClosedLost,
}

internal enum TimelineKind
{
    Order,
    Shipment,
    Invoice,
    Return,
    Credit,
    Note,
}

internal sealed record Owner(string Id, string Name, string Email);

internal sealed record AccountAddress
{
    public required string Id { get; init; }

    public required AddressKind Kind { get; init; }

    public required string Name { get; init; }

    public required string Line1 { get; init; }

    public string? Line2 { get; init; }

    public string? PostalCode { get; init; }

    public required string City { get; init; }

    public string? Region { get; init; }

    public required string Country { get; init; }

    public bool IsDefault { get; init; }

    public string? ErpAddressId { get; init; }
}

internal sealed record Account : IRow
{
    public required string Id { get; init; }

    [JsonIgnore]
    public string Key => Id;

    public required string Name { get; init; }

    public string? ErpCustomerNumber { get; init; }

    public Owner? Owner { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public string? Website { get; init; }

    public string? Industry { get; init; }

    public required IReadOnlyList<AccountAddress> Addresses { get; init; }

    public required IReadOnlyDictionary<string, JsonElement?> CustomFields { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

internal sealed record OrderLimit(decimal Amount, string Currency);

internal sealed record Portal(PortalRole Role, OrderLimit? OrderLimit);

internal sealed record Contact : IRow
{
    public required string Id { get; init; }

    [JsonIgnore]
    public string Key => Id;

    public required string Name { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public string? Title { get; init; }

    public required IReadOnlyList<string> AccountIds { get; init; }

    public required Portal Portal { get; init; }

    public string? Language { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

internal sealed record User : IRow
{
    public required string Id { get; init; }

    [JsonIgnore]
    public string Key => Id;

    public required string Name { get; init; }

    public required string Email { get; init; }

    public string? Phone { get; init; }

    public required UserRole Role { get; init; }

    public required bool Active { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

internal sealed record OpportunityLine(string LineId, string Sku, string? Description, decimal Quantity, string Unit, decimal? UnitPrice);

internal sealed record Opportunity : IRow
{
    public required string Id { get; init; }

    [JsonIgnore]
    public string Key => Id;

    public required string Name { get; init; }

    public required string AccountId { get; init; }

    public string? ContactId { get; init; }

    public Owner? Owner { get; init; }

    public required Stage Stage { get; init; }

    public int? Probability { get; init; }

    public decimal? Amount { get; init; }

    public required string Currency { get; init; }

    public DateOnly? CloseOn { get; init; }

    public string? PoNumber { get; init; }

    public string? ShippingAddressId { get; init; }

    public string? ErpOrderNumber { get; init; }

    public required IReadOnlyList<OpportunityLine> Lines { get; init; }

    public required IReadOnlyDictionary<string, JsonElement?> CustomFields { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

internal sealed record TimelineEntry
{
    public required string ExternalKey { get; init; }

    public required string AccountId { get; init; }

    public required TimelineKind Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Title { get; init; }

    public string? Text { get; init; }

    public string? OrderNumber { get; init; }

    public string? OpportunityId { get; init; }

    public string? Url { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

internal sealed record CrmProduct : IRow
{
    public required string Sku { get; init; }

    [JsonIgnore]
    public string Key => Sku;

    public required string Name { get; init; }

    public string? Description { get; init; }

    public string? Category { get; init; }

    public string? Unit { get; init; }

    public required bool Active { get; init; }

    public decimal? ListPrice { get; init; }

    public string? Currency { get; init; }

    public decimal? Available { get; init; }

    public DateTimeOffset? StockAsOf { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
