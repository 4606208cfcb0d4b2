namespace PortalIntegration.Portal.Limits;

/// <summary>What is counted together, whichever way it is asked.</summary>
public enum Asked
{
    SignIn,
    Search,

    /// <summary>Lines of the order pad, over its page's socket.</summary>
    Lines,

    /// <summary>Whatever an owner is asked for a person, from whichever page, panel or socket.</summary>
    Questions,
    Webhook,
}

/// <summary>On an endpoint or a page: how often it may be asked for is limited, by person and by address.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class LimitedAttribute(Asked what) : Attribute
{
    public Asked What { get; } = what;

    /// <summary>Counted only when the address carries this parameter, such as <c>q</c>; null for always.</summary>
    public string? With { get; init; }
}
