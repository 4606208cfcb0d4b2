using System.Diagnostics;
using System.Globalization;
using System.Text;
using Shouldly;
using Xunit;

namespace PortalIntegration.Tests.Fuzz;

/// <summary>
/// How much is tried, and what every trial must keep to: no exception, an end in time, and no memory kept. A fixed seed by default; with <c>PORTALINTEGRATION_FULL</c> many more.
/// </summary>
internal static class FuzzLength
{
    public static bool Full => Environment.GetEnvironmentVariable("PORTALINTEGRATION_FULL") is { Length: > 0 };

    /// <summary>No single trial takes longer on the slowest machine: what takes longer hangs.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private const int MostTold = 10;
    private const long MostKept = 64 * 1024 * 1024;

    public static int Of(int seeded, int full) => Full ? full : seeded;

    /// <summary>Runs the trials one after another, with a seed of its own each, so that a single one can be run again by its number.</summary>
    /// <param name="alone">Whether nothing else runs in this process: only then is memory told apart.</param>
    public static async Task Run(string what, int trials, Func<Mutator, Task> trial, int first = 0, bool alone = true)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var slowest = TimeSpan.Zero;
        var clock = Stopwatch.StartNew();
        var failures = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = first; i < first + trials; i++)
        {
            var started = clock.Elapsed;
            try
            {
                await Task.Run(() => trial(new Mutator(i))).WaitAsync(Longest);
            }
            catch (Exception broken)
            {
                // Told once each, by where it broke.
                var where = broken.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains(" PortalIntegration.", StringComparison.Ordinal) && !line.Contains(".Tests.", StringComparison.Ordinal));
                failures.TryAdd($"{broken.GetType().Name} {where}", $"trial {i}: {broken.GetType().Name}: {broken.Message}\n{broken.StackTrace}");
                if (failures.Count == MostTold)
                {
                    break;
                }
            }

            var took = clock.Elapsed - started;
            slowest = took > slowest ? took : slowest;
        }

        failures.Values.ShouldBeEmpty($"{what}: {string.Join("\n\n", failures.Values)}");
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        var line = string.Create(
            CultureInfo.InvariantCulture, $"fuzz: {what}: {trials} trials in {clock.Elapsed.TotalSeconds:0.0} s, slowest {slowest.TotalMilliseconds:0} ms, {kept / 1024.0 / 1024.0:0.0} MB kept");
        await Tell(line);
        if (alone)
        {
            kept.ShouldBeLessThan(MostKept, $"{what}: memory that nobody gives back");
        }
    }

    /// <summary>The counts, to the test's output and to the file that <c>PORTALINTEGRATION_FUZZ_LOG</c> names.</summary>
    public static async Task Tell(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Environment.GetEnvironmentVariable("PORTALINTEGRATION_FUZZ_LOG") is { Length: > 0 } file)
        {
            await File.AppendAllTextAsync(file, line + Environment.NewLine, Encoding.UTF8);
        }
    }
}
