namespace PortalIntegration.Core;

/// <summary>A customer's number in the ERP.</summary>
public readonly record struct CustomerNumber(string Value)
{
    public override string ToString() => Value;
}

/// <summary>An account's identifier in the CRM.</summary>
public readonly record struct AccountId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>A person's identifier in the CRM: a contact of a customer, or a member of staff.</summary>
public readonly record struct PersonId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>Stock keeping unit: the ERP's code of a product, compared as it stands.</summary>
public readonly record struct Sku(string Value)
{
    public override string ToString() => Value;
}

/// <summary>An order's number in the ERP.</summary>
public readonly record struct OrderNumber(string Value)
{
    public override string ToString() => Value;
}

/// <summary>
/// Identifies one intent to order. The browser makes it when checkout opens and keeps it until the ERP's number is known.
/// </summary>
public readonly record struct SubmissionId(Guid Value)
{
    /// <summary>What every order of the portal's begins with in the ERP.</summary>
    public const string Prefix = "PI-";

    /// <summary>
    /// The unique external reference under which the order stands in the ERP: 35 characters, the shortest length that the
    /// ERPs looked at allow (Business Central's <c>externalDocumentNumber</c>).
    /// </summary>
    public string ExternalReference => $"{Prefix}{Value:N}";

    public static bool TryParse(string? text, out SubmissionId id)
    {
        var given = text is not null && text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : text;
        var parsed = Guid.TryParse(given, out var value) && value != Guid.Empty;
        id = parsed ? new SubmissionId(value) : default;
        return parsed;
    }

    public override string ToString() => Value.ToString("N");
}
