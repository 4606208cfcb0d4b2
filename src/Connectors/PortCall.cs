using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors;

/// <summary>On whose behalf the remote calls of one port method go out, what they are about, and under which name.</summary>
/// <param name="Deadline">After this moment no write goes out; null for none.</param>
internal sealed record PortCall(Scope Scope, Entity Entity, string Operation, CancellationToken Cancel, DateTimeOffset? Deadline = null);
