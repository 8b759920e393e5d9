using Microsoft.AspNetCore.Components;
using MLHub.Web.Components;

namespace MLHub.Web.Home;

/// <summary>One square per day, darker where more runs were started.</summary>
public sealed partial class RunCalendar : ComponentBase
{
    /// <summary>Whole weeks from a Monday on.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<(DateOnly Day, int Runs)> Days { get; set; } = [];

    private int Most => Days.Max(d => d.Runs);

    private string Summary
    {
        get
        {
            var busiest = Days.MaxBy(d => d.Runs);
            return $"{Count(Days.Sum(d => d.Runs))} in {(Days.Count + 6) / 7} weeks, most on {busiest.Day:yyyy-MM-dd} ({Format.Count(busiest.Runs)})";
        }
    }

    private int Level(int runs) => runs == 0 ? 0 : Math.Clamp((int)Math.Ceiling(4d * runs / Most), 1, 4);

    private static string Count(int runs) => runs == 1 ? "1 run" : $"{Format.Count(runs)} runs";
}
