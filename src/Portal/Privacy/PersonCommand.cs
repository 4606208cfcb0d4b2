using System.Text.Encodings.Web;
using System.Text.Json;
using PortalIntegration.Core;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Portal.Hosting.Secrets;
using PortalIntegration.Sync.Privacy;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Portal.Privacy;

/// <summary><c>person export</c> and <c>person erase</c>: what the portal keeps about one person. On the store that is configured, while the portal runs or not.</summary>
internal static class PersonCommand
{
    public const string Name = "person";

    private static readonly Scope _ours = Scope.ForPortal("person-command", Lane.Interactive);
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What no command here can reach.</summary>
    private static readonly string[] _elsewhere =
    [
        "The ERP and the CRM keep the person's orders, invoices, contact and notes: ask them.",
        "The person's own browser keeps basket, half-typed forms, past uploads and the order on its way; clearing the site's data there removes them.",
        "The sign-in provider keeps the account that he signs in with.",
        "Logs, traces and backups are kept where their administrators keep them; the portal writes ids into them and no names.",
    ];

    /// <returns>0 when it was done, 1 when something in flight stands against it, 2 when it did not begin, 3 when it is erased and the database's files are not yet overwritten.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors, CancellationToken cancel = default)
    {
        try
        {
            var arguments = PersonArguments.Parse(args);
            using var host = Built(arguments);
            var person = await Find(arguments, host.Services.GetRequiredService<IOwnershipMap>(), errors, cancel);
            var data = host.Services.GetRequiredService<IPersonalData>();
            return arguments.Erases ? await Erase(arguments, person, data, output, errors, cancel) : await Export(arguments, person, data, host.Services.GetRequiredService<TimeProvider>(), output, cancel);
        }
        catch (FormatException wrong)
        {
            await errors.WriteLineAsync($"{wrong.Message}\n\n{PersonArguments.Help}");
            return 2;
        }
        catch (Exception wrong) when (wrong is RefusedException or StoreUnavailableException or IOException or UnauthorizedAccessException || PortalHost.IsMistake(wrong))
        {
            await errors.WriteLineAsync($"Nothing was done. {wrong.Message}");
            return 2;
        }
    }

    private static async Task<int> Export(PersonArguments arguments, PersonNames person, IPersonalData data, TimeProvider time, TextWriter output, CancellationToken cancel)
    {
        var kept = await data.Export(person, cancel);
        var written = JsonSerializer.Serialize(new { Person = person.Id.Value, LookedFor = person.Words, AsOf = time.GetUtcNow(), Kept = kept, Elsewhere = _elsewhere }, _json);
        if (arguments.File is not { } path)
        {
            await output.WriteLineAsync(written);
            return 0;
        }

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using (var file = new StreamWriter(path, options))
        {
            await file.WriteLineAsync(written);
        }

        await output.WriteLineAsync($"{kept.Count} records about {person.Id} are in {path}, which you alone can read.");
        return 0;
    }

    internal static async Task<int> Erase(PersonArguments arguments, PersonNames person, IPersonalData data, TextWriter output, TextWriter errors, CancellationToken cancel)
    {
        var erasure = await data.Erase(person, arguments.By!, arguments.Reason!, cancel);
        if (!erasure.Done)
        {
            await errors.WriteLineAsync("Nothing was erased: this is not delivered yet. Let it be finished, or have it taken back or discarded under /admin/sync, and erase then.");
            foreach (var waiting in erasure.InFlight)
            {
                await errors.WriteLineAsync($"  {waiting.Key}: {waiting.What}");
            }

            return 1;
        }

        await output.WriteLineAsync($"{erasure.Anonymised} records anonymised, {erasure.Removed} removed. The audit tells that somebody was erased, and not who.");
        foreach (var elsewhere in _elsewhere)
        {
            await output.WriteLineAsync($"  {elsewhere}");
        }

        if (erasure.NotCompacted is { } why)
        {
            await errors.WriteLineAsync($"It is erased, but the database did not overwrite it yet: what was there may still be in the bytes of its files. Run this once more for that. {why}");
            return 3;
        }

        return 0;
    }

    /// <summary>The CRM says who it is; whom it has forgotten is looked for by the id, and by the words that are given.</summary>
    private static async Task<PersonNames> Find(PersonArguments arguments, IOwnershipMap map, TextWriter errors, CancellationToken cancel)
    {
        var contacts = map.Owner<IContacts>();
        if (arguments.Who.Contains('@', StringComparison.Ordinal))
        {
            var found = new List<Person>();
            foreach (var staff in new[] { false, true })
            {
                string? cursor = null;
                do
                {
                    var page = Answered(await contacts.Search(_ours, new PersonQuery(arguments.Who, Staff: staff, Cursor: cursor, Limit: 200) { AlsoWithoutRole = true }, cancel));
                    found.AddRange(page.Items.Where(person => arguments.Who.Equals(person.Email, StringComparison.OrdinalIgnoreCase)));
                    cursor = page.Next;
                }
                while (cursor is not null);
            }

            return found switch
            {
                [var only] => Names(only, arguments),
                [] => throw new RefusedException("The CRM knows nobody by that e-mail address. Give the id, and the address as --also."),
                _ => throw new RefusedException($"The CRM knows several people by that e-mail address: {string.Join(", ", found.Select(person => person.Id))}. Give the id."),
            };
        }

        var id = new PersonId(arguments.Who);
        var asked = await contacts.Get(_ours, id, cancel);
        if (asked.Failure is { Cause: Cause.NotFound })
        {
            await errors.WriteLineAsync("The CRM does not know this person: only the id, and what --also gives, is looked for.");
            return new PersonNames(id, arguments.Also);
        }

        return Names(Answered(asked), arguments);
    }

    private static PersonNames Names(Person person, PersonArguments arguments) =>
        new(person.Id, [.. new[] { person.Name, person.Email, person.Phone }.OfType<string>(), .. arguments.Also]);

    private static T Answered<T>(Outcome<T> outcome) => outcome.Try(out var value)
        ? value
        : throw new RefusedException($"The CRM did not say who it is ({outcome.Failure!.Cause}), and what names the person would be missed.");

    private static IHost Built(PersonArguments arguments)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = [.. arguments.Rest],
            EnvironmentName = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT"),
            ContentRootPath = File.Exists("appsettings.json") ? Environment.CurrentDirectory : AppContext.BaseDirectory,
        });
        builder.Logging.ClearProviders();
        if (SecretFiles.Read(builder.Configuration, development: true) is { Count: > 0 } mistakes)
        {
            throw new RefusedException(string.Join(' ', mistakes));
        }

        builder.Services.AddSingleton(SecretFiles.Mask(builder.Configuration));
        builder.Services.AddSystems(builder.Configuration);
        return builder.Build(); // and never started: nothing runs here
    }

    private sealed class RefusedException(string message) : Exception(message);
}
