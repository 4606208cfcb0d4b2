using System.Diagnostics;
using PortalIntegration.Connectors.Http;

namespace PortalIntegration.Portal.Hosting;

/// <summary>Tells the calls of this host's pipelines from those of another host in the same process.</summary>
internal sealed class OwnSpans(PipelineEnvironment environment)
{
    public bool Include(Activity span) => Connectors.Http.Telemetry.IsOf(environment, span);
}
