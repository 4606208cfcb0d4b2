using System.Globalization;
using Microsoft.Extensions.Options;

namespace PortalIntegration.Portal.Hosting;

/// <summary>English, and every language whose resource file is there: adding one is adding <c>Resources/Texts.xx.resx</c>.</summary>
internal static class Culture
{
    private const string Default = "en";

    public static void UseCulture(this IApplicationBuilder app)
    {
        string[] cultures = [Default, .. Translations(AppContext.BaseDirectory)];
        app.UseRequestLocalization(options =>
        {
            options.SetDefaultCulture(Default).AddSupportedCultures(cultures).AddSupportedUICultures(cultures);
            options.ApplyCurrentCultureToResponseHeaders = true;
        });
    }

    /// <summary>The cultures that the build made a satellite of, next to the portal.</summary>
    internal static IEnumerable<string> Translations(string folder)
    {
        var assembly = $"{typeof(Culture).Assembly.GetName().Name}.resources.dll";
        return Directory.EnumerateDirectories(folder)
            .Where(candidate => File.Exists(Path.Combine(candidate, assembly)))
            .Select(candidate => Path.GetFileName(candidate)!)
            .Where(name => CultureInfo.GetCultures(CultureTypes.AllCultures).Any(culture => culture.Name == name))
            .Order(StringComparer.Ordinal);
    }
}
