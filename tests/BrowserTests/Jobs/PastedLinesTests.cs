using PortalIntegration.BrowserTests.Stage;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>Lines as they come from spreadsheets, files and mails, read by the browser's own module.</summary>
public sealed class PastedLinesTests(Theatre theatre)
{
    [Fact]
    public async Task Parse_WhatPeopleCopy_IsReadLineByLine()
    {
        (string Text, string Lines)[] cases =
        [
            ("A-1\t5\nB-2\t6", "A-1|5| B-2|6|"),
            ("A-1\t5\tBX\r\nB-2\t6", "A-1|5|BX B-2|6|"),
            ("SKU\tQty\nA-1\t5", "A-1|5|"),
            ("Artikel;Menge\nA-1;1.000,5", "A-1|1.000,5|"),
            ("A-1 5\nA-2 1,5", "A-1|5| A-2|1,5|"),
            ("A-1, 7", "A-1|7|"),
            ("\"A,4\",8", "A,4|8|"),
            ("3 x A-5\n4 A-6", "A-5|3| A-6|4|"),
            ("A-1\n\n\nA-2", "A-1|| A-2||"),
            ("A-1\ta dozen\nA-2\t2", "A-1|a dozen| A-2|2|"),
            ("4711\t12\n4712\t13", "4711|12| 4712|13|"),
        ];
        await using var visitor = await Visitor.Unknown(theatre.Chromium, theatre.Portal.Address);
        await visitor.Page.GotoAsync("/sign-in");
        foreach (var (text, lines) in cases)
        {
            var read = await visitor.Page.EvaluateAsync<string>(
                "async text => (await import('/js/pasted-lines.js')).parse(text).lines.map(line => [line.code, line.qty, line.unit].join('|')).join(' ')", text);
            read.ShouldBe(lines, text);
        }
    }
}
