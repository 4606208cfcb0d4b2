using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PortalIntegration.Demo.RealSystems;

/// <summary>
/// A real system, seeded, on a free port of 127.0.0.1, by the scripts of a folder beside this file: <c>install.sh</c> installs what is
/// missing where it may, <c>start.sh</c> serves. It lives as long as its standard input: it stops when this process ends, however that ends.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    /// <summary>Below the ports that systems hand out by themselves, so that no connection takes one before its server is up, and each once: two runs side by side begin apart.</summary>
    private static int _nextPort = 12_000 + (Environment.ProcessId % 150 * 40);

    private readonly Process _process;

    private ScriptedServer(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <param name="folder">Also the prefix of the variable that tells the port, such as <c>TRYTON_PORT</c>.</param>
    /// <exception cref="ServerMissingException">It is not there and may not be installed.</exception>
    public static async Task<ScriptedServer> Start(string folder, (string Name, string Value)[] variables, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new ServerMissingException($"{folder} is run from the packages of Debian 12, which this is not.");
        }

        var scripts = Path.Combine(Repository(), "src", "Demo", "RealSystems", folder);
        using (var install = Run(Path.Combine(scripts, "install.sh"), []))
        {
            var (code, errors) = await Finish(install, InstallLimit, cancel);
            if (code != 0)
            {
                throw new ServerMissingException(code == 3 ? errors.Trim() : $"{folder} could not be installed:\n{errors.Trim()}");
            }
        }

        var port = FreePort().ToString(CultureInfo.InvariantCulture);
        var process = Run(Path.Combine(scripts, "start.sh"), [.. variables, ($"{folder.ToUpperInvariant()}_PORT", port)]);
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
                return new ScriptedServer(process, new Uri(line["ready ".Length..]));
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            said.AppendLine(CultureInfo.InvariantCulture, $"Not ready after {StartLimit}.");
        }

        await Stop(process);
        throw new InvalidOperationException($"{folder} did not start:\n{said}");
    }

    public async ValueTask DisposeAsync() => await Stop(_process);

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PortalIntegration.sln")))
        {
            folder = folder.Parent ?? throw new ServerMissingException("Run from inside the repository: the scripts that start real systems are there.");
        }

        return folder.FullName;
    }

    private static int FreePort()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref _nextPort);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody's.
            }
        }
    }

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

    private static async Task<(int Code, string Errors)> Finish(Process process, TimeSpan within, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(within);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        await output;
        return (process.ExitCode, await errors);
    }
}

/// <summary>The system is not there, and this machine or user may not install it.</summary>
internal sealed class ServerMissingException(string message) : Exception(message);
