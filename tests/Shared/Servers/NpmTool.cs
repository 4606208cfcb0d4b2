using System.Diagnostics;
using System.Security.Cryptography;

namespace PortalIntegration.Tests.Servers;

/// <summary>A tool of Node's for tests, installed as its package-lock.json says, outside of the source folders.</summary>
internal static class NpmTool
{
    /// <summary>Installs what stands in a folder's package-lock.json, once for each state of it, and answers where.</summary>
    /// <param name="name">Begins the name of the folder that it is installed in.</param>
    /// <param name="source">With package.json, package-lock.json and the scripts to run there.</param>
    public static async Task<string> InstalledAsync(string name, string source)
    {
        var locked = await File.ReadAllBytesAsync(Path.Combine(source, "package-lock.json"));
        var folder = Path.Combine(ServerProcess.Root, ".cache", $"{name}-{Convert.ToHexStringLower(SHA256.HashData(locked))[..12]}");
        var done = Path.Combine(folder, "installed");
        Directory.CreateDirectory(folder);
        await using var turn = await TakeTurnAsync(Path.Combine(folder, "lock"));
        if (!File.Exists(done))
        {
            foreach (var file in (string[])["package.json", "package-lock.json"])
            {
                File.Copy(Path.Combine(source, file), Path.Combine(folder, file), overwrite: true);
            }

            var start = new ProcessStartInfo("npm") { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in (string[])["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            {
                start.ArgumentList.Add(argument);
            }

            using var npm = Process.Start(start) ?? throw new InvalidOperationException("npm did not start.");
            var said = await Task.WhenAll(npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
            await npm.WaitForExitAsync();
            if (npm.ExitCode != 0)
            {
                throw new InvalidOperationException($"npm ci failed:\n{string.Join('\n', said)}");
            }

            await File.WriteAllTextAsync(done, "");
        }

        foreach (var script in Directory.GetFiles(source, "*.mjs"))
        {
            var own = await File.ReadAllTextAsync(script);
            var there = Path.Combine(folder, Path.GetFileName(script));
            if (!File.Exists(there) || own != await File.ReadAllTextAsync(there))
            {
                await File.WriteAllTextAsync(there, own);
            }
        }

        return folder;
    }

    private static async Task<FileStream> TakeTurnAsync(string path)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (tries < 1_200)
            {
                await Task.Delay(100);
            }
        }
    }
}
