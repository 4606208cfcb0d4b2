using System.Globalization;

namespace PortalIntegration.Core;

/// <summary>An amount as a system stated it. There are no operators on purpose: the portal calculates no price.</summary>
/// <param name="Amount">In major units of the currency, at most four decimals, as stated.</param>
/// <param name="Currency">ISO 4217, three letters.</param>
public readonly record struct Money(decimal Amount, string Currency)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Amount} {Currency}");
}

/// <summary>A quantity with its unit, as a system stated it.</summary>
/// <param name="Value">In <paramref name="Unit"/>.</param>
/// <param name="Unit">The system's code of the unit of measure, such as <c>PCE</c>.</param>
public readonly record struct Quantity(decimal Value, string Unit)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value} {Unit}");
}

/// <summary>One page of a list.</summary>
/// <param name="Items">In the system's order.</param>
/// <param name="Next">What to pass to get the next page; null on the last.</param>
/// <param name="Total">How many there are in all, where the system says so.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next = null, int? Total = null);

/// <summary>A file as its owner holds it.</summary>
/// <param name="Content">The bytes.</param>
/// <param name="ContentType">Media type as the system states it.</param>
/// <param name="FileName">Suggested name without a path.</param>
public sealed record Document(ReadOnlyMemory<byte> Content, string ContentType, string FileName);

/// <summary>What changed since a cursor.</summary>
/// <param name="Keys">Keys of changed things; one may come again in the next page (overlap is on purpose).</param>
/// <param name="Cursor">Where to go on, opaque to everybody but its connector.</param>
/// <param name="More">Whether there is more to fetch right now.</param>
public sealed record Changes(IReadOnlyList<string> Keys, string Cursor, bool More);
