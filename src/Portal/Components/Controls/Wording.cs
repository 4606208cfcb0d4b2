using System.Globalization;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Portal.Resources;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Components.Controls;

/// <summary>Says dates, ages, amounts and failures as people say them, in the language of the reader and the company's time zone.</summary>
public sealed class Wording(IStringLocalizer<Texts> text, TimeProvider clock, IOptions<CompanyOptions> company)
{
    /// <summary>A space that keeps a figure and its unit on one line.</summary>
    private const string Together = "\u00a0";

    private static readonly HashSet<string> WholeCurrencies =
        ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"];

    private static readonly HashSet<string> ThousandthCurrencies = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(company.Value.TimeZone);

    private static CultureInfo Culture => CultureInfo.CurrentCulture;

    /// <summary>The company's day now.</summary>
    public DateOnly Today => DateOnly.FromDateTime(Local(clock.GetUtcNow()).DateTime);

    public DateTimeOffset Now => clock.GetUtcNow();

    public DateTimeOffset Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, _zone);

    /// <summary>Such as "1,284.20 EUR": as many decimals as the currency has, more where the owner states more, up to four.</summary>
    public string Money(Money money) => Amount(money) + Together + money.Currency;

    /// <summary>The figure alone, for columns whose head names the currency.</summary>
    public string Amount(Money money) => money.Amount.ToString(
        WholeCurrencies.Contains(money.Currency) ? "#,##0.####" : ThousandthCurrencies.Contains(money.Currency) ? "#,##0.000#" : "#,##0.00##", Culture);

    public string Quantity(decimal value, string? unit) => Number(value) + (string.IsNullOrEmpty(unit) ? string.Empty : Together + unit);

    public string Number(decimal value) => value.ToString("#,##0.######", Culture);

    /// <summary>"today", "tomorrow", "Tue 4 Mar", "4 Mar 2024".</summary>
    public string Day(DateOnly day) => (day.DayNumber - Today.DayNumber) switch
    {
        0 => text["Date.Today"],
        1 => text["Date.Tomorrow"],
        -1 => text["Date.Yesterday"],
        > -300 and < 300 => day.ToString(text["Date.DayPattern"], Culture),
        _ => day.ToString(text["Date.DayOfYearPattern"], Culture),
    };

    /// <summary>The day in full, for those who point at it.</summary>
    public string DayInFull(DateOnly day) => day.ToString(text["Date.FullPattern"], Culture);

    /// <summary>"today, 14:05", "Tue 4 Mar, 14:05".</summary>
    public string Moment(DateTimeOffset moment)
    {
        var local = Local(moment);
        return text["Date.DayAndTime", Day(DateOnly.FromDateTime(local.DateTime)), Time(moment)];
    }

    /// <summary>"today, 14:05:31", "Tue 4 Mar, 14:05:31".</summary>
    public string MomentToTheSecond(DateTimeOffset moment)
    {
        var local = Local(moment);
        return text["Date.DayAndTime", Day(DateOnly.FromDateTime(local.DateTime)), local.ToString("HH:mm:ss", CultureInfo.InvariantCulture)];
    }

    public string MomentInFull(DateTimeOffset moment)
    {
        var local = Local(moment);
        return $"{DayInFull(DateOnly.FromDateTime(local.DateTime))}, {local.ToString("HH:mm:ss", CultureInfo.InvariantCulture)} {_zone.Id}";
    }

    /// <summary>"14:05".</summary>
    public string Time(DateTimeOffset moment) => Local(moment).ToString(text["Date.TimePattern"], Culture);

    /// <summary>"14:05" on the day itself, "Tue 4 Mar, 14:05" on others.</summary>
    public string Since(DateTimeOffset moment) =>
        DateOnly.FromDateTime(Local(moment).DateTime) == Today ? Time(moment) : Moment(moment);

    /// <summary>"a few seconds", "3 minutes", "2 hours", "5 days".</summary>
    public string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 10 } => text["Age.Moments"],
        { TotalSeconds: < 90 } => text["Age.Seconds", (int)age.TotalSeconds],
        { TotalMinutes: < 90 } => text["Age.Minutes", (int)Math.Round(age.TotalMinutes)],
        { TotalHours: < 36 } => text["Age.Hours", (int)Math.Round(age.TotalHours)],
        _ => text["Age.Days", (int)Math.Round(age.TotalDays)],
    };

    public string AgeOf(DateTimeOffset moment) => Age(clock.GetUtcNow() - moment);

    /// <summary>"12 ms", "1.4 s".</summary>
    public string Latency(TimeSpan? time) => time switch
    {
        null => "–",
        { TotalMilliseconds: < 1000 } span => text["Latency.Milliseconds", (int)Math.Round(span.TotalMilliseconds)],
        { } span => text["Latency.Seconds", span.TotalSeconds.ToString("0.0", Culture)],
    };

    /// <summary>A system as people call it: a text named <c>System.erp</c>, else its name in the ownership map.</summary>
    public string System(string name)
    {
        var known = text[$"System.{name}"];
        return known.ResourceNotFound ? name : known.Value;
    }

    /// <summary>"ERP, live" or "ERP, 4 minutes old".</summary>
    public string Source(Provenance provenance) => provenance.Freshness switch
    {
        Freshness.Live => text["Source.Live", System(provenance.System), Time(provenance.AsOf)],
        Freshness.Snapshot => text["Source.Snapshot", System(provenance.System), AgeOf(provenance.AsOf)],
        _ => text["Source.LastKnown", System(provenance.System), AgeOf(provenance.AsOf)],
    };

    /// <summary>What is wrong, in a sentence.</summary>
    public string Failure(Failure failure) => failure.Code switch
    {
        CurrentSession.NoAccess => text["Failure.NoAccess"],
        CurrentSession.NoAccount => text["Failure.NoAccount"],
        CurrentSession.NotLinked => text["Failure.NotLinked"],
        _ => text[$"Failure.{failure.Cause}", System(failure.System)],
    };

    /// <summary>What an owner says against a line or an order: what it is about in the reader's language where that is known, with the owner's own words, which carry the figures.</summary>
    public string Problem(Problem problem)
    {
        var known = text[$"Problem.{problem.Code}", problem.Message];
        return known.ResourceNotFound ? problem.Message : known.Value;
    }

    /// <summary>"It has not answered since 14:02 (12 minutes)."; null where that is not known.</summary>
    public string? FailingSince(Failure failure) => failure.Since is { } since
        ? text["Failure.Since", Since(since), AgeOf(since)].Value
        : null;

    /// <summary>When it was asked, and when it is asked again.</summary>
    public string NextTry(Failure failure) => failure switch
    {
        { RetryCanHelp: false } => text["Failure.AskedAt", Time(failure.At)],
        { RetryAfter: { } wait } => text["Failure.AskedAgainAt", Time(failure.At + wait)],
        _ => text["Failure.AskedAgainOnRequest", Time(failure.At)],
    };
}
