using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PortalIntegration.LiveTests;

/// <summary>
/// Keeps what Tryton or Odoo answered, to play it again without the server and with one answer spoiled. A question is known by its method and arguments, and by
/// what its context says about the answer; asked several times, it is answered in the order of the recording, the last answer again and again. Nothing hangs on
/// which of several questions that are asked at once was answered first, nor on the ids that the server gave.
/// </summary>
internal sealed partial class Tape
{
    /// <summary>Of Tryton's context: the rest is of the user, or of the record's last change.</summary>
    private static readonly string[] Telling = ["quantity", "customer", "price_list", "uom", "locations"];

    private const string Contextual = " in ";

    private readonly ConcurrentDictionary<string, ConcurrentQueue<Answer>> _answers = new(StringComparer.Ordinal);

    /// <summary>In an order that is the same in every run, whatever ids and references the questions name.</summary>
    public IReadOnlyList<Recorded> Answers =>
        [.. _answers
            .OrderBy(entry => Id().Replace(entry.Key, "0"), StringComparer.Ordinal).ThenBy(entry => entry.Key.Length).ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .SelectMany(entry => entry.Value.Select((answer, time) => new Recorded(entry.Key, time, answer.Body)))];

    public HttpMessageHandler Recorder() => new Recording(this);

    public HttpMessageHandler Player(Recorded? spoiled = null) => new Playing(this, spoiled);

    /// <summary>Plays it with one answer made into another one.</summary>
    public HttpMessageHandler Player(Recorded spoiled, Func<byte[], string, HttpResponseMessage> make) => new Playing(this, spoiled, make);

    private static async Task<string> Question(HttpRequestMessage request, CancellationToken cancel)
    {
        if (request.Content is null)
        {
            return $"{request.RequestUri!.AbsolutePath} ";
        }

        var asked = JsonNode.Parse(await request.Content.ReadAsStringAsync(cancel))!;
        var method = asked["method"]!.GetValue<string>();
        if (method is "call")
        {
            return asked["params"]!["args"] is null ? $"{request.RequestUri!.AbsolutePath} " : OdooQuestion(asked["params"]!);
        }

        var arguments = asked["params"]!.AsArray();
        if (method is "common.db.login")
        {
            return $"{method} {arguments.ToJsonString()}";
        }

        var context = arguments[^1] as JsonObject;
        arguments.RemoveAt(arguments.Count - 1);
        return $"{method} {arguments.ToJsonString()}{Contextual}{string.Join(' ', Telling.Where(name => context?.ContainsKey(name) == true).Select(name => $"{name}={context![name]?.ToJsonString()}"))}";
    }

    /// <summary>The question on the tape: this one, or where a spoiled answer changed the context only, the same in another context.</summary>
    private string? Known(string question)
    {
        if (_answers.ContainsKey(question) || !question.Contains(Contextual, StringComparison.Ordinal))
        {
            return _answers.ContainsKey(question) ? question : null;
        }

        var start = question[..(question.IndexOf(Contextual, StringComparison.Ordinal) + Contextual.Length)];
        return _answers.Keys.Where(key => key.StartsWith(start, StringComparison.Ordinal)).Order(StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>Numbers of any length, also those in hexadecimal digits.</summary>
    [GeneratedRegex("[0-9a-f-]*[0-9][0-9a-f-]*")]
    private static partial Regex Id();

    private static string OdooQuestion(JsonNode asked)
    {
        var arguments = asked["args"]!.AsArray();
        if (asked["service"]!.GetValue<string>() is not "object")
        {
            return $"{asked["service"]}.{asked["method"]} ";
        }

        return $"{arguments[3]}.{arguments[4]} {arguments[5]!.ToJsonString()} {arguments[6]!.ToJsonString()}";
    }

    /// <param name="Body">A file's bytes, each one character.</param>
    /// <param name="Cookie">A session that it sets.</param>
    private sealed record Answer(string Body, string MediaType, string? Cookie)
    {
        public byte[] Bytes => Encoding.GetBytes(Body);

        private Encoding Encoding => MediaType is "application/json" ? Encoding.UTF8 : Encoding.Latin1;

        public static async Task<Answer> Of(HttpResponseMessage response, CancellationToken cancel)
        {
            var type = response.Content.Headers.ContentType?.MediaType is "application/pdf" ? "application/pdf" : "application/json";
            var answer = new Answer("", type, response.Headers.TryGetValues("Set-Cookie", out var cookies) ? string.Join("; ", cookies) : null);
            return answer with { Body = answer.Encoding.GetString(await response.Content.ReadAsByteArrayAsync(cancel)) };
        }

        public ByteArrayContent ToContent() => new ByteArrayContent(Encoding.GetBytes(Body)) { Headers = { ContentType = new MediaTypeHeaderValue(MediaType) } };

        public HttpResponseMessage ToResponse()
        {
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = ToContent() };
            if (Cookie is { } cookie)
            {
                response.Headers.Add("Set-Cookie", cookie);
            }

            return response;
        }
    }

    /// <summary>One answer on the tape.</summary>
    /// <param name="Time">The first, second, ... answer to the question, from 0.</param>
    public sealed record Recorded(string Question, int Time, string Body)
    {
        public string Method => Question[..Question.IndexOf(' ', StringComparison.Ordinal)];
    }

    private sealed class Recording(Tape tape) : DelegatingHandler(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, UseCookies = false })
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var question = await Question(request, cancellationToken);
            var response = await base.SendAsync(request, cancellationToken);
            var answer = await Answer.Of(response, cancellationToken);
            tape._answers.GetOrAdd(question, _ => new ConcurrentQueue<Answer>()).Enqueue(answer);
            response.Content = answer.ToContent();
            return response;
        }
    }

    private sealed class Playing(Tape tape, Recorded? spoiled, Func<byte[], string, HttpResponseMessage>? make = null) : HttpMessageHandler
    {
        private readonly ConcurrentDictionary<string, int> _times = new(StringComparer.Ordinal);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (tape.Known(await Question(request, cancellationToken)) is not { } question)
            {
                // Nobody asked this when all went well.
                return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            }

            var answers = tape._answers[question];
            var time = Math.Min(_times.AddOrUpdate(question, 0, (_, before) => before + 1), answers.Count - 1);
            var answer = answers.ElementAt(time);
            if (spoiled is null || question != spoiled.Question || time != spoiled.Time)
            {
                return answer.ToResponse();
            }

            return make is null ? (answer with { Body = spoiled.Body }).ToResponse() : make(answer.Bytes, answer.MediaType);
        }
    }
}
