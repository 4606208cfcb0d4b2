using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Settings;

namespace PortalIntegration.Sync.Storage;

/// <summary>Where the few things are that the portal keeps; section <c>State</c>.</summary>
public sealed class StateOptions
{
    public const string Section = "State";

    /// <summary>Where the store is.</summary>
    public StoreKind Kind { get; set; } = StoreKind.Sqlite;

    /// <summary>
    /// Of <see cref="StoreKind.Postgresql"/>, in Npgsql's words, such as <c>Host=db;Database=portal;Username=portal;Password=…</c>. A secret: it belongs into the
    /// environment or into user secrets.
    /// </summary>
    [Secret]
    public string? ConnectionString { get; set; }

    /// <summary>
    /// Directory of the store and of its keys; made when missing. Relative to the content root. Deleting it while the portal is
    /// stopped loses nothing that a page shows.
    /// </summary>
    [Required]
    public string Directory { get; set; } = "state";

    /// <summary>Days that the journal and finished submissions are kept, 1 to 3650.</summary>
    [Within(1, 3650, Unit = "days")]
    public int JournalDays { get; set; } = 30;

    /// <summary>Days that the audit of what admins did is kept, 1 to 3650.</summary>
    [Within(1, 3650, Unit = "days")]
    public int AuditDays { get; set; } = 365;

    /// <summary>Days that it is remembered which deliveries were received, 1 to 3650: a sender that repeats later is not recognised.</summary>
    [Within(1, 3650, Unit = "days")]
    public int ReceiptDays { get; set; } = 30;

    /// <summary>How long a commit waits for another one to end before the store counts as not available, 0.1 to 60 seconds.</summary>
    [Within("00:00:00.1", "00:01:00")]
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);
}

public enum StoreKind
{
    /// <summary>A file in <see cref="StateOptions.Directory"/>: one machine.</summary>
    Sqlite,

    /// <summary>A PostgreSQL that several nodes share, 13 or later.</summary>
    Postgresql,
}

internal sealed class StateOptionsCheck : IValidateOptions<StateOptions>
{
    public ValidateOptionsResult Validate(string? name, StateOptions options)
    {
        var mistakes = new Mistakes(StateOptions.Section);
        mistakes.When(!Enum.IsDefined(options.Kind), nameof(options.Kind), "must be sqlite or postgresql");
        mistakes.When(
            options.Kind == StoreKind.Sqlite && string.IsNullOrWhiteSpace(options.Directory), nameof(options.Directory), "name the directory of the store");
        mistakes.When(
            options.Kind == StoreKind.Sqlite && options.ConnectionString is not null,
            nameof(options.ConnectionString),
            "is for State:Kind postgresql; the store is sqlite");
        mistakes.When(
            options.Kind == StoreKind.Postgresql && !IsConnectionString(options.ConnectionString),
            nameof(options.ConnectionString),
            "must name Host, Database and Username of a PostgreSQL, as Npgsql writes it (its value is not shown here)");
        return mistakes.Result;
    }

    private static bool IsConnectionString(string? words)
    {
        try
        {
            return new Npgsql.NpgsqlConnectionStringBuilder(words) is { Host.Length: > 0, Database.Length: > 0, Username.Length: > 0 };
        }
        catch (Exception mistake) when (mistake is ArgumentException or FormatException)
        {
            return false;
        }
    }
}
