using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Customers;

/// <summary>The customer as the ERP knows it: where to ship, whom to bill, on which terms.</summary>
public interface ICustomers
{
    Task<Outcome<Customer>> Get(Scope scope, CustomerNumber customer, CancellationToken cancel = default);

    /// <summary>The customer whose link names this account of the CRM; a success with null when there is none. The portal's own work only.</summary>
    Task<Outcome<Customer?>> FindByAccount(Scope scope, AccountId account, CancellationToken cancel = default);

    /// <summary>
    /// Creates the counterpart of an account of the CRM, linked to it. Whenever the failure says <see cref="Failure.MayHaveTakenEffect"/>, ask
    /// <see cref="FindByAccount"/> before any second try. The portal's own work only.
    /// </summary>
    Task<Outcome<Customer>> Create(Scope scope, NewCustomer customer, CancellationToken cancel = default);

    /// <summary>
    /// Changes what is named and nothing else. <see cref="Cause.Stale"/> when the customer was changed since <paramref name="version"/> was read. The
    /// portal's own work only.
    /// </summary>
    /// <param name="version"><see cref="Customer.Version"/> as read; null where the system has none.</param>
    Task<Outcome<Customer>> Update(Scope scope, CustomerNumber customer, CustomerChange change, string? version, CancellationToken cancel = default);

    /// <summary>Numbers of customers changed since the cursor (null: from now on), for systems polled for changes. The portal's own work only.</summary>
    Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel = default);
}

/// <summary>A customer to be made in the ERP for an account of the CRM.</summary>
public sealed record NewCustomer
{
    /// <summary>Names it in the ERP, where it is unique: the account's id.</summary>
    public required AccountId Account { get; init; }

    /// <summary>1 to 120 characters.</summary>
    public required string Name { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<ErpAddress> ShipTos { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<ErpAddress> BillTos { get; init; }
}

/// <summary>What to change about a customer. Null leaves a thing as it is.</summary>
public sealed record CustomerChange
{
    public string? Name { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public string? TaxNumber { get; init; }

    /// <summary>The whole list, by the ERP's ids; one without an id is new. Never empty.</summary>
    public IReadOnlyList<ErpAddress>? ShipTos { get; init; }

    /// <inheritdoc cref="ShipTos"/>
    public IReadOnlyList<ErpAddress>? BillTos { get; init; }
}

public sealed record Customer
{
    public required CustomerNumber Number { get; init; }

    public required string Name { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    public string? PaymentTerms { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public string? TaxNumber { get; init; }

    public IReadOnlyList<ErpAddress> ShipTos { get; init; } = [];

    public IReadOnlyList<ErpAddress> BillTos { get; init; } = [];

    /// <summary>The link to the CRM, where the ERP holds one.</summary>
    public AccountId? Account { get; init; }

    /// <summary>The version that a change must name (an ETag); null where the system has none.</summary>
    public string? Version { get; init; }
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
