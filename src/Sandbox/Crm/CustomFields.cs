using System.Text.Json;
using PortalIntegration.Sandbox.Http;

namespace PortalIntegration.Sandbox.Crm;

internal enum CustomFieldEntity
{
    Account,
    Contact,
    Opportunity,
}

internal enum CustomFieldType
{
    Text,
    Number,
    Boolean,
    Date,
    DateTime,
    Picklist,
}

internal sealed record CustomField(
    CustomFieldEntity Entity,
    string Name,
    string Label,
    CustomFieldType Type,
    int? MaxLength,
    IReadOnlyList<string>? Options,
    bool Required,
    bool Writable);

/// <summary>The fields that an administrator of the CRM has added. They can be taken away and renamed, as in life.</summary>
internal sealed class CustomFields
{
    private readonly List<CustomField> fields =
    [
        new(CustomFieldEntity.Account, "creditLimit", "Credit limit", CustomFieldType.Number, null, null, false, true),
        new(CustomFieldEntity.Account, "creditAvailable", "Credit available", CustomFieldType.Number, null, null, false, true),
        new(CustomFieldEntity.Account, "creditBalance", "Open balance", CustomFieldType.Number, null, null, false, true),
        new(CustomFieldEntity.Account, "creditCurrency", "Credit currency", CustomFieldType.Text, 3, null, false, true),
        new(CustomFieldEntity.Account, "creditOnHold", "On credit hold", CustomFieldType.Boolean, null, null, false, true),
        new(CustomFieldEntity.Account, "creditAsOf", "Credit as of", CustomFieldType.DateTime, null, null, false, true),
        new(CustomFieldEntity.Account, "paymentTerms", "Payment terms", CustomFieldType.Text, 40, null, false, true),
        new(CustomFieldEntity.Account, "segment", "Segment", CustomFieldType.Picklist, null, ["A", "B", "C"], false, true),
        new(CustomFieldEntity.Account, "customerSince", "Customer since", CustomFieldType.Date, null, null, false, false),
        new(CustomFieldEntity.Opportunity, "orderStatus", "Order status", CustomFieldType.Text, 32, null, false, true),
        new(CustomFieldEntity.Opportunity, "orderPlacedAt", "Order placed at", CustomFieldType.DateTime, null, null, false, true),
        new(CustomFieldEntity.Contact, "department", "Department", CustomFieldType.Text, 60, null, false, true),
    ];

    public IReadOnlyList<CustomField> Of(CustomFieldEntity? entity) => fields.Where(f => entity is null || f.Entity == entity).ToList();

    public bool Remove(CustomFieldEntity entity, string name) => fields.RemoveAll(f => f.Entity == entity && f.Name == name) > 0;

    public void Put(CustomField field)
    {
        fields.RemoveAll(f => f.Entity == field.Entity && f.Name == field.Name);
        fields.Add(field);
    }

    /// <summary>Every field of the entity, with its value or null.</summary>
    public IReadOnlyDictionary<string, JsonElement?> Complete(CustomFieldEntity entity, IReadOnlyDictionary<string, JsonElement?> values) =>
        Of(entity).ToDictionary(f => f.Name, f => values.GetValueOrDefault(f.Name), StringComparer.Ordinal);

    /// <summary>Present values with the changes, or a refusal that names every wrong one.</summary>
    public Dictionary<string, JsonElement?> Apply(
        CustomFieldEntity entity,
        IReadOnlyDictionary<string, JsonElement?> present,
        IReadOnlyDictionary<string, JsonElement?> changes)
    {
        var known = Of(entity).ToDictionary(f => f.Name, StringComparer.Ordinal);
        var errors = new List<ProblemError>();
        var result = new Dictionary<string, JsonElement?>(present, StringComparer.Ordinal);
        foreach (var (name, value) in changes)
        {
            if (Check(known.GetValueOrDefault(name), value) is { } message)
            {
                errors.Add(new ProblemError("invalid_custom_field", message, $"/customFields/{name}"));
            }

            result[name] = value;
        }

        return errors.Count == 0 ? result : throw Refusal.Unprocessable("invalid_custom_field", errors[0].Message, errors);
    }

    private static string? Check(CustomField? field, JsonElement? value)
    {
        if (field is null)
        {
            return "There is no such field.";
        }

        if (!field.Writable)
        {
            return $"{field.Name} cannot be written.";
        }

        if (value is not { } v || v.ValueKind == JsonValueKind.Null)
        {
            return field.Required ? $"{field.Name} must have a value." : null;
        }

        return (field.Type, v.ValueKind) switch
        {
            (CustomFieldType.Number, JsonValueKind.Number) => null,
            (CustomFieldType.Boolean, JsonValueKind.True or JsonValueKind.False) => null,
            (CustomFieldType.Text, JsonValueKind.String) => v.GetString()!.Length > (field.MaxLength ?? int.MaxValue) ? $"{field.Name} has at most {field.MaxLength} characters." : null,
            (CustomFieldType.Picklist, JsonValueKind.String) => field.Options!.Contains(v.GetString()!) ? null : $"{field.Name} has no option {v.GetString()}.",
            (CustomFieldType.Date, JsonValueKind.String) => DateOnly.TryParse(v.GetString(), System.Globalization.CultureInfo.InvariantCulture, out _) ? null : $"{field.Name} is a date.",
            (CustomFieldType.DateTime, JsonValueKind.String) => v.TryGetDateTimeOffset(out _) ? null : $"{field.Name} is a time.",
            _ => $"{field.Name} is of another type.",
        };
    }
}
