using System.Text.Json;

namespace PortalIntegration.Portal.Rehearsal;

/// <summary>
/// Orders must never be rehearsed into production. Every system that the rehearsal could write to has to be named with <c>--against</c>, and has to be
/// known as a sandbox: because it says so itself, or because it stands in a file of its own and a person confirms it.
/// </summary>
internal sealed class TargetSystems(HttpClient http)
{
    /// <param name="target">The configuration that the rehearsal runs on.</param>
    /// <param name="production">Addresses of the configuration without <c>--systems</c>.</param>
    /// <returns>Why not; null when it may begin.</returns>
    public async Task<string?> WhyNot(RehearsalArguments arguments, IConfiguration target, IReadOnlyCollection<Uri> production, CancellationToken cancel)
    {
        var addresses = Addresses(target);
        if (addresses.Count == 0)
        {
            return "No system is configured.";
        }

        foreach (var (name, address) in addresses)
        {
            if (!arguments.Against.Any(named => Same(named, address)))
            {
                return $"The system '{name}' at {address} was not named: --against {address} says that orders may go there.";
            }

            if (await SaysItIsASandbox(address, cancel))
            {
                continue;
            }

            if (arguments.Systems is null || !arguments.ConfirmedSandbox)
            {
                return $"The system '{name}' at {address} does not say that it is a sandbox. Where it is one, put it into a file of its own (--systems) and confirm it (--confirmed-sandbox).";
            }

            if (production.Any(other => Same(other, address)))
            {
                return $"The system '{name}' at {address} is the one that the portal itself works with: no orders are rehearsed there.";
            }
        }

        return null;
    }

    public static IReadOnlyList<(string Name, Uri Address)> Addresses(IConfiguration configuration) =>
    [
        .. from system in configuration.GetSection("Systems").GetChildren()
           let address = Uri.TryCreate(system["Address"], UriKind.Absolute, out var parsed) ? parsed : null
           where address is not null
           select (system.Key, address),
    ];

    private static bool Same(Uri one, Uri other) => string.Equals(one.AbsoluteUri.TrimEnd('/'), other.AbsoluteUri.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);

    /// <summary>This project's own sandbox tells about itself beside its API.</summary>
    private async Task<bool> SaysItIsASandbox(Uri address, CancellationToken cancel)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(address, "/control/about"), cancel);
            if (!answer.IsSuccessStatusCode || answer.Content.Headers.ContentType?.MediaType != "application/json")
            {
                return false;
            }

            using var about = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel));
            return about.RootElement.ValueKind is JsonValueKind.Object
                && about.RootElement.TryGetProperty("basePath", out var path) && path.GetString() is { Length: > 0 } root
                && address.AbsolutePath.StartsWith(root, StringComparison.OrdinalIgnoreCase)
                && about.RootElement.TryGetProperty("tokensIssued", out _);
        }
        catch (Exception silent) when (silent is HttpRequestException or JsonException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            return false;
        }
    }
}
