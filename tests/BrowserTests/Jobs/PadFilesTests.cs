using System.Text;
using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>The pad's lines as files: read and written by the browser, sent to nobody.</summary>
public sealed class PadFilesTests(Theatre theatre)
{
    private const float Patience = 60_000;

    [Fact]
    public async Task Upload_OfMoreThanAnOrderHolds_TakesFiveHundredSaysSoAndAnswersThemAll()
    {
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = await Open(buyer);
        var skus = (await theatre.Sandbox.Erp.Get("erp/v1/products?limit=200")).GetProperty("items").EnumerateArray().Select(product => product.GetProperty("sku").GetString()!).ToList();
        var lines = Enumerable.Range(0, 510).Select(at => $"{skus[at % skus.Count]};100");

        await Upload(page, "season.csv", "\uFEFFArtikel;Menge\r\n" + string.Join("\r\n", lines));

        await Expect(page.Locator("[data-say]")).ToContainTextAsync("500 lines uploaded", new() { Timeout = Patience });
        await Expect(page.Locator("[data-say]")).ToContainTextAsync("10 more were left out");
        await Expect(page.Locator(".basket-count")).ToHaveTextAsync("500");
        await Expect(page.Locator("[data-lines] .pad-name [data-name]:not([hidden])")).ToHaveCountAsync(500, new() { Timeout = Patience });
        await Expect(page.Locator("[data-lines] [data-cell=price][data-state=ok]")).ToHaveCountAsync(500, new() { Timeout = Patience });
        buyer.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task WhatIsDownloaded_IsHarmlessInASpreadsheet_AndComesBackAsItWas()
    {
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = await Open(buyer);
        await Upload(page, "old.txt", Encoding.Latin1.GetBytes("Grö-1\t5\tBX\r\n'=CMD(1)\t2\r\nA;4\ta dozen"));
        await Expect(page.Locator("[data-say]")).ToContainTextAsync("3 lines uploaded");

        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("[data-download]").ClickAsync());
        download.SuggestedFilename.ShouldBe("order-lines.csv");
        await using var stream = await download.CreateReadStreamAsync();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var text = await reader.ReadToEndAsync();
        text.ShouldBe("SKU;Quantity;Unit\r\nGrö-1;5;BX\r\n'=CMD(1);2;\r\n\"A;4\";a dozen;\r\n");

        await page.Locator("[data-empty]").ClickAsync();
        await Expect(page.Locator(".basket-count")).ToBeHiddenAsync();
        await Upload(page, "order-lines.csv", text);
        await Expect(page.Locator("[data-say]")).ToContainTextAsync("3 lines uploaded; the heading was left out");
        await Expect(page.Locator("[data-lines] [data-field=code]").Nth(1)).ToHaveValueAsync("=CMD(1)");
        await Expect(page.Locator("[data-lines] [data-field=code]").Nth(2)).ToHaveValueAsync("A;4");
        await Expect(page.Locator("[data-lines] [data-field=qty]").Nth(2)).ToHaveValueAsync("a dozen");
        buyer.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task Empty_TakesEveryLine_AndUndoBringsAllBackInTheirOrder()
    {
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = await Open(buyer);
        await Upload(page, "three.csv", "A-1,1\nA-2,2\nA-3,3");
        await Expect(page.Locator(".basket-count")).ToHaveTextAsync("3");

        await page.TabTo("[data-empty]");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-say]")).ToHaveTextAsync("The pad is empty: 3 lines removed.");
        await Expect(page.Locator("[data-lines] [data-id]")).ToHaveCountAsync(1);

        await page.Locator("[data-undo]").ClickAsync();
        await Expect(page.Locator("[data-say]")).ToHaveTextAsync("3 lines are back.");
        for (var line = 0; line < 3; line++)
        {
            await Expect(page.Locator("[data-lines] [data-field=code]").Nth(line)).ToHaveValueAsync($"A-{line + 1}");
        }

        buyer.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task WhatIsNoListOfLines_IsRefusedInWords_AndNothingIsLost()
    {
        await using var buyer = await theatre.Visit(People.Buyer);
        var page = await Open(buyer);
        await Upload(page, "one.csv", "A-1,1");
        await Upload(page, "film.csv", new byte[(1024 * 1024) + 1]);
        await Expect(page.Locator("[data-say]")).ToContainTextAsync("film.csv is larger than 1 MB");
        await Upload(page, "empty.csv", "\r\n\r\n");
        await Expect(page.Locator("[data-say]")).ToContainTextAsync("There are no lines in empty.csv");
        await Expect(page.Locator(".basket-count")).ToHaveTextAsync("1");
        buyer.ShouldHaveNoComplaints();
    }

    private static async Task<IPage> Open(Visitor buyer)
    {
        await buyer.Page.GotoAsync("/order-pad");
        await Expect(buyer.Page.Locator("[data-lines] [data-field=code]").First).ToBeVisibleAsync(new() { Timeout = Patience });
        return buyer.Page;
    }

    private static Task Upload(IPage page, string name, string text) => Upload(page, name, Encoding.UTF8.GetBytes(text));

    private static Task Upload(IPage page, string name, byte[] content) =>
        page.Locator("[data-upload]").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "text/csv", Buffer = content });
}
