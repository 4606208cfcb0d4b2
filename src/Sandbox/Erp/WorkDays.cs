namespace PortalIntegration.Sandbox.Erp;

internal static class WorkDays
{
    /// <summary>The day itself, or the next one on which work is done.</summary>
    public static DateOnly OnOrAfter(DateOnly day) => day.DayOfWeek switch
    {
        DayOfWeek.Saturday => day.AddDays(2),
        DayOfWeek.Sunday => day.AddDays(1),
        _ => day,
    };

    public static DateOnly Add(DateOnly day, int workDays)
    {
        var result = OnOrAfter(day);
        for (var i = 0; i < workDays; i++)
        {
            result = OnOrAfter(result.AddDays(1));
        }

        return result;
    }

    public static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    /// <summary>What is in stock leaves today when it is ordered before this hour of UTC.</summary>
    public static DateOnly NextDispatch(DateTimeOffset at, int hour) =>
        OnOrAfter(at.UtcDateTime.Hour < hour ? DayOf(at) : DayOf(at).AddDays(1));
}
