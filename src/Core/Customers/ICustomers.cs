using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Customers;

/// <summary>The customer as the ERP knows it: where to ship, whom to bill, on which terms.</summary>
public interface ICustomers
{
    Task<Outcome<Customer>> Get(Scope scope, CustomerNumber customer, CancellationToken cancel = default);
}

public sealed record Customer
{
    public required CustomerNumber Number { get; init; }

    public required string Name { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    public string? PaymentTerms { get; init; }

    public IReadOnlyList<ErpAddress> ShipTos { get; init; } = [];

    public IReadOnlyList<ErpAddress> BillTos { get; init; } = [];

    /// <summary>The link to the CRM, where the ERP holds one.</summary>
    public AccountId? Account { get; init; }
}

/// <summary>An address as the ERP holds it, chosen by its id.</summary>
public sealed record ErpAddress
{
    /// <summary>Null only in an order whose address was typed in for it alone; never null among a customer's addresses.</summary>
    public required string? Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Street and what else stands above the city, line by line.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    public string? PostalCode { get; init; }

    public string? City { get; init; }

    public string? Region { get; init; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string? Country { get; init; }

    public bool IsDefault { get; init; }
}
