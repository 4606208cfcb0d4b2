namespace PortalIntegration.Tests;

/// <summary>A directory that goes with its test.</summary>
internal static class TestDirectory
{
    private const int MostTries = 100;

    /// <summary>
    /// A process that has just been killed, or a store that is being closed, may still put a file into it: then it is deleted again a little later.
    /// </summary>
    public static void Delete(string path)
    {
        for (var tries = 1; Directory.Exists(path); tries++)
        {
            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (IOException) when (tries < MostTries)
            {
                using var pause = new ManualResetEventSlim();
                pause.Wait(100);
            }
        }
    }
}
