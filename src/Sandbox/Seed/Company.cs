using System.Globalization;
using System.Text;

namespace PortalIntegration.Sandbox.Seed;

internal sealed record SeedAddress(string Id, string Name, string Line1, string? Line2, string PostalCode, string City, string? Region, string Country, bool IsDefault);

/// <summary>What is odd about a company, for the cases that a demo and tests need.</summary>
internal enum Oddity
{
    None,
    OverLimit,
    OnHold,
    NameDiffers,
    UnlimitedCredit,
    NotLinked,
    OnlyInCrm,
    Closed,
}

/// <summary>
/// A company that both systems know, each in its own way. The n-th is the same in every run and at every size.
/// </summary>
internal sealed record Company(
    int Index,
    Nation Nation,
    string ErpName,
    string CrmName,
    string Domain,
    string? TaxNumber,
    string Phone,
    Oddity Oddity,
    IReadOnlyList<SeedAddress> BillTos,
    IReadOnlyList<SeedAddress> ShipTos)
{
    private static readonly (string Country, string Name, int City)[] Known =
    [
        ("SE", "Lindqvist Maskin AB", 0),
        ("DE", "Weber & Söhne Anlagenbau GmbH", 0),
        ("FR", "Moreau Mécanique SARL", 0),
        ("PL", "Kowalski Hydraulika Sp. z o.o.", 0),
        ("PT", "Ferreira & Filhos Lda", 0),
        ("US", "Harlan Machine Works Inc.", 0),
        ("GB", "Whitfield Fluid Power Ltd", 0),
        ("FI", "Koskela Konepaja Oy", 0),
        ("CZ", "Dvořák Ložiska s.r.o.", 0),
    ];

    public string CustomerNumber => string.Create(CultureInfo.InvariantCulture, $"C-{10_001 + Index}");

    public string AccountId => string.Create(CultureInfo.InvariantCulture, $"acc-{Index + 1:00000}");

    public static Company At(int seed, int index)
    {
        var dice = Dice.For(seed, "company", index);
        var nation = index < Known.Length
            ? Nations.All.First(n => n.Country == Known[index].Country)
            : Nations.Weighted[dice.Below(Nations.Weighted.Count)];
        var city = index < Known.Length ? nation.Cities[Known[index].City] : dice.Pick(nation.Cities);
        var name = index < Known.Length ? Known[index].Name : MadeUpName(index, nation, city, ref dice);
        var oddity = OddityOf(index);
        var crmName = oddity == Oddity.NameDiffers ? SpeltOtherwise(name, city) : name;
        var domain = Slug(name) + ".example";
        var digits = dice.Between(100_000_000, 999_999_999).ToString(CultureInfo.InvariantCulture);
        var phone = string.Create(CultureInfo.InvariantCulture, $"{nation.PhoneCode} {dice.Between(20, 99)} {dice.Between(100_000, 999_999)}");

        var shipCount = index < 2 ? 3 : 1 + (dice.Chance(0.35) ? dice.Between(1, 3) : 0);
        var billCount = index < 3 || dice.Chance(0.12) ? 2 : 1;
        var head = Street(nation, ref dice);
        var billTos = Enumerable.Range(1, billCount).Select(i => new SeedAddress(
            $"B{i}",
            i == 1 ? name : $"{name}, Accounts payable",
            i == 1 ? head : $"PO Box {4_100 + index}",
            null,
            city.PostalCode,
            city.Name,
            city.Region,
            nation.Country,
            i == 1)).ToList();
        var shipTos = new List<SeedAddress>();
        for (var i = 1; i <= shipCount; i++)
        {
            // a branch may well lie abroad: taxes follow the place of delivery
            var abroad = i == 3 && index < 2;
            var where = abroad ? Nations.All[1] : nation;
            var place = i == 1 ? city : dice.Pick(where.Cities);
            shipTos.Add(new SeedAddress(
                $"S{i}",
                i == 1 ? name : $"{name}, {place.Name}",
                i == 1 ? head : Street(where, ref dice),
                dice.Chance(0.3) ? $"Gate {dice.Between(1, 9)}" : null,
                place.PostalCode,
                place.Name,
                place.Region,
                where.Country,
                i == 1));
        }

        return new Company(index, nation, name, crmName, domain, nation.TaxPrefix.Length == 0 ? null : nation.TaxPrefix + digits, phone, oddity, billTos, shipTos);
    }

    public static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (var c in text.Replace("ß", "ss", StringComparison.Ordinal).Replace('ł', 'l').Replace('Ł', 'L').Replace('ø', 'o').Replace('ı', 'i').Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                slug.Append(char.ToLowerInvariant(c));
            }
            else if (c is ' ' or '-' && slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        return slug.ToString().Trim('-');
    }

    private static Oddity OddityOf(int index) => index switch
    {
        2 => Oddity.OverLimit,
        3 => Oddity.OnHold,
        4 => Oddity.NameDiffers,
        5 => Oddity.UnlimitedCredit,
        6 => Oddity.NotLinked,
        7 => Oddity.OnlyInCrm,
        8 => Oddity.Closed,
        _ => (index % 60) switch
        {
            20 => Oddity.NameDiffers,
            30 => Oddity.UnlimitedCredit,
            40 => Oddity.NotLinked,
            50 => Oddity.OnHold,
            _ => Oddity.None,
        },
    };

    private static string MadeUpName(int index, Nation nation, City city, ref Dice dice)
    {
        var last = dice.Pick(nation.LastNames);
        var trade = dice.Pick(nation.Trades);
        var form = dice.Pick(nation.LegalForms);
        return (index % 4) switch
        {
            0 => $"{last} {trade} {form}",
            1 => $"{last} & {dice.Pick(nation.LastNames)} {trade} {form}",
            2 => $"{trade} {city.Name} {form}",
            _ => $"{last} {trade} {city.Name} {form}",
        };
    }

    private static string SpeltOtherwise(string name, City city)
    {
        var other = name.Replace("&", "e", StringComparison.Ordinal);
        return other == name ? $"{name} ({city.Name})" : other;
    }

    private static string Street(Nation nation, ref Dice dice) =>
        string.Format(CultureInfo.InvariantCulture, nation.StreetFormat, dice.Pick(nation.Streets), dice.Between(1, 140));
}

