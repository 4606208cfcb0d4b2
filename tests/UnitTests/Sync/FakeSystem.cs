using PortalIntegration.Core.Ownership;

namespace PortalIntegration.UnitTests.Sync;

/// <summary>A system that has the ports given, and no more.</summary>
internal sealed class FakeSystem(string name, params object[] ports) : ISystemConnection
{
    public string System => name;

    public ISystemMonitor Monitor => throw new NotSupportedException();

    public TPort? Find<TPort>()
        where TPort : class => ports.OfType<TPort>().FirstOrDefault();
}
