using System.Net;
using System.Net.Http.Headers;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.UnitTests.Connectors.Http;

public sealed class StatusCausesTests
{
    [Theory]
    [InlineData(200, null)]
    [InlineData(201, null)]
    [InlineData(204, null)]
    [InlineData(304, null)]
    [InlineData(302, Cause.Malformed)]
    [InlineData(400, Cause.Rejected)]
    [InlineData(401, Cause.Unauthorized)]
    [InlineData(403, Cause.Forbidden)]
    [InlineData(404, Cause.NotFound)]
    [InlineData(405, Cause.Rejected)]
    [InlineData(408, Cause.TimedOut)]
    [InlineData(409, Cause.Conflict)]
    [InlineData(410, Cause.NotFound)]
    [InlineData(412, Cause.Stale)]
    [InlineData(413, Cause.Rejected)]
    [InlineData(422, Cause.Rejected)]
    [InlineData(423, Cause.Conflict)]
    [InlineData(429, Cause.Throttled)]
    [InlineData(500, Cause.ServerError)]
    [InlineData(501, Cause.NotSupported)]
    [InlineData(502, Cause.ServerError)]
    [InlineData(503, Cause.Unavailable)]
    [InlineData(504, Cause.TimedOut)]
    [InlineData(599, Cause.ServerError)]
    [InlineData(150, Cause.Malformed)]
    public void Of_Status_IsItsCause(int status, Cause? cause) => StatusCauses.Of((HttpStatusCode)status).ShouldBe(cause);

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError, Cause.Unreachable)]
    [InlineData(HttpRequestError.ConnectionError, Cause.Unreachable)]
    [InlineData(HttpRequestError.SecureConnectionError, Cause.Unreachable)]
    [InlineData(HttpRequestError.ResponseEnded, Cause.Interrupted)]
    [InlineData(HttpRequestError.HttpProtocolError, Cause.Interrupted)]
    [InlineData(HttpRequestError.Unknown, Cause.Interrupted)]
    [InlineData(HttpRequestError.InvalidResponse, Cause.Malformed)]
    public void Of_TransportError_CountsAsSentUnlessCertain(HttpRequestError error, Cause cause) => StatusCauses.Of(error).ShouldBe(cause);

    [Fact]
    public void RetryAfter_InEitherForm_IsASpanNeverNegative()
    {
        var now = new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
        Read(null).ShouldBeNull();
        Read(new RetryConditionHeaderValue(TimeSpan.FromSeconds(7))).ShouldBe(TimeSpan.FromSeconds(7));
        Read(new RetryConditionHeaderValue(now.AddSeconds(9))).ShouldBe(TimeSpan.FromSeconds(9));
        Read(new RetryConditionHeaderValue(now.AddSeconds(-9))).ShouldBe(TimeSpan.Zero);

        TimeSpan? Read(RetryConditionHeaderValue? value)
        {
            using var response = new HttpResponseMessage();
            response.Headers.RetryAfter = value;
            return StatusCauses.RetryAfter(response.Headers, now);
        }
    }

    [Theory]
    [InlineData("quota_exceeded", Cause.Throttled)]
    [InlineData("REQUEST_LIMIT_EXCEEDED", Cause.Throttled)]
    [InlineData("forbidden", Cause.Forbidden)]
    public async Task Judge_403_IsThrottlingOnlyWhenTheBodySaysSo(string code, Cause cause)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.Forbidden) { Content = new StringContent($$"""{"code":"{{code}}"}""") };
        var answer = new Answer(response.StatusCode, response.Headers, "application/problem+json", await response.Content.ReadAsByteArrayAsync());

        StatusCauses.Judge(answer, Bench.Prices, DateTimeOffset.UnixEpoch)!.Cause.ShouldBe(cause);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{\"errors\":{}}")]
    [InlineData("{\"errors\":[1,null,{\"code\":1}]}")]
    [InlineData("<html>")]
    public void Judge_BodyThatIsNoProblem_SaysJustTheStatus(string body)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.InternalServerError);
        var refusal = StatusCauses.Judge(new Answer(response.StatusCode, response.Headers, "application/json", System.Text.Encoding.UTF8.GetBytes(body)), Bench.Prices, DateTimeOffset.UnixEpoch)!;

        refusal.Detail.ShouldBe("HTTP 500");
        refusal.Problems.ShouldBeEmpty();
    }
}
