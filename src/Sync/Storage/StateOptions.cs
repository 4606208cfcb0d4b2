using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace PortalIntegration.Sync.Storage;

/// <summary>Where the few things are that the portal keeps; section <c>State</c>.</summary>
public sealed class StateOptions
{
    public const string Section = "State";

    /// <summary>
    /// Directory of the store and of its keys; made when missing. Relative to the content root. Deleting it while the portal is
    /// stopped loses nothing that a page shows.
    /// </summary>
    [Required]
    public string Directory { get; set; } = "state";

    /// <summary>Days that the journal and finished submissions are kept, 1 to 3650.</summary>
    public int JournalDays { get; set; } = 30;

    /// <summary>Days that the audit of what admins did is kept, 1 to 3650.</summary>
    public int AuditDays { get; set; } = 365;

    /// <summary>Days that it is remembered which deliveries were received, 1 to 3650: a sender that repeats later is not recognised.</summary>
    public int ReceiptDays { get; set; } = 30;

    /// <summary>How long a commit waits for another one to end before the store counts as not available, 0.1 to 60 seconds.</summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);
}

internal sealed class StateOptionsCheck : IValidateOptions<StateOptions>
{
    public ValidateOptionsResult Validate(string? name, StateOptions options)
    {
        var mistakes = new Mistakes(StateOptions.Section);
        mistakes.When(string.IsNullOrWhiteSpace(options.Directory), nameof(options.Directory), "name the directory of the store");
        mistakes.Range(nameof(options.JournalDays), options.JournalDays, 1, 3650);
        mistakes.Range(nameof(options.AuditDays), options.AuditDays, 1, 3650);
        mistakes.Range(nameof(options.ReceiptDays), options.ReceiptDays, 1, 3650);
        mistakes.Range(nameof(options.BusyTimeout), options.BusyTimeout, TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(60));
        return mistakes.Result;
    }
}
