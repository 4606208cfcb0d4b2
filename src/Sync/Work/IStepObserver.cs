using System.Diagnostics;
using System.Globalization;

namespace PortalIntegration.Sync.Work;

/// <summary>Is told when a named step boundary is reached. Only tests listen.</summary>
public interface IStepObserver
{
    /// <param name="step">Such as <c>placing:create-started</c>.</param>
    void Reached(string step);
}

internal sealed class NoSteps : IStepObserver
{
    public void Reached(string step)
    {
    }
}

/// <summary>
/// Kills this process, without any farewell, when a step is reached: <c>PORTALINTEGRATION_CRASH_AT=placing:create-started</c>, or
/// <c>placing:create-started#3</c> for the third time. Registered in Development alone.
/// </summary>
internal sealed class CrashAtStep(string step, int time) : IStepObserver
{
    public const string Variable = "PORTALINTEGRATION_CRASH_AT";

    private int _reached;

    public static CrashAtStep Parse(string value)
    {
        var parts = value.Split('#', 2);
        return new CrashAtStep(parts[0], parts.Length == 2 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1);
    }

    public void Reached(string reached)
    {
        if (reached == step && Interlocked.Increment(ref _reached) == time)
        {
            Process.GetCurrentProcess().Kill(); // SIGKILL
        }
    }
}
