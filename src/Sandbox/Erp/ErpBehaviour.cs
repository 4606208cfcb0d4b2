namespace PortalIntegration.Sandbox.Erp;

/// <summary>How clever the ERP is about requests that come twice. It can be changed while it runs.</summary>
internal sealed class ErpBehaviour(SandboxOptions options)
{
    private volatile bool honourIdempotencyKeys = options.HonourIdempotencyKeys;
    private volatile bool uniqueExternalReferences = options.UniqueExternalReferences;
    private long createOrderTicks = options.CreateOrderTakes.Ticks;

    public bool HonourIdempotencyKeys
    {
        get => honourIdempotencyKeys;
        set => honourIdempotencyKeys = value;
    }

    public bool UniqueExternalReferences
    {
        get => uniqueExternalReferences;
        set => uniqueExternalReferences = value;
    }

    public TimeSpan CreateOrderTakes
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref createOrderTicks));
        set => Interlocked.Exchange(ref createOrderTicks, value.Ticks);
    }
}
