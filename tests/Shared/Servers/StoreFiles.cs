namespace PortalIntegration.Tests.Servers;

/// <summary>The store's files under a portal that runs.</summary>
internal static class StoreFiles
{
    /// <summary>Moves them to <c>*.aside</c> and leaves a directory in the file's place, which nobody can open. The portal may write meanwhile: it is tried until it holds.</summary>
    public static void PutAside(string state)
    {
        var store = Path.Combine(state, "portal.db");
        for (var tries = 0; ; tries++)
        {
            try
            {
                foreach (var file in Directory.GetFiles(state, "portal.db*").Where(file => !file.EndsWith(".aside", StringComparison.Ordinal)))
                {
                    File.Move(file, file + ".aside");
                }

                Directory.CreateDirectory(store);
                return;
            }
            catch (IOException) when (tries < 50)
            {
                // A file that came meanwhile, or went.
                foreach (var file in Directory.GetFiles(state, "portal.db*").Where(file => File.Exists(file + ".aside")))
                {
                    File.Delete(file);
                }
            }
        }
    }
}
