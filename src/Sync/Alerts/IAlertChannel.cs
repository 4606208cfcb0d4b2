using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Sync.Alerts;

/// <summary>A way to tell somebody outside. What fails is tried again through the queue.</summary>
internal interface IAlertChannel
{
    /// <summary>Such as <c>webhook</c>; also names its flow, <c>alert-webhook</c>.</summary>
    string Name { get; }

    /// <summary>Whether there is somebody to tell.</summary>
    bool Configured { get; }

    /// <summary>Tells one alert. The same one may be told again: its id says so.</summary>
    Task<Outcome<Done>> Tell(Alert alert, CancellationToken cancel);
}
