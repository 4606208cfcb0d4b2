using System.Net;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.UnitTests.Connectors.Http;

public sealed class AttemptTests
{
    [Fact]
    public async Task Fault42_ReadOfASystemThatHangs_TimesOutWithinItsBudget()
    {
        using var bench = new Bench();
        bench.Transport.ThenHang();

        var asking = bench.Ask(Bench.Prices);
        var took = await bench.MoveUntilDone(asking, TimeSpan.FromMilliseconds(250), bench.Settings.TotalTimeout);

        (await asking).Failure!.Cause.ShouldBe(Cause.TimedOut);
        took.ShouldBeLessThanOrEqualTo(bench.Settings.TotalTimeout);
        bench.Transport.Calls.ShouldBe(2); // 5 s, a short wait, and what was left of 10 s
    }

    [Fact]
    public async Task Write_NeverAnswered_TimesOutAfterOneAttempt()
    {
        using var bench = new Bench();
        bench.Transport.ThenHang();

        var asking = bench.Ask(Bench.Create);
        var took = await bench.MoveUntilDone(asking, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(10));

        (await asking).Failure!.Cause.ShouldBe(Cause.TimedOut);
        (await asking).Failure!.MayHaveTakenEffect.ShouldBeTrue();
        took.ShouldBe(bench.Settings.AttemptTimeout);
        bench.Transport.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Write_DeadlineInTheMiddle_EndsThere()
    {
        using var bench = new Bench();
        bench.Transport.ThenHang();

        var asking = bench.Ask(Bench.Create, deadline: Bench.Start.AddSeconds(2));
        var took = await bench.MoveUntilDone(asking, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(10));

        (await asking).Failure!.Cause.ShouldBe(Cause.TimedOut);
        took.ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Write_DeadlineOver_IsNotSent()
    {
        using var bench = new Bench();
        bench.Transport.ThenOk();

        var outcome = await bench.Ask(Bench.Create, deadline: Bench.Start);

        outcome.Failure!.Cause.ShouldBe(Cause.QueueFull);
        outcome.Failure.MayHaveTakenEffect.ShouldBeFalse();
        bench.Transport.Calls.ShouldBe(0);
    }

    [Theory]
    [InlineData("http://elsewhere.test/prices")]
    [InlineData("http://erp.test:81/prices")]
    [InlineData("https://erp.test/prices")]
    [InlineData("//elsewhere.test/prices")]
    public async Task Address_OfAnotherServer_IsNeverCalled(string address)
    {
        using var bench = new Bench();
        bench.Transport.ThenOk();

        var outcome = await bench.Ask(Operation.Read(address, "Pricing"));

        outcome.Failure!.Cause.ShouldBe(Cause.Rejected);
        bench.Transport.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task Body_ThatNeverEnds_TimesOutWithinTheAttempt()
    {
        using var bench = new Bench();
        bench.Transport.Then((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new EndlessStream()) }));

        var asking = bench.Ask(Bench.Create);
        await bench.MoveUntilDone(asking, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(6));

        (await asking).Failure!.Cause.ShouldBe(Cause.TimedOut);
    }

    [Fact]
    public async Task Body_CutInTheMiddle_IsInterrupted()
    {
        using var bench = new Bench();
        bench.Transport.Then((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new CutStream()) }));

        var outcome = await bench.Ask(Bench.Create);

        outcome.Failure!.Cause.ShouldBe(Cause.Interrupted);
        outcome.Failure.MayHaveTakenEffect.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_LargerThanAllowed_IsMalformed(bool saysSo)
    {
        using var bench = new Bench(options: options => options with { LargestAnswer = 1000 });
        bench.Transport.Then((_, _) =>
        {
            var response = StubTransport.Answer(HttpStatusCode.OK, new string('x', 2000));
            response.Content.Headers.ContentLength = saysSo ? 2000 : null;
            return Task.FromResult(response);
        });

        var outcome = await bench.Ask(Bench.Create);

        outcome.Failure!.Cause.ShouldBe(Cause.Malformed);
        outcome.Failure.Detail.ShouldBe("The answer is larger than 1000 bytes.");
    }

