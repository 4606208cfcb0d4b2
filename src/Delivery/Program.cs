using PortalIntegration.Delivery;

// dotnet run --project src/Delivery -- FILE: the bill of materials of what was restored last, as CycloneDX JSON.
if (args is not [var file])
{
    await Console.Error.WriteLineAsync("Name the file to write the bill of materials to.");
    return 1;
}

var root = Environment.CurrentDirectory;
while (!File.Exists(Path.Combine(root, "PortalIntegration.sln")))
{
    root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Run it inside the repository.");
}

var shipped = Shipped.In(root);
await File.WriteAllTextAsync(file, CycloneDx.Write(shipped, TimeProvider.System.GetUtcNow()));
await Console.Error.WriteLineAsync($"{shipped.Count} components in {Path.GetFullPath(file)}.");
return 0;
