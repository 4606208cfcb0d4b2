using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Components;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Portal;

public sealed class FirstAnswerTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _clock = new(Start);
    private readonly DefaultHttpContext _context = new();
    private readonly TaskCompletionSource<Outcome<string>> _answer = new();

    [Theory]
    [InlineData(Cause.NotFound, 404)]
    [InlineData(Cause.Unavailable, 200)]
    public async Task Wait_AnswerInTime_OnlyWhatIsMissingIsA404(Cause cause, int status)
    {
        var waiting = First().Wait(_answer.Task, _context);
        _answer.SetResult(Outcome.Failed<string>(new Failure(cause, "erp", "get order", Start)));
        await waiting;

        _context.Response.StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task Wait_OwnerThatIsSlower_HoldsThePageBackNoLongerThanItMay()
    {
        var waiting = First().Wait(_answer.Task, _context);
        _clock.Advance(TimeSpan.FromMilliseconds(249));
        waiting.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        _context.Response.StatusCode.ShouldBe(200);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(5000, true)]
    [InlineData(5001, false)]
    public void Validate_Milliseconds_AreAcceptedFromNoneToFiveSeconds(int milliseconds, bool accepted) =>
        new PagesOptionsValidator().Validate(null, new PagesOptions { FirstAnswer = TimeSpan.FromMilliseconds(milliseconds) }).Succeeded.ShouldBe(accepted);

    private FirstAnswer First() => new(Options.Create(new PagesOptions()), _clock);
}
