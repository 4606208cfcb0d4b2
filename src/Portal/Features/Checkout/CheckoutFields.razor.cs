using Microsoft.AspNetCore.Components;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Portal.Features.Checkout;

public sealed partial class CheckoutFields
{
    [Inject]
    public required IOwnershipMap Map { get; init; }

    [Parameter, EditorRequired]
    public required CheckoutForm Form { get; set; }

    /// <summary>Null while they are asked for.</summary>
    [Parameter, EditorRequired]
    public required Choices? Choices { get; set; }

    [Parameter, EditorRequired]
    public required DateOnly Today { get; set; }

    [Parameter]
    public EventCallback<CheckoutForm> OnChanged { get; set; }

    [Parameter]
    public EventCallback OnRetry { get; set; }

    private IReadOnlyList<ErpAddress> ShipTos => Choices?.Customer is { Succeeded: true } customer ? customer.Value.ShipTos : [];

    private IReadOnlyList<ErpAddress> BillTos => Choices?.Customer is { Succeeded: true } customer ? customer.Value.BillTos : [];

    private IReadOnlyList<DeliveryMethod> Methods => Choices?.DeliveryMethods is { Succeeded: true } methods ? methods.Value : [];

    private DeliveryMethod? ChosenMethod => Methods.FirstOrDefault(method => method.Code == Form.DeliveryMethod) ?? (Methods.Count > 0 ? Methods[0] : null);

    private bool PoTooLong => (Form.PoNumber?.Trim().Length ?? 0) > CheckoutForm.PoNumberLength;

    private bool NoteTooLong => (Form.Note?.Trim().Length ?? 0) > CheckoutForm.NoteLength;

    private Task Change(CheckoutForm form) => OnChanged.InvokeAsync(form);

    private static string? Entered(ChangeEventArgs change) => change.Value is string { Length: > 0 } text ? text : null;

    private static DateOnly? Day(ChangeEventArgs change) => CheckoutDraft.Day(change.Value as string);

    /// <summary>As the browser keeps it.</summary>
    private static string Kept(bool? inParts) => inParts switch { true => "true", false => "false", null => "" };

    private static bool? InParts(ChangeEventArgs change) => bool.TryParse(change.Value as string, out var inParts) ? inParts : null;

    /// <summary>The ERP's default is asked for by naming none, so that a draft does not outlive a changed default.</summary>
    private static string Value(ErpAddress address) => address.IsDefault ? string.Empty : address.Id ?? string.Empty;

    private static ErpAddress? Chosen(IReadOnlyList<ErpAddress> addresses, string? id) =>
        id is null ? addresses.FirstOrDefault(address => address.IsDefault) : addresses.FirstOrDefault(address => address.Id == id);

    public static string Line(ErpAddress address) =>
        address.City is { Length: > 0 } city && !address.Name.EndsWith(city, StringComparison.OrdinalIgnoreCase) ? $"{address.Name}, {city}" : address.Name;

    private static string Rest(ErpAddress address) => string.Join(", ", new[]
    {
        string.Join(", ", address.Lines), $"{address.PostalCode} {address.City}".Trim(), address.Region, address.Country,
    }.Where(part => !string.IsNullOrWhiteSpace(part)));
}
