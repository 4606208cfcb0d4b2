using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.UnitTests.Connectors.Reference;

/// <summary>Nonsense in any answer is a named failure of every port method, never a made-up value and never an exception.</summary>
public sealed class Fault43Tests(RecordedAnswers answers) : IClassFixture<RecordedAnswers>
{
    public static IEnumerable<TheoryDataRow<string>> Names => RecordedAnswers.Names;

    [Fact]
    public void Methods_AllOfThem_AreSpoiledHere() =>
        answers.Methods.Select(method => method.Name).Order().ShouldBe(Names.Select(row => row.Data).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Genuine_Answer_IsTaken(string name)
    {
        var method = answers.Method(name);

        (await answers.Replay(method, answers.Body(method))).ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Fault43_HtmlWith200_IsMalformed(string name)
    {
        var method = answers.Method(name);

        await Malformed(method, "<!doctype html><title>Login</title>", "text/html", "HTML");
        await Malformed(method, "<!doctype html><title>Login</title>", "application/json", "HTML that says it is JSON");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Fault43_CutOrEmptyBody_IsMalformed(string name)
    {
        var method = answers.Method(name);
        var body = answers.Body(method);

        foreach (var length in Enumerable.Range(0, 8).Select(part => body.Length * part / 8).Append(body.Length - 1))
        {
            await Malformed(method, body[..length], "application/json", $"{length} of {body.Length} characters");
        }

        await Malformed(method, "null", "application/json", "null");
        await Malformed(method, "[]", "application/json", "a list");
        await Malformed(method, "{}", "application/json", "nothing");
        await Malformed(method, body + "}", "application/json", "something behind it");
        (await answers.Replay(method, () => new HttpResponseMessage(HttpStatusCode.NoContent)))!.Cause.ShouldBe(Cause.Malformed);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Fault43_AnyFieldSpoiled_IsMalformedAndTheFieldIsNamed(string name)
    {
        var method = answers.Method(name);
        var body = answers.Body(method);
        var spoiled = Spoiler.Of(method.Wire, JsonNode.Parse(body)!).ToList();
        spoiled.Count.ShouldBeGreaterThan(3);

        var i = 0;
        await foreach (var failure in answers.ReplayAll(method, spoiled.Select(entry => entry.Body)))
        {
            var (what, field, _) = spoiled[i++];
            failure.ShouldNotBeNull($"{method}: {what}");
            failure.Cause.ShouldBe(Cause.Malformed, $"{method}: {what}");
            failure.Detail!.ShouldContain(field, Case.Insensitive, $"{what}: {failure.Detail}");
        }

        i.ShouldBe(spoiled.Count);
    }

    [Theory]
    [InlineData("Get products", "items[0].code", "\"other\"")]
    [InlineData("Get products", "items", "[]")]
    [InlineData("Changed products", "asOf", "\"0001-01-01T00:00:00Z\"")]
    [InlineData("Changed products", "asOf", "\"9999-12-31T23:59:59Z\"")]
    [InlineData("Quote", "validUntil", "\"9999-12-31T23:59:59\"")]
    [InlineData("Quote", "validUntil", "\"9999-12-31T23:59:59-99:00\"")]
    [InlineData("Quote", "validUntil", "\"1899-12-31T23:59:59Z\"")]
    [InlineData("Prices", "items[0].unitPrice", "1e15")]
    [InlineData("Search products", "items[0].units", "[]")]
    [InlineData("Search products", "items[0].units[0].increment", "0")]
    [InlineData("Search products", "items[0].units[0].minQuantity", "-1")]
    [InlineData("Search products", "items[0].units[0].factor", "0")]
    [InlineData("Search products", "items[0].units[0].decimals", "-1")]
    [InlineData("Search products", "items[0].sku", "\"\"")]
    [InlineData("Search products", "items[0].name", "\"\"")]
    [InlineData("Prices", "customerNumber", "\"C-0\"")]
    [InlineData("Prices", "currency", "\"euro\"")]
    [InlineData("Prices", "items", "[]")]
    [InlineData("Prices", "items[0].sku", "\"other\"")]
    [InlineData("Prices", "items[0].unitPrice", "-0.01")]
    [InlineData("Prices", "items[0].unitPrice", "null")]
    [InlineData("Prices", "items[0].unit", "null")]
    [InlineData("Prices", "items[0].extendedAmount", "-1")]
    [InlineData("Prices", "items[0].priceUnit", "0")]
    [InlineData("Prices", "items[0].quantity", "0")]
    [InlineData("Availability", "items", "[]")]
    [InlineData("Availability", "items[0].sku", "\"other\"")]
    [InlineData("Availability", "items[0].unit", "null")]
    [InlineData("Availability", "items[0].availableToPromise", "-1")]
    [InlineData("Availability", "items[0].warehouses[0].onHand", "-0.5")]
    [InlineData("Availability", "items[0].warehouses[0].availableToPromise", "-1")]
    [InlineData("Quote", "customerNumber", "\"C-0\"")]
    [InlineData("Quote", "lines", "[]")]
    [InlineData("Quote", "lines[0].lineId", "\"b\"")]
    [InlineData("Quote", "lines[0].sku", "\"other\"")]
    [InlineData("Quote", "lines[0].unitPrice", "null")]
    [InlineData("Quote", "lines[0].extendedAmount", "null")]
    [InlineData("Quote", "lines[0].extendedAmount", "-1")]
    [InlineData("Quote", "lines[0].discountPercent", "101")]
    [InlineData("Quote", "lines[0].backordered", "-1")]
    [InlineData("Quote", "total", "-1")]
    [InlineData("Quote", "credit.currency", "\"\"")]
    [InlineData("Create order", "externalReference", "\"W-other\"")]
    [InlineData("Create order", "externalReference", "null")]
    [InlineData("Create order", "customerNumber", "\"C-0\"")]
    [InlineData("Create order", "number", "\"\"")]
    [InlineData("Find order", "items[0].externalReference", "\"W-other\"")]
    [InlineData("Find order", "items[0].customerNumber", "\"C-0\"")]
    [InlineData("Get order", "lines[0].ordered", "-1")]
    [InlineData("Get order", "lines[0].shipped", "-1")]
    [InlineData("Get order", "lines[0].backordered", "-1")]
    [InlineData("Get order", "lines[0].unitPrice", "-1")]
    [InlineData("Get order", "shipments[0].lines[0].lineNumber", "99")]
    [InlineData("Get order", "shipments[0].trackingUrl", "\"javascript:alert(1)\"")]
    [InlineData("Get order", "shipments[0].trackingUrl", "\"/relative\"")]
    [InlineData("Get order", "currency", "\"\"")]
    [InlineData("Returnable", "orderNumber", "\"SO-0\"")]
    [InlineData("Returnable", "customerNumber", "\"\"")]
    [InlineData("Returnable", "lines[0].left", "-1")]
    [InlineData("Returnable", "reasons[0].code", "\"\"")]
    [InlineData("Create return", "externalReference", "\"W-other\"")]
    [InlineData("Create return", "customerNumber", "\"C-0\"")]
    [InlineData("Find return", "items[0].externalReference", "null")]
    [InlineData("Statement", "customerNumber", "\"C-0\"")]
    [InlineData("Statement", "currency", "\"eur\"")]
    [InlineData("Statement", "overdue", "-1")]
    [InlineData("Statement", "items[0].daysOverdue", "-1")]
    [InlineData("Order allowed", "orderNumber", "\"SO-0\"")]
    [InlineData("Order allowed", "customerNumber", "\"\"")]
    [InlineData("Order allowed", "lines[0].quantity.step", "0")]
    [InlineData("Order allowed", "lines[0].quantity.least", "0")]
    [InlineData("Change order", "number", "\"SO-0\"")]
    [InlineData("Cancel order", "number", "\"SO-0\"")]
    [InlineData("Backorders", "items[0].customerNumber", "\"C-0\"")]
    [InlineData("Backorders", "items[0].open", "0")]
    [InlineData("Backorders", "items[0].unit", "\"\"")]
    [InlineData("Backorders", "items[0].deliveries[0].quantity", "-1")]
    [InlineData("Search orders", "items[0].currency", "\"eur\"")]
    [InlineData("Credit", "customerNumber", "\"C-0\"")]
    [InlineData("Credit", "limit", "-1")]
    [InlineData("Credit signals", "items[0].customerNumber", "\"C-0\"")]
    [InlineData("Overdue", "items[0].customerNumber", "\"C-0\"")]
    [InlineData("Overdue", "items[0].currency", "\"eur\"")]
    [InlineData("Overdue", "items[0].overdue", "-1")]
    [InlineData("Overdue", "items[0].overdueSince", "null")]
    [InlineData("Order activity", "items[0].customerNumber", "\"C-0\"")]
    [InlineData("Order activity", "items[0].lateOrders", "-1")]
    [InlineData("Customer", "number", "\"C-0\"")]
    [InlineData("Customer", "shipTos[0].id", "null")]
    [InlineData("Customer", "billTos[0].id", "\"\"")]
    [InlineData("Invoices", "items[0].customerNumber", "\"C-0\"")]
    [InlineData("Invoice", "total", "-1")]
    [InlineData("Returns", "items[0].customerNumber", "\"C-0\"")]
    [InlineData("Return", "lines[0].quantity", "0")]
    [InlineData("Account", "id", "\"acc-other\"")]
    [InlineData("Account", "customFields.nested", "{}")]
    [InlineData("Contact", "id", "\"con-other\"")]
    [InlineData("Contact", "portal.orderLimit.amount", "-1")]
    [InlineData("Timeline", "items[0].accountId", "\"acc-other\"")]
    [InlineData("Put timeline", "externalKey", "\"other\"")]
    [InlineData("Opportunities", "items[0].accountId", "\"acc-other\"")]
    [InlineData("Opportunities", "items[0].amount", "-1")]
    public async Task Fault43_ValueWithoutSense_IsMalformed(string name, string field, string value)
    {
        var method = answers.Method(name);
        var root = JsonNode.Parse(answers.Body(method))!;
        Spoiler.Set(root, field, JsonNode.Parse(value));

        var failure = await Malformed(method, root.ToJsonString(), "application/json", $"{field} = {value}");

        failure.Detail!.ShouldNotContain("other", Case.Sensitive, "no value is repeated");
    }

    /// <summary>Where a system has no other way to say "never", it is the last day that there is: also where that is the next one in UTC.</summary>
    [Theory]
    [InlineData("Quote", "validUntil", "9999-12-31T23:59:59Z")]
    [InlineData("Quote", "validUntil", "9999-12-31T23:59:59.9999999Z")]
    [InlineData("Quote", "validUntil", "9999-12-31T23:59:59.9999999-05:00")]
    [InlineData("Quote", "validUntil", "9999-12-31T23:59:59+01:00")]
    [InlineData("Quotation", "validUntil", "9999-12-31T23:59:59Z")]
    [InlineData("Order allowed", "until", "9999-12-31T23:59:59Z")]
    public async Task EndThatIsNever_IsTaken(string name, string field, string value)
    {
        var method = answers.Method(name);
        var root = JsonNode.Parse(answers.Body(method))!;
        Spoiler.Set(root, field, value);

        (await answers.Replay(method, root.ToJsonString())).ShouldBeNull();
    }

    [Fact]
    public async Task Fault43_CustomFieldWithHalfALetter_IsMalformed()
    {
        var method = answers.Method("Account");
        var root = JsonNode.Parse(answers.Body(method))!;
        Spoiler.Set(root, "customFields", new JsonObject { ["x"] = "@@" });

        await Malformed(method, root.ToJsonString().Replace("@@", @"\ud800", StringComparison.Ordinal), "application/json", "half a letter");
    }

    [Fact]
    public async Task Fault43_TwoOrdersUnderOneReference_IsMalformed()
    {
        var method = answers.Method("Find order");
        var root = JsonNode.Parse(answers.Body(method))!;
        root["items"]!.AsArray().Add(root["items"]![0]!.DeepClone());

        await Malformed(method, root.ToJsonString(), "application/json", "two orders");
    }

    private async Task<Failure> Malformed(PortMethod method, string body, string mediaType, string what)
    {
        var failure = await answers.Replay(method, body, mediaType);
        failure.ShouldNotBeNull($"{method}: {what}");
        failure.Cause.ShouldBe(Cause.Malformed, $"{method}: {what}");
        failure.Detail.ShouldNotBeNullOrEmpty();
        return failure;
    }

    /// <summary>Spoils an answer in every way that its wire record knows: what is required goes, what may not be null is null, codes are unknown.</summary>
    private static class Spoiler
    {
        private static readonly NullabilityInfoContext _nullability = new();

        /// <returns>What was done, the field that must be named, and the spoiled body.</returns>
        public static IEnumerable<(string What, string Field, string Body)> Of(Type type, JsonNode root) => Within(type, root, root, "");

        public static void Set(JsonNode root, string path, JsonNode? value)
        {
            var dot = path.LastIndexOf('.');
            var parent = dot < 0 ? root : Find(root, path[..dot]);
            var last = path[(dot + 1)..];
            if (last.EndsWith(']'))
            {
                var bracket = last.IndexOf('[', StringComparison.Ordinal);
                parent[last[..bracket]]!.AsArray()[int.Parse(last[(bracket + 1)..^1], System.Globalization.CultureInfo.InvariantCulture)] = value;
            }
            else
            {
                parent[last] = value;
            }
        }

        private static JsonNode Find(JsonNode root, string path)
        {
            var node = root;
            foreach (var part in path.Split('.'))
            {
                var bracket = part.IndexOf('[', StringComparison.Ordinal);
                node = bracket < 0
                    ? node[part]!
                    : node[part[..bracket]]![int.Parse(part[(bracket + 1)..^1], System.Globalization.CultureInfo.InvariantCulture)]!;
            }

            return node;
        }

        private static IEnumerable<(string What, string Field, string Body)> Within(Type type, JsonNode node, JsonNode root, string at)
        {
            foreach (var property in type.GetProperties().Where(property => property.Name != "EqualityContract"))
            {
                var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
                var path = at.Length == 0 ? name : $"{at}.{name}";
                if (!node.AsObject().TryGetPropertyValue(name, out var value))
                {
                    continue; // optional, and not in this answer
                }

                if (property.GetCustomAttribute<RequiredMemberAttribute>() is not null)
                {
                    yield return ($"{path} left out", name, Changed(root, clone => (at.Length == 0 ? clone : Find(clone, at)).AsObject().Remove(name)));
                }

                if (_nullability.Create(property).WriteState == NullabilityState.NotNull)
                {
                    yield return ($"{path} is null", name, Changed(root, clone => Set(clone, path, null)));
                }

                var plain = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
                foreach (var wrong in Wrong(plain))
                {
                    yield return ($"{path} is {wrong}", name, Changed(root, clone => Set(clone, path, JsonNode.Parse(wrong))));
                }

                if (value is JsonArray { Count: > 0 } array && plain.IsGenericType)
                {
                    yield return ($"{path}[0] is null", name, Changed(root, clone => Set(clone, $"{path}[0]", null)));
                    var item = plain.GetGenericArguments()[0];
                    if (array[0] is JsonObject)
                    {
                        foreach (var deeper in Within(item, array[0]!, root, $"{path}[0]"))
                        {
                            yield return deeper;
                        }
                    }
                }
                else if (value is JsonObject && plain.Name.EndsWith("Wire", StringComparison.Ordinal))
                {
                    foreach (var deeper in Within(plain, value, root, path))
                    {
                        yield return deeper;
                    }
                }
            }
        }

        private static string[] Wrong(Type type) => type switch
        {
            { IsEnum: true } => ["\"noSuchCode\"", "\"\"", "1", "true"],
            _ when type == typeof(string) => ["12", "{}"],
            _ when type == typeof(decimal) => ["\"12\"", "true", "1e999"],
            _ when type == typeof(int) || type == typeof(long) => ["\"12\"", "1.5", "99999999999999999999"],
            _ when type == typeof(bool) => ["\"yes\"", "1"],
            _ when type == typeof(DateTimeOffset) => ["\"2026-03-02T08:00:00\"", "\"2026-03-02\"", "\"soon\"", "1772438400"],
            _ when type == typeof(DateOnly) => ["\"2026-02-30\"", "\"02.03.2026\"", "\"\""],
            _ => ["\"text\"", "7"],
        };

        private static string Changed(JsonNode root, Action<JsonNode> change)
        {
            var clone = root.DeepClone();
            change(clone);
            return clone.ToJsonString();
        }
    }
}
