namespace PortalIntegration.Sandbox.Simulation;

/// <summary>How the stand-in company works on its orders.</summary>
public sealed record SimulationOptions
{
    /// <summary>Off leaves every order as it is until the control API moves it.</summary>
    public bool Enabled { get; init; }

    /// <summary>1 is a real company: an order is looked at after ten minutes and leaves after hours. 400 ships within a minute.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>How often it is looked what is due.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(500);
}
