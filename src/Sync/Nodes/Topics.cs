namespace PortalIntegration.Sync.Nodes;

/// <summary>What nodes tell each other.</summary>
public static class Topics
{
    /// <summary>Something may be due. No words.</summary>
    public const string Work = "work";

    /// <summary>An entity's key may have changed: the entity, a blank, the key.</summary>
    public const string Change = "change";

    /// <summary>A submission moved on: its id.</summary>
    public const string Placing = "placing";

    /// <summary>Somebody signed out: the id of the sign-in.</summary>
    public const string SignedOut = "signed-out";
}
