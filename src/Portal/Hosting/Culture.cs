using System.Globalization;
using Microsoft.Extensions.Options;

namespace PortalIntegration.Portal.Hosting;

/// <summary>English, and every language whose resource file is there: adding one is adding <c>Resources/Texts.xx.resx</c>.</summary>
internal static class Culture
{
    private const string Default = "en";

    public static void UseCulture(this IApplicationBuilder app)
    {
        string[] cultures = [Default, .. Translations()];
        app.UseRequestLocalization(options =>
        {
            options.SetDefaultCulture(Default).AddSupportedCultures(cultures).AddSupportedUICultures(cultures);
            options.ApplyCurrentCultureToResponseHeaders = true;
        });
    }

    private static IEnumerable<string> Translations()
    {
        var assembly = $"{typeof(Culture).Assembly.GetName().Name}.resources.dll";
        return Directory.EnumerateDirectories(AppContext.BaseDirectory)
            .Where(folder => File.Exists(Path.Combine(folder, assembly)))
            .Select(folder => Path.GetFileName(folder)!)
            .Where(name => CultureInfo.GetCultures(CultureTypes.AllCultures).Any(culture => culture.Name == name))
            .Order(StringComparer.Ordinal);
    }
}
