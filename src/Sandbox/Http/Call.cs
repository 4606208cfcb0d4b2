using System.Globalization;
using System.Text.Json;

namespace PortalIntegration.Sandbox.Http;

/// <summary>One request as an operation sees it: read whole, and free of the connection it came on.</summary>
internal sealed class Call(IReadOnlyDictionary<string, string> route, IQueryCollection query, IHeaderDictionary headers, ReadOnlyMemory<byte> body)
{
    public ReadOnlyMemory<byte> Body => body;

    public string Route(string name) => route[name];

    public string? Header(string name)
    {
        var value = headers[name].ToString();
        return value.Length == 0 ? null : value;
    }

    public string? Text(string name)
    {
        var value = query[name].ToString();
        return value.Length == 0 ? null : value;
    }

    public IReadOnlyList<string> Texts(string name) => query[name].Where(v => !string.IsNullOrEmpty(v)).Select(v => v!).ToList();

    public string? CursorText => Text("cursor");

    public int Limit
    {
        get
        {
            var text = Text("limit");
            if (text is null)
            {
                return 50;
            }

            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= 500
                ? limit
                : throw Refusal.BadRequest("limit is not a number from 1 to 500");
        }
    }

    public DateTimeOffset? ChangedSince
    {
        get
        {
            var text = Text("changedSince");
            if (text is null)
            {
                return null;
            }

            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time
                : throw Refusal.BadRequest("changedSince is not an RFC 3339 time");
        }
    }

    public IReadOnlyList<TEnum> Enums<TEnum>(string name)
        where TEnum : struct, Enum =>
        Texts(name).Select(t =>
            t.Length > 0 && char.IsLower(t[0]) && Enum.TryParse<TEnum>(t, ignoreCase: true, out var value)
                ? value
                : throw Refusal.BadRequest($"{name} '{t}' is not known")).ToList();

    public T Read<T>()
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body.Span, Json.Options) ?? throw Refusal.BadRequest("the body is null");
        }
        catch (JsonException e)
        {
            throw Refusal.BadRequest($"the body is not of this contract: {e.Message}");
        }
    }

    public string IdempotencyKey
    {
        get
        {
            var key = Header("Idempotency-Key");
            return key is { Length: >= 1 and <= 128 } ? key : throw Refusal.BadRequest("Idempotency-Key is missing, or longer than 128");
        }
    }

    /// <summary>Refuses when the version asked for is not the present one.</summary>
    public void CheckIfMatch(long version, bool required = false)
    {
        var wanted = Header("If-Match");
        if (wanted is null)
        {
            if (required)
            {
                throw Refusal.Of(428, "precondition_required", "If-Match is missing.");
            }

            return;
        }

        if (wanted != "*" && wanted.Trim('"') != version.ToString(CultureInfo.InvariantCulture))
        {
            throw Refusal.VersionMismatch();
        }
    }

    public Answer Versioned(object value, long version)
    {
        var known = Header("If-None-Match");
        return known is not null && known.Trim('"') == version.ToString(CultureInfo.InvariantCulture)
            ? new Answer(304).WithVersion(version)
            : Answer.Ok(value).WithVersion(version);
    }
}
