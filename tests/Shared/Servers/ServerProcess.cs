using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PortalIntegration.Tests.Servers;

/// <summary>
/// One of our servers as a process of its own, as it runs for real, so that it can be killed. Listens on 127.0.0.1; ended by its own
/// id when disposed.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const int FirstPort = 20_000;
    private const int LastPort = 32_000;
    private const int PortsAtOnce = 3; // the demo takes the two after its own

    private static int _nextPort = FirstPort + (PortsAtOnce * Random.Shared.Next((LastPort - FirstPort) / PortsAtOnce));

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(5) };

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private ServerProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public int Id => _process.Id;

    public bool Running => !_process.HasExited;

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>What it has printed so far.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Starts <c>src/{project}</c> or <c>tests/{project}</c> and waits until <paramref name="ready"/> answers anything below 500.</summary>
    /// <param name="published">The folder that it was published to; null to run what was built.</param>
    /// <param name="from">An empty folder to start what was published from, which is its home too; its own program is run where it has one. Null: from where it lies, by dotnet.</param>
    /// <exception cref="InvalidOperationException">It ended, or did not answer in time; the message carries its output.</exception>
    public static async Task<ServerProcess> StartAsync(
        string project, Uri address, string ready, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null,
        string? published = null, string? from = null)
    {
        var source = Path.Combine(Root, "src", project);
        var folder = published ?? (Directory.Exists(source) ? source : Path.Combine(Root, "tests", project));
        var own = from is not null && File.Exists(Path.Combine(published!, "libcoreclr.so")) ? Path.Combine(published!, $"PortalIntegration.{project}") : null;
        var start = new ProcessStartInfo(own ?? "dotnet")
        {
            WorkingDirectory = from ?? folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        if (own is null)
        {
            start.ArgumentList.Add(published is null
                ? Path.Combine(folder, "bin", Configuration, "net10.0", $"PortalIntegration.{project}.dll")
                : Path.Combine(published, $"PortalIntegration.{project}.dll"));
        }
        else
        {
            start.Environment["DOTNET_ROOT"] = "/nowhere"; // it brings its own
        }

        if (from is not null)
        {
            start.Environment["HOME"] = from;
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        var server = new ServerProcess(new Process { StartInfo = start }, address);
        server._process.OutputDataReceived += server.Keep;
        server._process.ErrorDataReceived += server.Keep;
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        await server.WaitUntilReady(new Uri(address, ready), project);
        return server;
    }

    /// <summary>
    /// A port on 127.0.0.1 that was free a moment ago, as were the two after it. It lies below those that systems hand out by themselves, so that no outgoing connection takes it
    /// meanwhile, and no other test of this process is given it.
    /// </summary>
    public static Uri FreeAddress()
    {
        while (true)
        {
            var port = Interlocked.Add(ref _nextPort, PortsAtOnce);
            if (port > LastPort)
            {
                Interlocked.CompareExchange(ref _nextPort, FirstPort, port);
                continue;
            }

            try
            {
                for (var next = port; next < port + PortsAtOnce; next++)
                {
                    using var probe = new TcpListener(IPAddress.Loopback, next);
                    probe.Start();
                }

                return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
            }
            catch (SocketException)
            {
                // Somebody's.
            }
        }
    }

    /// <summary>kill -9: nothing of it runs any more when this returns.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to stop (SIGTERM) and waits.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited)
        {
            await SignalAsync("-TERM");
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            await _process.WaitForExitAsync(limit.Token);
        }
    }

    /// <summary>Lets the whole process sleep, as an overcommitted machine or a debugger would (SIGSTOP): nothing of it runs when this returns.</summary>
    public async Task PauseAsync()
    {
        await SignalAsync("-STOP");
        for (var looks = 0; looks < 3_000 && Threads().Any(state => state is not ('T' or 'Z' or 'X')); looks++)
        {
            await Task.Delay(10); // one that writes to a disk stops when it has done so
        }
    }

    /// <summary>Wakes it again (SIGCONT).</summary>
    public Task ResumeAsync() => SignalAsync("-CONT");

    /// <summary>Waits until it has ended by itself, as a crash on purpose does.</summary>
    public async Task WaitUntilEnded(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        await _process.WaitForExitAsync(limit.Token);
    }

    /// <summary>Whether it ended by itself in this time.</summary>
    public async Task<bool> EndsWithin(TimeSpan time)
    {
        using var limit = new CancellationTokenSource(time);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    /// <summary>What each of its threads does, by the letter of <c>/proc</c>; nothing where there is none.</summary>
    private IEnumerable<char> Threads()
    {
        var tasks = string.Create(CultureInfo.InvariantCulture, $"/proc/{Id}/task");
        foreach (var thread in Directory.Exists(tasks) ? Directory.GetDirectories(tasks) : [])
        {
            string stat;
            try
            {
                stat = File.ReadAllText(Path.Combine(thread, "stat"));
            }
            catch (IOException)
            {
                continue; // it has ended
            }

            yield return stat[stat.LastIndexOf(')') + 2];
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            _output.Enqueue(line.Data);
            while (_output.Count > 2_000)
            {
                _output.TryDequeue(out _);
            }
        }
    }

    private async Task WaitUntilReady(Uri ready, string project)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < StartLimit)
        {
            if (_process.HasExited)
            {
                await _process.WaitForExitAsync(); // until all that it printed is here
                throw new InvalidOperationException($"{project} ended with {_process.ExitCode} before it answered:\n{Output}");
            }

            try
            {
                using var response = await Http.GetAsync(ready);
                if ((int)response.StatusCode < 500)
                {
                    return;
                }
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
            {
            }

            await Task.Delay(100);
        }

        await KillAsync();
        throw new InvalidOperationException($"{project} did not answer {ready} within {StartLimit.TotalSeconds} s:\n{Output}");
    }

    /// <summary>Debug or Release, as this test was built.</summary>
    public static string Configuration =>
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PortalIntegration.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Run from inside the repository.");
        }

        return folder.FullName;
    }
}
