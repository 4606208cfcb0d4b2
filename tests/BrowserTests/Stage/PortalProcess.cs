using PortalIntegration.Tests.Servers;
using PortalIntegration.Tests;

namespace PortalIntegration.BrowserTests.Stage;

/// <summary>The portal as a process of its own. It can be killed and started again on the same address, with its state or without.</summary>
public sealed class PortalProcess : IAsyncDisposable
{
    private readonly Dictionary<string, string?> _settings;
    private ServerProcess? _process;

    private PortalProcess(Uri address, string state, Dictionary<string, string?> settings)
    {
        Address = address;
        State = state;
        _settings = settings;
    }

    public Uri Address { get; }

    /// <summary>Its state directory.</summary>
    public string State { get; }

    public string Output => _process?.Output ?? string.Empty;

    /// <param name="settings">Configuration beyond the usual, by key.</param>
    /// <param name="seed">Given the state directory before the portal starts on it.</param>
    /// <param name="at">Where it shall listen; null for anywhere.</param>
    public static async Task<PortalProcess> StartAsync(IReadOnlyDictionary<string, string?> settings, Func<string, Task>? seed = null, Uri? at = null)
    {
        var address = at ?? ServerProcess.FreeAddress();
        var state = Directory.CreateTempSubdirectory("portal-state-").FullName;
        var all = new Dictionary<string, string?>(settings)
        {
            ["ASPNETCORE_URLS"] = address.ToString(),
            ["State:Directory"] = state,
            ["SignIn:Kind"] = settings.GetValueOrDefault("SignIn:Kind") ?? "PersonPicker",
            ["Pages:FirstAnswer"] = "00:00:02",
            ["Company:Name"] = "Halden Supply",
            ["Sync:Webhooks:PublicAddress"] = address.ToString(),
        };
        if (seed is not null)
        {
            await seed(state);
        }

        var portal = new PortalProcess(address, state, all);
        await portal.Start();
        return portal;
    }

    /// <summary>Both systems of the sandbox, with patience short enough for tests.</summary>
    public static Task<PortalProcess> StartAsync(SandboxProcess sandbox, IReadOnlyDictionary<string, string?>? more = null, Func<string, Task>? seed = null, Uri? at = null)
    {
        var settings = new Dictionary<string, string?>();
        foreach (var (system, connector, token) in new[] { (sandbox.Erp, "reference-erp", SandboxProcess.ErpToken), (sandbox.Crm, "reference-crm", SandboxProcess.CrmToken) })
        {
            settings[$"Systems:{system.Name}:Connector"] = connector;
            settings[$"Systems:{system.Name}:Address"] = system.Api.ToString();
            settings[$"Systems:{system.Name}:Credentials:Token"] = token;
            settings[$"Systems:{system.Name}:WebhookSecrets:0"] = "whsec_YnJvd3Nlci10ZXN0cy1zaGFyZWQtc2VjcmV0LTAwMQ==";
            settings[$"Systems:{system.Name}:AttemptTimeout"] = "00:00:02";
            settings[$"Systems:{system.Name}:TotalTimeout"] = "00:00:03";
        }

        foreach (var (key, value) in more ?? new Dictionary<string, string?>())
        {
            settings[key] = value;
        }

        return StartAsync(settings, seed, at);
    }

    public async Task Start()
    {
        // Keys of configuration in an environment have two underscores where a file has a colon.
        var environment = _settings.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);
        _process = await ServerProcess.StartAsync("Portal", Address, "sign-in", [], environment);
    }

    /// <summary>For its next start.</summary>
    public void Unset(string key) => _settings.Remove(key);

    /// <summary>kill -9.</summary>
    public Task Kill() => _process?.KillAsync() ?? Task.CompletedTask;

    public Task Stop() => _process?.StopAsync() ?? Task.CompletedTask;

    /// <summary>Everything that it remembered between two starts.</summary>
    public void DeleteState()
    {
        TestDirectory.Delete(State);
        Directory.CreateDirectory(State);
    }

    /// <summary>Its store can be neither read nor written from now on: a directory stands in the file's place.</summary>
    public Task BreakStore() => WhileAsleep(() => StoreFiles.PutAside(State));

    public Task MendStore() => WhileAsleep(() =>
    {
        Directory.Delete(Path.Combine(State, "portal.db"), recursive: true);
        foreach (var file in Directory.GetFiles(State, "portal.db*.aside"))
        {
            File.Move(file, file[..^".aside".Length]);
        }
    });

    /// <summary>It would open the store, and make a new one, between one file and the next.</summary>
    private async Task WhileAsleep(Action change)
    {
        await _process!.PauseAsync();
        try
        {
            change();
        }
        finally
        {
            await _process.ResumeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        TestDirectory.Delete(State);
    }
}
