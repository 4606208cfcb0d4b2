using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Features.OrderPad;
using PortalIntegration.Portal.Limits;

namespace PortalIntegration.UnitTests.Portal;

public sealed class RateLimitsTests
{
    private static readonly PersonId Buyer = new("K-1");

    [Fact]
    public void Person_WhoAsksForMoreThanAMinutesWorth_WaitsAndOthersDoNot()
    {
        using var limits = Limits(new() { Search = new() { PerPerson = 10, PerAddress = 10 } });
        for (var time = 0; time < 10; time++)
        {
            limits.Refuses(Asked.Search, Buyer).ShouldBeNull();
        }

        limits.Refuses(Asked.Search, Buyer)!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        limits.Refuses(Asked.Search, new PersonId("K-2")).ShouldBeNull();
        limits.Refuses(Asked.SignIn, Buyer).ShouldBeNull("another count");
    }

    [Fact]
    public void Questions_ToOwners_AreOneCountOfAPerson_AndTheRefusalIsThePortals()
    {
        using var limits = Limits(new() { Questions = new() { PerPerson = 500 } });
        for (var time = 0; time < 500; time++)
        {
            limits.Refuses(Buyer, time % 2 == 0 ? "search" : "prices").ShouldBeNull();
        }

        var later = limits.FailureOf(Asked.Questions, Buyer, 500)!;
        (later.Cause, later.System, later.RetryCanHelp, later.MayHaveTakenEffect).ShouldBe((Cause.Throttled, RateLimits.Portal, true, false));
        later.RetryAfter!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        limits.Refuses(new PersonId("K-2"), "search").ShouldBeNull();
        limits.Refuses(Asked.Search, Buyer).ShouldBeNull("another count");
    }

    [Fact]
    public async Task WhatWasUsedUp_ComesBackEvenly()
    {
        using var limits = Limits(new() { Search = new() { PerPerson = 6_000 } });
        limits.Refuses(Asked.Search, Buyer, 6_000).ShouldBeNull();
        for (var look = 0; limits.Refuses(Asked.Search, Buyer, 50) is { } wait; look++)
        {
            wait.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(2));
            look.ShouldBeLessThan(1_000);
            await Task.Delay(30, TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(59)]
    [InlineData(60)]
    [InlineData(119)]
    [InlineData(1_000)]
    [InlineData(100_000)]
    public void WhatComesBackInAMinute_IsWhatIsSet(int perMinute)
    {
        var options = RateLimits.Evenly(perMinute);

        options.TokenLimit.ShouldBe(perMinute);
        (options.TokensPerPeriod * (TimeSpan.FromMinutes(1) / options.ReplenishmentPeriod)).ShouldBe(perMinute, perMinute * 1e-5);
    }

    [Fact]
    public void Lines_MoreThanAMinuteAllows_AreTakenOnceAtLeast()
    {
        using var limits = Limits(new() { Lines = new() { PerPerson = 500 } });
        limits.FailureOf(Asked.Lines, Buyer, 2_000).ShouldBeNull();
        var failure = limits.FailureOf(Asked.Lines, Buyer, 500)!;

        (failure.Cause, failure.System, failure.RetryCanHelp).ShouldBe((Cause.Throttled, "portal", true));
        failure.RetryAfter!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public void Pad_ThatMustWait_KeepsWhatWasTyped_AndAsksAgain()
    {
        var failure = new Failure(Cause.Throttled, RateLimits.Portal, "Lines", DateTimeOffset.UnixEpoch) { RetryAfter = TimeSpan.FromSeconds(7) };
        PadLine typed = new("1", 3, "A-1", null, "5", null);

        var answer = PadAnswer.Later([typed, new("2", 1, "", null, "", null)], failure);

        answer.Lines[0].Line.ShouldBe(typed);
        (answer.Lines[0].LacksAnswer, answer.Lines[0].IsComplete, answer.Lines[1].Recognised).ShouldBe((true, true, Recognised.Empty));
        new[] { answer.Catalogue, answer.Prices, answer.Stock }.ShouldAllBe(capability => capability.Failure == failure);
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64")]
    public void Address_OfOneCustomerOfAProvider_IsOne(string address, string name) => RateLimits.NameOf(IPAddress.Parse(address)).ShouldBe(name);

    [Fact]
    public void OpenCircuits_AreCountedByPersonAndInAll()
    {
        var open = new OpenCircuits(Options.Create(new LimitsOptions { Circuits = new() { PerPerson = 2, PerNode = 3 } }), NullLogger<OpenCircuits>.Instance);

        (open.Enter("a"), open.Enter("a"), open.Enter("a")).ShouldBe((true, true, false));
        (open.Enter("b"), open.Enter("b")).ShouldBe((true, false));
        open.Leave("a");
        (open.Enter("b"), open.Count).ShouldBe((true, 3));
    }

    private static RateLimits Limits(LimitsOptions options) => new(Options.Create(options), TimeProvider.System);
}
