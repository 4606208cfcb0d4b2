using PortalIntegration.Core.Outcomes;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.Sync.Work;

/// <summary>Runs the items of one kind. A run must stand being cut anywhere and being run again.</summary>
public interface IFlow
{
    /// <summary>Such as <c>place-order</c>.</summary>
    string Name { get; }

    /// <param name="cancel">Fires when the lease is lost, or the portal stops and does not wait any longer.</param>
    Task<Next> Run(Lease lease, CancellationToken cancel);
}

/// <summary>What becomes of an item after its run. Written in one commit with the run's journal.</summary>
public abstract record Next
{
    private Next()
    {
    }

    /// <summary>Null to leave it.</summary>
    public byte[]? Payload { get; init; }

    /// <summary>Called with what was written, once the commit stands.</summary>
    public Action<WorkChange>? Committed { get; init; }

    /// <param name="KeepUntil">Null to forget the item at once.</param>
    public sealed record Done(DateTimeOffset? KeepUntil = null) : Next;

    /// <summary>It failed, or was not to be asked now: again after backing off, or when the system said.</summary>
    /// <param name="HoldsUp">Whether later items of its line wait.</param>
    public sealed record Retry(Failure Failure, bool HoldsUp = false) : Next
    {
        /// <summary>Never given up, however often it fails.</summary>
        public bool Endless { get; init; }

        /// <summary>Not later than this, unless the system asked for more patience.</summary>
        public DateTimeOffset? Latest { get; init; }
    }

    /// <summary>Nothing failed: again at a set time.</summary>
    public sealed record Later(DateTimeOffset Due, bool HoldsUp = false) : Next
    {
        /// <summary>Whether what went wrong before is over.</summary>
        public bool Fresh { get; init; }

        public Failure? Failure { get; init; }
    }

    /// <summary>
    /// Somebody has to decide, or to mend something. What has a payload waits for that decision; what has none looks again at the next trigger, too.
    /// </summary>
    public sealed record Held(string Cause) : Next
    {
        /// <summary>A sentence of what is to be done. No personal data.</summary>
        public string? Detail { get; init; }
    }

    /// <summary>Given up: an alert, and a person looks at it.</summary>
    public sealed record Dead(Failure Failure) : Next;

    /// <summary>The lease is lost: whoever has it now goes on. Nothing is written.</summary>
    public sealed record Abandoned : Next;
}