    [Fact]
    public async Task Fault43_HtmlWith200_IsMalformed()
    {
        using var bench = new Bench();
        bench.Transport.Then(HttpStatusCode.OK, "<html>Welcome to the proxy</html>", "text/html");

        var outcome = await bench.Ask(Bench.Create);

        outcome.Failure!.Cause.ShouldBe(Cause.Malformed);
        outcome.Failure.Detail.ShouldBe("The answer is of type text/html.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"value\":")]
    [InlineData("not json")]
    public async Task Fault43_BrokenJson_IsMalformed(string body)
    {
        using var bench = new Bench();
        bench.Transport.Then(HttpStatusCode.OK, body);

        (await bench.Ask(Bench.Prices)).Failure!.Cause.ShouldBe(Cause.Malformed);

        bench.Pipeline.Status.Failures.ShouldBeGreaterThan(0, "the monitor counts it as a failure");
        bench.Pipeline.Status.FailingSince.ShouldBe(Bench.Start);
    }

    [Fact]
    public async Task Fault43_NullWhereRequired_NamesTheField()
    {
        using var bench = new Bench();
        bench.Transport.Then(HttpStatusCode.OK, """{"value":null}""");

        var outcome = await bench.Ask(Bench.Prices);

        outcome.Failure!.Cause.ShouldBe(Cause.Malformed);
        outcome.Failure.Detail.ShouldBe("value is null");
    }

    [Fact]
    public async Task Redirect_ToAForeignHost_IsNotFollowed()
    {
        using var bench = new Bench();
        bench.Transport.Then((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.Found) { Headers = { Location = new Uri("http://evil.test/steal") } })).ThenOk();

        var outcome = await bench.Ask(Bench.Create);

        outcome.Failure!.Cause.ShouldBe(Cause.Malformed);
        outcome.Failure.Detail.ShouldBe("HTTP 302 leads to evil.test, which is not followed.");
        bench.Transport.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Problem_InTheBody_IsHandedOn()
    {
        using var bench = new Bench();
        bench.Transport.Then(
            HttpStatusCode.UnprocessableEntity,
            """{"title":"Unprocessable Content","status":422,"code":"order_rejected","detail":"1 line cannot be ordered.","errors":[{"code":"quantity_not_multiple","message":"Sold in tens.","lineId":"a"}]}""",
            "application/problem+json");

        var failure = (await bench.Ask(Bench.Create)).Failure!;

        failure.Cause.ShouldBe(Cause.Rejected);
        failure.Code.ShouldBe("order_rejected");
        failure.Detail.ShouldBe("1 line cannot be ordered.");
        failure.Problems.ShouldBe([new Problem("quantity_not_multiple", "Sold in tens.", "a")]);
        failure.System.ShouldBe("erp");
        failure.Operation.ShouldBe("createOrder");
        failure.At.ShouldBe(Bench.Start);
    }

    [Fact]
    public async Task Judge_OfAConnector_FindsTheErrorBehind200()
    {
        using var bench = new Bench(options: options => options with
        {
            Judge = (answer, operation, now) => answer.Body.Span.IndexOf("UserError"u8) >= 0
                ? new Refusal(Cause.Rejected, "Said by the system.", "UserError")
                : StatusCauses.Judge(answer, operation, now),
        });
        bench.Transport.Then(HttpStatusCode.OK, """{"error":["UserError"]}""").Then(HttpStatusCode.NotFound);

        (await bench.Ask(Bench.Create)).Failure!.Code.ShouldBe("UserError");
        (await bench.Ask(Bench.Create)).Failure!.Cause.ShouldBe(Cause.NotFound);
    }

    [Fact]
    public async Task Success_SaysWhoAndWhen()
    {
        using var bench = new Bench();
        bench.Transport.ThenOk();

        (await bench.Ask(Bench.Prices)).Provenance.ShouldBe(new Provenance("erp", Bench.Start, Freshness.Live));
    }

    private sealed class EndlessStream : PieceStream
    {
        protected override async ValueTask<int> Next(Memory<byte> buffer, CancellationToken cancel)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
            return 0;
        }
    }

    private sealed class CutStream : PieceStream
    {
        private bool _begun;

        protected override ValueTask<int> Next(Memory<byte> buffer, CancellationToken cancel)
        {
            if (_begun)
            {
                throw new HttpIOException(HttpRequestError.ResponseEnded, "cut");
            }

            _begun = true;
            buffer.Span[0] = (byte)'{';
            return ValueTask.FromResult(1);
        }
    }

    private abstract class PieceStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Next(buffer, cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected abstract ValueTask<int> Next(Memory<byte> buffer, CancellationToken cancel);
    }
}
