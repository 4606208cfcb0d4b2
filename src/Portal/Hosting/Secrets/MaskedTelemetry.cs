using System.Diagnostics;
using OpenTelemetry;
using PortalIntegration.Core;
using PortalIntegration.Core.Settings;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace PortalIntegration.Portal.Hosting.Secrets;

/// <summary>
/// Stands in front of every log sink: an entry that holds a secret goes on without it, and what somebody named begins no line of its own.
/// </summary>
internal sealed class MaskedLog(Logger inner, SecretMask mask) : ILogEventSink, IDisposable
{
    private static readonly MessageTemplateParser _parser = new();

    public void Emit(LogEvent logEvent) => inner.Write(Clean(logEvent));

    public void Dispose() => inner.Dispose();

    private LogEvent Clean(LogEvent entry)
    {
        var exception = entry.Exception is { } thrown && thrown.ToString() is var told && (told.Contains('\n', StringComparison.Ordinal) || mask.Finds(told)) ? new MaskedException(thrown, mask) : entry.Exception;
        if (exception == entry.Exception && !mask.Finds(entry.MessageTemplate.Text) && entry.Properties.Values.All(value => Clean(value) == value))
        {
            return entry;
        }

        return new LogEvent(
            entry.Timestamp,
            entry.Level,
            exception,
            mask.Finds(entry.MessageTemplate.Text) ? _parser.Parse(mask.Mask(entry.MessageTemplate.Text)) : entry.MessageTemplate,
            entry.Properties.Select(property => new LogEventProperty(property.Key, Clean(property.Value))),
            entry.TraceId ?? default,
            entry.SpanId ?? default);
    }

    /// <summary>The same object where there is nothing to mask and all is on one line.</summary>
    private LogEventPropertyValue Clean(LogEventPropertyValue value)
    {
        switch (value)
        {
            case ScalarValue { Value: { } plain and not ValueType }:
                var text = plain.ToString() ?? "";
                var clean = PlainText.OneLine(mask.Finds(text) ? mask.Mask(text) : text);
                return clean == text ? value : new ScalarValue(clean);
            case SequenceValue list:
                var elements = list.Elements.Select(Clean).ToList();
                return elements.SequenceEqual(list.Elements) ? value : new SequenceValue(elements);
            case StructureValue structure:
                var properties = structure.Properties.Select(property => (Before: property.Value, After: Clean(property.Value), property.Name)).ToList();
                return properties.TrueForAll(property => property.Before == property.After)
                    ? value
                    : new StructureValue(properties.Select(property => new LogEventProperty(property.Name, property.After)), structure.TypeTag);
            case DictionaryValue pairs:
                var cleaned = pairs.Elements.Select(pair => (pair.Key, Before: pair.Value, After: Clean(pair.Value))).ToList();
                return cleaned.TrueForAll(pair => pair.Before == pair.After) ? value : new DictionaryValue(cleaned.Select(pair => KeyValuePair.Create(pair.Key, pair.After)));
            default:
                return value;
        }
    }
}

/// <summary>An exception as it reads, without secrets; no line but its first begins at the left, so that none looks like an entry.</summary>
internal sealed class MaskedException(Exception inner, SecretMask mask) : Exception(mask.Mask(inner.Message))
{
    private readonly string _text = string.Join("\n    ", mask.Mask(inner.ToString()).Split('\n').Select(line => PlainText.OneLine(line.TrimEnd('\r'))));

    public override string ToString() => _text;
}

/// <summary>The same for spans.</summary>
internal sealed class MaskedSpans(SecretMask mask) : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        foreach (var (name, value) in data.TagObjects)
        {
            if (value is string text && mask.Finds(text))
            {
                data.SetTag(name, mask.Mask(text));
            }
        }

        if (data.StatusDescription is { } description && mask.Finds(description))
        {
            data.SetStatus(data.Status, mask.Mask(description));
        }
    }
}
