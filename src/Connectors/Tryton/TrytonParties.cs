using System.Globalization;
using System.Text.Json.Serialization;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>Customers: parties of Tryton's, known by their code.</summary>
internal sealed class TrytonParties(TrytonRpc rpc)
{
    /// <summary><see cref="Cause.NotFound"/> when no active party has this code.</summary>
    public async Task<Outcome<TRow>> Find<TRow>(PortCall call, CustomerNumber customer)
        where TRow : IdentifiedRow
    {
        var found = await rpc.Search<TRow>(call, "party.party", Domain.All(Domain.Is("code", customer.Value)), limit: 1);
        return found.Try(out var rows) && rows is []
            ? Outcome.Failed<TRow>(rpc.Failure(call, Cause.NotFound))
            : found.Select(given => given[0]);
    }
}

/// <summary>A record that is asked for by its id.</summary>
internal abstract record IdentifiedRow
{
    public required long Id { get; init; }
}

/// <summary>What pricing needs to know of a customer.</summary>
internal sealed record BuyerRow : IdentifiedRow
{
    public required string Code { get; init; }

    public required long? SalePriceList { get; init; }
}

internal record AddressRow
{
    public required long Id { get; init; }

    public required string? PartyName { get; init; }

    public required string? Name { get; init; }

    public required string? Street { get; init; }

    public required string? PostalCode { get; init; }

    public required string? City { get; init; }

    [JsonPropertyName("subdivision.")]
    public required SubdivisionRow? Subdivision { get; init; }

    [JsonPropertyName("country.")]
    public required CountryRow? Country { get; init; }

    /// <param name="party">Names the address where it has no name of its own.</param>
    public ErpAddress ToAddress(string party, bool isDefault = false) => new()
    {
        Id = Id.ToString(CultureInfo.InvariantCulture),
        Name = Name is { Length: > 0 } ? Name : PartyName is { Length: > 0 } ? PartyName : party,
        Lines = Street?.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
        PostalCode = PostalCode,
        City = City,
        Region = Subdivision?.Code,
        Country = Country?.Code,
        IsDefault = isDefault,
    };
}

internal sealed record SubdivisionRow(string Code);

internal sealed record CountryRow(string? Code);

internal sealed record NamedRow(string Name);
