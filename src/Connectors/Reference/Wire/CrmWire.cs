using System.Text.Json;
using System.Text.Json.Serialization;

namespace PortalIntegration.Connectors.Reference.Wire;

// The shapes of docs/contracts/crm.openapi.yaml, as far as the portal reads them.

internal sealed record AccountWire
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string? ErpCustomerNumber { get; init; }

    public required OwnerWire? Owner { get; init; }

    public required IReadOnlyList<AccountAddressWire> Addresses { get; init; }

    public required string? Email { get; init; }

    public required string? Phone { get; init; }

    public required IReadOnlyDictionary<string, JsonElement> CustomFields { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>What is null is not sent, and so stays.</summary>
internal sealed record AccountChangeWire
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ErpCustomerNumber { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, JsonElement>? CustomFields { get; init; }
}

internal sealed record AccountAddressInputWire(
    AddressKindWire Kind, string Name, string Line1, string? Line2, string? PostalCode, string City, string? Region, string Country, bool IsDefault);

internal sealed record ContactInputWire(string Name, string? Email, string? Phone, string AccountId);

internal sealed record OpportunityChangeWire(string ErpOrderNumber);

/// <summary>A page of what may be deleted too.</summary>
internal sealed record DeletablePageWire<T>
{
    public required IReadOnlyList<T> Items { get; init; }

    public required IReadOnlyList<TombstoneWire> Tombstones { get; init; }

    public required string? NextCursor { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public int? Total { get; init; }
}

internal sealed record SalesProductWire
{
    public required string Sku { get; init; }

    public required string Name { get; init; }

    public required string? Description { get; init; }

    public required string? Category { get; init; }

    public required string? Unit { get; init; }

    public required bool Active { get; init; }

    public required decimal? ListPrice { get; init; }

    public required string? Currency { get; init; }

    public required decimal? Available { get; init; }

    public required DateTimeOffset? StockAsOf { get; init; }

    public required long Version { get; init; }
}

internal sealed record SalesProductInputWire(
    string Name, string? Description, string? Category, string? Unit, bool Active, decimal? ListPrice, string? Currency, decimal? Available, DateTimeOffset? StockAsOf);

internal sealed record OwnerWire
{
    public required string Id { get; init; }

    public required string Name { get; init; }
}

internal sealed record AccountAddressWire
{
    public required string Id { get; init; }

    public required AddressKindWire Kind { get; init; }

    public required string Name { get; init; }

    public required string Line1 { get; init; }

    public required string? Line2 { get; init; }

    public required string? PostalCode { get; init; }

    public required string City { get; init; }

    public required string? Region { get; init; }

    public required string Country { get; init; }

    public required bool IsDefault { get; init; }

    public string? ErpAddressId { get; init; }
}

internal enum AddressKindWire
{
    Billing,
    Shipping,
}

internal sealed record ContactWire
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string? Email { get; init; }

    public required string? Phone { get; init; }

    public required IReadOnlyList<string> AccountIds { get; init; }

    public required PortalAccessWire Portal { get; init; }

    public required long Version { get; init; }
}

internal sealed record PortalAccessWire
{
    public required PortalRoleWire Role { get; init; }

    public required MoneyWire? OrderLimit { get; init; }
}

internal enum PortalRoleWire
{
    Buyer,
    Approver,
    Viewer,
    Rep,
    Admin,
    None,
}

internal sealed record MoneyWire
{
    public required decimal Amount { get; init; }

    public required string Currency { get; init; }
}

internal sealed record UserWire
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Email { get; init; }

    public required UserRoleWire Role { get; init; }

    public required bool Active { get; init; }
}

internal enum UserRoleWire
{
    Rep,
    Manager,
    Admin,
}

internal sealed record OpportunityWire
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string AccountId { get; init; }

    public required StageWire Stage { get; init; }

    public required decimal? Amount { get; init; }

    public required string Currency { get; init; }

    public required DateOnly? CloseOn { get; init; }

    public required string? PoNumber { get; init; }

    public required string? ShippingAddressId { get; init; }

    public required string? ErpOrderNumber { get; init; }

    public required IReadOnlyList<OpportunityLineWire> Lines { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

internal enum StageWire
{
    Prospecting,
    Qualification,
    Proposal,
    Negotiation,
    ClosedWon,
    ClosedLost,
}

internal sealed record OpportunityLineWire
{
    public required string Sku { get; init; }

    public required decimal Quantity { get; init; }

    public required string Unit { get; init; }
}

internal sealed record TimelinePageWire
{
    public required IReadOnlyList<TimelineEntryWire> Items { get; init; }

    public required string? NextCursor { get; init; }
}

internal sealed record TimelineEntryWire
{
    public required string ExternalKey { get; init; }

    public required string AccountId { get; init; }

    public required TimelineKindWire Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Title { get; init; }

    public required string? Text { get; init; }

    public required string? OrderNumber { get; init; }
}

internal enum TimelineKindWire
{
    Order,
    Shipment,
    Invoice,
    Return,
    Credit,
    Note,
}

internal sealed record TimelineEntryInputWire(TimelineKindWire Kind, DateTimeOffset At, string Title, string? Text, string? OrderNumber);