/// <summary>Somebody who works for a company, or for us.</summary>
internal sealed record SeedPerson(string Id, string Name, string Email, string Phone, string Title, string Language)
{
    private static readonly string[] Titles =
        ["Purchasing manager", "Head of maintenance", "Buyer", "Workshop manager", "Managing director", "Stores clerk", "Project engineer", "Controller"];

    /// <summary>The n-th contact; it works for company n modulo the number of companies.</summary>
    public static SeedPerson Contact(int seed, int index, Company company)
    {
        var dice = Dice.For(seed, "contact", index);

        // not everybody comes from where he works
        var nation = dice.Chance(0.75) ? company.Nation : dice.Pick(Nations.All);
        var (first, last) = index == 0 ? ("Ana", "Lindqvist") : (dice.Pick(nation.FirstNames), dice.Pick(nation.LastNames));
        var round = index < 1000 ? "" : (index % 97).ToString(CultureInfo.InvariantCulture);
        return new SeedPerson(
            string.Create(CultureInfo.InvariantCulture, $"con-{index + 1:00000}"),
            $"{first} {last}",
            $"{Company.Slug(first)}.{Company.Slug(last)}{round}@{company.Domain}",
            company.Phone + dice.Between(10, 99).ToString(CultureInfo.InvariantCulture),
            dice.Pick(Titles),
            company.Nation.Language);
    }

    public static SeedPerson User(int seed, int index)
    {
        var dice = Dice.For(seed, "user", index);
        var nation = Nations.All[index % Nations.All.Count];
        var first = nation.FirstNames[index / Nations.All.Count % nation.FirstNames.Length];
        var last = dice.Pick(nation.LastNames);
        return new SeedPerson(
            string.Create(CultureInfo.InvariantCulture, $"usr-{index + 1:000}"),
            $"{first} {last}",
            $"{Company.Slug(first)}.{Company.Slug(last)}@halden.example",
            string.Create(CultureInfo.InvariantCulture, $"+49 40 5500{100 + index}"),
            "Sales",
            "en");
    }
}
