using System.Globalization;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Sync.Flows.Map;

/// <summary>Puts a flow's rules together: those that it brings along, and those that the company configured for the same pair of entities.</summary>
internal sealed class FieldMap(string flow)
{
    private readonly List<FieldRule> _rules = [];

    public List<string> Mistakes { get; } = [];

    public IReadOnlyList<FieldRule> Rules => _rules;

    /// <summary>A rule that the flow carries in its own way.</summary>
    public FieldMap Described(FieldSide owner, FieldSide target, string? note = null, string? transformation = null)
    {
        _rules.Add(new FieldRule(flow, owner, target) { Note = note, Transformation = transformation });
        return this;
    }

    public FieldMap Add(FieldRule rule)
    {
        _rules.Add(rule);
        return this;
    }

    /// <summary>From a known field to a known one, or to one of the company's own.</summary>
    /// <param name="own">Type and length where the target is the company's own.</param>
    public FieldMap Carry(
        Entity owner, string from, Entity target, string to, string? transformation = null, (FieldType Type, int? Length)? own = null, bool mayClear = false,
        FieldMode mode = FieldMode.RealTime, string? note = null)
    {
        var known = KnownFields.Find(owner, from) ?? throw new InvalidOperationException($"{owner} has no field {from}.");
        return Carry(new FieldRule(flow, Side(owner, known), TargetSide(target, to, own)) { Transformation = transformation, MayClear = mayClear, Mode = mode, Note = note, Personal = known.Personal });
    }

    /// <summary>Another name for a field of the company's own, or none at all: <c>Sync:Flows:{flow}:Fields:{owner's field}</c>.</summary>
    public FieldMap Renamed(IReadOnlyDictionary<string, string> names)
    {
        foreach (var (from, to) in names)
        {
            var at = _rules.FindIndex(rule => rule.Owner.Field.Equals(from, StringComparison.OrdinalIgnoreCase) && KnownFields.HasOwnFields(rule.Target.Entity) && rule.Wanted is not null);
            var key = $"{FlowSettings.Root}:{flow}:Fields:{from}";
            if (at < 0)
            {
                Mistakes.Add($"{key}: the flow carries no such field; it carries {string.Join(", ", _rules.Where(rule => rule.Wanted is not null).Select(rule => rule.Owner.Field))}.");
                continue;
            }

            var old = _rules[at];
            _rules.RemoveAt(at);
            if (to.Length > 0)
            {
                _rules.Insert(at, Ready(old with { Target = old.Target with { Field = to }, ConfiguredAt = key }));
            }
        }

        return this;
    }

    /// <summary>The company's own of the same pair of entities.</summary>
    public FieldMap Configured(IReadOnlyList<OwnedField> fields, Func<OwnedField, bool> belongs)
    {
        foreach (var field in fields.Where(belongs))
        {
            var (owner, from) = Split(field.From.Field)!.Value;
            var (target, to) = Split(field.To.Field)!.Value;
            if (KnownFields.Find(owner, from) is null && !KnownFields.HasOwnFields(owner))
            {
                Mistakes.Add($"{field.Key}:From:Field: {owner} has no field '{from}'; it has {string.Join(", ", KnownFields.In(owner).Select(known => known.Name))}.");
            }
            else if (KnownFields.Find(target, to) is { CanBeWritten: false } or null && !KnownFields.HasOwnFields(target))
            {
                Mistakes.Add($"{field.Key}:To:Field: '{to}' of {target} cannot be written; it can be {string.Join(", ", KnownFields.In(target).Where(known => known.CanBeWritten).Select(known => known.Name))}.");
            }
            else if (Transformations.Parse(field.Transformation) is null)
            {
                Mistakes.Add($"{field.Key}:Transformation: there is no '{field.Transformation}'; there are {string.Join(", ", Transformations.Known.Select(known => known.Name))}.");
            }
            else if (_rules.Any(rule => rule.Target.Entity == target && rule.Target.Field.Equals(to, StringComparison.OrdinalIgnoreCase) && rule.Wanted is not null))
            {
                Mistakes.Add($"{field.Key}: {target}.{to} has an owner already, in the flow {flow}.");
            }
            else
            {
                var known = KnownFields.Find(owner, from);
                _rules.Add(Ready(new FieldRule(
                    flow,
                    new FieldSide(owner, known?.Name ?? from, known?.Type ?? field.From.Type, known?.Length ?? field.From.Length),
                    TargetSide(target, to, (field.To.Type, field.To.Length)))
                {
                    Transformation = field.Transformation,
                    Mode = field.Mode,
                    ConfiguredAt = field.Key,
                    Personal = known?.Personal ?? false,
                }));
            }
        }

        return this;
    }

    /// <summary>"Customers.TaxNumber" as entity and field; null when it is not of that kind.</summary>
    public static (Entity Entity, string Field)? Split(string name) =>
        name.Split('.', 2) is [var entity, { Length: > 0 } field] && Enum.TryParse<Entity>(entity, ignoreCase: true, out var known) && Enum.IsDefined(known) ? (known, field) : null;

    private FieldMap Carry(FieldRule rule)
    {
        if (rule.Target.Length is { } room && (rule.Owner.Length is null || rule.Owner.Length > room) && rule.Target.Type == FieldType.Text && !Transformations.Fits(rule.Transformation, room))
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{rule} does not fit: shorten it to {room}."));
        }

        _rules.Add(Ready(rule));
        return this;
    }

    private static FieldRule Ready(FieldRule rule)
    {
        var change = Transformations.Parse(rule.Transformation)!;
        var read = Reader(rule.Owner);
        return rule with
        {
            Wanted = (owner, _) => read(owner) is { } value && change(value) is { } changed ? changed.As(rule.Target.Type) : null,
            Standing = Reader(rule.Target),
        };
    }

    private static Func<object, FieldValue?> Reader(FieldSide side) => KnownFields.Find(side.Entity, side.Field) is { } known
        ? record => known.Read(record)?.As(side.Type)
        : record => KnownFields.Added((Account)record, side.Field, side.Type);

    private static FieldSide Side(Entity entity, KnownField known) => new(entity, known.Name, known.Type, known.Length);

    private static FieldSide TargetSide(Entity entity, string name, (FieldType Type, int? Length)? own) => KnownFields.Find(entity, name) is { } known
        ? Side(entity, known)
        : new FieldSide(entity, name, own?.Type ?? FieldType.Text, own?.Length);
}
