using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace PortalIntegration.Tests.Servers;

/// <summary>
/// A real Tryton on PostgreSQL, seeded, on a free port of 127.0.0.1. Installs what is missing where it may (root on Debian 12). It lives as
/// long as its standard input: it stops when this process ends, however that ends.
/// </summary>
internal sealed class TrytonServer : IAsyncDisposable
{
    public const string Database = "tryton";
    public const string PortalUser = "portal";
    public const string PortalPassword = "portal-Secu9";
    public const string ClerkUser = "clerk";
    public const string ClerkPassword = "clerk-Safe7";

    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly Process _process;

    private TrytonServer(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <param name="queued">A confirmed sale waits for a worker, which never comes: as on a busy server, for longer.</param>
    /// <exception cref="TrytonMissingException">It is not there and may not be installed.</exception>
    public static async Task<TrytonServer> Start(bool queued = false, CancellationToken cancel = default)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new TrytonMissingException("Tryton's live tests run on Debian 12.");
        }

        var scripts = Path.Combine(ServerProcess.Root, "tests", "LiveTests", "tryton");
        using (var install = Run(Path.Combine(scripts, "install.sh"), []))
        {
            var (code, _, errors) = await Finish(install, InstallLimit, cancel);
            if (code != 0)
            {
                throw new TrytonMissingException(code == 3 ? errors.Trim() : $"Tryton could not be installed:\n{errors.Trim()}");
            }
        }

        var port = ServerProcess.FreeAddress().Port;
        var process = Run(Path.Combine(scripts, "start.sh"), [("TRYTON_PORT", port.ToString(CultureInfo.InvariantCulture)), ("TRYTON_QUEUE", queued ? "1" : "")]);
        var said = new StringBuilder();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (said)
            {
                said.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(StartLimit);
        try
        {
            if (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line && line.StartsWith("ready ", StringComparison.Ordinal))
            {
                return new TrytonServer(process, new Uri(line["ready ".Length..]));
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            said.AppendLine(CultureInfo.InvariantCulture, $"Not ready after {StartLimit}.");
        }

        await Stop(process);
        throw new InvalidOperationException($"Tryton did not start:\n{said}");
    }

    public async ValueTask DisposeAsync() => await Stop(_process);

    private static async Task Stop(Process process)
    {
        using (process)
        {
            process.StandardInput.Close();
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static Process Run(string script, (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(script)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{script} did not start.");
    }

    private static async Task<(int Code, string Output, string Errors)> Finish(Process process, TimeSpan within, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(within);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await errors);
    }
}

/// <summary>Tryton is not there, and this machine or user may not install it.</summary>
internal sealed class TrytonMissingException(string message) : Exception(message);
