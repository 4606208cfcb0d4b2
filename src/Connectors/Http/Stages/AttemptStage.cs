using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Polly;
using Polly.Timeout;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.Connectors.Http.Stages;

/// <summary>
/// One attempt from sending to the last byte of the answer, bounded in time and size. What goes wrong leaves it as a
/// <see cref="CallFailedException"/> with its cause, so that the stages around it need not know HTTP.
/// </summary>
internal sealed class AttemptStage : DelegatingHandler
{
    private readonly SystemSettings _settings;
    private readonly PipelineOptions _options;
    private readonly TimeProvider _time;
    private readonly SystemWatch _watch;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    public AttemptStage(SystemSettings settings, PipelineOptions options, TimeProvider time, SystemWatch watch)
    {
        _settings = settings;
        _options = options;
        _time = time;
        _watch = watch;
        _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddTimeout(new TimeoutStrategyOptions { TimeoutGenerator = arguments => ValueTask.FromResult(Stage.AtLeast(TimeFor(Stage.CallOf(arguments.Context)))) })
            .Build();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = Call.Of(request);
        if (TimeFor(call) <= TimeSpan.Zero)
        {
            throw call.NotAsked(Cause.QueueFull, "Its time was over before it could be sent.");
        }

        if (!IsOfTheSystem(request.RequestUri!))
        {
            // An answer named it: what a system writes leads the portal, and its credentials, nowhere else.
            throw call.NotAsked(Cause.Rejected, "The address is not this system's.");
        }

        PrepareHeaders(request, call);
        var started = _time.GetTimestamp();
        CallFailedException failed;
        call.LastStatus = null;
        try
        {
            call.Attempts++;
            var response = await Exchange(request, call, cancellationToken);
            call.LastAttempt = _watch.Attempted(_time.GetElapsedTime(started), failed: false);
            Telemetry.Attempted(call, _time.GetElapsedTime(started), "ok");
            return response;
        }
        catch (CallFailedException thrown)
        {
            failed = thrown;
        }

        call.LastFailure = failed;
        Telemetry.Attempted(call, _time.GetElapsedTime(started), failed.Failure.Cause.ToString());
        call.LastAttempt = _watch.Attempted(_time.GetElapsedTime(started), failed: Breakers.Counts(failed.Failure.Cause) || failed.Failure.Cause is Cause.Throttled or Cause.Unauthorized);
        call.Phase = CallPhase.Waiting;
        throw failed;
    }

