namespace PortalIntegration.Connectors.Http;

/// <summary>One thing that a connector asks of its system. Declared once, as a static field.</summary>
/// <param name="Name">As in the system's own description, such as <c>pricesQuery</c>; goes into traces, metrics and failures.</param>
/// <param name="Capability">
/// What it is about, such as <c>Pricing</c>. Operations of one capability share a circuit breaker and a "failing since"; so the
/// others still answer when one fails. Put what can fail on its own into a capability of its own.
/// </param>
/// <param name="IsRead">Changes nothing in the system, so that it may be repeated and may probe a half-open breaker, whatever its HTTP method.</param>
public sealed record Operation(string Name, string Capability, bool IsRead)
{
    public static Operation Read(string name, string capability) => new(name, capability, IsRead: true);

    /// <summary>Never repeated by the pipeline: only its flow may, after looking up what became of it.</summary>
    public static Operation Write(string name, string capability) => new(name, capability, IsRead: false);

    public override string ToString() => Name;
}
