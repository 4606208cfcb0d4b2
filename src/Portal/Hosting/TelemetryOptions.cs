using Microsoft.Extensions.Options;

namespace PortalIntegration.Portal.Hosting;

/// <summary>How the portal tells what it does; section <c>Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary><c>text</c> as <c>Serilog</c> is configured, or <c>json</c>: one object a line to the standard output, for machines.</summary>
    public string LogFormat { get; set; } = "text";
}

internal sealed class TelemetryOptionsCheck : IValidateOptions<TelemetryOptions>
{
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options) => options.LogFormat is "text" or "json"
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"{TelemetryOptions.Section}:{nameof(options.LogFormat)}: must be 'text' or 'json'; it is '{options.LogFormat}'.");
}
