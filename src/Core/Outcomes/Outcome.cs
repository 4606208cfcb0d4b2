using System.Diagnostics.CodeAnalysis;

namespace PortalIntegration.Core.Outcomes;

/// <summary>
/// What a remote system answered: either a value with its <see cref="Provenance"/>, or a <see cref="Failure"/> with a named cause.
/// Whatever a remote system may do is an outcome; exceptions are for bugs.
/// </summary>
public sealed record Outcome<T>
{
    private readonly T? _value;

    internal Outcome(T? value, Provenance? provenance, Failure? failure)
    {
        _value = value;
        Provenance = provenance;
        Failure = failure;
    }

    /// <summary>True when there is a value to show, fresh or last known.</summary>
    [MemberNotNullWhen(true, nameof(Provenance))]
    public bool Succeeded => Provenance is not null;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is none: ask <see cref="Succeeded"/> first.</exception>
    public T Value => Succeeded ? _value! : throw new InvalidOperationException($"No value: {Failure}");

    /// <summary>Who said it, and when. Null only where there is no value.</summary>
    public Provenance? Provenance { get; }

    /// <summary>
    /// Why there is no value; or, beside a value that is only the last known one, why no newer could be had. Null on a plain success.
    /// </summary>
    public Failure? Failure { get; }

    public Outcome<TOther> Select<TOther>(Func<T, TOther> map) =>
        Succeeded ? new(map(_value!), Provenance, Failure) : new(default, null, Failure);

    /// <summary>The same failure under another type.</summary>
    /// <exception cref="InvalidOperationException">This outcome has a value.</exception>
    public Outcome<TOther> As<TOther>() =>
        Succeeded ? throw new InvalidOperationException("Only a failure fits another type.") : new(default, null, Failure);

    public bool Try([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return Succeeded;
    }

    public override string ToString() => Succeeded ? $"{_value} ({Provenance})" : Failure!.ToString();
}

/// <summary>Nothing to tell beyond success.</summary>
public readonly record struct Done;

public static class Outcome
{
    public static Outcome<T> Success<T>(T value, Provenance provenance) => new(value, provenance, null);

    public static Outcome<T> Failed<T>(Failure failure) => new(default, null, failure);

    /// <summary>The last known value, shown because the owner failed to answer just now.</summary>
    public static Outcome<T> LastKnown<T>(T value, Provenance provenance, Failure failure) =>
        new(value, provenance with { Freshness = Freshness.LastKnown }, failure);
}
