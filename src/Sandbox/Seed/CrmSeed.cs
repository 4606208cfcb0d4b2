using System.Globalization;
using System.Text.Json;
using PortalIntegration.Sandbox.Crm;
using PortalIntegration.Sandbox.Erp.Catalogue;

namespace PortalIntegration.Sandbox.Seed;

/// <summary>Fills the CRM with what sales knows about the same companies.</summary>
internal static class CrmSeed
{
    private static readonly string[] Industries = ["Machine building", "Food and beverages", "Automotive", "Shipbuilding", "Energy", "Forestry", "Mining", "Packaging", "Trade", "Agriculture"];
    private static readonly string[] Wishes = ["Spare parts for line {0}", "Framework order {0}", "New conveyor, hall {0}", "Overhaul of press {0}", "Annual demand {0}", "Trial order {0}"];

    public static void Fill(CrmState state, SandboxOptions options, DateTimeOffset day)
    {
        lock (state.Gate)
        {
            state.Publishing = false;
            state.Clear();
            var reps = Users(state, options, day);
            var companies = Enumerable.Range(0, options.Accounts).Select(i => Company.At(options.Seed, i)).ToList();
            foreach (var company in companies)
            {
                state.Accounts.Put(Account(options.Seed, company, reps, day));
            }

            if (companies.Count > 0)
            {
                Contacts(state, options, companies, day);
                Opportunities(state, options, companies, reps, day);
            }

            Products(state, options, day);
            state.Publishing = true;
        }
    }

    private static List<User> Users(CrmState state, SandboxOptions options, DateTimeOffset day)
    {
        var reps = Math.Clamp(options.Accounts / 25, 3, 150);
        var users = Enumerable.Range(0, reps + 3).Select(i =>
        {
            var person = SeedPerson.User(options.Seed, i);
            return new User
            {
                Id = person.Id,
                Name = person.Name,
                Email = person.Email,
                Phone = person.Phone,
                Role = i < reps ? UserRole.Rep : i == reps ? UserRole.Manager : UserRole.Admin,
                Active = true,
                Version = 1,
                UpdatedAt = day.AddDays(-200).AddMinutes(i),
            };
        }).ToList();
        users.ForEach(state.Users.Put);
        return users.Where(u => u.Role == UserRole.Rep).ToList();
    }

    private static Owner OwnerOf(int company, List<User> reps)
    {
        var rep = reps[company % reps.Count];
        return new Owner(rep.Id, rep.Name, rep.Email);
    }

    private static Account Account(int seed, Company company, List<User> reps, DateTimeOffset day)
    {
        var dice = Dice.For(seed, "account", company.Index);
        AccountAddress Address(SeedAddress a, AddressKind kind) => new()
        {
            Id = $"adr-{company.Index + 1:00000}-{a.Id}",
            Kind = kind,
            Name = a.Name,
            Line1 = a.Line1,
            Line2 = a.Line2,
            PostalCode = a.PostalCode,
            City = a.City,
            Region = a.Region,
            Country = a.Country,
            IsDefault = a.IsDefault,
            ErpAddressId = company.Oddity is Oddity.OnlyInCrm or Oddity.NotLinked ? null : a.Id,
        };
        return new Account
        {
            Id = company.AccountId,
            Name = company.CrmName,
            ErpCustomerNumber = company.Oddity is Oddity.OnlyInCrm or Oddity.NotLinked ? null : company.CustomerNumber,
            Owner = OwnerOf(company.Index, reps),
            Email = $"office@{company.Domain}",
            Phone = company.Phone,
            Website = $"https://www.{company.Domain}",
            Industry = dice.Pick(Industries),
            Addresses = [.. company.BillTos.Select(a => Address(a, AddressKind.Billing)), .. company.ShipTos.Select(a => Address(a, AddressKind.Shipping))],
            CustomFields = new Dictionary<string, JsonElement?>(StringComparer.Ordinal)
            {
                ["segment"] = JsonSerializer.SerializeToElement(dice.Pick(["A", "B", "C"])),
                ["customerSince"] = JsonSerializer.SerializeToElement(DateOnly.FromDateTime(day.UtcDateTime).AddDays(-dice.Between(400, 4_000))),
            },
            Version = dice.Between(1, 8),
            UpdatedAt = day.AddMinutes(-dice.Between(1, 300 * 24 * 60)),
        };
    }