    private bool IsOfTheSystem(Uri address) =>
        Uri.Compare(address, _settings.Address, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private async Task<HttpResponseMessage> Exchange(HttpRequestMessage request, Call call, CancellationToken cancel)
    {
        try
        {
            return await _pipeline.Run(call, token => SendAndRead(request, call, token), cancel);
        }
        catch (TimeoutRejectedException)
        {
            throw call.Phase == CallPhase.SigningIn
                ? call.Fail(Cause.Unreachable, "Signing in took too long.")
                : call.Fail(Cause.TimedOut, "No answer within the time allowed.");
        }
        catch (SignInException refused)
        {
            throw call.Fail(refused.Refusal);
        }
        catch (HttpRequestException broken)
        {
            throw FromTransport(call, broken, broken.HttpRequestError);
        }
        catch (IOException broken)
        {
            throw FromTransport(call, broken, broken is HttpIOException http ? http.HttpRequestError : HttpRequestError.Unknown);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested && late.InnerException is TimeoutException)
        {
            throw call.Fail(Cause.Unreachable, "No connection within the time allowed.");
        }
    }

    private async Task<HttpResponseMessage> SendAndRead(HttpRequestMessage request, Call call, CancellationToken cancel)
    {
        try
        {
            var response = await base.SendAsync(request, cancel);
            call.LastStatus = (int)response.StatusCode;
            var body = await ReadBody(response, call, cancel);
            var answer = new Answer(response.StatusCode, response.Headers, response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant(), body);
            if (Refusal(request, call, answer, response) is { } refusal)
            {
                response.Dispose();
                throw call.Fail(refusal);
            }

            return response;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException && cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException("Given up.", broken, cancel); // aborting a socket may show as its error
        }
    }

    private Refusal? Refusal(HttpRequestMessage request, Call call, Answer answer, HttpResponseMessage response)
    {
        if ((int)answer.Status is >= 300 and < 400 && answer.Status != HttpStatusCode.NotModified)
        {
            return new Refusal(Cause.Malformed, $"HTTP {(int)answer.Status} leads to {(response.Headers.Location is { IsAbsoluteUri: true } elsewhere ? elsewhere.Host : "elsewhere")}, which is not followed.");
        }

        if (answer.Status == HttpStatusCode.NotModified && request.Headers.IfNoneMatch.Count == 0 && request.Headers.IfModifiedSince is null)
        {
            return new Refusal(Cause.Malformed, "HTTP 304 to a question that had no condition.");
        }

        if (_options.Judge(answer, call.Operation, _time.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }

        return answer.Body.IsEmpty || Accepts(request.Headers.Accept, answer.MediaType)
            ? null
            : new Refusal(Cause.Malformed, $"The answer is of type {answer.MediaType ?? "unknown"}.");
    }

    private async Task<ReadOnlyMemory<byte>> ReadBody(HttpResponseMessage response, Call call, CancellationToken cancel)
    {
        var original = response.Content;
        if (original.Headers.ContentLength > _options.LargestAnswer)
        {
            response.Dispose();
            throw TooLarge(call);
        }

        await using var stream = await original.ReadAsStreamAsync(cancel);
        using var body = new MemoryStream((int)Math.Clamp(original.Headers.ContentLength ?? 4096, 256, 1 << 20));
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            while (await stream.ReadAsync(buffer, cancel) is > 0 and var read)
            {
                if (body.Length + read > _options.LargestAnswer)
                {
                    response.Dispose();
                    throw TooLarge(call);
                }

                body.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var bytes = original.Headers.ContentType?.MediaType?.Contains("json", StringComparison.OrdinalIgnoreCase) is true ? ForeignText.Clean(body.ToArray()) : body.ToArray();
        var content = new ByteArrayContent(bytes);
        foreach (var (name, values) in original.Headers)
        {
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                content.Headers.TryAddWithoutValidation(name, values);
            }
        }

        if (content.Headers.ContentType is { CharSet: not null } type)
        {
            type.CharSet = null; // JSON is UTF-8, whatever is said: a name that no machine knows would be an exception where it is read as text
        }

        response.Content = content;
        original.Dispose();
        return bytes;
    }

    private CallFailedException TooLarge(Call call) => call.Fail(Cause.Malformed, $"The answer is larger than {_options.LargestAnswer} bytes.");

    private static CallFailedException FromTransport(Call call, Exception broken, HttpRequestError error) => TlsTroubles.Describe(broken) is { } tls
        ? call.Fail(Cause.Unreachable, $"No secured connection to {call.System}: {tls}") // the other side ended it before it read anything
        : call.Phase == CallPhase.SigningIn ? call.Fail(Cause.Unreachable, $"Signing in failed: {error}.")
        : call.Fail(StatusCauses.Of(error), $"{(error == HttpRequestError.Unknown ? "The connection broke." : $"{error}.")}{TlsTroubles.Guess(broken)}");

    private TimeSpan TimeFor(Call call)
    {
        var time = _settings.AttemptTimeout < call.Remaining ? _settings.AttemptTimeout : call.Remaining;
        return call.BeforeDeadline < time ? call.BeforeDeadline : time;
    }

    private void PrepareHeaders(HttpRequestMessage request, Call call)
    {
        if (_options.LaneHeader is { } name && !request.Headers.Contains(name))
        {
            request.Headers.TryAddWithoutValidation(name, call.Lane.ToString().ToLowerInvariant());
        }

        // The transport writes the present span's context only where none stands.
        request.Headers.Remove("traceparent");
        request.Headers.Remove("tracestate");
    }

    private static bool Accepts(HttpHeaderValueCollection<MediaTypeWithQualityHeaderValue> accepted, string? mediaType) =>
        accepted.Count == 0 || (mediaType is not null && accepted.Any(range => range.MediaType is { } wanted
            && (wanted == "*/*"
                || wanted.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
                || (wanted.EndsWith("/*", StringComparison.Ordinal) && mediaType.StartsWith(wanted[..^1], StringComparison.OrdinalIgnoreCase)))));
}
