using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Components.Controls;
using PortalIntegration.Portal.Features.OrderPad;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Portal.Resources;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Portal;

public sealed class WordingTests : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;

    // A Monday, ten at night in London, eleven in Berlin.
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 3, 2, 22, 30, 0, TimeSpan.Zero));
    private readonly Wording _say;

    public WordingTests()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
        var text = new StringLocalizer<Texts>(new ResourceManagerStringLocalizerFactory(Options.Create(new LocalizationOptions()), NullLoggerFactory.Instance));
        _say = new Wording(text, _clock, Options.Create(new CompanyOptions { TimeZone = "Europe/Berlin" }));
    }

    public void Dispose() => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = _before;

    [Theory]
    [InlineData("1284.2", "EUR", "1,284.20 EUR")]
    [InlineData("0.0825", "EUR", "0.0825 EUR")]
    [InlineData("1500", "JPY", "1,500 JPY")]
    [InlineData("1.5", "KWD", "1.500 KWD")]
    [InlineData("-3", "EUR", "-3.00 EUR")]
    public void Money_HasTheDecimalsOfItsCurrency_AndKeepsWhatTheOwnerStated(string amount, string currency, string said) =>
        _say.Money(new Money(decimal.Parse(amount, CultureInfo.InvariantCulture), currency)).ShouldBe(said.Replace(' ', '\u00a0'));

    [Theory]
    [InlineData("2026-03-02", "today")]
    [InlineData("2026-03-03", "tomorrow")]
    [InlineData("2026-03-01", "yesterday")]
    [InlineData("2026-03-17", "Tue 17 Mar")]
    [InlineData("2024-03-04", "4 Mar 2024")]
    public void Day_IsSaidAsPeopleSayIt(string day, string said) => _say.Day(DateOnly.Parse(day, CultureInfo.InvariantCulture)).ShouldBe(said);

    [Fact]
    public void Moment_IsTheCompanysTime()
    {
        _say.Moment(_clock.GetUtcNow()).ShouldBe("today, 23:30");
        _clock.Advance(TimeSpan.FromHours(1));
        _say.Today.ShouldBe(new DateOnly(2026, 3, 3));
    }

    /// <summary>Of what never ends.</summary>
    [Fact]
    public void Moment_LastThereIs_IsSaidInEveryZone() => _say.Moment(DateTimeOffset.MaxValue).ShouldContain("9999");

    [Fact]
    public void Source_TellsSystemAndAge()
    {
        _say.Source(new Provenance("erp", _clock.GetUtcNow())).ShouldBe("ERP, live, 23:30");
        _say.Source(new Provenance("tryton", _clock.GetUtcNow() - TimeSpan.FromMinutes(4), Freshness.Snapshot)).ShouldBe("tryton, 4 min old");
        _say.Source(new Provenance("erp", _clock.GetUtcNow() - TimeSpan.FromHours(3), Freshness.LastKnown)).ShouldBe("ERP, last known, 3 hours old");
    }

    [Fact]
    public void Failure_IsASentenceForEveryCause()
    {
        foreach (var cause in Enum.GetValues<Cause>())
        {
            var said = _say.Failure(new Failure(cause, "erp", "x", _clock.GetUtcNow()));

            said.ShouldEndWith(".");
            said.ShouldNotContain("Failure.");
        }
    }

    [Fact]
    public void Problem_IsSaidInTheReadersLanguageWhereItIsKnown_WithTheOwnersFigures()
    {
        var known = new Problem("quantity_not_multiple", "Sold in multiples of 5 BX.");
        _say.Problem(known).ShouldBe("Sold in multiples of 5 BX.");
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("de");
        _say.Problem(known).ShouldBe("Die Menge passt nicht zur Verpackung. Das ERP sagt: Sold in multiples of 5 BX.");
        _say.Problem(new Problem("user_error", "Nicht auf Lager.")).ShouldBe("Nicht auf Lager.");
    }

    [Fact]
    public void OneSilence_IsOfOneSystemThatAnswersNothing()
    {
        var at = DateTimeOffset.UnixEpoch;
        var late = new CapabilityAnswer(null, new Failure(Cause.Unreachable, "erp", "prices", at.AddMinutes(2)));
        var early = new CapabilityAnswer(null, new Failure(Cause.Unreachable, "erp", "stock", at.AddMinutes(3)) { Since = at });
        CapabilityAnswer.OneSilence(late, early).ShouldBe(early.Failure);
        CapabilityAnswer.OneSilence(late, CapabilityAnswer.None).ShouldBeNull("one of them answers");
        CapabilityAnswer.OneSilence(late, new CapabilityAnswer(null, new Failure(Cause.Unreachable, "warehouse", "stock", at))).ShouldBeNull("two systems are two things to be told");
        CapabilityAnswer.OneSilence(late, new CapabilityAnswer(null, new Failure(Cause.TimedOut, "erp", "stock", at))).ShouldBeNull("and so are two causes");
    }

    [Fact]
    public void Failure_TellsSinceWhenAndWhenNext()
    {
        var failure = new Failure(Cause.Throttled, "erp", "x", _clock.GetUtcNow())
        {
            Since = _clock.GetUtcNow() - TimeSpan.FromMinutes(12),
            RetryAfter = TimeSpan.FromMinutes(1),
        };

        _say.FailingSince(failure).ShouldBe("It has not answered since 23:18 (12 min).");
        _say.NextTry(failure).ShouldBe("It is asked again from 23:31 on.");
    }
}
