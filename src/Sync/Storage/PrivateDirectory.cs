namespace PortalIntegration.Sync.Storage;

internal static class PrivateDirectory
{
    /// <summary>Makes the directory when it is missing, for this user alone where the system knows such a thing.</summary>
    public static DirectoryInfo Make(string path) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(path)
        : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
