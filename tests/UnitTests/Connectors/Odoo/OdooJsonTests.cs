using System.Text.Json;
using PortalIntegration.Connectors.Odoo;
using PortalIntegration.Connectors.Odoo.Wire;

namespace PortalIntegration.UnitTests.Connectors.Odoo;

/// <summary>Odoo's JSON: what is empty is <c>false</c>, whatever its type.</summary>
public sealed class OdooJsonTests
{
    [Fact]
    public void Row_AllSet_IsRead()
    {
        var row = Read("""
            {"id": 7, "name": "Bolt", "note": "x", "amount_total": 21.560000000000002, "partner_id": [4, "Elbe"], "owner_id": [5, "Anna"],
             "day": "2026-11-20", "write_date": "2026-11-20 23:59:58", "limit": 12.5, "state": "to invoice", "data": "aGk="}
            """);

        row.ShouldBe(new Row
        {
            Id = 7, Name = "Bolt", Note = "x", AmountTotal = 21.56m, PartnerId = new Ref(4, "Elbe"), OwnerId = new Ref(5, "Anna"),
            Day = new DateOnly(2026, 11, 20), WriteDate = new DateTimeOffset(2026, 11, 20, 23, 59, 58, TimeSpan.Zero), Limit = 12.5m,
            State = Invoicing.ToInvoice, Data = row.Data,
        });
        row.Data.ShouldBe("hi"u8.ToArray());
    }

    [Fact]
    public void Row_EmptyWhereItMayBe_IsNull()
    {
        var row = Read(Genuine("note", "false", "owner_id", "false", "day", "false", "limit", "false", "data", "false"));

        (row.Note, row.OwnerId, row.Day, row.Limit, row.Data).ShouldBe((null, null, null, null, null));
    }

    [Theory]
    [InlineData("name", "false")] // empty where it may not be
    [InlineData("name", "17")]
    [InlineData("name", null)] // missing
    [InlineData("note", null)]
    [InlineData("note", "true")]
    [InlineData("amount_total", "false")]
    [InlineData("amount_total", "\"12\"")]
    [InlineData("amount_total", "1e300")]
    [InlineData("partner_id", "false")]
    [InlineData("partner_id", "4")]
    [InlineData("partner_id", "[4]")]
    [InlineData("partner_id", "[\"4\", \"Elbe\"]")]
    [InlineData("partner_id", "[4, false]")]
    [InlineData("day", "\"20.11.2026\"")]
    [InlineData("day", "\"2026-13-01\"")]
    [InlineData("write_date", "\"2026-11-20\"")]
    [InlineData("write_date", "\"2026-11-20 25:00:00\"")]
    [InlineData("write_date", "false")]
    [InlineData("limit", "true")]
    [InlineData("limit", "\"x\"")]
    [InlineData("state", "\"unheard of\"")]
    [InlineData("state", "1")]
    [InlineData("data", "\"no base64!\"")]
    [InlineData("id", "\"7\"")]
    public void Row_Nonsense_IsNoRow(string field, string? value) => Should.Throw<JsonException>(() => Read(Genuine(field, value)));

    [Fact]
    public void Values_ToOdoo_AreInItsForms()
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["at"] = new DateTimeOffset(2026, 11, 20, 12, 30, 0, TimeSpan.FromHours(2)), ["day"] = new DateOnly(2026, 1, 2), ["who"] = new Ref(4, "Elbe"), ["text"] = "Größe",
        };

        JsonSerializer.Serialize(values, OdooJson.Options).ShouldBe("""{"at":"2026-11-20 10:30:00","day":"2026-01-02","who":4,"text":"Größe"}""");
    }

    [Fact]
    public void Fields_OfARow_AreItsNamesInSnakeCaseWithoutTheId() =>
        Fields<Row>.Names.ShouldBe(["amount_total", "data", "day", "limit", "name", "note", "owner_id", "partner_id", "state", "write_date"]);

    private static Row Read(string json) => JsonSerializer.Deserialize<Row>(json, OdooJson.Options)!;

    /// <param name="changes">Field, value; null for a value takes the field away.</param>
    private static string Genuine(params string?[] changes)
    {
        var fields = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["id"] = "7", ["name"] = "\"Bolt\"", ["note"] = "\"x\"", ["amount_total"] = "1", ["partner_id"] = "[4, \"Elbe\"]", ["owner_id"] = "[5, \"Anna\"]",
            ["day"] = "\"2026-11-20\"", ["write_date"] = "\"2026-11-20 23:59:58\"", ["limit"] = "1", ["state"] = "\"no\"", ["data"] = "\"aGk=\"",
        };
        foreach (var change in changes.Chunk(2))
        {
            fields[change[0]!] = change[1];
        }

        return $"{{{string.Join(',', fields.Where(field => field.Value is not null).Select(field => $"\"{field.Key}\":{field.Value}"))}}}";
    }

    private sealed record Row : OdooRow
    {
        public required string Name { get; init; }

        public required string? Note { get; init; }

        public required decimal AmountTotal { get; init; }

        public required Ref PartnerId { get; init; }

        public required Ref? OwnerId { get; init; }

        public required DateOnly? Day { get; init; }

        public required DateTimeOffset WriteDate { get; init; }

        public required decimal? Limit { get; init; }

        public required Invoicing State { get; init; }

        public required byte[]? Data { get; init; }
    }
}
