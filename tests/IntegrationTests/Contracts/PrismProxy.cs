using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.IntegrationTests.Contracts;

/// <summary>
/// Prism between a caller and a system that speaks one of our contracts. A request or an answer that is not of the contract
/// becomes an error answer (422 for a request, 500 for an answer) and is listed in <see cref="ViolationsAsync"/>. It spoils
/// pictures on the way; their status and headers are right. Needs Node and npm.
/// </summary>
public sealed class PrismProxy : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private int marks;

    private PrismProxy(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    /// <summary>What to call instead of the system's base address; ends in a slash.</summary>
    public Uri Address { get; }

    /// <summary>What broke the contract so far, either side: operation and kind of error, a line each.</summary>
    public async Task<IReadOnlyList<string>> ViolationsAsync()
    {
        // Prism writes its log in the order of the calls: once it tells of this one, it has told of all before
        var mark = string.Create(CultureInfo.InvariantCulture, $"/mark-{Interlocked.Increment(ref marks)}");
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(Address, mark));
        for (var tries = 0; tries < 1500; tries++)
        {
            if (output.Any(l => l.Contains(mark, StringComparison.Ordinal) && IsViolation(l)))
            {
                return output.Where(l => IsViolation(l) && !l.Contains("/mark-", StringComparison.Ordinal)).ToList();
            }

            await Task.Delay(20);
        }

        throw new InvalidOperationException($"Prism did not tell of {mark}:\n{string.Join('\n', output)}");
    }

    /// <param name="contract"><c>erp</c> or <c>crm</c>.</param>
    /// <param name="upstream">Base address of the system.</param>
    public static async Task<PrismProxy> StartAsync(string contract, Uri upstream)
    {
        var folder = await NpmTool.InstalledAsync("prism", Path.Combine(ServerProcess.Root, "tests", "IntegrationTests", "Contracts"));
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}/"));
        var start = new ProcessStartInfo("node") { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])
        [
            "node_modules/@stoplight/prism-cli/dist/index.js", "proxy", "--errors", "-h", address.Host, "-p", address.Port.ToString(CultureInfo.InvariantCulture),
            Path.Combine(ServerProcess.Root, "docs", "contracts", contract + ".openapi.yaml"), upstream.ToString().TrimEnd('/'),
        ])
        {
            start.ArgumentList.Add(argument);
        }

        var proxy = new PrismProxy(new Process { StartInfo = start }, address);
        proxy.process.OutputDataReceived += proxy.Keep;
        proxy.process.ErrorDataReceived += proxy.Keep;
        proxy.process.Start();
        proxy.process.BeginOutputReadLine();
        proxy.process.BeginErrorReadLine();
        var waited = Stopwatch.StartNew();
        while (!proxy.output.Any(l => l.Contains("Prism is listening", StringComparison.Ordinal)))
        {
            if (proxy.process.HasExited || waited.Elapsed > StartLimit)
            {
                var said = string.Join('\n', proxy.output);
                await proxy.DisposeAsync();
                throw new InvalidOperationException($"Prism did not start:\n{said}");
            }

            await Task.Delay(100);
        }

        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private static bool IsViolation(string line) => line.Contains("prism/errors#", StringComparison.Ordinal);

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            output.Enqueue(line.Data);
        }
    }

    private static int FreePort() => ServerProcess.FreeAddress().Port;
}
