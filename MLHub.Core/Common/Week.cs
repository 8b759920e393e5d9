namespace MLHub.Core.Common;

/// <summary>Weeks as they are counted here: from Monday to Sunday, days of UTC.</summary>
internal static class Week
{
    public static DateOnly MondayOf(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
}
