using System.Text.Json;

namespace PortalIntegration.Connectors.Reference.Wire;

// The shapes of docs/contracts/crm.openapi.yaml, as far as the portal reads them.

internal sealed record AccountWire
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string? ErpCustomerNumber { get; init; }

    public required OwnerWire? Owner { get; init; }

    public required IReadOnlyList<AccountAddressWire> Addresses { get; init; }

    public required IReadOnlyDictionary<string, JsonElement> CustomFields { get; init; }

    public required long Version { get; init; }
}

internal sealed record OwnerWire
{
    public required string Id { get; init; }

    public required string Name { get; init; }
}

internal sealed record AccountAddressWire
{
    public required string Id { get; init; }

    public required AddressKindWire Kind { get; init; }

    public required string Line1 { get; init; }

    public required string? Line2 { get; init; }

    public required string? PostalCode { get; init; }

    public required string City { get; init; }

    public required string Country { get; init; }
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

    public required IReadOnlyList<string> AccountIds { get; init; }

    public required PortalAccessWire Portal { get; init; }
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

    public required string? ErpOrderNumber { get; init; }

    public required IReadOnlyList<OpportunityLineWire> Lines { get; init; }
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
