using System.Buffers.Text;
using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using PortalIntegration.Portal.Components;

namespace PortalIntegration.Portal.Hosting;

/// <summary>A picture of the company's, as it was read at the start.</summary>
/// <param name="Hash">Of the content, for addresses and tags that change with it.</param>
internal sealed record LogoFile(byte[] Content, string ContentType, string Hash)
{
    /// <summary>256 KB: it stands on every page.</summary>
    public const int MostBytes = 256 * 1024;

    private static readonly string[] Active = ["script", "foreignObject", "handler", "listener", "iframe", "object", "embed"];

    /// <summary>Reads the file, or says in words what is wrong with it. What it is, its first bytes say, not its name.</summary>
    public static (LogoFile? File, string? Mistake) Read(string path)
    {
        byte[] content;
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                return (null, $"names a file that is not there: '{path}'.");
            }

            if (file.Length is 0 or > MostBytes)
            {
                return (null, $"must be a picture of 1 to {MostBytes / 1024} KB; '{path}' has {file.Length} bytes.");
            }

            content = File.ReadAllBytes(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return (null, $"names a file that cannot be read: '{path}'.");
        }

        var (type, mistake) = TypeOf(content);
        return type is null
            ? (null, mistake ?? $"must be a PNG, JPEG, WebP or SVG picture; '{path}' is none.")
            : (new LogoFile(content, type, Base64Url.EncodeToString(SHA256.HashData(content).AsSpan(0, 9))), null);
    }

    private static (string? Type, string? Mistake) TypeOf(ReadOnlySpan<byte> content) =>
        content is [0x89, (byte)'P', (byte)'N', (byte)'G', ..] ? ("image/png", null)
        : content is [0xff, 0xd8, 0xff, ..] ? ("image/jpeg", null)
        : content is [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] ? ("image/webp", null)
        : Svg(content.ToArray());

    /// <summary>A drawing that runs nothing and fetches nothing: it is served under our own name.</summary>
    private static (string? Type, string? Mistake) Svg(byte[] content)
    {
        XDocument drawing;
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(content), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            drawing = XDocument.Load(reader);
        }
        catch (XmlException)
        {
            return (null, null);
        }

        if (drawing.Root is not { Name.LocalName: "svg" } root)
        {
            return (null, null);
        }

        foreach (var element in root.DescendantsAndSelf())
        {
            if (Active.Contains(element.Name.LocalName, StringComparer.OrdinalIgnoreCase))
            {
                return (null, $"is a drawing with <{element.Name.LocalName}>: a logo runs nothing.");
            }

            foreach (var attribute in element.Attributes())
            {
                var name = attribute.Name.LocalName;
                if (name.StartsWith("on", StringComparison.OrdinalIgnoreCase)
                    || (name is "href" or "src" && !attribute.Value.StartsWith('#') && !attribute.Value.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase)))
                {
                    return (null, $"is a drawing with {name}=\"…\" in <{element.Name.LocalName}>: a logo runs nothing and fetches nothing.");
                }
            }
        }

        return ("image/svg+xml", null);
    }
}

/// <summary>The company's logo for light and for dark grounds, read once.</summary>
internal sealed class CompanyLogo(IOptions<CompanyOptions> company, IHostEnvironment environment)
{
    private readonly Lazy<LogoFile?> _light = new(() => Read(company.Value.Logo, environment));
    private readonly Lazy<LogoFile?> _dark = new(() => Read(company.Value.LogoDark, environment));

    /// <summary>Null where the company has none.</summary>
    public LogoFile? Light => _light.Value;

    /// <summary>The same as <see cref="Light"/> where there is none of its own.</summary>
    public LogoFile? Dark => _dark.Value ?? Light;

    public string? LightUrl => Light is { } file ? PortalUrls.Logo(dark: false, file.Hash) : null;

    public string? DarkUrl => Dark is { } file ? PortalUrls.Logo(dark: Dark != Light, file.Hash) : null;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(PortalUrls.LogoOnLight, (HttpContext context, CompanyLogo logo, string? v) => Serve(context, logo.Light, v)).AllowAnonymous();
        routes.MapGet(PortalUrls.LogoOnDark, (HttpContext context, CompanyLogo logo, string? v) => Serve(context, logo.Dark, v)).AllowAnonymous();
    }

    public static string PathOf(string configured, IHostEnvironment environment) => Path.GetFullPath(configured, environment.ContentRootPath);

    private static LogoFile? Read(string? configured, IHostEnvironment environment) =>
        string.IsNullOrWhiteSpace(configured) ? null : LogoFile.Read(PathOf(configured, environment)).File;

    private static IResult Serve(HttpContext context, LogoFile? file, string? version)
    {
        // A missing picture needs no page around it.
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false;
        }

        if (file is null)
        {
            return Results.NotFound();
        }

        context.Response.Headers.CacheControl = version == file.Hash ? "public, max-age=31536000, immutable" : "public, max-age=300";
        return Results.Bytes(file.Content, file.ContentType, entityTag: new EntityTagHeaderValue($"\"{file.Hash}\""));
    }
}

/// <summary>A logo that cannot be shown stops the start, as every other mistake does.</summary>
internal sealed class CompanyLogoValidator(IHostEnvironment environment) : IValidateOptions<CompanyOptions>
{
    public ValidateOptionsResult Validate(string? name, CompanyOptions options)
    {
        List<string> mistakes = [];
        foreach (var (key, configured) in new[] { (nameof(options.Logo), options.Logo), (nameof(options.LogoDark), options.LogoDark) })
        {
            if (!string.IsNullOrWhiteSpace(configured) && LogoFile.Read(CompanyLogo.PathOf(configured, environment)).Mistake is { } mistake)
            {
                mistakes.Add($"{CompanyOptions.Section}:{key} {mistake}");
            }
        }

        if (string.IsNullOrWhiteSpace(options.Logo) && !string.IsNullOrWhiteSpace(options.LogoDark))
        {
            mistakes.Add($"{CompanyOptions.Section}:LogoDark needs {CompanyOptions.Section}:Logo, which light grounds and paper show.");
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }
}
