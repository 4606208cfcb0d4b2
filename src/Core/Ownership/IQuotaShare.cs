namespace PortalIntegration.Core.Ownership;

/// <summary>How many nodes call the same systems: a quota that a system counts for all of them is divided by it.</summary>
public interface IQuotaShare
{
    /// <summary>Nodes that live, this one counted: 1 or more. Known to some seconds; while it is not known, the last that was.</summary>
    int Nodes { get; }
}