    private static void Contacts(CrmState state, SandboxOptions options, List<Company> companies, DateTimeOffset day)
    {
        for (var i = 0; i < options.Contacts; i++)
        {
            var company = companies[i % companies.Count];
            var round = i / companies.Count;
            var dice = Dice.For(options.Seed, "contact-role", i);
            var person = SeedPerson.Contact(options.Seed, i, company);
            var role = round switch
            {
                0 => PortalRole.Buyer,
                1 => PortalRole.Approver,
                2 when company.Index == 0 => PortalRole.Buyer, // his orders above a small limit wait for the approver of the same company
                2 => dice.Chance(0.7) ? PortalRole.Viewer : PortalRole.None,
                _ => dice.Pick([PortalRole.Buyer, PortalRole.Viewer, PortalRole.None]),
            };

            // some people buy for a sister company too
            string[] accounts = i % 23 == 1 && companies.Count > 1
                ? [company.AccountId, companies[(company.Index + 1) % companies.Count].AccountId]
                : [company.AccountId];
            var limit = round == 2 && company.Index == 0 ? new OrderLimit(250m, company.Nation.Currency)
                : role == PortalRole.Buyer && dice.Chance(0.4)
                ? new OrderLimit(dice.Pick([500m, 1_000m, 2_500m, 5_000m]), company.Nation.Currency)
                : null;
            if (company.Oddity is Oddity.UnlimitedCredit)
            {
                limit = null; // the company for whom nothing is too large
            }

            state.Contacts.Put(new Contact
            {
                Id = person.Id,
                Name = person.Name,
                Email = person.Email,
                Phone = person.Phone,
                Title = person.Title,
                AccountIds = accounts,
                Portal = new Portal(role, i == 0 ? null : limit),
                Language = person.Language,
                Version = dice.Between(1, 4),
                UpdatedAt = day.AddMinutes(-dice.Between(1, 300 * 24 * 60)),
            });
        }
    }

    private static void Opportunities(CrmState state, SandboxOptions options, List<Company> companies, List<User> reps, DateTimeOffset day)
    {
        var count = Math.Max(1, options.Accounts * 3 / 5);
        for (var i = 0; i < count; i++)
        {
            var dice = Dice.For(options.Seed, "opportunity", i);
            var company = companies[(i * 3) % companies.Count];
            var stage = dice.Pick(Enum.GetValues<Stage>());
            var lines = options.Skus == 0 ? [] : Enumerable.Range(1, dice.Between(1, 5)).Select(n => Line(options, n, ref dice, day)).ToList();
            state.Opportunities.Put(new Opportunity
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"opp-{i + 1:00000}"),
                Name = string.Format(CultureInfo.InvariantCulture, dice.Pick(Wishes), dice.Between(1, 40)),
                AccountId = company.AccountId,
                ContactId = company.Index < options.Contacts ? string.Create(CultureInfo.InvariantCulture, $"con-{company.Index + 1:00000}") : null,
                Owner = OwnerOf(company.Index, reps),
                Stage = stage,
                Probability = stage switch { Stage.ClosedWon => 100, Stage.ClosedLost => 0, _ => ((int)stage + 1) * 20 },
                Amount = lines.Sum(l => Math.Round((l.UnitPrice ?? 0) * l.Quantity, 2)),
                Currency = company.Nation.Currency,
                CloseOn = DateOnly.FromDateTime(day.UtcDateTime).AddDays(stage is Stage.ClosedWon or Stage.ClosedLost ? -dice.Between(1, 90) : dice.Between(3, 120)),
                PoNumber = stage == Stage.ClosedWon ? string.Create(CultureInfo.InvariantCulture, $"OP-{7_000 + i}") : null,
                ShippingAddressId = $"adr-{company.Index + 1:00000}-S1",
                ErpOrderNumber = null,
                Lines = lines,
                CustomFields = new Dictionary<string, JsonElement?>(StringComparer.Ordinal),
                Version = dice.Between(1, 5),
                UpdatedAt = day.AddMinutes(-dice.Between(1, 90 * 24 * 60)),
            });
        }
    }

    private static OpportunityLine Line(SandboxOptions options, int number, ref Dice dice, DateTimeOffset day)
    {
        var item = ItemSeed.At(options.Seed, dice.Below(options.Skus), day);
        var unit = item.Product.Units[0];
        return new OpportunityLine(
            number.ToString(CultureInfo.InvariantCulture),
            item.Key,
            item.Product.Name,
            unit.MinQuantity * dice.Between(1, 20),
            unit.Unit,
            Math.Round(item.ListPrice / item.PriceUnit * unit.Factor * 0.9m, 2));
    }

    /// <summary>Half of the articles, as they were some time ago: the portal brings them up to date.</summary>
    private static void Products(CrmState state, SandboxOptions options, DateTimeOffset day)
    {
        var names = Trade.Families.ToDictionary(f => f.Category, f => f.Name, StringComparer.Ordinal);
        for (var i = 0; i < options.Skus; i += 2)
        {
            var item = ItemSeed.At(options.Seed, i, day);
            state.Products.Put(new CrmProduct
            {
                Sku = item.Key,
                Name = item.Product.Name,
                Description = item.Product.Description,
                Category = names[item.Product.CategoryId],
                Unit = item.Product.BaseUnit,
                Active = item.Product.Status == ProductStatus.Active,
                ListPrice = Math.Round(item.ListPrice * 0.97m, 2),
                Currency = "EUR",
                Available = null,
                StockAsOf = null,
                Version = 1,
                UpdatedAt = day.AddDays(-120).AddSeconds(i),
            });
        }
    }
}
