using System.Globalization;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>
/// Customers: the top partners of Odoo's hierarchies, known by their <c>ref</c>. Their contacts and addresses are partners below them.
/// </summary>
internal sealed class OdooPartners(OdooRpc rpc)
{
    /// <summary>The customer's number of an order or invoice, whomever of the customer's it is made out to.</summary>
    public const string CustomerNumber = "partner_id.commercial_partner_id.ref";

    /// <summary>
    /// <see cref="Cause.NotFound"/> when no active customer has this number; refused when several have, as Odoo does not keep it unique.
    /// </summary>
    public async Task<Outcome<TRow>> Find<TRow>(PortCall call, CustomerNumber customer)
        where TRow : OdooRow
    {
        var found = await rpc.Search<TRow>(
            call, "res.partner", Domain.All(Domain.Is("ref", customer.Value), Domain.IsEmpty("parent_id")), limit: 2);
        return !found.Try(out var rows) ? found.As<TRow>()
            : rows is [] ? Outcome.Failed<TRow>(rpc.Failure(call, Cause.NotFound))
            : rows is [var row] ? found.Select(_ => row)
            : Outcome.Failed<TRow>(rpc.Failure(call, Cause.Rejected, "Several partners have this customer's number.", "ambiguous_customer"));
    }

    /// <summary>By partner, who the customer is. One without a number is left out: the portal cannot name it.</summary>
    public async Task<Outcome<IReadOnlyDictionary<long, CustomerRow>>> Customers(PortCall call, IEnumerable<long> partners)
    {
        var asked = partners.ToHashSet();
        var read = await rpc.ReadIds<CommercialRow>(call, "res.partner", asked);
        if (!read.Try(out var rows))
        {
            return read.As<IReadOnlyDictionary<long, CustomerRow>>();
        }

        var companies = await rpc.ReadIds<CustomerRow>(call, "res.partner", rows.Values.Select(row => row.CommercialPartnerId.Id));
        return companies.Select<IReadOnlyDictionary<long, CustomerRow>>(known => rows.Values
            .Where(row => known[row.CommercialPartnerId.Id].Ref is not null)
            .ToDictionary(row => row.Id, row => known[row.CommercialPartnerId.Id]));
    }

    /// <summary>These partners as addresses, the first of each list being its default.</summary>
    public async Task<Outcome<IReadOnlyDictionary<long, ErpAddress>>> Addresses(PortCall call, IReadOnlyCollection<AddressRow> rows)
    {
        var countries = await rpc.ReadIds<CountryRow>(call, "res.country", rows.Select(row => row.CountryId?.Id).OfType<long>());
        return countries.Select<IReadOnlyDictionary<long, ErpAddress>>(known =>
            rows.ToDictionary(row => row.Id, row => row.ToAddress(row.CountryId is { } country ? known[country.Id].Code : null)));
    }

    /// <inheritdoc cref="Addresses(PortCall, IReadOnlyCollection{AddressRow})"/>
    public async Task<Outcome<IReadOnlyDictionary<long, ErpAddress>>> Addresses(PortCall call, IEnumerable<long> partners)
    {
        var read = await rpc.ReadIds<AddressRow>(call, "res.partner", partners);
        return read.Try(out var rows) ? await Addresses(call, [.. rows.Values]) : read.As<IReadOnlyDictionary<long, ErpAddress>>();
    }

    private sealed record CommercialRow : OdooRow
    {
        public required Ref CommercialPartnerId { get; init; }
    }

    private sealed record CountryRow : OdooRow
    {
        public required string? Code { get; init; }
    }
}

internal sealed record CustomerRow : OdooRow
{
    public required string? Ref { get; init; }

    public required string Name { get; init; }
}

internal record AddressRow : OdooRow
{
    /// <summary>An address may go without a name: then it is its company's.</summary>
    public required string? Name { get; init; }

    public required Ref CommercialPartnerId { get; init; }

    public required string? Street { get; init; }

    public required string? Street2 { get; init; }

    public required string? Zip { get; init; }

    public required string? City { get; init; }

    public required Ref? StateId { get; init; }

    public required Ref? CountryId { get; init; }

    public ErpAddress ToAddress(string? country) => new()
    {
        Id = Id.ToString(CultureInfo.InvariantCulture),
        Name = Name is { Length: > 0 } ? Name : CommercialPartnerId.Name,
        Lines = [.. new[] { Street, Street2 }.OfType<string>().Where(line => line.Length > 0)],
        PostalCode = Zip,
        City = City,
        Region = StateId?.Name,
        Country = country,
    };
}
