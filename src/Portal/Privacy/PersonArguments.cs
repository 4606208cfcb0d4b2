namespace PortalIntegration.Portal.Privacy;

/// <summary>What was told on the command line.</summary>
internal sealed record PersonArguments
{
    public const string Help = """
        person export WHO [--also WORD]... [--file FILE] [SETTINGS]
        person erase  WHO [--also WORD]... --by ID --reason WORDS [SETTINGS]

          WHO       the CRM's id of the person, or an e-mail address that the CRM knows
          --also    another name, address or number that the person went by
          --file    writes there, for you alone to read, instead of to the terminal
          --by      who erases: your own id
          --reason  why, for the audit
          SETTINGS  as the portal takes them, such as --State:Directory=/var/lib/portal
        """;

    public required bool Erases { get; init; }

    public required string Who { get; init; }

    public required IReadOnlyList<string> Also { get; init; }

    public string? File { get; init; }

    public string? By { get; init; }

    public string? Reason { get; init; }

    public required IReadOnlyList<string> Rest { get; init; }

    /// <exception cref="FormatException">Something is missing or not understood.</exception>
    public static PersonArguments Parse(IReadOnlyList<string> args)
    {
        if (args is not [var what and ("export" or "erase"), var who, ..] || who.StartsWith('-') || string.IsNullOrWhiteSpace(who))
        {
            throw new FormatException("Say what to do, and about whom.");
        }

        string[] told = [.. args.Skip(2)];
        List<string> also = [], rest = [];
        string? file = null, by = null, reason = null;
        for (var at = 0; at < told.Length; at++)
        {
            switch (told[at])
            {
                case "--also":
                    also.Add(Next("--also"));
                    break;
                case "--file" when what is "export":
                    file = Next("--file");
                    break;
                case "--by" when what is "erase":
                    by = Next("--by");
                    break;
                case "--reason" when what is "erase":
                    reason = Next("--reason");
                    break;
                case ['-', '-', ..] setting when setting.Contains('=', StringComparison.Ordinal):
                    rest.Add(setting);
                    break;
                default:
                    throw new FormatException($"'{told[at]}' is not understood.");
            }

            string Next(string name) => ++at < told.Length && told[at].Trim() is { Length: > 0 } value ? value : throw new FormatException($"{name} needs a value.");
        }

        if (what is "erase" && (by is null || reason is null))
        {
            throw new FormatException("Erasing is kept in the audit: say --by whom and for which --reason.");
        }

        return new PersonArguments { Erases = what is "erase", Who = who.Trim(), Also = also, File = file, By = by, Reason = reason, Rest = rest };
    }
}
