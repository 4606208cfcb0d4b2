using Microsoft.Data.Sqlite;

namespace PortalIntegration.Tests.Servers;

/// <summary>Puts portals to sleep that share a state.</summary>
internal static class Sleep
{
    /// <summary>
    /// Lets a portal sleep, but not in the middle of a commit: one that sleeps while it writes a SQLite file keeps every other process from writing it, which
    /// is not what several nodes are run on.
    /// </summary>
    /// <param name="portal">Waked again with <see cref="ServerProcess.ResumeAsync"/>.</param>
    /// <param name="stateDirectory">The one that it works on.</param>
    public static async Task PutToSleep(this ServerProcess portal, string stateDirectory)
    {
        for (var tries = 0; tries < 50; tries++)
        {
            await portal.PauseAsync();
            await Task.Delay(20);
            if (CanBeWritten(Path.Combine(stateDirectory, "portal.db")))
            {
                return;
            }

            await portal.ResumeAsync();
            await Task.Delay(20);
        }

        throw new InvalidOperationException("It was writing whenever it was put to sleep.");
    }

    private static bool CanBeWritten(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False;Default Timeout=1");
        connection.Open();
        try
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }
}
