using System.Diagnostics;
using System.Globalization;
using PortalIntegration.Tests.Fuzz;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.IntegrationTests.Fuzz;

/// <summary>What reads pasted lines and uploaded files runs in the browser; here its scripts run in node, as they are.</summary>
public sealed class PastedLinesFuzzTests
{
    [Fact]
    public async Task AnyText_BecomesLines_AndWhatIsWrittenHasNoFormula()
    {
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])
        [
            "--expose-gc", Path.Combine(ServerProcess.Root, "tests", "IntegrationTests", "Fuzz", "pasted-lines.mjs"), Path.Combine(ServerProcess.Root, "src", "Portal", "wwwroot", "js"),
            FuzzLength.Of(4_000, 400_000).ToString(CultureInfo.InvariantCulture),
        ])
        {
            start.ArgumentList.Add(argument);
        }

        using var node = Process.Start(start)!;
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(FuzzLength.Full ? TimeSpan.FromMinutes(20) : TimeSpan.FromMinutes(3));
        try
        {
            await node.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            node.Kill(entireProcessTree: true);
            throw;
        }

        node.ExitCode.ShouldBe(0, await errors);
        TestContext.Current.TestOutputHelper?.WriteLine(await output);
        await FuzzLength.Tell((await output).Trim());
    }
}
