using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Core;

namespace PortalIntegration.UnitTests.Connectors.Http;

/// <summary>What systems call things is text, and turns nothing around it: whatever a connector asks, it comes in by one door.</summary>
public sealed class ForeignTextTests
{
    /// <summary>Every character that is left out, and such as stay.</summary>
    private const string Letters = "\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\u200B\u2060\uFEFF\u2028\u2029\0\u0001\b\f\u001B\u001F\u007F\u0080\u0085\u009F"
        + "aZ \"\\/\t\n\r\u200C\u200D\u200E\u200F\u00A0\u00C2\u00E2\u00EF\u05D0\u0627\u2027\u202F\u2065\u206A\uFEFE\uFF01\u4E2D\U0001F600";

    private static readonly byte[] Beginnings = [(byte)'\\', (byte)'u', (byte)'2', (byte)'0', 0x7F, 0xC2, 0xE2, 0x80, 0xAE, 0xEF, 0xBB, 0xBF];

    [Theory]
    [InlineData("{\"name\":\"Gate \u202E3\u2069 \u200BEast\"}", "{\"name\":\"Gate 3 East\"}")]
    [InlineData("{\"name\":\"Gate \\u202e3\\u2069 \\u200BEast\"}", "{\"name\":\"Gate 3 East\"}")]
    [InlineData("{\"name\":\"a\\u0000b\\bc\u0085d\\u2028e\"}", "{\"name\":\"a b c d e\"}")]
    [InlineData("{\"path\":\"C:\\\\u202e\\\\\"}", "{\"path\":\"C:\\\\u202e\\\\\"}")]
    [InlineData("{\"notes\":\"one\\ntwo\\tthree \u05D0\u05D1 \u0645\u06CC\u200C\u062E\"}", "{\"notes\":\"one\\ntwo\\tthree \u05D0\u05D1 \u0645\u06CC\u200C\u062E\"}")]
    [InlineData("\"half \\u20", "\"half \\u20")]
    [InlineData("\\", "\\")]
    public void Clean_LeavesOutWhatTurnsALine_AndNothingElse(string json, string clean) =>
        Encoding.UTF8.GetString(ForeignText.Clean(Encoding.UTF8.GetBytes(json))).ShouldBe(clean);

    [Fact]
    public void Clean_OfNothingToLeaveOut_IsTheSame()
    {
        var json = Encoding.UTF8.GetBytes("{\"name\":\"G\u00F6teborg \\u00e5 \U0001F600\"}");
        ForeignText.Clean(json).ShouldBeSameAs(json);
    }

    [Fact]
    public void Clean_OfAnyText_IsTheTextWithoutThose_HoweverItIsWritten()
    {
        var random = new Random(20260302);
        var runes = Letters.EnumerateRunes().ToArray();
        for (var trial = 0; trial < 5_000; trial++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(0, 40)).Select(_ => runes[random.Next(runes.Length)].ToString()));
            var json = Written(text, random);
            JsonSerializer.Deserialize<string>(json).ShouldBe(text, "the trial itself");

            JsonSerializer.Deserialize<string>(ForeignText.Clean(Encoding.UTF8.GetBytes(json))).ShouldBe(PlainText.Clean(text), $"trial {trial}: {json}");
        }
    }

    [Fact]
    public void Clean_OfAnyBytes_EndsAndGrowsNothing()
    {
        var random = new Random(7);
        for (var trial = 0; trial < 5_000; trial++)
        {
            var bytes = new byte[random.Next(0, 30)];
            random.NextBytes(bytes);
            for (var at = 0; at < bytes.Length; at++)
            {
                bytes[at] = random.Next(3) == 0 ? Beginnings[random.Next(Beginnings.Length)] : bytes[at];
            }

            ForeignText.Clean(bytes).Length.ShouldBeLessThanOrEqualTo(bytes.Length);
        }
    }

    [Fact]
    public async Task Answer_OfASystem_ComesInWithoutThem_AndAFileAsItIs()
    {
        const string name = "Gate\u202E3";
        await using var json = await LocalServer.Start(context =>
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            return context.Response.WriteAsync($"\"{name}\"");
        });
        using var system = new LocalSystem(json.Address);
        (await system.Read()).Value.ShouldBe("\"Gate3\"");

        await using var file = await LocalServer.Start(context =>
        {
            context.Response.ContentType = "application/pdf";
            return context.Response.WriteAsync(name);
        });
        using var other = new LocalSystem(file.Address);
        (await other.Read()).Value.ShouldBe(name);
    }

    [Theory]
    [InlineData("INV-2026/17", ".pdf", "INV-2026_17.pdf")]
    [InlineData("a\r\nSet-Cookie: x=y", ".pdf", "a__Set-Cookie__x_y.pdf")]
    [InlineData("cod.\u202Efdp\"; filename=\"x", ".exe", "cod._fdp___filename__x.exe")]
    [InlineData("Gr\u00F6\u00DFe\0", "", "Gr__e_")]
    public void FileName_OfAnyKey_IsPlain(string key, string extension, string name) => PlainText.FileName(key, extension).ShouldBe(name);

    /// <summary>As systems write it: some of it as it is, some as escapes, and what must be escaped always.</summary>
    private static string Written(string text, Random random)
    {
        var json = new StringBuilder("\"");
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '"' or '\\' => json.Append('\\').Append(letter),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                < ' ' => json.Append("\\u").Append(((int)letter).ToString("x4", CultureInfo.InvariantCulture)),
                _ when !char.IsSurrogate(letter) && random.Next(2) == 0 => json.Append("\\u").Append(((int)letter).ToString("X4", CultureInfo.InvariantCulture)),
                _ => json.Append(letter),
            };
        }

        return json.Append('"').ToString();
    }
}
