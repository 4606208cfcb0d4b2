using PortalIntegration.Core.Accounts;

namespace PortalIntegration.Portal.Features.CompanyDetails;

/// <summary>An address in one line.</summary>
internal static class AddressWords
{
    public static string Of(AccountAddress address) => string.Join(", ", new[]
    {
        address.Name, string.Join(", ", address.Lines), $"{address.PostalCode} {address.City}".Trim(), address.Region, address.Country,
    }.Where(part => !string.IsNullOrWhiteSpace(part)));
}
