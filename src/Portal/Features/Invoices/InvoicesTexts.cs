namespace PortalIntegration.Portal.Features.Invoices;

/// <summary>Names the resource file of the same name.</summary>
public sealed class InvoicesTexts;
