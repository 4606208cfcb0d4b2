using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>What Odoo answers as an ERP, by which calls, and what it cannot do.</summary>
internal static class OdooErpPorts
{
    public static IReadOnlyList<PortDeclaration> Declared { get; } = [];
}
