namespace PortalIntegration.Portal.Hosting;

/// <summary>
/// Where the list of style sheets, scripts and fonts is. The build writes one for every web project; a host that is none (a test) has only
/// the portal's own beside it.
/// </summary>
internal static class Assets
{
    private static readonly string Portal = typeof(Assets).Assembly.GetName().Name!;

    /// <summary>For <c>MapStaticAssets</c>; null for the host's own list.</summary>
    public static string? Endpoints(IHostEnvironment host) => HasOwn(host) ? null : Beside($"{Portal}.staticwebassets.endpoints.json");

    /// <summary>Lets a host that is no web project serve the files from where the build found them.</summary>
    public static void UsePortalAssets(this WebApplicationBuilder builder)
    {
        var list = Beside($"{Portal}.staticwebassets.runtime.json");
        if (!HasOwn(builder.Environment) && File.Exists(list))
        {
            builder.WebHost.UseSetting(WebHostDefaults.StaticWebAssetsKey, list);
            builder.WebHost.UseStaticWebAssets();
        }
    }

    private static bool HasOwn(IHostEnvironment host) => File.Exists(Beside($"{host.ApplicationName}.staticwebassets.endpoints.json"));

    private static string Beside(string file) => Path.Combine(AppContext.BaseDirectory, file);
}
