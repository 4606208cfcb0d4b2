using System.Diagnostics;
using System.Text.Json;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.UnitTests.Portal;

/// <summary>Files of lines, read and written by the browser's own modules under Node, with little memory and little time.</summary>
public sealed class PadFilesTests
{
    private const string Prelude = """
        import { read, ofText, write } from './pad-files.js';
        import { parse } from './pasted-lines.js';
        const file = content => { const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : Uint8Array.from(content); return { size: bytes.length, arrayBuffer: async () => bytes.buffer }; };
        const told = answer => answer.refused ?? `${answer.lines.length}+${answer.left}`;

        """;

    /// <summary>None takes a second, and 64 MB are enough for all: what is no list of lines is refused with a reason that has a sentence of its own.</summary>
    [Theory]
    [InlineData("one line of a megabyte", "file('A'.repeat(1_000_000))", "notLines")]
    [InlineData("a million columns", "file(';'.repeat(1_000_000))", "notLines")]
    [InlineData("a million tabs", "file('\\t'.repeat(1_000_000))", "notLines")]
    [InlineData("quotes without end", "file('\"'.repeat(1_000_000))", "notLines")]
    [InlineData("a quote that swallows the rest", "file('\"A;1\\n'.repeat(2))", "2+0")]
    [InlineData("blanks that a pattern could walk through twice", "file('1' + ' '.repeat(900_000) + 'a b')", "notLines")]
    [InlineData("the same, row by row", "file(('1' + ' '.repeat(1_990) + 'a b\\n').repeat(500))", "500+0")]
    [InlineData("half a million lines", "file('A\\n'.repeat(500_000))", "500+499500")]
    [InlineData("ten megabytes, which are not even read", "{ size: 10 * 1024 * 1024, arrayBuffer: () => { throw new Error('read'); } }", "tooLarge")]
    [InlineData("NUL bytes", "file([65, 0, 59, 49, 10])", "unreadable")]
    [InlineData("a picture", "file([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D])", "unreadable")]
    [InlineData("UTF-16 that says so", "file([0xFF, 0xFE, 65, 0, 59, 0, 49, 0, 10, 0])", "1+0")]
    [InlineData("UTF-16 that does not", "file([65, 0, 59, 0, 49, 0, 10, 0])", "unreadable")]
    [InlineData("what spreadsheets in the west save", "file([0x47, 0x72, 0xF6, 0xDF, 0x65, 59, 49, 10])", "1+0")]
    [InlineData("nothing", "file('')", "0+0")]
    public async Task File_WhateverIsInIt_IsReadOrRefusedInBoundedTimeAndMemory(string what, string content, string expected)
    {
        var (answer, took) = await Run($"console.log(told(await read({content})))");

        answer.Trim().ShouldBe(expected, what);
        took.ShouldBeLessThan(TimeSpan.FromSeconds(20), what); // a pattern that is walked twice takes minutes
    }

    [Fact]
    public async Task Pasted_TooMuch_IsRefusedLikeAFile()
    {
        var (answer, _) = await Run("console.log(told(ofText('A\\n'.repeat(1_000_000))), told(ofText('A;'.repeat(1_000))), told(ofText('A\\u0000;1')), told(ofText('A-1\\t5\\nB-2\\t6')))");
        answer.Trim().ShouldBe("tooLarge notLines unreadable 2+0");
    }

    [Fact]
    public async Task Written_NoCellIsAFormula_NumbersStayNumbers_AndItReadsBackTheSame()
    {
        string[] codes =
        [
            "=1+1", "+49 30 123", "-A", "@SUM(A1)", "=cmd|' /C calc'!A0", "＝1+1", "＋A", "－A", "＠A", "|A", "%A", "'=A", "''=A", "'quoted", "A;B", "A\"B", "\"A\"", "A,B", "0012", "4711", "-5", "+5", "Größe", "A-1", "12 34",
        ];
        var script = $$"""
            const codes = {{JsonSerializer.Serialize(codes)}};
            const lines = codes.map((code, at) => ({ code, qty: at % 3 === 0 ? '-5' : at % 3 === 1 ? '1.000,5' : 'a dozen', unit: at % 2 ? '=BX' : null }));
            const text = write(lines);
            const back = ofText(text.slice(1));
            console.log(JSON.stringify({ text, back: back.lines.map(line => [line.code, line.qty, line.unit]), sent: lines.map(line => [line.code, line.qty, line.unit ?? '']) }));
            """;
        using var answer = JsonDocument.Parse((await Run(script)).Answer);
        var text = answer.RootElement.GetProperty("text").GetString()!;

        answer.RootElement.GetProperty("back").GetRawText().ShouldBe(answer.RootElement.GetProperty("sent").GetRawText());
        var cells = text.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries).SelectMany(Cells).ToList();
        cells.Count.ShouldBe(3 * (codes.Length + 1));
        cells.Where(cell => cell.Length > 0 && "=+-@\t\r＝＋－＠|%".Contains(cell[0], StringComparison.Ordinal) && !decimal.TryParse(cell, out _)).ShouldBeEmpty();
        cells.ShouldContain("-5");
        cells.ShouldContain("+5");
        cells.ShouldContain("0012");
        cells.ShouldContain("'=BX");
    }

    [Theory]
    [InlineData("=1\t2")]
    [InlineData("\t=1")]
    [InlineData("\r=1")]
    public async Task Written_ControlCharacters_BecomeBlanks(string code)
    {
        var (answer, _) = await Run($"console.log(JSON.stringify(write([{{ code: {JsonSerializer.Serialize(code)}, qty: '1' }}])))");
        JsonSerializer.Deserialize<string>(answer)!.Split("\r\n")[1].ShouldStartWith("'=1");
    }

    private static IEnumerable<string> Cells(string row)
    {
        var (cell, inside) = (new System.Text.StringBuilder(), false);
        for (var at = 0; at < row.Length; at++)
        {
            if (row[at] == '"')
            {
                if (inside && at + 1 < row.Length && row[at + 1] == '"')
                {
                    cell.Append('"');
                    at++;
                }
                else
                {
                    inside = !inside;
                }
            }
            else if (row[at] == ';' && !inside)
            {
                yield return cell.ToString();
                cell.Clear();
            }
            else
            {
                cell.Append(row[at]);
            }
        }

        yield return cell.ToString();
    }

    private static async Task<(string Answer, TimeSpan Took)> Run(string script)
    {
        var folder = Directory.CreateTempSubdirectory("pad-files-");
        try
        {
            foreach (var module in new[] { "pad-files.js", "pasted-lines.js" })
            {
                File.Copy(Path.Combine(ServerProcess.Root, "src", "Portal", "wwwroot", "js", module), Path.Combine(folder.FullName, module));
            }

            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "package.json"), """{ "type": "module" }""");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "test.js"), Prelude + script);
            using var node = Process.Start(new ProcessStartInfo("node", ["--max-old-space-size=64", "test.js"])
            {
                WorkingDirectory = folder.FullName, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            try
            {
                var (said, wrong) = (node.StandardOutput.ReadToEndAsync(patience.Token), node.StandardError.ReadToEndAsync(patience.Token));
                var took = TimeProvider.System.GetTimestamp();
                await node.WaitForExitAsync(patience.Token);
                node.ExitCode.ShouldBe(0, await wrong);
                return (await said, TimeProvider.System.GetElapsedTime(took));
            }
            finally
            {
                if (!node.HasExited)
                {
                    node.Kill();
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
